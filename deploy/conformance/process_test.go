package main

import (
	"bytes"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"calculator/calc/catalogue"
	"calculator/deploy/conformance/contract"
	"calculator/deploy/internal/process"
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
	address := background(t, func(port string) *exec.Cmd { return exec.Command(local, "-addr", "127.0.0.1:"+port) })

	report := new(bytes.Buffer)
	require.NoError(t, run(t.Context(), []string{"-url", "http://" + address}, report), report)
	require.Contains(t, report.String(), "answers are the contract's, version ")
}

// Each function's binary, as its image has it, directly at its port.
func TestEachFunctionAsAProcessKeepsTheContract(t *testing.T) {
	asked := 0
	for _, o := range catalogue.All {
		path, dir := binary(t, o.Name), t.TempDir()
		address := background(t, func(port string) *exec.Cmd {
			p := exec.Command(path)
			p.Env = []string{"port=" + port, "metrics_port=0", "TMPDIR=" + dir, "OPENFAAS_NAME=" + o.Name}
			return p
		})
		asked += conforms(t, contract.Calculator{URL: "http://" + address, Only: o.Name})
	}
	cases, err := contract.All()
	require.NoError(t, err)
	require.Equal(t, len(cases), asked)
}

// background runs a program that listens until the test ends, and returns where. Between the choice of a port and the program's
// start another process may take it, so an end within the first moments is tried again.
func background(t *testing.T, program func(port string) *exec.Cmd) string {
	t.Helper()
	for try := 1; ; try++ {
		ports, err := process.Ports(1)
		require.NoError(t, err)
		address, log, command := "127.0.0.1:"+ports[0], new(bytes.Buffer), program(ports[0])
		command.Stdout, command.Stderr = log, log
		p, err := process.Start(command)
		require.NoError(t, err)
		err = p.Await(t.Context(), address)
		time.Sleep(5 * time.Millisecond) // if it was another that listens, this one ends now
		if err == nil && !p.Ended() {
			t.Cleanup(func() {
				_ = command.Process.Signal(os.Interrupt)
				<-p.Done
			})
			return address
		}
		p.Stop()
		require.Less(t, try, 3, "the program does not listen: %s", log)
	}
}
