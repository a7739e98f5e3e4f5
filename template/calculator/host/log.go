package host

import (
	"bytes"
	"io"
	"strconv"
	"sync"
	"time"
	"unicode/utf8"
)

// The log's manners: one JSON line a request, written in one piece with its neighbours. A line written at once costs a system
// call a request, 8 to 36 per cent of a function's throughput (design.md); so lines wait for flushAfter, or for flushAt bytes. A
// request never waits for a slow reader of the log: past dropAt bytes lines are counted instead of kept. Nor does the end of the process:
// who asks for a flush waits for it no longer than patience. What could not be written, as when the disk is full, is counted too, and the
// next line that can be written says so.
const (
	flushAfter = 100 * time.Millisecond
	flushAt    = 32 << 10
	dropAt     = 1 << 20
	patience   = 250 * time.Millisecond
)

// logger collects lines and writes them soon. A nil logger writes nothing.
type logger struct {
	name string

	mu      sync.Mutex // guards the lines
	lines   []byte
	waiting bool // a flush is due
	full    bool // a flush has been started before it was due
	dropped int

	writing chan struct{} // has room for one: whoever writes
	to      io.Writer
	spare   []byte
	torn    bool // the last line written is not whole
}

func newLogger(to io.Writer, name string) *logger {
	if to == nil {
		return nil
	}
	return &logger{to: to, name: name, writing: make(chan struct{}, 1)}
}

// entry is one request as the log tells it. It has no place for a path, a query or a body: they hold operands.
type entry struct {
	begin       time.Time
	duration    time.Duration
	method      string
	status      int
	callID      string
	traceparent string
	in, out     int
	failure     string // of a 500: what went wrong
	stack       []byte
}

func (l *logger) request(e entry) {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.lines) > dropAt {
		l.dropped++
		return
	}
	b := l.head(l.lines, e.begin)
	b = append(b, `,"method":`...)
	b = appendQuoted(b, knownMethod(e.method))
	b = append(b, `,"status":`...)
	b = strconv.AppendInt(b, int64(e.status), 10)
	b = append(b, `,"duration":`...)
	b = appendSeconds(b, e.duration)
	b = append(b, `,"call_id":`...)
	b = appendQuoted(b, e.callID)
	b = append(b, `,"request_bytes":`...)
	b = strconv.AppendInt(b, int64(e.in), 10)
	b = append(b, `,"response_bytes":`...)
	b = strconv.AppendInt(b, int64(e.out), 10)
	if isTraceparent(e.traceparent) {
		b = append(b, `,"traceparent":`...)
		b = appendQuoted(b, e.traceparent)
	}
	if e.failure != "" {
		b = append(b, `,"error":`...)
		b = appendQuoted(b, e.failure)
	}
	if e.stack != nil {
		b = append(b, `,"stack":`...)
		b = appendQuoted(b, string(e.stack))
	}
	l.lines = append(b, "}\n"...)
	l.soon()
}

// event logs something about the process rather than about a request.
func (l *logger) event(message string) {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.head(l.lines, time.Now())
	b = append(b, `,"message":`...)
	b = appendQuoted(b, message)
	l.lines = append(b, "}\n"...)
	l.soon()
}

func (l *logger) head(b []byte, at time.Time) []byte {
	b = append(b, `{"time":"`...)
	b = at.UTC().AppendFormat(b, "2006-01-02T15:04:05.000000Z")
	b = append(b, '"')
	if l.name != "" {
		b = append(b, `,"function":`...)
		b = appendQuoted(b, l.name)
	}
	return b
}

// soon arranges for a flush; l.mu is held. However long the writer is stuck, at most two goroutines wait for it.
func (l *logger) soon() {
	switch {
	case len(l.lines) >= flushAt && !l.full:
		l.full = true
		go l.write()
	case !l.waiting:
		l.waiting = true
		time.AfterFunc(flushAfter, l.write)
	}
}

// flush writes what has been collected, or gives up waiting for it.
func (l *logger) flush() {
	if l == nil {
		return
	}
	overdue := time.NewTimer(patience)
	defer overdue.Stop()
	select {
	case l.writing <- struct{}{}:
	case <-overdue.C:
		return
	}
	written := make(chan struct{})
	go func() {
		l.turn()
		close(written)
	}()
	select {
	case <-written:
	case <-overdue.C:
	}
}

// write writes what has been collected.
func (l *logger) write() {
	l.writing <- struct{}{}
	l.turn()
}

// turn is that of the one who writes, and ends it.
func (l *logger) turn() {
	defer func() { <-l.writing }()
	l.mu.Lock()
	lines, dropped := l.lines, l.dropped
	l.lines, l.dropped, l.waiting, l.full = l.spare[:0], 0, false, false
	l.mu.Unlock()
	if dropped > 0 {
		lines = l.head(lines, time.Now())
		lines = append(lines, `,"message":"lines dropped, since the log could not be written","dropped":`...)
		lines = append(strconv.AppendInt(lines, int64(dropped), 10), "}\n"...)
	}
	if len(lines) > 0 {
		if l.torn {
			_, err := l.to.Write([]byte{'\n'})
			l.torn = err != nil
		}
		if n, err := l.to.Write(lines); err != nil {
			lost := bytes.Count(lines[n:], []byte{'\n'})
			if dropped > 0 {
				lost += dropped - 1 // the line that would have said so is none of a request
			}
			l.torn = l.torn || n > 0 && lines[n-1] != '\n'
			l.mu.Lock()
			l.dropped += lost
			l.mu.Unlock()
		}
	}
	l.spare = nil
	if cap(lines) <= 2*flushAt {
		l.spare = lines
	}
}

// isTraceparent tells whether text has the shape of W3C Trace Context, §3.2: anything else is a client's own text and stays out of the log.
func isTraceparent(text string) bool {
	if len(text) != 55 || text[2] != '-' || text[35] != '-' || text[52] != '-' {
		return false
	}
	for i := range len(text) {
		c := text[i]
		if i == 2 || i == 35 || i == 52 {
			continue
		}
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

const hexDigits = "0123456789abcdef"

// appendQuoted appends text as a JSON string.
func appendQuoted(b []byte, text string) []byte {
	b = append(b, '"')
	for i := 0; i < len(text); {
		c := text[i]
		switch {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
			i++
		case c == '\n':
			b = append(b, '\\', 'n')
			i++
		case c < ' ' || c == 0x7f:
			b = append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
			i++
		case c < utf8.RuneSelf:
			b = append(b, c)
			i++
		default:
			r, n := utf8.DecodeRuneInString(text[i:])
			b = utf8.AppendRune(b, r) // an invalid byte becomes U+FFFD
			i += n
		}
	}
	return append(b, '"')
}

// appendSeconds appends d in seconds with six places.
func appendSeconds(b []byte, d time.Duration) []byte {
	return strconv.AppendFloat(b, d.Seconds(), 'f', 6, 64)
}
