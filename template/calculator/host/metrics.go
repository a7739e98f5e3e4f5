package host

import (
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/VictoriaMetrics/metrics"
)

// meters count requests under of-watchdog's names, so that its dashboards and alerts read ours.
type meters struct {
	set      *metrics.Set
	inflight atomic.Int64

	mu    sync.RWMutex
	pairs map[label]pair
}

type label struct {
	method string // lower case, one of a known few: a client must not be able to make labels
	status int
}

type pair struct {
	total   *metrics.Counter
	seconds *metrics.PrometheusHistogram
}

func newMeters() *meters {
	m := &meters{set: metrics.NewSet(), pairs: map[label]pair{}}
	m.set.NewGauge("http_requests_in_flight", func() float64 { return float64(m.inflight.Load()) })
	return m
}

func (m *meters) observe(method string, status int, d time.Duration) {
	at := label{knownMethod(method), status}
	m.mu.RLock()
	p, ok := m.pairs[at]
	m.mu.RUnlock()
	if !ok {
		p = m.add(at)
	}
	p.total.Inc()
	p.seconds.Update(d.Seconds())
}

func (m *meters) add(at label) pair {
	m.mu.Lock()
	defer m.mu.Unlock()
	if p, ok := m.pairs[at]; ok {
		return p
	}
	labels := `{code="` + strconv.Itoa(at.status) + `",method="` + strings.ToLower(at.method) + `"}`
	p := pair{
		total:   m.set.NewCounter("http_requests_total" + labels),
		seconds: m.set.NewPrometheusHistogram("http_request_duration_seconds" + labels), // the client library's own buckets, .005 to 10
	}
	m.pairs[at] = p
	return p
}

// knownMethod is the method, or "unknown": what the log and the metrics may repeat of a client's word.
func knownMethod(method string) string {
	switch method {
	case http.MethodGet, http.MethodPost, http.MethodHead, http.MethodOptions, http.MethodPut,
		http.MethodPatch, http.MethodDelete, http.MethodConnect, http.MethodTrace:
		return method
	}
	return "unknown"
}

// WriteMetrics writes the function's own metrics, without those of the process, in Prometheus' text format.
func (h *Host) WriteMetrics(w io.Writer) { h.meters.set.WritePrometheus(w) }

// metricsHandler serves /metrics: the function's, the process's, and those of the scrape itself, as of-watchdog's library has them.
func (h *Host) metricsHandler() http.Handler {
	metrics.ExposeMetadata(true)
	scrapes := h.meters.set.NewCounter(`promhttp_metric_handler_requests_total{code="200"}`)
	var scraping atomic.Int64
	h.meters.set.NewGauge("promhttp_metric_handler_requests_in_flight", func() float64 { return float64(scraping.Load()) })
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, _ *http.Request) {
		scraping.Add(1)
		defer scraping.Add(-1)
		defer scrapes.Inc()
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		h.WriteMetrics(w)
		metrics.WriteProcessMetrics(w)
		metrics.WriteFDMetrics(w)
	})
	return mux
}
