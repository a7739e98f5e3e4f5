package main

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestAGoodVersionGoesLive(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "add", "divide", "root")
	require.NoError(t, h.deploy(h.publish("v1")), "from nothing")
	require.Equal(t, h.all("v1"), h.answering())
	v2 := h.publish("v2")
	require.NoError(t, h.deploy(v2))
	require.Equal(t, h.all("v2"), h.answering())
	require.Equal(t, h.all("v2"), h.versions())
	require.Equal(t, "v2", h.lastGood())

	report := h.out.String()
	require.Regexp(t, `\| divide \| v1 \| v2 \| \d+ms \| 3/3 \| live \|`, report, "the gap is measured: faasd cannot replace without one")
	summary, err := os.ReadFile(filepath.Join(h.dir, "summary.md"))
	require.NoError(t, err)
	require.True(t, strings.HasSuffix(string(summary), report))

	// Again: nothing to do, and nothing done. Other settings: a new deployment.
	steps := len(h.functions.Events())
	require.NoError(t, h.deploy(v2))
	require.Len(t, h.functions.Events(), steps)
	require.Contains(t, h.out.String(), "unchanged")
	h.writeStack("    environment: {unused: x}\n")
	require.NoError(t, h.deploy(v2))
	require.Greater(t, len(h.functions.Events()), steps)

	leftovers, err := filepath.Glob(filepath.Join(h.state().dir, "*.json.*"))
	require.NoError(t, err)
	require.Empty(t, leftovers)
}

// TestNothingIsTouchedWhenSomethingIsMissing: faasd would remove the running function before it finds out.
func TestNothingIsTouchedWhenSomethingIsMissing(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*house, manifest)
		says   string
	}{
		"image": {func(h *house, m manifest) {
			h.registry.Remove("owner/calculator-root", m["root"][strings.Index(m["root"], "@")+1:])
		}, "root: " + "127.0.0.1"},
		"platform": {func(h *house, m manifest) {
			digest, err := h.registry.Push("owner/calculator-add", "v2", imageOf(h.t), "s390x")
			require.NoError(h.t, err)
			m["add"] = h.images + "/owner/calculator-add:v2@" + digest
		}, "only linux/s390x"},
		"secret":          {func(h *house, _ manifest) { h.writeStack("    secrets: [token]\n") }, "secret token does not exist"},
		"digest":          {func(_ *house, m manifest) { m["add"] = "ghcr.io/owner/calculator-add:v2" }, "not an image with a tag and a digest"},
		"function":        {func(_ *house, m manifest) { delete(m, "add") }, "no image for add"},
		"surplus":         {func(_ *house, m manifest) { m["sin"] = m["add"] }, "sin is not a function of"},
		"environmentfile": {func(h *house, _ manifest) { h.writeStack("    environment_file: [x.yml]\n") }, "use environment"},
		"sixteenth": {func(h *house, m manifest) {
			for _, n := range strings.Fields("a b c d e f g h i j k l m") {
				h.names = append(h.names, n)
				m[n] = h.push(n, "v2")
			}
			h.writeStack("")
		}, "faasd-ce takes 15"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t, "add", "divide", "root")
			require.NoError(t, h.deploy(h.publish("v1")))
			steps := len(h.functions.Events())
			m := h.publish("v2")
			c.change(h, m)
			require.ErrorContains(t, h.deploy(m), c.says)
			require.Len(t, h.functions.Events(), steps)
			require.Equal(t, "v1", h.answering()["add"])
			require.Equal(t, "v1", h.lastGood())
		})
	}
}

