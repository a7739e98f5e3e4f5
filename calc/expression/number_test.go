package expression

import (
	"math/big"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

func TestParseNumberReadsWhatIsWritten(t *testing.T) {
	for _, c := range []struct {
		text     string
		negative bool
		want     Literal
	}{
		{"0", false, Literal{"", 0, 1}},
		{"-0.00", true, Literal{"", 0, 3}},
		{"0e99999999999999999999", false, Literal{"", 0, 1}},
		{"12", false, Literal{"12", 0, 2}},
		{"+0012", false, Literal{"12", 0, 4}},
		{"−1.50", true, Literal{"150", -2, 3}},
		{".5", false, Literal{"5", -1, 1}},
		{"5.", false, Literal{"5", 0, 1}},
		{"5.e3", false, Literal{"5", 3, 1}},
		{"0.0012e-3", false, Literal{"12", -7, 5}},
		{"1_000.000_1", false, Literal{"10000001", -4, 8}},
		{"0_0.0_1", false, Literal{"1", -2, 4}},
		{"1E1_0", false, Literal{"1", 10, 1}},
		{"1e−3", false, Literal{"1", -3, 1}},
		{"1e+000000000000000000000000005", false, Literal{"1", 5, 1}},
		{" \t-7\u00a0\n", true, Literal{"7", 0, 1}},
		{"1e9999999999999999999", false, Literal{"1", maxExponent, 1}},
		{"1.5e-9999999999999999999", false, Literal{"15", -maxExponent, 2}},
	} {
		negative, n, err := ParseNumber(c.text)
		require.NoError(t, err, c.text)
		require.Equal(t, c.negative, negative, c.text)
		require.Equal(t, c.want, n, c.text)
	}
}

func TestParseNumberSaysWhatToWrite(t *testing.T) {
	const oneNumber = "an operand is one number, as in 1.5 or -2e3; expressions are for evaluate"
	const finite = "an operand is a finite number, as in 1.5 or -2e3"
	for text, want := range map[string]string{
		"":          "expected a number, found nothing (position 0): write a number, as in 1.5 or -2e3",
		" \t":       "expected a number, found nothing (position 2): write a number, as in 1.5 or -2e3",
		"-":         "expected a number, found the end (position 1): write a number, as in 1.5 or -2e3",
		"1,5":       "expected the end of the number, found “,” (position 1): write 1.5",
		"-1,5":      "expected the end of the number, found “,” (position 2): write 1.5",
		",5":        "expected a number, found “,” (position 0): write .5",
		"1,234.56":  "expected the end of the number, found “,” (position 1): write 1234.56",
		"1.234,56":  "expected the end of the number, found “,” (position 5): write 1234.56",
		"1,234":     "expected the end of the number, found “,” (position 1): write 1234 or 1.234",
		"0,123":     "expected the end of the number, found “,” (position 1): write 0.123",
		"1,234,567": "expected the end of the number, found “,” (position 1): write 1234567",
		"1,x":       "expected the end of the number, found “,” (position 1): write a point before the decimals and nothing between thousands, as in 1234.56",
		"NaN":       "expected a number, found “NaN” (position 0): " + finite,
		"-Infinity": "expected a number, found “Infinity” (position 1): " + finite,
		"∞":         "expected a number, found “∞” (position 0): " + finite,
		"true":      "expected a number, found “true” (position 0): " + finite,
		"null":      "expected a number, found “null” (position 0): " + finite,
		"0x10":      "expected the end of the number, found “x10” (position 1): write it in decimal: 16",
		"-0b11":     "expected the end of the number, found “b11” (position 2): write it in decimal: -3",
		"1e":        "expected the digits of an exponent, found the end (position 2): write them as in 1e5",
		" −1e+":     "expected the digits of an exponent, found the end (position 5): write them as in 1e5",
		"1e5.5":     "expected an integer as the exponent, found “.” (position 3): write a power, as in 10^2.5",
		".e3":       "expected a number, found “.” (position 0): " + oneNumber,
		"1.2.3":     "expected no second point in a number, found “.” (position 3)",
		"1__0":      "expected an underscore only between two digits, found “__0” (position 1): write the number without it",
		"_1":        "expected an underscore only between two digits, found “_1” (position 0): write the number without it",
		"1_":        "expected an underscore only between two digits, found “_” (position 1): write the number without it",
		"1_.5":      "expected an underscore only between two digits, found “_” (position 1): write the number without it",
		"1._5":      "expected an underscore only between two digits, found “_5” (position 2): write the number without it",
		"1e_5":      "expected an underscore only between two digits, found “_5” (position 2): write the number without it",
		"--1":       "expected a digit, found “-” (position 1): write one sign at most",
		"+−1":       "expected a digit, found “−” (position 1): write one sign at most",
		"- 1":       "expected a number, found a blank (position 1): " + oneNumber,
		"1 2":       "expected the end of the number, found a blank (position 1): an operand is one number: write it without blanks",
		"1/3":       "expected the end of the number, found “/” (position 1): " + oneNumber,
		"50%":       "expected the end of the number, found “%” (position 2): " + oneNumber,
		"2pi":       "expected the end of the number, found “pi” (position 1): " + oneNumber,
		"$5":        "expected a number, found “$” (position 0): " + oneNumber,
		"１２":        "expected a number, found “１” (position 0): write 12",
		"1٣":        "expected the end of the number, found “٣” (position 1): write 13",
		"𝟙":         "expected a number, found “𝟙” (position 0): write 1",
		"1\x00":     "expected the end of the number, found the character U+0000 (position 1): " + oneNumber,
		"1\xff":     "expected the end of the number, found the byte 0xff, which is not UTF-8 (position 1): " + oneNumber,
	} {
		_, n, err := ParseNumber(text)
		require.EqualError(t, err, want)
		require.Zero(t, n)
	}
}

// In the query of a URL 1+2 is 1 2.
func TestBlankInANumberIsNoticed(t *testing.T) {
	for text, blank := range map[string]bool{"1 2": true, "1e 5": true, "- 5": true, "1,2": false, "1e": false, "x 2": false} {
		_, _, err := ParseNumber(text)
		require.Error(t, err)
		require.Equal(t, blank, err.(*Error).Blank, text)
	}
}

func TestScanNumberStopsWhereTheNumberEnds(t *testing.T) {
	for text, length := range map[string]int{"12+3": 2, "1.5)": 3, "5.x": 2, ".5": 2, "1e5e5": 3, "2²": 1, "7 8": 1, "1,5": 1, "3…": 1} {
		_, got, err := ScanNumber(text)
		require.NoError(t, err, text)
		require.Equal(t, length, got, text)
	}
	for _, text := range []string{"", "x", "-1", "+1", ".", "e5"} {
		_, _, err := ScanNumber(text)
		require.Error(t, err, text)
	}
}

func TestNumberIsNotCopied(t *testing.T) {
	for _, text := range []string{"0", "-12", "0.00012", "5.", ".5e3", " 1e5 ", strings.Repeat("7", 100_000)} {
		require.Zero(t, testing.AllocsPerRun(10, func() { _, _, _ = ParseNumber(text) }), short(text))
	}
}

// The rule of section 3 of the contract, as a pattern.
var numberRule = regexp.MustCompile(`^[+\-−]?(\d+(_\d+)*(\.(\d+(_\d+)*)?)?|\.\d+(_\d+)*)([eE][+\-−]?\d+(_\d+)*)?$`)

func FuzzParseNumber(f *testing.F) {
	for _, text := range []string{"1", "-1.5e-3", "1_0", "1__0", "−.5", "5.", "1,5", "0x10", "１", "1e99", "1.2.3", "", "1e", "\xff"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		negative, n, err := ParseNumber(text)
		body := strings.TrimSpace(text)
		require.Equal(t, numberRule.MatchString(body), err == nil, "%v", err)
		if err != nil {
			e := err.(*Error)
			require.True(t, 0 <= e.Position && e.Position <= utf8.RuneCountInString(text))
			require.NotContains(t, e.Error(), "\n")
			return
		}
		if len(body) > 30 || n.Exponent > 1000 || n.Exponent < -1000 {
			return
		}
		written := n.String()
		if n.Digits == "" { // whatever its exponent, which may be too long for big.Rat
			require.Equal(t, "0", written)
			return
		}
		want, ok := new(big.Rat).SetString(strings.NewReplacer("_", "", "−", "-").Replace(body))
		require.True(t, ok)
		if negative {
			written = "-" + written
		}
		got, ok := new(big.Rat).SetString(written)
		require.True(t, ok)
		require.Zero(t, want.Cmp(got), written)
	})
}
