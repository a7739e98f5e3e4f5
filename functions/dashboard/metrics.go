package function

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	handler "github.com/openfaas/templates-sdk/go-http"
)

// What the page shows of calls comes from Prometheus, where prometheus_url names one, by these queries and no others.
var queries = map[string]string{
	"calls":  `sum by (function_name) (gateway_function_invocation_total)`,
	"errors": `sum by (function_name) (gateway_function_invocation_total{code=~"5.."})`,
	"p50":    `histogram_quantile(0.5, sum by (function_name, le) (rate(gateway_functions_seconds_bucket[10m])))`,
	"p95":    `histogram_quantile(0.95, sum by (function_name, le) (rate(gateway_functions_seconds_bucket[10m])))`,
}

// prometheus is the address of Prometheus, nil where there is none. A bad one ends the process with a sentence.
var prometheus = func() *url.URL {
	text := os.Getenv("prometheus_url")
	if text == "" {
		return nil
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		fmt.Fprintf(os.Stderr, "prometheus_url=%q: want an address such as http://10.62.0.1:9090\n", text)
		os.Exit(1)
	}
	return u
}()

const (
	metricsTimeout = 2 * time.Second
	maxMetrics     = 1 << 20 // bytes of an answer of Prometheus that are read
)

// figures are what is known of the calls: {"available":true,"functions":{"add":{"calls":1,"errors":0,"p50":0.001,"p95":0.002}}}, times in
// seconds.
type figures struct {
	Available bool                          `json:"available"`
	Functions map[string]map[string]float64 `json:"functions"`
}

func serveMetrics(r handler.Request, prometheus *url.URL) (handler.Response, error) {
	ctx := r.Context()
	if ctx == nil {
		ctx = context.Background()
	}
	body, err := json.Marshal(metrics(ctx, prometheus))
	return handler.Response{StatusCode: http.StatusOK, Body: append(body, '\n'),
		Header: http.Header{"Content-Type": {"application/json"}, "Cache-Control": {"no-store"}}}, err
}

// metrics asks Prometheus all queries at once. One that fails makes nothing available.
func metrics(ctx context.Context, prometheus *url.URL) figures {
	f := figures{Available: prometheus != nil, Functions: map[string]map[string]float64{}}
	if prometheus == nil {
		return f
	}
	ctx, cancel := context.WithTimeout(ctx, metricsTimeout)
	defer cancel()
	var mutex sync.Mutex
	var wait sync.WaitGroup
	for name, query := range queries {
		wait.Go(func() {
			values, err := ask(ctx, prometheus, query)
			mutex.Lock()
			defer mutex.Unlock()
			f.Available = f.Available && err == nil
			for function, value := range values {
				if f.Functions[function] == nil {
					f.Functions[function] = map[string]float64{}
				}
				f.Functions[function][name] = value
			}
		})
	}
	wait.Wait()
	return f
}

// ask puts one query, and returns the values by the function's name, without its namespace.
func ask(ctx context.Context, prometheus *url.URL, query string) (map[string]float64, error) {
	u := prometheus.JoinPath("api/v1/query")
	u.RawQuery = url.Values{"query": {query}}.Encode()
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, err
	}
	a, err := http.DefaultClient.Do(q)
	if err != nil {
		return nil, err
	}
	defer func() { _ = a.Body.Close() }()
	var said struct {
		Status string
		Data   struct {
			Result []struct {
				Metric map[string]string
				Value  [2]any
			}
		}
	}
	if err := json.NewDecoder(http.MaxBytesReader(nil, a.Body, maxMetrics)).Decode(&said); err != nil {
		return nil, err
	}
	if said.Status != "success" {
		return nil, errors.New("prometheus: " + said.Status)
	}
	values := make(map[string]float64)
	for _, x := range said.Data.Result {
		name, _, _ := strings.Cut(x.Metric["function_name"], ".")
		text, _ := x.Value[1].(string)
		if v, err := strconv.ParseFloat(text, 64); err == nil && !math.IsNaN(v) && !math.IsInf(v, 0) {
			values[name] = v
		}
	}
	return values, nil
}
