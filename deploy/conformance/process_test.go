package main

import (
	"bytes"
	"net"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"calculator/calc/catalogue"
	"calculator/deploy/conformance/contract"
)

// conforms puts the contract to a calculator, and returns how many requests that took.
func conforms(t *testing.T, c contract.Calculator) int {
	t.Helper()
	cases, err := contract.All()
	require.NoError(t, err)
	report := contract.Run(t.Context(), c, cases)
	for _, f := range report.Failures {
		t.Errorf("%s: %s\n\t%s", f.Case.Place, f.Case, f.Error)
	}
	require.Positive(t, report.Asked)
	return report.Asked
}

func TestOneProcessKeepsTheContract(t *testing.T) {
	local := t.TempDir() + "/local"
	out, err := exec.Command("go", "build", "-o", local, "calculator/deploy/local").CombinedOutput()
	require.NoError(t, err, "%s", out)
	address := background(t, func(address string) *exec.Cmd { return exec.Command(local, "-addr", address) })

	report := new(bytes.Buffer)
	require.NoError(t, run(t.Context(), []string{"-url", "http://" + address}, report), report)
	require.Contains(t, report.String(), "answers are the contract's, version ")
}

// Each function's binary, as its image has it, directly at its port.
func TestEachFunctionAsAProcessKeepsTheContract(t *testing.T) {
	asked := 0
	for _, o := range catalogue.All {
		path, dir := binary(t, o.Name), t.TempDir()
		address := background(t, func(address string) *exec.Cmd {
			p := exec.Command(path)
			p.Env = []string{"port=" + port(t, address), "metrics_port=0", "TMPDIR=" + dir, "OPENFAAS_NAME=" + o.Name}
			return p
		})
		asked += conforms(t, contract.Calculator{URL: "http://" + address, Only: o.Name})
	}
	cases, err := contract.All()
	require.NoError(t, err)
	require.Equal(t, len(cases), asked)
}

// background runs a program that listens until the test ends, and returns where. Between the choice of an address and the program's
// start another process may take it, so an end within the first moments is tried again.
func background(t *testing.T, program func(address string) *exec.Cmd) string {
	t.Helper()
	for try := 1; ; try++ {
		address, log := freeAddress(t), new(bytes.Buffer)
		command := program(address)
		command.Stdout, command.Stderr = log, log
		require.NoError(t, command.Start())
		ended := make(chan error, 1)
		go func() { ended <- command.Wait() }()
		for begin := time.Now(); time.Since(begin) < 30*time.Second; time.Sleep(time.Millisecond) {
			if len(ended) > 0 {
				break
			}
			c, err := net.Dial("tcp", address)
			if err != nil {
				continue
			}
			_ = c.Close()
			time.Sleep(5 * time.Millisecond) // if it was another's, this one ends now
			if len(ended) > 0 {
				break
			}
			t.Cleanup(func() {
				_ = command.Process.Signal(os.Interrupt)
				<-ended
			})
			return address
		}
		if len(ended) == 0 {
			_ = command.Process.Kill()
		}
		<-ended
		require.Less(t, try, 3, "the program does not listen: %s", log)
	}
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	return l.Addr().String()
}

func port(t *testing.T, address string) string {
	t.Helper()
	_, port, err := net.SplitHostPort(address)
	require.NoError(t, err)
	return port
}
