package host

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"
)

// Settings are what a function's surroundings may set. [ReadSettings] fills them from the environment with OpenFaaS's names; the
// zero value of a field means what its comment says.
type Settings struct {
	Name        string        // of the function, in its log; empty: not logged
	Exec        time.Duration // exec_timeout: the longest a request may take; 0: no limit
	Read        time.Duration // read_timeout: for reading a request, and of an idle connection; 0: no limit
	Write       time.Duration // write_timeout: for writing an answer, from the end of the request's header on; at least Exec + 1 s is used
	Drain       time.Duration // healthcheck_interval: how long a stopping function still takes requests
	MaxInflight int           // max_inflight: requests at once, beyond which 429; 0: no limit
	MaxBody     int64         // max_body: bytes of a request's body, beyond which 413; 0: no limit
	ReadyPath   string        // ready_path: where the function itself answers /_/ready; empty: host does
	Port        int           // port: 0 is any free one
	MetricsPort int           // metrics_port: 0 is any free one
	Log         io.Writer     // one JSON line a request; nil: no log
}

// Defaults are the settings of an empty environment.
func Defaults() Settings {
	return Settings{
		Exec: 10 * time.Second, Read: 10 * time.Second, Write: 10 * time.Second,
		MaxBody: 1 << 20, Port: 8080, MetricsPort: 8081,
	}
}

// ReadSettings reads the environment through lookup, which is [os.LookupEnv] or stands in for it. An unset or empty variable leaves its
// default; a value that cannot be read is an error whose text is a sentence for whoever set it.
func ReadSettings(lookup func(string) (string, bool)) (Settings, error) {
	s := Defaults()
	for _, v := range []struct {
		name string
		read func(string) error
	}{
		{"exec_timeout", into(&s.Exec, parseDuration)},
		{"read_timeout", into(&s.Read, parseDuration)},
		{"write_timeout", into(&s.Write, parsePositiveDuration)},
		{"healthcheck_interval", into(&s.Drain, parseDuration)},
		{"max_inflight", into(&s.MaxInflight, upTo(math.MaxInt32))},
		{"max_body", into(&s.MaxBody, parseSize)},
		{"ready_path", into(&s.ReadyPath, parsePath)},
		{"port", into(&s.Port, upTo(65535))},
		{"metrics_port", into(&s.MetricsPort, upTo(65535))},
	} {
		text, ok := lookup(v.name)
		if text = strings.TrimSpace(text); !ok || text == "" {
			continue
		}
		if err := v.read(text); err != nil {
			return s, fmt.Errorf("%s=%s: %w", v.name, text, err)
		}
	}
	for _, name := range []string{"OPENFAAS_NAME", "AWS_LAMBDA_FUNCTION_NAME"} {
		if text, _ := lookup(name); text != "" {
			s.Name = text
			break
		}
	}
	return s, nil
}

// writeDeadline is the server's: late enough for an answer that says 504, also to a request whose body came slowly. With no
// exec_timeout there is no such answer to wait for.
func (s Settings) writeDeadline() time.Duration {
	if s.Exec == 0 {
		return s.Write
	}
	return max(s.Write, s.Exec+time.Second, s.Read+time.Second)
}

func into[T any](to *T, parse func(string) (T, error)) func(string) error {
	return func(text string) (err error) {
		*to, err = parse(text)
		return err
	}
}

// parseDuration reads of-watchdog's durations: an integer is seconds, anything else is Go's.
func parseDuration(text string) (time.Duration, error) {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		if n < 0 || n > int64(math.MaxInt64/time.Second) {
			return 0, fmt.Errorf("a duration from 0 to %d seconds is needed", int64(math.MaxInt64/time.Second))
		}
		return time.Duration(n) * time.Second, nil
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 {
		return 0, fmt.Errorf("a duration is needed, such as 10, 10s or 250ms")
	}
	return d, nil
}

func parsePositiveDuration(text string) (time.Duration, error) {
	d, err := parseDuration(text)
	if err == nil && d == 0 {
		return 0, fmt.Errorf("a duration above 0 is needed, or no answer could be written")
	}
	return d, err
}

func upTo(limit int) func(string) (int, error) {
	return func(text string) (int, error) {
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 || n > limit {
			return 0, fmt.Errorf("an integer from 0 to %d is needed", limit)
		}
		return n, nil
	}
}

// parseSize reads a number of bytes, plain or with KiB, MiB or GiB.
func parseSize(text string) (int64, error) {
	digits, unit := text, int64(1)
	for suffix, bytes := range map[string]int64{"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30} {
		if d, ok := strings.CutSuffix(text, suffix); ok {
			digits, unit = strings.TrimSpace(d), bytes
		}
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n < 1 || n > math.MaxInt32/unit {
		return 0, fmt.Errorf("a size from 1 byte to 2 GiB is needed, such as 65536, 64KiB or 1MiB")
	}
	return n * unit, nil
}

func parsePath(text string) (string, error) {
	if !strings.HasPrefix(text, "/") {
		return "", fmt.Errorf("a path that begins with / is needed")
	}
	return text, nil
}
