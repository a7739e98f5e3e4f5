package host

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// unused is how long connections without a request may hold up the end: requests that are under way on them arrive by then.
const unused = 10 * time.Millisecond

// serveHTTP is the platform of OpenFaaS, and of anything else that speaks HTTP: it serves until ctx ends, then drains.
func serveHTTP(ctx context.Context, s Settings, handle Handle) error {
	h := New(s, handle)
	defer h.Flush()
	function, err := listen(s.Port, "port")
	if err != nil {
		return err
	}
	defer function.Close()
	scrape, err := listen(s.MetricsPort, "metrics_port")
	if err != nil {
		return err
	}
	defer scrape.Close()

	// The lock file is for Kubernetes' exec probes. A scratch image may have nowhere to put it, and nothing here depends on it.
	lock := filepath.Join(os.TempDir(), ".lock")
	if os.WriteFile(lock, nil, 0o600) == nil {
		defer func() { _ = os.Remove(lock) }()
	}

	complaints := log.New(logLines{h.log}, "", 0)
	open := newConnections(maxConnections, &h.crowded)
	server := &http.Server{
		Handler:        h,
		ReadTimeout:    s.Read,
		WriteTimeout:   s.writeDeadline(),
		MaxHeaderBytes: maxHeader,
		ErrorLog:       complaints,
		ConnState:      open.changed,
	}
	scraper := &http.Server{Handler: h.metricsHandler(), ReadTimeout: 500 * time.Millisecond, WriteTimeout: 500 * time.Millisecond, ErrorLog: complaints}
	failed := make(chan error, 2)
	go func() { failed <- server.Serve(open.of(function)) }()
	go func() { failed <- scraper.Serve(scrape) }()
	go h.rest(ctx, restAfter, held())
	go Version() // may have to hash the executable, which the first answer should not wait for

	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}

	h.Stop()
	_ = os.Remove(lock)
	h.log.event("stopping: requests are taken for another " + s.Drain.String())
	time.Sleep(s.Drain)
	h.log.event("draining: " + strconv.FormatInt(h.meters.inflight.Load(), 10) + " requests")
	drained, cancel := context.WithTimeout(context.Background(), s.writeDeadline())
	defer cancel()
	h.ending.Store(true)
	open.empty(time.Now().Add(unused))
	if err := server.Shutdown(drained); err != nil {
		h.log.event("stopped with requests unanswered: " + strconv.FormatInt(h.meters.inflight.Load(), 10))
	}
	_ = scraper.Close()
	return nil
}

// listen opens a port, and says in a sentence why it cannot.
func listen(port int, setting string) (net.Listener, error) {
	l, err := net.Listen("tcp", ":"+strconv.Itoa(port))
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("port %d is in use by another process: end it, or set %s to another", port, setting)
	}
	if err != nil {
		return nil, fmt.Errorf("%s=%d: cannot listen: %w", setting, port, err)
	}
	return l, nil
}

// logLines takes net/http's own complaints into the log. Their text names addresses and protocol errors, and never what a request said.
type logLines struct{ *logger }

func (l logLines) Write(line []byte) (int, error) {
	l.event(strings.TrimSpace(string(line)))
	return len(line), nil
}
