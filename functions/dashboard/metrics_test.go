package function

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestMetricsComeFromPrometheusByFixedQueries(t *testing.T) {
	broken := false
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		query := r.URL.Query().Get("query")
		require.Equal(t, "/prom/api/v1/query", r.URL.Path)
		value := map[string]string{queries["calls"]: "40", queries["errors"]: "2", queries["p50"]: "0.002", queries["p95"]: "NaN"}[query]
		require.NotEmpty(t, value, query)
		if broken && strings.Contains(query, "5..") {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		_, _ = fmt.Fprintf(w, `{"status":"success","data":{"resultType":"vector","result":[{"metric":{"function_name":"add.openfaas-fn"},"value":[1.5,"%s"]}]}}`, value)
	}))
	defer s.Close()
	address, err := url.Parse(s.URL + "/prom")
	require.NoError(t, err)
	require.Equal(t, figures{true, map[string]map[string]float64{"add": {"calls": 40, "errors": 2, "p50": 0.002}}}, metrics(t.Context(), address))
	broken = true
	require.False(t, metrics(t.Context(), address).Available)
	require.False(t, metrics(t.Context(), nil).Available)
}
