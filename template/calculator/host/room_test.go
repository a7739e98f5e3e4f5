package host

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	handler "github.com/openfaas/templates-sdk/go-http"
	"github.com/stretchr/testify/require"
)

// TestLongBodiesWaitForRoom: bodies together stay within bodyRoom; a short one never waits, a long one gives up at its deadline.
func TestLongBodiesWaitForRoom(t *testing.T) {
	h := New(Defaults(), func(handler.Request) (handler.Response, error) {
		return handler.Response{StatusCode: http.StatusOK}, nil
	})
	timeout := "30ms"
	ask := func(length int, chunked bool) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(strings.Repeat("1", length)))
		if chunked {
			r.ContentLength = -1
		}
		r.Header.Set("X-Timeout", timeout)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w
	}
	require.NoError(t, h.bodies.Acquire(context.Background(), bodyRoom))
	require.Equal(t, http.StatusOK, ask(largeBody, false).Code)
	for _, w := range []*httptest.ResponseRecorder{ask(largeBody+1, false), ask(3, true)} {
		require.Equal(t, http.StatusTooManyRequests, w.Code)
		require.NotEmpty(t, w.Header().Get("Retry-After"))
		require.NotEmpty(t, w.Header().Get("X-Calculator-Version"))
	}
	h.bodies.Release(bodyRoom)
	timeout = "10s"
	for range 20 { // given back each time
		require.Equal(t, http.StatusOK, ask(1<<20, false).Code)
		require.Equal(t, http.StatusRequestEntityTooLarge, ask(1<<20+1, true).Code)
	}
	require.True(t, h.bodies.TryAcquire(bodyRoom))
}

// TestABodyThatWaitedTooLongIsNotBlamed: read_timeout passes while there is no room, and the body is there all the time.
func TestABodyThatWaitedTooLongIsNotBlamed(t *testing.T) {
	h := New(Defaults(), text("ok"))
	server := httptest.NewUnstartedServer(h)
	server.Config.ReadTimeout = 100 * time.Millisecond
	server.Start()
	defer server.Close()
	require.NoError(t, h.bodies.Acquire(t.Context(), bodyRoom))
	time.AfterFunc(200*time.Millisecond, func() { h.bodies.Release(bodyRoom) })
	answer, err := http.Post(server.URL, "text/plain", strings.NewReader(strings.Repeat("1", 1<<20)))
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	require.Equal(t, http.StatusTooManyRequests, answer.StatusCode)
}
