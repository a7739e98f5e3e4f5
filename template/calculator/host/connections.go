package host

import (
	"net"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// maxConnections are served at once; the next ones wait. A connection costs some 10 KiB by itself, and twice its header and body where
	// these take no part in largeHeaders and bodyRoom.
	maxConnections = 256
	// maxHeader is the longest request line with its header, and so the longest query: of-watchdog's, room for every operand that there may be.
	maxHeader = 1 << 20
	// Above largeHeader one is read only while it has a place: each costs up to 1.8 MiB.
	largeHeader  = 16 << 10
	largeHeaders = 8
	tryFor       = 5 * time.Millisecond
	// quietFor is how long a connection must have been without a request to be closed for another: one may be on its way.
	quietFor = time.Second
	lookFor  = 50 * time.Millisecond
)

// connections are those of a server. [http.Server.Shutdown] alone would wait five seconds for each that has sent no request yet, which on
// faasd would be five seconds without the function, and end those between two requests at once, with the next one perhaps there
// already and unread. There are only so many at once: while one more waits for a place, each answer ends its connection, and those without a
// request for quietFor are closed.
type connections struct {
	places  chan struct{}
	headers chan struct{} // places of large ones
	crowded *atomic.Bool

	mu  sync.Mutex
	all map[*connection]bool
}

func newConnections(most int, crowded *atomic.Bool) *connections {
	return &connections{places: make(chan struct{}, most), headers: make(chan struct{}, largeHeaders), crowded: crowded, all: map[*connection]bool{}}
}

// A connection knows what it is at, and whether it has been told to hurry since.
type connection struct {
	net.Conn
	state   atomic.Int32
	since   atomic.Int64 // when that began, in nanoseconds
	hurried atomic.Bool

	headers  chan struct{} // places of large ones
	header   int           // bytes of the one being read
	holds    bool          // a place
	deadline atomic.Int64  // for reading, in nanoseconds; 0 where there is none
}

// Read reads on in a header that is large only when there is a place for it. net/http calls a connection new or idle until it has
// read a header to its end, and reads from one goroutine at a time.
func (c *connection) Read(b []byte) (int, error) {
	if !c.waits() {
		return c.Conn.Read(b)
	}
	for c.header > largeHeader && !c.holds {
		select {
		case c.headers <- struct{}{}:
			c.holds = true
		case <-time.After(tryFor): // the deadline may be another by then
			if at := c.deadline.Load(); at != 0 && time.Now().UnixNano() > at {
				return 0, os.ErrDeadlineExceeded
			}
		}
	}
	n, err := c.Conn.Read(b)
	c.header += n
	return n, err
}

func (c *connection) SetReadDeadline(t time.Time) error {
	c.remember(t)
	return c.Conn.SetReadDeadline(t)
}

func (c *connection) SetDeadline(t time.Time) error {
	c.remember(t)
	return c.Conn.SetDeadline(t)
}

func (c *connection) remember(t time.Time) {
	if t.IsZero() {
		c.deadline.Store(0)
		return
	}
	c.deadline.Store(t.UnixNano())
}

// done gives back what a header took, once its request is answered.
func (c *connection) done() {
	c.header = 0
	if c.holds {
		c.holds = false
		<-c.headers
	}
}

// of is a listener that keeps its connections here.
func (c *connections) of(l net.Listener) net.Listener {
	closed := make(chan struct{})
	return &counted{l, c, closed, sync.OnceFunc(func() { close(closed) })}
}

type counted struct {
	net.Listener
	connections *connections
	closed      chan struct{}
	close       func()
}

func (l *counted) Close() error {
	l.close()
	return l.Listener.Close()
}

func (l *counted) Accept() (net.Conn, error) {
	accepted, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	if !l.connections.place(l.closed) {
		_ = accepted.Close()
		return nil, net.ErrClosed
	}
	conn := &connection{Conn: accepted, headers: l.connections.headers}
	conn.since.Store(time.Now().UnixNano())
	l.connections.mu.Lock()
	l.connections.all[conn] = true
	l.connections.mu.Unlock()
	return conn, nil
}

// place waits for a place, and reports false where the listener was closed before there was one.
func (c *connections) place(closed <-chan struct{}) bool {
	select {
	case c.places <- struct{}{}:
		return true
	default:
	}
	c.crowded.Store(true)
	defer c.crowded.Store(false)
	look := time.NewTicker(lookFor)
	defer look.Stop()
	for {
		c.closeQuiet()
		select {
		case c.places <- struct{}{}:
			return true
		case <-look.C:
		case <-closed:
			return false
		}
	}
}

// closeQuiet closes the connection that has been without a request for longest, where that is long enough.
func (c *connections) closeQuiet() {
	c.mu.Lock()
	defer c.mu.Unlock()
	var longest *connection
	since := time.Now().Add(-quietFor).UnixNano()
	for conn := range c.all {
		if began := conn.since.Load(); conn.waits() && began < since {
			longest, since = conn, began
		}
	}
	if longest != nil {
		_ = longest.Close() // net/http, which reads from it, takes that for its end
	}
}

// waits is whether the connection is there without a request.
func (c *connection) waits() bool {
	state := http.ConnState(c.state.Load())
	return state == http.StateNew || state == http.StateIdle
}

func (c *connections) changed(conn net.Conn, state http.ConnState) {
	own := conn.(*connection)
	own.since.Store(time.Now().UnixNano())
	own.state.Store(int32(state)) //nolint:gosec // five small numbers
	own.hurried.Store(false)
	if state != http.StateActive {
		own.done()
	}
	if state == http.StateClosed || state == http.StateHijacked {
		c.mu.Lock()
		delete(c.all, own)
		c.mu.Unlock()
		<-c.places
	}
}

// empty bounds the wait of connections for a request, and returns when none of them waits, or at the end. Once a request has come,
// net/http sets the deadlines of an ordinary one again; its answer closes the connection.
func (c *connections) empty(end time.Time) {
	for c.hurry(end) && time.Now().Before(end) {
		time.Sleep(unused / 10)
	}
}

// hurry reports whether there are connections that wait.
func (c *connections) hurry(end time.Time) (any bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for conn := range c.all {
		if !conn.waits() {
			continue
		}
		any = true
		if conn.hurried.CompareAndSwap(false, true) {
			_ = conn.SetReadDeadline(end)
		}
	}
	return any
}
