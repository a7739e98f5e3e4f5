package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// A request is one that a contender is asked over and over, and what its answer must have in it.
type request struct {
	body string
	want string
}

// bytes is the request as it goes over the wire: what curl --json sends.
func (r request) bytes() []byte {
	return fmt.Appendf(nil, "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: bench\r\nContent-Type: application/json\r\nAccept: application/json\r\nContent-Length: %d\r\n\r\n%s", len(r.body), r.body)
}

// A sample is what one measurement saw.
type sample struct {
	rate     float64       // answers per second
	p50, p99 time.Duration // between the first byte of a request and the last of its answer
	busy     time.Duration // of a core for one answer, by the server alone
}

// patience is how long an answer may take before a contender is given up.
const patience = 10 * time.Second

// load asks as fast as answers come, over a number of connections that are kept, and measures for a while once they are warm. One answer that
// is not the one wanted ends it. It says besides how many answers there were altogether.
func load(ctx context.Context, address string, r request, connections int, warm, measured time.Duration) (seen sample, answers int, err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	begin := time.Now().Add(warm)
	end := begin.Add(measured)
	took := make([][]time.Duration, connections)
	var count atomic.Int64
	var group sync.WaitGroup
	for i := range connections {
		group.Go(func() {
			c := &connection{address: address, out: r.bytes(), want: []byte(r.want)}
			defer c.close()
			times := make([]time.Duration, 0, 1<<14)
			for ctx.Err() == nil {
				asked := time.Now()
				if err := c.ask(ctx); err != nil {
					cancel(err)
					return
				}
				answered := time.Now()
				count.Add(1)
				if answered.After(end) {
					break
				}
				if answered.After(begin) {
					times = append(times, answered.Sub(asked))
				}
			}
			took[i] = times
		})
	}
	group.Wait()
	if err := context.Cause(ctx); err != nil {
		return sample{}, 0, err
	}
	seen, err = summary(slices.Concat(took...), measured)
	return seen, int(count.Load()), err
}

// summary makes a sample of the times of all answers.
func summary(times []time.Duration, measured time.Duration) (sample, error) {
	if len(times) == 0 {
		return sample{}, errors.New("no answer within the time measured")
	}
	slices.Sort(times)
	return sample{rate: float64(len(times)) / measured.Seconds(), p50: percentile(times, 50), p99: percentile(times, 99)}, nil
}

// percentile is the least of the sorted values that p per cent of them do not exceed.
func percentile[T any](sorted []T, p int) T {
	return sorted[max(0, (len(sorted)*p+99)/100-1)]
}

// median is the middle one, the lower of two.
func median(values []float64) float64 {
	return percentile(slices.Sorted(slices.Values(values)), 50)
}

// A connection asks one request after the other. It is made when it is needed: servers close theirs after some requests.
type connection struct {
	address string
	out     []byte
	want    []byte

	conn net.Conn
	in   *bufio.Reader
	body []byte
}

func (c *connection) close() {
	if c.conn != nil {
		_ = c.conn.Close()
		c.conn = nil
	}
}

// ask sends the request and reads the answer. A connection that the server has closed meanwhile is made anew, once.
func (c *connection) ask(ctx context.Context) error {
	reused := c.conn != nil
	err := c.try(ctx)
	if reused && (errors.Is(err, io.EOF) || errors.Is(err, net.ErrClosed) || isReset(err)) {
		c.close()
		err = c.try(ctx)
	}
	if err != nil {
		c.close()
	}
	return err
}

func (c *connection) try(ctx context.Context) error {
	if c.conn == nil {
		var d net.Dialer
		conn, err := d.DialContext(ctx, "tcp", c.address)
		if err != nil {
			return err
		}
		c.conn = conn
		if c.in == nil {
			c.in = bufio.NewReaderSize(nil, 16<<10)
		}
		c.in.Reset(conn)
	}
	if err := c.conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	if _, err := c.conn.Write(c.out); err != nil {
		return err
	}
	body, last, err := readAnswer(c.in, c.body)
	c.body = body
	if err != nil {
		return err
	}
	if last {
		c.close()
	}
	if !bytes.Contains(body, c.want) {
		return fmt.Errorf("the answer is %.200q, want %s in it", body, c.want)
	}
	return nil
}

// readAnswer reads one answer of status 200 into the buffer, and reports whether it is the connection's last. It is all of HTTP/1.1 that the contenders
// need: net/http's client would take as much of the machine as they do.
func readAnswer(in *bufio.Reader, buffer []byte) (body []byte, last bool, err error) {
	line, err := in.ReadSlice('\n')
	if err != nil {
		return buffer, false, err
	}
	if !bytes.HasPrefix(line, []byte("HTTP/1.1 200")) {
		return buffer, false, fmt.Errorf("the answer begins with %q, want HTTP/1.1 200", bytes.TrimSpace(line))
	}
	length := -1
	for {
		line, err := in.ReadSlice('\n')
		if err != nil {
			return buffer, false, unexpected(err)
		}
		name, value, ok := bytes.Cut(bytes.TrimRight(line, "\r\n"), []byte(":"))
		if !ok {
			break // the empty line
		}
		switch value = bytes.TrimSpace(value); {
		case bytes.EqualFold(name, []byte("Content-Length")):
			if length, err = strconv.Atoi(string(value)); err != nil || length < 0 || length > 1<<20 {
				return buffer, false, fmt.Errorf("the answer's Content-Length is %q", value)
			}
		case bytes.EqualFold(name, []byte("Connection")):
			last = bytes.EqualFold(value, []byte("close"))
		}
	}
	if length < 0 {
		return buffer, false, errors.New("the answer has no Content-Length")
	}
	body = slices.Grow(buffer[:0], length)[:length]
	if _, err := io.ReadFull(in, body); err != nil {
		return body, false, unexpected(err)
	}
	return body, last, nil
}

// unexpected is an end within an answer, which is no sign of a connection that was closed between two.
func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
