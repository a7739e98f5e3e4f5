package provider

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"
)

// upstreamTimeout is the gateway's: a question whose function lost its network is answered after it, if at all.
const upstreamTimeout = 65 * time.Second

// invoke is the gateway's function proxy and the provider's behind it.
func (p *Provider) invoke(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	if r.Header.Get("X-Call-Id") == "" {
		id := rand.Text()
		r.Header.Set("X-Call-Id", id)
		h.Set("X-Call-Id", id)
	}
	began := fmt.Sprint(time.Now().UnixNano())
	r.Header.Set("X-Start-Time", began)
	h.Set("X-Start-Time", began)
	h.Set("X-Served-By", "openfaas-ce/0.27.14")

	name := strings.TrimSuffix(r.PathValue("name"), "."+Namespace)
	f := p.wake(r.Context(), name)
	if f == nil {
		// The scaling handler writes its sentence without a content type.
		w.WriteHeader(http.StatusNotFound)
		_, _ = fmt.Fprintf(w, "error finding function %s.%s: server returned non-200 status code (404) for function, %s, body: ", name, Namespace, name)
		return
	}
	p.mu.Lock()
	proc, network := f.process, f.network
	f.calls++
	p.mu.Unlock()
	if proc == nil {
		return // created, not started: the scaling handler gives up without writing a status, which is 200 with nothing
	}
	unreachable := func() {
		h.Set("X-OpenFaaS-Internal", "proxy")
		http.Error(w, fmt.Sprintf("Can't reach service for: %s.", name), http.StatusInternalServerError)
	}
	if !network {
		unreachable()
		return
	}

	ctx, cancel := context.WithTimeout(r.Context(), upstreamTimeout)
	defer cancel()
	// Without its network an answer that was under way is never heard of again, but nor is the question refused.
	up, lost := context.WithCancel(ctx)
	defer lost()
	stop := context.AfterFunc(proc.network, lost)
	defer stop()

	target := "http://" + proc.address + "/" + r.PathValue("rest")
	if r.URL.RawQuery != "" {
		target += "?" + r.URL.RawQuery
	}
	q, err := http.NewRequestWithContext(up, r.Method, target, r.Body) //nolint:gosec // to the function's own address: passing requests on is what a provider does
	if err != nil {
		unreachable()
		return
	}
	q.ContentLength = r.ContentLength
	q.Header = r.Header.Clone()
	for _, hop := range []string{"Connection", "Keep-Alive", "Te", "Trailer", "Transfer-Encoding", "Upgrade"} {
		q.Header.Del(hop)
	}
	if q.Header.Get("X-Forwarded-Host") == "" {
		q.Header.Set("X-Forwarded-Host", r.Host)
	}
	if q.Header.Get("X-Forwarded-For") == "" {
		q.Header.Set("X-Forwarded-For", r.RemoteAddr)
	}
	// RoundTrip, not Do: a redirect is the caller's business.
	reply, err := transport.RoundTrip(q)
	if err != nil {
		if proc.network.Err() != nil {
			<-ctx.Done()
		}
		unreachable()
		return
	}
	defer reply.Body.Close()
	for k, v := range reply.Header {
		h[k] = slices.Clone(v)
	}
	if h.Get("Content-Type") == "" {
		h.Set("Content-Type", "text/plain")
	}
	w.WriteHeader(reply.StatusCode)
	if _, err := io.Copy(w, reply.Body); err != nil {
		panic(http.ErrAbortHandler) // half an answer must not look whole
	}
}

var transport = &http.Transport{IdleConnTimeout: 120 * time.Millisecond, MaxIdleConnsPerHost: 64, DisableCompression: true}
