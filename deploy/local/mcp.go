package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"sync"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	dashboard "calculator/functions/dashboard"
	"calculator/template/calculator/host"
)

// serveStdio is the calculator for an AI assistant on this machine, until standard input or ctx ends. A call may take exec_timeout, as
// over HTTP.
func serveStdio(ctx context.Context, env func(string) (string, bool)) error {
	settings, err := host.ReadSettings(env)
	if err != nil {
		return err
	}
	fmt.Fprintln(os.Stderr, "The calculator waits for messages of the Model Context Protocol on standard input.")
	c := &conversation{in: bufio.NewReader(os.Stdin), out: os.Stdout, longest: int(settings.MaxBody), patience: settings.Exec + time.Second, answered: make(chan bool, 1)}
	if c.longest == 0 {
		c.longest = math.MaxInt - 1 // no limit
	}
	err = dashboard.MCP(host.Version(), settings.Exec).Run(ctx, &mcp.IOTransport{Reader: c, Writer: c, MaxLineLength: -1})
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// conversation is what passes between an assistant and the SDK, a line a message. A line that is no message is answered here, since
// the SDK would end at it, and with it every call under way; and the end of the input is passed on when all is answered, so that
// messages can be piped in.
type conversation struct {
	in       *bufio.Reader
	longest  int // of a line
	patience time.Duration
	rest     []byte // of the line that the SDK is reading

	mu       sync.Mutex // of what is below
	out      io.Writer
	waiting  int       // messages not yet answered
	answered chan bool // has a value after an answer
}

// Read reads the messages that the SDK is to answer.
func (c *conversation) Read(p []byte) (int, error) {
	for len(c.rest) == 0 {
		line, err := c.line()
		if refusal, asks := c.check(line); refusal != nil {
			if err := c.write(refusal); err != nil {
				return 0, err
			}
		} else if len(line) > 0 {
			c.rest = append(line, '\n')
			if asks {
				c.mu.Lock()
				c.waiting++
				c.mu.Unlock()
			}
		}
		if err != nil && len(c.rest) == 0 {
			c.wait()
			return 0, err
		}
	}
	n := copy(p, c.rest)
	c.rest = c.rest[n:]
	return n, nil
}

// line is the next line without blanks around it. Of one that is too long it keeps one byte too many.
func (c *conversation) line() (line []byte, err error) {
	for {
		part, err := c.in.ReadSlice('\n')
		line = append(line, part[:min(len(part), c.longest+1-len(line))]...)
		if !errors.Is(err, bufio.ErrBufferFull) {
			if len(line) <= c.longest {
				line = bytes.TrimSpace(line)
			}
			return line, err
		}
	}
}

func (c *conversation) check(line []byte) (refusal []byte, asks bool) {
	switch {
	case len(line) == 0:
		return nil, false
	case len(line) > c.longest:
		return fmt.Appendf(nil, `{"jsonrpc":"2.0","error":{"code":-32600,"message":"a message has at most %d bytes (max_body): send less at once"}}`+"\n", c.longest), true
	default:
		return dashboard.CheckMessage(line)
	}
}

// wait waits until every message is answered, or as long as an answer may take.
func (c *conversation) wait() {
	timeout := time.After(c.patience)
	for {
		c.mu.Lock()
		waiting := c.waiting
		c.mu.Unlock()
		if waiting <= 0 {
			return
		}
		select {
		case <-c.answered:
		case <-timeout:
			return
		}
	}
}

// Write writes one message of the SDK's, which is an answer, as this server asks and announces nothing.
func (c *conversation) Write(message []byte) (int, error) {
	if err := c.write(message); err != nil {
		return 0, err
	}
	c.mu.Lock()
	c.waiting--
	c.mu.Unlock()
	select {
	case c.answered <- true:
	default:
	}
	return len(message), nil
}

func (c *conversation) write(message []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, err := c.out.Write(message)
	return err
}

// Close is there because the SDK asks for it: standard input and output are the process's.
func (c *conversation) Close() error { return nil }