// Files of which a part is missing, as after a download that broke off or on a disk that was full, stop a run before it touches anything.
func TestHalfAFileTouchesNothing(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"manifest.json", "state/deployed.json", "state/versions.json"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t, "add", "divide")
			require.NoError(t, h.deploy(h.publish("v1")))
			second := h.publish("v2")
			text, err := json.Marshal(second)
			require.NoError(t, err)
			manifest, stack := filepath.Join(h.dir, "manifest.json"), filepath.Join(h.dir, "stack.yml")
			require.NoError(t, os.WriteFile(manifest, text, 0o600))
			file := filepath.Join(h.dir, name)
			whole, err := os.ReadFile(file)
			require.NoError(t, err)
			steps := len(h.functions.Events())
			for _, n := range []int{0, 1, len(whole) / 3, len(whole) / 2, len(whole) - 3} {
				require.NoError(t, os.WriteFile(file, whole[:n], 0o600))
				err := h.live().deployFiles(t.Context(), manifest, stack, "")
				require.ErrorContains(t, err, file+": ", "the first %d bytes", n)
				require.ErrorContains(t, err, "unexpected end of JSON input")
				require.Len(t, h.functions.Events(), steps)
			}
			require.NoError(t, os.WriteFile(file, append(whole, whole...), 0o600))
			require.ErrorContains(t, h.live().deployFiles(t.Context(), manifest, stack, ""), file+": ")
			require.Len(t, h.functions.Events(), steps)
			require.Equal(t, h.all("v1"), h.answering())

			// As the message says: what was moved away is not missed.
			if name != "manifest.json" {
				require.NoError(t, os.Remove(file))
			}
			require.NoError(t, h.deploy(second))
			require.Equal(t, h.all("v2"), h.answering())
			require.Equal(t, h.all("v2"), h.versions())
		})
	}
}

func TestAPasswordThatIsWrongTouchesNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "add")
	l := h.live()
	l.env = func(k string) string { return map[string]string{"OPENFAAS_PASSWORD": "guess"}[k] }
	require.ErrorContains(t, h.deployWith(t.Context(), l, h.publish("v1")), "nothing was touched")
	require.Empty(t, h.functions.Events())
}

// TestAFunctionThatDoesNotComeRightIsPutBack: divide is bad, add was changed before it, root is not reached.
func TestAFunctionThatDoesNotComeRightIsPutBack(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ env, says string }{
		"never ready":       {"FUNCTION_MODE=never listens", "divide: not right within 2s"},
		"old version":       {"FUNCTION_VERSION=v1", "still answers as version v1, not v2"},
		"one wrong answer":  {"FUNCTION_MODE=wrong", `divide: POST / 3 4: "divide of something else", want "divide of 3 4"`},
		"answers nothing":   {"FUNCTION_VERSION=", "without X-Calculator-Version"},
		"of another commit": {"FUNCTION_VERSION=v3", "still answers as version v3, not v2"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t, "add", "divide", "root")
			require.NoError(t, h.deploy(h.publish("v1")))
			m := h.publish("v2")
			m["divide"] = h.push("divide", "v2", c.env)
			err := h.deploy(m)
			require.ErrorContains(t, err, c.says)
			require.ErrorContains(t, err, "all is as it was: 2 functions put back and verified")
			require.Equal(t, h.all("v1"), h.answering())
			require.Equal(t, h.all("v1"), h.versions())
			require.Equal(t, "v1", h.lastGood())
			require.Regexp(t, `\| add \| v1 \| v2 \| \d+ms \| 3/3 \| live; put back \|`, h.out.String())
			require.Regexp(t, `\| root \| v1 \| v2 \| – \| 0/3 \| not reached \|`, h.out.String())
		})
	}
}

func TestSettingsAreRestoredToo(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "add", "divide")
	require.NoError(t, h.deploy(h.publish("v1")))
	h.writeStack("    environment: {greeting: hello}\n") // and so every answer of v2 is wrong
	require.ErrorContains(t, h.deploy(h.publish("v2")), "all is as it was: 1 functions put back")
	a, err := ask(t.Context(), h.gateway, "add", Check{Body: "1 2"}, time.Second)
	require.NoError(t, err)
	require.Equal(t, "add of 1 2 \n", a.body)
}

func TestAFirstDeploymentThatFailsIsRemovedAgain(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "add", "divide")
	m := h.publish("v1")
	m["divide"] = h.push("divide", "v1", "FUNCTION_MODE=wrong")
	require.ErrorContains(t, h.deploy(m), "all is as it was")
	require.Equal(t, h.all(""), h.answering())
	require.Empty(t, h.lastGood())
}

