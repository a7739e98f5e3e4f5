package vps_test

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"calculator/deploy/conformance/contract"
	"calculator/deploy/internal/process"
)

// Whoever asks through nginx gets the answers that the functions give.
func TestContractIsKeptBehindNginx(t *testing.T) {
	nginxOrSkip(t)
	local := filepath.Join(t.TempDir(), "local")
	out, err := exec.Command("go", "build", "-o", local, "calculator/deploy/local").CombinedOutput()
	require.NoError(t, err, "%s", out)
	address := freeAddress(t)
	calculator, err := process.Start(exec.Command(local, "-addr", address))
	require.NoError(t, err)
	t.Cleanup(calculator.Stop)
	var version string
	require.Eventually(t, func() bool {
		answer, err := http.Get("http://" + address + "/function/add")
		if err != nil {
			return false
		}
		version = answer.Header.Get("X-Calculator-Version")
		return answer.Body.Close() == nil && version != ""
	}, 10*time.Second, 10*time.Millisecond)

	target, err := url.Parse("http://" + address)
	require.NoError(t, err)
	g := &gateway{server: httptest.NewServer(httputil.NewSingleHostReverseProxy(target))}
	t.Cleanup(g.server.Close)
	p := startProxy(t, g)
	p.deployed(t, allAt(version))
	cases, err := contract.All()
	require.NoError(t, err)
	for _, round := range []string{"asked for the first time", "from the cache, where it may answer"} {
		report := contract.Run(t.Context(), contract.Calculator{URL: "https://" + p.address, Proxied: true, Client: p.client("127.0.0.1")}, cases)
		for _, f := range report.Failures {
			t.Errorf("%s: %s: %s\n\t%s", round, f.Case.Place, f.Case, f.Error)
		}
		require.Equal(t, len(cases), report.Asked)
	}
}
