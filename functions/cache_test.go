package functions

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestGetMayBeKeptWhileTheVersionIsTheSame(t *testing.T) {
	for _, a := range []answered{get("add", "args=1,2").answer(t), get("add", "").answer(t), get("add", "args=1,2", "Accept", "text/plain").answer(t)} {
		require.Equal(t, "no-cache", a.header.Get("Cache-Control"))
		require.Equal(t, "Accept, Accept-Encoding", a.header.Get("Vary"))
		require.Regexp(t, `^"[\w-]{22}"$`, a.header.Get("Etag"))
	}
	require.Empty(t, post("add", "1 2").answer(t).header.Get("Etag"))
	require.Empty(t, get("add", "args=x").answer(t).header.Get("Etag"))
}

func tagOf(t *testing.T, a *asking) string { return a.answer(t).header.Get("Etag") }

func TestTagChangesWithWhatTheAnswerDependsOn(t *testing.T) {
	tag := tagOf(t, get("subtract", "args=1,2"))
	newer := get("subtract", "args=1,2")
	newer.header.Set("X-Calculator-Version", "v2")
	for name, other := range map[string]*asking{
		"version":  newer,
		"function": get("remainder", "args=1,2"),
		"operand":  get("subtract", "args=1,3"),
		"order":    get("subtract", "args=2,1"),
		"option":   get("subtract", "args=1,2&precision=3"),
		"media":    get("subtract", "args=1,2", "Accept", "text/plain"),
		"help":     get("subtract", ""),
	} {
		require.NotEqual(t, tag, tagOf(t, other), name)
	}
	require.NotEqual(t, tagOf(t, get("add", "args=1,23")), tagOf(t, get("add", "args=12,3")))
	require.NotEqual(t, tagOf(t, get("divide", "args=1,2&precision=3")), tagOf(t, get("divide", "args=1,2&rounding=up")))
}

func TestTagIsOfTheCanonicalRequest(t *testing.T) {
	tag := tagOf(t, get("divide", "args=1,3&precision=5&rounding=up"))
	for _, query := range []string{"rounding=up&args=1,3&precision=5", "dividend=1&divisor=3&precision=5&rounding=up", "args=1&args=3&&precision=5&rounding=%75p&notation="} {
		require.Equal(t, tag, tagOf(t, get("divide", query)), query)
	}
}

func TestIfNoneMatch(t *testing.T) {
	tag := tagOf(t, get("add", "args=1,2"))
	for _, header := range []string{tag, "W/" + tag, `"a", ` + tag, `"a",W/"b" ,` + tag + `, "c"`, "*", " * ", `"with, comma", ` + tag} {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			a := ask(method, "add", "args=1,2", "", []string{"If-None-Match", header}).answer(t)
			require.Equal(t, 304, a.status, header)
			require.Empty(t, a.body)
			require.Equal(t, tag, a.header.Get("Etag"))
			require.Equal(t, "no-cache", a.header.Get("Cache-Control"))
			require.Equal(t, "Accept, Accept-Encoding", a.header.Get("Vary"))
		}
	}
	require.Equal(t, 304, get("add", "args=1,2", "If-None-Match", `"a"`, "If-None-Match", tag).answer(t).status, "in two lines")
	for _, header := range []string{"", `"a"`, tag[1:], "W/", `"`, tag[:5], `"a` + tag, "nonsense " + tag, `w/` + tag} {
		get("add", "args=1,2", "If-None-Match", header).answer(t).says(`{"operation":"add","result":"3","exact":true}`)
	}
	require.Equal(t, 400, get("add", "args=1,x", "If-None-Match", "*").answer(t).status, "a problem is said again")
	require.Equal(t, 200, post("add", "1 2", "If-None-Match", "*").answer(t).status, "POST computes")
}
