package function

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	handler "github.com/openfaas/templates-sdk/go-http"
	"github.com/stretchr/testify/require"
)

// standIn is a Prometheus that knows one vector for each query.
func standIn(t *testing.T, answer http.HandlerFunc) *url.URL {
	t.Helper()
	s := httptest.NewServer(answer)
	t.Cleanup(s.Close)
	u, err := url.Parse(s.URL + "/behind")
	require.NoError(t, err)
	return u
}

func metricsOf(t *testing.T, u *url.URL, r handler.Request) string {
	t.Helper()
	a, err := serveMetrics(r, u)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, a.StatusCode)
	require.Equal(t, "no-store", a.Header.Get("Cache-Control"))
	return string(a.Body)
}

func TestMetricsComeFromPrometheus(t *testing.T) {
	var mutex sync.Mutex
	asked := map[string]bool{}
	u := standIn(t, func(w http.ResponseWriter, r *http.Request) {
		mutex.Lock()
		defer mutex.Unlock()
		query := r.URL.Query().Get("query")
		asked[query] = true
		value := map[string]string{queries["calls"]: "1200", queries["errors"]: "3", queries["p50"]: "0.0021", queries["p95"]: "NaN"}[query]
		fmt.Fprintf(w, `{"status":"success","data":{"resultType":"vector","result":[
			{"metric":{"function_name":"add.openfaas-fn"},"value":[1700000000.5,%q]},{"metric":{"function_name":"sin"},"value":[1700000000.5,"2"]}]}}`, value)
		require.Equal(t, "/behind/api/v1/query", r.URL.Path)
	})
	// Nothing of the request reaches Prometheus.
	text := metricsOf(t, u, handler.Request{QueryString: "query=up&time=0", Header: http.Header{"X-Original-Uri": {"/metrics.json?query=up"}, "Authorization": {"secret"}}})
	require.JSONEq(t, `{"available":true,"functions":{"add":{"calls":1200,"errors":3,"p50":0.0021},"sin":{"calls":2,"errors":2,"p50":2,"p95":2}}}`, text)
	require.Len(t, asked, len(queries))
	for _, query := range queries {
		require.True(t, asked[query], query)
	}
}

func TestMetricsSayWhenTheyAreNotAvailable(t *testing.T) {
	require.JSONEq(t, `{"available":false,"functions":{}}`, metricsOf(t, nil, handler.Request{}))
	for name, answer := range map[string]http.HandlerFunc{
		"an error": func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, `{"status":"error","errorType":"bad_data"}`)
		},
		"no JSON": func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "gone", http.StatusBadGateway) },
		"too much": func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, `{"status":"`+strings.Repeat("x", maxMetrics)+`"}`)
		},
		"too late": func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
	} {
		begin := time.Now()
		require.Contains(t, metricsOf(t, standIn(t, answer), handler.Request{}), `"available":false`, name)
		require.Less(t, time.Since(begin), metricsTimeout+time.Second, name)
	}
}

func TestBadAddressOfPrometheusStopsTheStart(t *testing.T) {
	for _, text := range []string{"10.62.0.1:9090", "ftp://10.62.0.1", "http://"} {
		c := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^$")
		c.Env = append(os.Environ(), "prometheus_url="+text)
		out, err := c.CombinedOutput()
		require.Error(t, err)
		require.Contains(t, string(out), `prometheus_url="`+text+`": want an address such as http://10.62.0.1:9090`)
	}
}
