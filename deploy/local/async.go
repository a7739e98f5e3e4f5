package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"time"
)

const (
	queueLength     = 100             // calls that wait, beyond which 429
	callbackTimeout = 5 * time.Second // for handing a result over
)

// A queue takes calls whose results are sent to X-Callback-Url, if there is one, later.
type queue struct {
	g       *gateway
	waiting chan *call
	client  *http.Client
}

type call struct {
	request  *http.Request
	body     []byte
	callback string
	id       string
	started  time.Time
}

func newQueue(g *gateway) *queue {
	q := &queue{g: g, waiting: make(chan *call, queueLength), client: &http.Client{
		Timeout:       callbackTimeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	go func() {
		for c := range q.waiting {
			q.run(c)
		}
	}()
	return q
}

// invoke accepts a call: 202, and the id by which its result will come.
func (q *queue) invoke(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		http.Error(w, "an asynchronous call is a POST", http.StatusMethodNotAllowed)
		return
	}
	name := r.PathValue("name")
	if q.g.find(name) == nil {
		q.g.invoke(w, r)
		return
	}
	callback := r.Header.Get("X-Callback-Url")
	if callback != "" && !onLoopback(callback) {
		http.Error(w, "X-Callback-Url: only addresses on this machine are called back, as in http://127.0.0.1:9000/", http.StatusBadRequest)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, max(q.g.settings.MaxBody, 1)))
	if err != nil {
		http.Error(w, "the body could not be read, or is above max_body", http.StatusRequestEntityTooLarge)
		return
	}
	id := r.Header.Get("X-Call-Id")
	if id == "" {
		id = strconv.FormatInt(time.Now().UnixNano(), 36)
	}
	c := &call{r.Clone(context.Background()), body, callback, id, time.Now()}
	c.request.Header.Set("X-Call-Id", id)
	select {
	case q.waiting <- c:
		w.Header().Set("X-Call-Id", id)
		w.WriteHeader(http.StatusAccepted)
	default:
		w.Header().Set("Retry-After", "1")
		http.Error(w, fmt.Sprintf("%d asynchronous calls wait already", queueLength), http.StatusTooManyRequests)
	}
}

func (q *queue) run(c *call) {
	c.request.Body = io.NopCloser(bytes.NewReader(c.body))
	w := httptest.NewRecorder()
	q.g.invoke(w, c.request)
	if c.callback == "" {
		return
	}
	r, err := http.NewRequest(http.MethodPost, c.callback, w.Body)
	if err != nil {
		return
	}
	r.Header = w.Header().Clone()
	r.Header.Set("X-Call-Id", c.id)
	r.Header.Set("X-Function-Name", c.request.PathValue("name"))
	r.Header.Set("X-Function-Status", strconv.Itoa(w.Code))
	r.Header.Set("X-Duration-Seconds", fmt.Sprintf("%f", time.Since(c.started).Seconds()))
	if answer, err := q.client.Do(r); err == nil {
		_ = answer.Body.Close()
	}
}

// onLoopback reports whether an address is this machine's own, by number or as localhost.
func onLoopback(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}