// once lets a fault happen the first n times that a deployment of a function reaches the gateway.
func once(n int32, method, name string, fault func(http.ResponseWriter, *http.Request)) func(http.ResponseWriter, *http.Request) bool {
	var seen atomic.Int32
	return func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != method || r.URL.Path != "/system/functions" || !deploys(r, name) || seen.Add(1) > n {
			return false
		}
		fault(w, r)
		return true
	}
}

func TestA500OnTheFirstDeployIsTriedAgain(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "add", "divide")
	require.NoError(t, h.deploy(h.publish("v1")))
	h.fail(once(2, http.MethodPut, "divide", func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "cannot delete running task divide: failed precondition", http.StatusInternalServerError)
	}))
	require.NoError(t, h.deploy(h.publish("v2")))
	require.Contains(t, h.out.String(), "live at attempt 3")

	h.fail(once(3, http.MethodPut, "divide", func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusInternalServerError) }))
	err := h.deploy(h.publish("v3"))
	require.ErrorContains(t, err, "divide: not deployed in 3 attempts")
	require.ErrorContains(t, err, "all is as it was")
	require.Equal(t, h.all("v2"), h.answering())
}

// TestAConnectionResetHalfWayIsTriedAgain: the gateway has removed the old function when the connection breaks.
func TestAConnectionResetHalfWayIsTriedAgain(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "add", "divide")
	require.NoError(t, h.deploy(h.publish("v1")))
	reset := func(w http.ResponseWriter, r *http.Request) {
		q := httptest.NewRequest(http.MethodDelete, "/system/functions", strings.NewReader(`{"functionName":"divide"}`))
		q.SetBasicAuth("admin", password)
		h.functions.ServeHTTP(httptest.NewRecorder(), q)
		panic(http.ErrAbortHandler)
	}
	h.fail(once(1, http.MethodPut, "divide", reset))
	require.NoError(t, h.deploy(h.publish("v2")))
	require.Contains(t, h.out.String(), "live at attempt 2")
	require.Equal(t, h.all("v2"), h.answering())
}

func TestARollbackThatFailsSaysWhatRuns(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "add", "divide", "root")
	v1 := h.publish("v1")
	require.NoError(t, h.deploy(v1))
	m := h.publish("v2")
	m["divide"] = h.push("divide", "v2", "FUNCTION_MODE=wrong")
	var divides atomic.Int32
	h.fail(func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method == http.MethodPut && deploys(r, "divide") && divides.Add(1) > 1 {
			http.Error(w, "disk full", http.StatusInternalServerError)
			return true
		}
		return false
	})
	err := h.deploy(m)
	require.ErrorContains(t, err, "THE ROLLBACK FAILED")
	require.ErrorContains(t, err, "add: "+v1["add"]+", which answers as version v1")
	require.ErrorContains(t, err, "divide: "+m["divide"]+", which answers as version v2")
	require.ErrorContains(t, err, "root: "+v1["root"]+", which answers as version v1")
	require.Equal(t, "v1", h.lastGood())
	require.Equal(t, map[string]string{"add": "v1", "divide": "", "root": "v1"}, h.versions(), "nginx keeps nothing of a function in doubt")

	// status sees it, and when the cause is gone rollback mends it.
	require.ErrorContains(t, h.live().status(t.Context()), "1 functions are not as they were deployed")
	h.fail(nil)
	require.NoError(t, h.live().rollback(t.Context(), ""))
	require.Equal(t, h.all("v1"), h.answering())
	require.Equal(t, h.all("v1"), h.versions())
	require.NoError(t, h.live().status(t.Context()))
}

func TestARunThatIsToldToStopPutsBack(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "add", "divide", "root")
	require.NoError(t, h.deploy(h.publish("v1")))
	ctx, cancel := context.WithCancel(t.Context())
	h.fail(func(_ http.ResponseWriter, r *http.Request) bool {
		if r.Method == http.MethodPut && deploys(r, "divide") {
			cancel()
		}
		return false
	})
	require.ErrorContains(t, h.deployWith(ctx, h.live(), h.publish("v2")), "all is as it was")
	require.Eventually(t, func() bool { return h.answering()["divide"] == "v1" }, 2*time.Second, 20*time.Millisecond)
	require.Equal(t, h.all("v1"), h.answering())
}

