package host

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// unused is how long a connection without a request may hold up the end: a request that is under way on it arrives by then.
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
	var fresh connections
	server := &http.Server{
		Handler:        h,
		ReadTimeout:    s.Read,
		WriteTimeout:   s.writeDeadline(),
		MaxHeaderBytes: 1 << 20,
		ErrorLog:       complaints,
		ConnState:      fresh.changed,
	}
	scraper := &http.Server{Handler: h.metricsHandler(), ReadTimeout: 500 * time.Millisecond, WriteTimeout: 500 * time.Millisecond, ErrorLog: complaints}
	failed := make(chan error, 2)
	go func() { failed <- server.Serve(function) }()
	go func() { failed <- scraper.Serve(scrape) }()
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
	fresh.hurry()
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

// connections are those that have not sent a request yet. [http.Server.Shutdown] waits five seconds for each, which on faasd
// would be five seconds without the function.
type connections struct {
	mu  sync.Mutex
	new map[net.Conn]bool
}

func (c *connections) changed(conn net.Conn, state http.ConnState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if state != http.StateNew {
		delete(c.new, conn)
		return
	}
	if c.new == nil {
		c.new = map[net.Conn]bool{}
	}
	c.new[conn] = true
}

// hurry bounds their wait for a request. Once one has come, net/http sets the deadlines of an ordinary request again.
func (c *connections) hurry() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for conn := range c.new {
		_ = conn.SetReadDeadline(time.Now().Add(unused))
	}
}

// logLines takes net/http's own complaints into the log. Their text names addresses and protocol errors, and never what a request said.
type logLines struct{ *logger }

func (l logLines) Write(line []byte) (int, error) {
	l.event(strings.TrimSpace(string(line)))
	return len(line), nil
}

// tokens are the names in a list apart by commas.
func tokens(line string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for part := range strings.SplitSeq(line, ",") {
			if part = strings.TrimSpace(part); part != "" && !yield(part) {
				return
			}
		}
	}
}
