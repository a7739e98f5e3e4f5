package host

import (
	"errors"
	"io/fs"
	"runtime/debug"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func environment(pairs ...string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1], true
			}
		}
		return "", false
	}
}

func TestSettingsOfAnEmptyEnvironmentAreTheDefaults(t *testing.T) {
	s, err := ReadSettings(environment("port", "", "max_body", " "))
	require.NoError(t, err)
	require.Equal(t, Defaults(), s)
	require.Equal(t, Settings{Exec: 10 * time.Second, Read: 10 * time.Second, Write: 10 * time.Second, MaxBody: 1 << 20, Port: 8080, MetricsPort: 8081}, s)
	require.Equal(t, 11*time.Second, s.writeDeadline())
}

func TestSettingsReadOfWatchdogsFormats(t *testing.T) {
	s, err := ReadSettings(environment("exec_timeout", "20", "read_timeout", "1m30s", "write_timeout", "250ms", "healthcheck_interval", "1ms",
		"max_inflight", "3", "max_body", "64KiB", "port", "9000", "metrics_port", "0", "ready_path", "/ready", "OPENFAAS_NAME", "add"))
	require.NoError(t, err)
	require.Equal(t, Settings{Name: "add", Exec: 20 * time.Second, Read: 90 * time.Second, Write: 250 * time.Millisecond, Drain: time.Millisecond,
		MaxInflight: 3, MaxBody: 64 << 10, ReadyPath: "/ready", Port: 9000}, s)
	require.Equal(t, 91*time.Second, s.writeDeadline(), "a 504 after a slow body must still arrive")

	s, err = ReadSettings(environment("exec_timeout", "0"))
	require.NoError(t, err)
	require.Equal(t, s.Write, s.writeDeadline(), "without exec_timeout write_timeout is as set")
}

func TestSizesArePlainOrBinaryUnits(t *testing.T) {
	for text, want := range map[string]int64{"1": 1, "65536": 65536, "64KiB": 65536, "2 MiB": 2 << 20, "1GiB": 1 << 30} {
		got, err := parseSize(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	}
}

func TestBadValueIsASentence(t *testing.T) {
	for _, c := range [][3]string{
		{"exec_timeout", "ten", "exec_timeout=ten: a duration is needed, such as 10, 10s or 250ms"},
		{"exec_timeout", "-1", "exec_timeout=-1: a duration from 0 to 9223372036 seconds is needed"},
		{"read_timeout", "-1s", "read_timeout=-1s: a duration is needed, such as 10, 10s or 250ms"},
		{"write_timeout", "0", "write_timeout=0: a duration above 0 is needed, or no answer could be written"},
		{"max_inflight", "many", "max_inflight=many: an integer from 0 to 2147483647 is needed"},
		{"max_body", "1MB", "max_body=1MB: a size from 1 byte to 2 GiB is needed, such as 65536, 64KiB or 1MiB"},
		{"max_body", "0", "max_body=0: a size from 1 byte to 2 GiB is needed, such as 65536, 64KiB or 1MiB"},
		{"max_body", "9999999GiB", "max_body=9999999GiB: a size from 1 byte to 2 GiB is needed, such as 65536, 64KiB or 1MiB"},
		{"port", "http", "port=http: an integer from 0 to 65535 is needed"},
		{"metrics_port", "70000", "metrics_port=70000: an integer from 0 to 65535 is needed"},
		{"ready_path", "ready", "ready_path=ready: a path that begins with / is needed"},
	} {
		_, err := ReadSettings(environment(c[0], c[1]))
		require.EqualError(t, err, c[2])
	}
}

func TestMemoryLimitIsTheContainers(t *testing.T) {
	files := func(pairs ...string) func(string) ([]byte, error) {
		look := environment(pairs...)
		return func(path string) ([]byte, error) {
			if text, ok := look(path); ok {
				return []byte(text), nil
			}
			return nil, errors.Join(fs.ErrNotExist)
		}
	}
	v2, v1 := "/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"
	require.EqualValues(t, 64<<20, containerMemory(files(v2, "67108864\n"), environment()))
	require.EqualValues(t, 0, containerMemory(files(v2, "max\n"), environment()))
	require.EqualValues(t, 64<<20, containerMemory(files(v1, "67108864\n"), environment()))
	require.EqualValues(t, 0, containerMemory(files(v1, "9223372036854771712\n"), environment()))
	require.EqualValues(t, 0, containerMemory(files(), environment()))
	require.EqualValues(t, 128<<20, containerMemory(files(v2, "max\n"), environment("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128")))
}

func TestGOGCInTheEnvironmentWins(t *testing.T) {
	before := debug.SetGCPercent(100)
	t.Cleanup(func() { debug.SetGCPercent(before) })
	collectSooner(environment("GOGC", "70"))
	require.Equal(t, 100, debug.SetGCPercent(100), "the runtime has obeyed it already")
	collectSooner(environment("GOGC", ""))
	require.Equal(t, 50, debug.SetGCPercent(100))
	collectSooner(environment())
	require.Equal(t, 50, debug.SetGCPercent(100))
}
