package host

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"
)

// Main runs a function until the platform ends it, and does not return. With the argument -healthcheck it asks a function that
// runs already whether it is well, and exits accordingly: for images without a shell.
func Main(handle Handle) {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	// Else the runtime ends the process when nobody is left to read the log; now the write fails.
	signal.Ignore(syscall.SIGPIPE)
	os.Exit(run(ctx, os.LookupEnv, os.Args[1:], os.Stderr, handle))
}

// platforms are the places where a function may find itself, by the variable that reveals each. The last is revealed by none.
var platforms = []struct {
	variable string
	serve    func(ctx context.Context, s Settings, handle Handle) error
}{
	{"AWS_LAMBDA_RUNTIME_API", serveLambda},
	{"", serveHTTP},
}

// run is Main with the world as arguments. Its result is the process's exit status.
func run(ctx context.Context, lookup func(string) (string, bool), arguments []string, stderr io.Writer, handle Handle) int {
	complain := func(err error) int {
		_, _ = fmt.Fprintln(stderr, err)
		return 1
	}
	s, err := ReadSettings(lookup)
	if err != nil {
		return complain(err)
	}
	if s.Name == "" {
		s.Name, _ = os.Hostname() // faasd makes it the function's name
	}
	s.Log = stderr
	if len(arguments) > 0 {
		if a := arguments[0]; len(arguments) > 1 || a != "-healthcheck" && a != "-run-healthcheck" {
			return complain(fmt.Errorf("unknown arguments %q: there is only -healthcheck", arguments))
		}
		if err := checkHealth(s.Port); err != nil {
			return complain(err)
		}
		return 0
	}
	limitMemory(lookup)
	collectSooner(lookup)
	for _, p := range platforms {
		if value, _ := lookup(p.variable); p.variable != "" && value == "" {
			continue
		}
		if err := p.serve(ctx, s, handle); err != nil {
			return complain(err)
		}
		break
	}
	return 0
}

// checkHealth asks the function on this machine's port whether it takes requests.
func checkHealth(port int) error {
	client := http.Client{Timeout: 2 * time.Second}
	answer, err := client.Get("http://127.0.0.1:" + strconv.Itoa(port) + "/_/health")
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("health: %s", answer.Status)
	}
	return nil
}
