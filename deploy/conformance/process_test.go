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
	address := freeAddress(t)
	background(t, exec.Command(local, "-addr", address), address)

	report := new(bytes.Buffer)
	require.NoError(t, run(t.Context(), []string{"-url", "http://" + address}, report), report)
	require.Contains(t, report.String(), "answers are the contract's, version ")
}

// Each function's binary, as its image has it, directly at its port.
func TestEachFunctionAsAProcessKeepsTheContract(t *testing.T) {
	asked := 0
	for _, o := range catalogue.All {
		address, metrics := freeAddress(t), freeAddress(t)
		p := exec.Command(binary(t, o.Name))
		p.Env = []string{"port=" + port(t, address), "metrics_port=" + port(t, metrics), "TMPDIR=" + t.TempDir(), "OPENFAAS_NAME=" + o.Name}
		background(t, p, address)
		asked += conforms(t, contract.Calculator{URL: "http://" + address, Only: o.Name})
	}
	cases, err := contract.All()
	require.NoError(t, err)
	require.Equal(t, len(cases), asked)
}

// background runs a program that listens until the test ends.
func background(t *testing.T, command *exec.Cmd, address string) {
	t.Helper()
	log := new(bytes.Buffer)
	command.Stdout, command.Stderr = log, log
	require.NoError(t, command.Start())
	t.Cleanup(func() {
		_ = command.Process.Signal(os.Interrupt)
		_ = command.Wait()
	})
	for begin := time.Now(); ; time.Sleep(time.Millisecond) {
		c, err := net.Dial("tcp", address)
		if err == nil {
			_ = c.Close()
			return
		}
		require.Less(t, time.Since(begin), 10*time.Second, err)
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
