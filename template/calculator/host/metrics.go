package host

import (
	"io"
	"math"
	"net/http"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// meters count requests under of-watchdog's names, so that its dashboards and alerts read ours. A library for that is a twentieth of
// the binary, and a tenth of an idle function's memory (measured with VictoriaMetrics/metrics 1.44, the smallest that was found).
type meters struct {
	inflight atomic.Int64
	scrapes  atomic.Int64
	scraping atomic.Int64

	mu    sync.RWMutex
	pairs map[label]*durations
}

type label struct {
	method string // one of a known few: a client must not be able to make labels
	status int
}

// bounds of the durations are the defaults of Prometheus' client libraries, .005 to 10 seconds.
var bounds = [...]time.Duration{5 * time.Millisecond, 10 * time.Millisecond, 25 * time.Millisecond, 50 * time.Millisecond, 100 * time.Millisecond,
	250 * time.Millisecond, 500 * time.Millisecond, time.Second, 2500 * time.Millisecond, 5 * time.Second, 10 * time.Second}

// durations are those of the requests with one label, counted by the bound that they do not exceed.
type durations struct {
	counts [len(bounds) + 1]atomic.Int64
	sum    atomic.Int64 // nanoseconds
}

func newMeters() *meters { return &meters{pairs: map[label]*durations{}} }

func (m *meters) observe(method string, status int, d time.Duration) {
	at := label{knownMethod(method), status}
	m.mu.RLock()
	p := m.pairs[at]
	m.mu.RUnlock()
	if p == nil {
		p = m.add(at)
	}
	i := 0
	for i < len(bounds) && d > bounds[i] {
		i++
	}
	p.counts[i].Add(1)
	p.sum.Add(int64(d))
}

func (m *meters) add(at label) *durations {
	m.mu.Lock()
	defer m.mu.Unlock()
	p := m.pairs[at]
	if p == nil {
		p = new(durations)
		m.pairs[at] = p
	}
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

// exposition is Prometheus' text format, version 0.0.4.
type exposition []byte

// family begins the samples of one name.
func (b *exposition) family(name, kind string) {
	*b = append(append(append(append(append(*b, "# TYPE "...), name...), ' '), kind...), '\n')
}

// sample is one line; labels are within braces, or nothing.
func (b *exposition) sample(name, labels string, value float64) {
	*b = append(append(append(*b, name...), labels...), ' ')
	*b = append(strconv.AppendFloat(*b, value, 'g', -1, 64), '\n')
}

func (b *exposition) one(name, kind string, value float64) {
	b.family(name, kind)
	b.sample(name, "", value)
}

// WriteMetrics writes the function's own metrics, without those of the process, in Prometheus' text format.
func (h *Host) WriteMetrics(w io.Writer) {
	var b exposition
	h.meters.write(&b)
	_, _ = w.Write(b) // the scraper has gone: there is nobody to tell
}

func (m *meters) write(b *exposition) {
	m.mu.RLock()
	series := make([]string, 0, len(m.pairs))
	found := make(map[string]*durations, len(m.pairs))
	for at, p := range m.pairs {
		labels := `code="` + strconv.Itoa(at.status) + `",method="` + strings.ToLower(at.method) + `"`
		series, found[labels] = append(series, labels), p
	}
	m.mu.RUnlock()
	slices.Sort(series)

	b.one("http_requests_in_flight", "gauge", float64(m.inflight.Load()))
	if len(series) > 0 {
		b.family("http_requests_total", "counter")
	}
	totals := map[string]float64{}
	for _, labels := range series {
		for i := range found[labels].counts {
			totals[labels] += float64(found[labels].counts[i].Load())
		}
		b.sample("http_requests_total", "{"+labels+"}", totals[labels])
	}
	const name = "http_request_duration_seconds"
	if len(series) > 0 {
		b.family(name, "histogram")
	}
	for _, labels := range series {
		p, sum := found[labels], 0.0
		for i, bound := range bounds {
			sum += float64(p.counts[i].Load())
			b.sample(name+"_bucket", "{"+labels+`,le="`+strconv.FormatFloat(bound.Seconds(), 'g', -1, 64)+`"}`, sum)
		}
		sum += float64(p.counts[len(bounds)].Load())
		b.sample(name+"_bucket", "{"+labels+`,le="+Inf"}`, sum)
		b.sample(name+"_sum", "{"+labels+"}", time.Duration(p.sum.Load()).Seconds())
		b.sample(name+"_count", "{"+labels+"}", sum)
	}
}

// started is when the process was, to within its own beginning.
var started = time.Now()

// process writes what Prometheus' client libraries tell of a process in Go by default.
func (b *exposition) process() {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	gc := debug.GCStats{PauseQuantiles: make([]time.Duration, 5)}
	debug.ReadGCStats(&gc)
	b.family("go_gc_duration_seconds", "summary")
	for i, quantile := range []string{"0", "0.25", "0.5", "0.75", "1"} {
		b.sample("go_gc_duration_seconds", `{quantile="`+quantile+`"}`, gc.PauseQuantiles[i].Seconds())
	}
	b.sample("go_gc_duration_seconds_sum", "", gc.PauseTotal.Seconds())
	b.sample("go_gc_duration_seconds_count", "", float64(gc.NumGC))
	b.family("go_info", "gauge")
	b.sample("go_info", `{version="`+runtime.Version()+`"}`, 1)

	var usage syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	busy := time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
	var files syscall.Rlimit
	_ = syscall.Getrlimit(syscall.RLIMIT_NOFILE, &files)
	virtual, resident := pages()
	for _, f := range []struct {
		name, kind string
		value      float64
	}{
		{"go_goroutines", "gauge", float64(runtime.NumGoroutine())},
		{"go_gomaxprocs", "gauge", float64(runtime.GOMAXPROCS(0))},
		{"go_memstats_alloc_bytes", "gauge", float64(m.Alloc)},
		{"go_memstats_alloc_bytes_total", "counter", float64(m.TotalAlloc)},
		{"go_memstats_sys_bytes", "gauge", float64(m.Sys)},
		{"go_memstats_mallocs_total", "counter", float64(m.Mallocs)},
		{"go_memstats_frees_total", "counter", float64(m.Frees)},
		{"go_memstats_heap_alloc_bytes", "gauge", float64(m.HeapAlloc)},
		{"go_memstats_heap_sys_bytes", "gauge", float64(m.HeapSys)},
		{"go_memstats_heap_idle_bytes", "gauge", float64(m.HeapIdle)},
		{"go_memstats_heap_inuse_bytes", "gauge", float64(m.HeapInuse)},
		{"go_memstats_heap_released_bytes", "gauge", float64(m.HeapReleased)},
		{"go_memstats_heap_objects", "gauge", float64(m.HeapObjects)},
		{"go_memstats_stack_inuse_bytes", "gauge", float64(m.StackInuse)},
		{"go_memstats_stack_sys_bytes", "gauge", float64(m.StackSys)},
		{"go_memstats_mspan_inuse_bytes", "gauge", float64(m.MSpanInuse)},
		{"go_memstats_mspan_sys_bytes", "gauge", float64(m.MSpanSys)},
		{"go_memstats_mcache_inuse_bytes", "gauge", float64(m.MCacheInuse)},
		{"go_memstats_mcache_sys_bytes", "gauge", float64(m.MCacheSys)},
		{"go_memstats_buck_hash_sys_bytes", "gauge", float64(m.BuckHashSys)},
		{"go_memstats_gc_sys_bytes", "gauge", float64(m.GCSys)},
		{"go_memstats_other_sys_bytes", "gauge", float64(m.OtherSys)},
		{"go_memstats_next_gc_bytes", "gauge", float64(m.NextGC)},
		{"go_memstats_last_gc_time_seconds", "gauge", float64(m.LastGC) / 1e9},
		{"process_cpu_seconds_total", "counter", busy.Seconds()},
		{"process_start_time_seconds", "gauge", float64(started.UnixMilli()) / 1e3},
		{"process_virtual_memory_bytes", "gauge", virtual},
		{"process_resident_memory_bytes", "gauge", resident},
		{"process_open_fds", "gauge", openFiles()},
		{"process_max_fds", "gauge", float64(files.Cur)},
	} {
		if !math.IsNaN(f.value) {
			b.one(f.name, f.kind, f.value)
		}
	}
}

// pages is the memory of the process, in bytes (proc(5): the first two of statm are the size and what of it is resident, in pages). What
// cannot be read is not a number.
func pages() (virtual, resident float64) {
	text, _ := os.ReadFile("/proc/self/statm")
	fields := append(strings.Fields(string(text)), "", "")
	return inPages(fields[0]), inPages(fields[1])
}

func inPages(text string) float64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return math.NaN()
	}
	return float64(n) * float64(os.Getpagesize())
}

// openFiles counts them, without the one that it takes to count.
func openFiles() float64 {
	folder, err := os.Open("/proc/self/fd")
	if err != nil {
		return math.NaN()
	}
	defer folder.Close()
	names, err := folder.Readdirnames(-1)
	if err != nil {
		return math.NaN()
	}
	return float64(len(names) - 1)
}

// metricsHandler serves /metrics: the function's, the process's, and those of the scrape itself, as of-watchdog's library has them.
func (h *Host) metricsHandler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path != "/metrics":
			http.NotFound(w, r)
			return
		case r.Method != http.MethodGet && r.Method != http.MethodHead:
			w.Header().Set("Allow", "GET, HEAD")
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		m := h.meters
		m.scraping.Add(1)
		defer m.scraping.Add(-1)
		defer m.scrapes.Add(1)
		var b exposition
		m.write(&b)
		b.one("promhttp_metric_handler_requests_in_flight", "gauge", float64(m.scraping.Load()))
		b.family("promhttp_metric_handler_requests_total", "counter")
		b.sample("promhttp_metric_handler_requests_total", `{code="200"}`, float64(m.scrapes.Load()))
		b.process()
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		_, _ = w.Write(b) // the scraper has gone: there is nobody to tell
	})
}
