package host

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// crowd is a server with so few places, whose handler answers /slow when told.
func crowd(t *testing.T, most int) (address string, free chan struct{}) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	var crowded atomic.Bool
	c := newConnections(most, &crowded)
	free = make(chan struct{})
	s := &http.Server{ConnState: c.changed, ReadTimeout: 20 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/slow" {
			<-free
		}
		if crowded.Load() { // as host does
			w.Header().Set("Connection", "close")
		}
		_, _ = io.WriteString(w, "here")
	})}
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(c.of(l)) }()
	t.Cleanup(func() {
		require.NoError(t, s.Close())
		require.ErrorIs(t, <-ended, http.ErrServerClosed)
	})
	return l.Addr().String(), free
}

func dial(t *testing.T, address string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	require.NoError(t, err)
	require.NoError(t, conn.SetDeadline(time.Now().Add(10*time.Second)))
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

func send(t *testing.T, conn net.Conn, path string) {
	t.Helper()
	_, err := fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", path)
	require.NoError(t, err)
}

func answered(t *testing.T, conn net.Conn) {
	t.Helper()
	a, err := http.ReadResponse(bufio.NewReader(conn), nil)
	require.NoError(t, err)
	require.Equal(t, 200, a.StatusCode)
}

func isClosed(t *testing.T, conn net.Conn) {
	t.Helper()
	_, err := conn.Read(make([]byte, 1))
	require.ErrorIs(t, err, io.EOF)
}

func TestQuietConnectionsGiveUpTheirPlaces(t *testing.T) {
	address, free := crowd(t, 2)
	silent, idle := dial(t, address), dial(t, address)
	time.Sleep(20 * time.Millisecond) // silent is the older one
	send(t, idle, "/")
	answered(t, idle)
	next := dial(t, address)
	send(t, next, "/slow")
	isClosed(t, silent)
	another := dial(t, address)
	send(t, another, "/slow")
	isClosed(t, idle)

	last := dial(t, address)
	send(t, last, "/")
	require.NoError(t, last.SetReadDeadline(time.Now().Add(2*quietFor)))
	_, err := last.Read(make([]byte, 1))
	require.ErrorContains(t, err, "timeout", "while both places are at work it waits")
	require.NoError(t, last.SetReadDeadline(time.Now().Add(10*time.Second)))
	close(free)
	answered(t, next)
	answered(t, another)
	answered(t, last)
}

func TestManyConnectionsAreServedInTurn(t *testing.T) {
	address, free := crowd(t, 3)
	close(free)
	var all []net.Conn
	for range 100 {
		conn := dial(t, address)
		send(t, conn, "/slow")
		all = append(all, conn)
	}
	for _, conn := range all {
		answered(t, conn)
	}
}

func TestALongHeaderIsRefused(t *testing.T) {
	address := strings.TrimPrefix(serve(t, Defaults(), text("ok")), "http://")
	conn := dial(t, address)
	_, err := io.WriteString(conn, "GET /?args="+strings.Repeat("1", maxHeader-100)+" HTTP/1.1\r\nHost: x\r\n\r\n")
	require.NoError(t, err)
	a, err := http.ReadResponse(bufio.NewReader(conn), nil)
	require.NoError(t, err)
	require.Equal(t, 200, a.StatusCode)
	conn = dial(t, address)
	_, _ = io.WriteString(conn, "GET /?args="+strings.Repeat("1", maxHeader+4096)+" HTTP/1.1\r\nHost: x\r\n\r\n")
	a, err = http.ReadResponse(bufio.NewReader(conn), nil)
	require.NoError(t, err)
	require.Equal(t, http.StatusRequestHeaderFieldsTooLarge, a.StatusCode)
}

func TestLargeHeadersTakeTurns(t *testing.T) {
	address, free := crowd(t, 100)
	close(free)
	half := strings.Repeat("1", 50_000)
	var all []net.Conn
	for range 5 * largeHeaders {
		conn := dial(t, address)
		_, err := io.WriteString(conn, "GET /?args="+half)
		require.NoError(t, err)
		all = append(all, conn)
	}
	small := dial(t, address)
	send(t, small, "/")
	answered(t, small)
	for _, conn := range all {
		go func() { _, _ = io.WriteString(conn, half+" HTTP/1.1\r\nHost: x\r\n\r\n") }()
	}
	for _, conn := range all {
		answered(t, conn)
	}
	send(t, all[0], "/") // whose place has been given back
	answered(t, all[0])
}

func TestALargeHeaderWaitsForAPlaceOnlySoLong(t *testing.T) {
	begin := time.Now()
	theirs, ours := net.Pipe()
	defer theirs.Close()
	c := &connection{Conn: ours, headers: make(chan struct{}), header: largeHeader + 1}
	require.NoError(t, c.SetReadDeadline(begin.Add(30*time.Millisecond)))
	_, err := c.Read(make([]byte, 1))
	require.ErrorIs(t, err, os.ErrDeadlineExceeded)
	require.GreaterOrEqual(t, time.Since(begin), 30*time.Millisecond)
}

func TestMemoryGoesBackWhenWorkIsOver(t *testing.T) {
	h := New(Defaults(), nil)
	runtime.GC()
	debug.FreeOSMemory() // what other tests have used, which goes back at any time
	before := held()
	go h.rest(t.Context(), 20*time.Millisecond, before)
	used := make([]byte, 64<<20)
	for i := 0; i < len(used); i += 4096 {
		used[i] = 1
	}
	require.Greater(t, held(), before+60<<20)
	h.meters.inflight.Add(1)
	h.begun.Add(1)
	used = nil
	_ = used
	time.Sleep(100 * time.Millisecond)
	require.Greater(t, held(), before+60<<20, "not while somebody waits for an answer")
	h.meters.inflight.Add(-1)
	require.Eventually(t, func() bool { return held() < before+8<<20 }, 5*time.Second, 10*time.Millisecond)
}