func TestGoingBackToAnEarlierVersion(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "add", "divide")
	require.ErrorContains(t, h.live().rollback(t.Context(), ""), "nothing was deployed")
	for _, v := range []string{"1111111aaa", "2222222bbb", "3333333ccc"} {
		require.NoError(t, h.deploy(h.publish(v)))
	}
	require.NoError(t, h.live().rollback(t.Context(), "1111111"))
	require.Equal(t, h.all("1111111aaa"), h.answering())
	require.Equal(t, "1111111aaa", h.lastGood())
	err := h.live().rollback(t.Context(), "4444444")
	require.ErrorContains(t, err, "only 1111111aaa, 3333333ccc, 2222222bbb")
	require.Equal(t, h.all("1111111aaa"), h.answering())
}

// TestAFunctionDeployedByHandIsAdopted, and put back as it was when its first deployment from here fails.
func TestAFunctionDeployedByHandIsAdopted(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "add")
	byHand := h.push("add", "v0")
	q := httptest.NewRequest(http.MethodPost, "/system/functions", strings.NewReader(`{"service":"add","image":"`+byHand+`","envVars":{"greeting":"hand"}}`))
	q.SetBasicAuth("admin", password)
	w := httptest.NewRecorder()
	h.functions.ServeHTTP(w, q)
	require.Equal(t, 200, w.Code, w.Body)
	require.Eventually(t, func() bool { return h.answering()["add"] == "v0" }, 2*time.Second, 10*time.Millisecond)

	m := h.publish("v1")
	m["add"] = h.push("add", "v1", "FUNCTION_MODE=wrong")
	require.ErrorContains(t, h.deploy(m), "all is as it was")
	a, err := ask(t.Context(), h.gateway, "add", Check{Body: "1"}, time.Second)
	require.NoError(t, err)
	require.Equal(t, "add of 1 hand\n", a.body)
	require.NoError(t, h.deploy(h.publish("v2")))
	require.Contains(t, h.out.String(), "add was not deployed from here")
}

func TestTwoRunsExcludeEachOther(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "add")
	unlock, err := h.state().lock()
	require.NoError(t, err)
	require.ErrorContains(t, h.deploy(h.publish("v1")), "another run is at work")
	unlock()
	require.NoError(t, h.deploy(h.publish("v1")))
}

// TestARunThatWasKilledIsMended: the power went when add was new already and divide just removed.
func TestARunThatWasKilledIsMended(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "add", "divide")
	require.NoError(t, h.deploy(h.publish("v1")))
	for method, body := range map[string]string{http.MethodPut: `{"service":"add","image":"` + h.push("add", "v2") + `"}`, http.MethodDelete: `{"functionName":"divide"}`} {
		q := httptest.NewRequest(method, "/system/functions", strings.NewReader(body))
		q.SetBasicAuth("admin", password)
		w := httptest.NewRecorder()
		h.functions.ServeHTTP(w, q)
		require.Equal(t, 200, w.Code, w.Body)
	}
	require.NoError(t, h.state().setVersions(map[string]string{"add": "v2", "divide": ""}))
	require.ErrorContains(t, h.live().status(t.Context()), "2 functions are not as they were deployed")
	require.Contains(t, h.out.String(), "| divide | v1 | none | – | 0/3 | missing |")
	require.NoError(t, h.live().rollback(t.Context(), ""))
	require.Equal(t, h.all("v1"), h.answering())
	require.Equal(t, h.all("v1"), h.versions())
}

func TestAGatewayWithoutItsPrometheusIsSaid(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	t.Cleanup(server.Close)
	l := &live{env: func(string) string { return "" }, gateway: server.URL}
	_, err := l.running(t.Context())
	require.ErrorContains(t, err, "Prometheus")
}
