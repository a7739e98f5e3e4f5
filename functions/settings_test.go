package functions

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"calculator/calc/catalogue"
)

func lookupIn(env map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) { text, ok := env[name]; return text, ok }
}

func TestSettingsHaveTheDefaultsOfTheContract(t *testing.T) {
	for _, env := range []map[string]string{nil, {"max_precision": "", "max_answer": " "}} {
		s, err := readSettings(lookupIn(env))
		require.NoError(t, err)
		require.Equal(t, 10000, s.limits.Precision)
		require.Equal(t, 100000, s.limits.Digits)
		require.Equal(t, 1000000, s.limits.Exponent)
		require.Equal(t, 4<<20, s.answer)
	}
}

func TestSettingsAreReadAndHeld(t *testing.T) {
	s, err := readSettings(lookupIn(map[string]string{"max_precision": "50", "max_digits": "60", "max_exponent": "70", "max_answer": "2KiB"}))
	require.NoError(t, err)
	require.Equal(t, 2048, s.answer)
	for query, limit := range map[string]string{"args=1&precision=51": "max_precision", "args=" + strings.Repeat("1", 61): "max_digits", "args=1e71": "max_exponent"} {
		a := get("add", query)
		a.settings = s
		require.Equal(t, limit, a.answer(t).refuses(422, "too-large", limit).Limit)
	}
}

func TestSizes(t *testing.T) {
	for text, want := range map[string]int{"1": 1, "65536": 65536, "4KiB": 4096, "4 MiB": 4 << 20, "1GiB": 1 << 30} {
		n, err := readSize(text)
		require.NoError(t, err, text)
		require.Equal(t, want, n)
	}
	for _, text := range []string{"0", "-1", "4MB", "4M", "1.5MiB", "3GiB", "x", "KiB"} {
		_, err := readSize(text)
		require.Error(t, err, text)
	}
}

func TestBadSettingStopsTheStartWithASentence(t *testing.T) {
	if os.Getenv("functions_test_start") != "" {
		Handler(catalogue.Add)
		return
	}
	for _, c := range [][2]string{{"max_precision", "many"}, {"max_digits", "0"}, {"max_exponent", "-5"}, {"max_exponent", "2500001"}, {"max_answer", "4MB"}, {"max_precision", "99999999999999999999"}} {
		run := exec.Command(os.Args[0], "-test.run=^TestBadSettingStopsTheStartWithASentence$")
		run.Env = append(os.Environ(), "functions_test_start=1", c[0]+"="+c[1])
		var said strings.Builder
		run.Stderr = &said
		var exit *exec.ExitError
		require.ErrorAs(t, run.Run(), &exit)
		require.Equal(t, 1, exit.ExitCode())
		require.True(t, strings.HasPrefix(said.String(), c[0]+"="+c[1]+": "), said.String())
		require.Contains(t, said.String(), "is needed")
	}
}
