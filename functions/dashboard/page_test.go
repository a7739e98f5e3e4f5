package function_test

import (
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"
	"github.com/stretchr/testify/require"

	"calculator/calc/catalogue"
	"calculator/functions"
	dashboard "calculator/functions/dashboard"
	"calculator/template/calculator/host"
)

// serve mounts the dashboard as the gateway does, with its siblings; broken names one that answers without being a function.
func serve(t testing.TB, broken string) string {
	t.Helper()
	settings := host.Defaults()
	m := http.NewServeMux()
	mount := func(name string, handle functions.Handle) {
		h := host.New(settings, handle)
		if name == broken {
			m.HandleFunc("/function/"+name, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
			return
		}
		m.Handle("/function/"+name, http.StripPrefix("/function/"+name, h))
		m.Handle("/function/"+name+"/", http.StripPrefix("/function/"+name, h))
	}
	for _, o := range catalogue.All {
		if len(o.Operands) > 0 {
			mount(o.Name, functions.Handler(o))
		}
	}
	mount("dashboard", dashboard.Handle)
	m.Handle("/", host.New(settings, dashboard.Handle))
	return listen(t, m)
}

// How long to wait for what happens elsewhere, and how often to look.
const (
	wait = 10 * time.Second
	tick = 20 * time.Millisecond
)

// asIs asks for nothing that the test does not ask for.
var asIs = &http.Transport{DisableCompression: true}

func fetch(t *testing.T, method, url, body string, headers ...string) (*http.Response, string) {
	t.Helper()
	q, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	require.NoError(t, err)
	for i := 0; i < len(headers); i += 2 {
		q.Header.Set(headers[i], headers[i+1])
	}
	a, err := asIs.RoundTrip(q)
	require.NoError(t, err)
	defer a.Body.Close()
	text, err := io.ReadAll(a.Body)
	require.NoError(t, err)
	return a, string(text)
}

// The gateway passes the same path for /function/dashboard and /function/dashboard/, so links work from both, and from /.
func TestPageIsThereFromEveryPlace(t *testing.T) {
	url := serve(t, "")
	for _, place := range []string{"/", "/function/dashboard", "/function/dashboard/"} {
		a, page := fetch(t, "GET", url+place, "")
		require.Equal(t, 200, a.StatusCode, place)
		require.Equal(t, "text/html; charset=utf-8", a.Header.Get("Content-Type"))
		require.Contains(t, a.Header.Get("Content-Security-Policy"), "default-src 'none'")
		require.NotContains(t, page, "http://")
		for _, o := range catalogue.All {
			require.Contains(t, page, o.Name)
			require.Equal(t, len(o.Operands) > 0, strings.Contains(page, `<form method=post action="#f-`+o.Name+`">`), o.Name)
		}
	}
	for _, place := range []string{"/dashboard/", "/function/dashboard/", "/function/dashboard/dashboard/"} {
		for name, contentType := range map[string]string{"app.js": "text/javascript; charset=utf-8", "style.css": "text/css; charset=utf-8",
			"openapi.json": "application/json", "catalogue.json": "application/json", "llms.txt": "text/plain; charset=utf-8", "icon.svg": "image/svg+xml"} {
			a, _ := fetch(t, "GET", url+place+name, "")
			require.Equal(t, 200, a.StatusCode, place+name)
			require.Equal(t, contentType, a.Header.Get("Content-Type"), place+name)
		}
		a, answer := fetch(t, "POST", url+place+"divide", `{"dividend":"1","divisor":"8"}`, "Content-Type", "application/json")
		require.Equal(t, 200, a.StatusCode, "what has no sibling asks the dashboard itself")
		require.JSONEq(t, `{"operation":"divide","result":"0.125","exact":true}`, answer)
		a, _ = fetch(t, "GET", url+place+"nothing", "")
		require.Equal(t, 404, a.StatusCode)
	}
}

func TestPageIsSmallCompressedAndKept(t *testing.T) {
	url := serve(t, "")
	total := 0
	for _, name := range []string{"/", "/dashboard/app.js", "/dashboard/style.css"} {
		a, plain := fetch(t, "GET", url+name, "")
		total += len(plain)
		require.Empty(t, a.Header.Get("Content-Encoding"))
		packed, body := fetch(t, "GET", url+name, "", "Accept-Encoding", "gzip")
		require.Equal(t, "gzip", packed.Header.Get("Content-Encoding"))
		z, err := gzip.NewReader(strings.NewReader(body))
		require.NoError(t, err)
		unpacked, err := io.ReadAll(z)
		require.NoError(t, err)
		require.Equal(t, plain, string(unpacked))
		require.Less(t, len(body), len(plain)/2)
		require.NotEqual(t, a.Header.Get("Etag"), packed.Header.Get("Etag"), "a strong validator is of the bytes sent")
		again, nothing := fetch(t, "GET", url+name, "", "If-None-Match", a.Header.Get("Etag"))
		require.Equal(t, http.StatusNotModified, again.StatusCode)
		require.Empty(t, nothing)
	}
	require.Less(t, total, 60_000, "bytes in all, before compression")
}

func TestThePageNamesItsMethods(t *testing.T) {
	url := serve(t, "")
	for _, method := range []string{"OPTIONS", "DELETE"} {
		a, _ := fetch(t, method, url+"/function/dashboard", "")
		require.Equal(t, "GET, HEAD, POST, OPTIONS", a.Header.Get("Allow"), method)
	}
	a, _ := fetch(t, "DELETE", url+"/dashboard/catalogue.json", "")
	require.Equal(t, "GET, HEAD, OPTIONS", a.Header.Get("Allow"))
}

func TestFormsWorkWithoutTheScript(t *testing.T) {
	url := serve(t, "")
	form := func(body string) (int, string) {
		a, page := fetch(t, "POST", url+"/function/dashboard/", body, "Content-Type", "application/x-www-form-urlencoded")
		require.Equal(t, "no-store", a.Header.Get("Cache-Control"))
		return a.StatusCode, page
	}
	status, page := form("operation=divide&dividend=1&divisor=3&precision=5&notation=")
	require.Equal(t, 200, status)
	require.Contains(t, page, "<b>0.33333</b> rounded to 5 digits, half-even")
	_, page = form("operation=evaluate&expression=sqrt(2)%5E2")
	require.Contains(t, page, `<div id="result">2</div>`)
	require.Contains(t, page, `class="badge">exact</span>`)
	_, page = form("operation=add&args=0.1,+0.1++0.1")
	require.Contains(t, page, "<b>0.3</b> exact")
	status, page = form("operation=divide&dividend=1&divisor=0")
	require.Equal(t, 422, status)
	require.Contains(t, page, "divide(1, 0): division by zero")
	status, page = form("operation=evaluate&expression=%3Cscript%3Ealert(1)%3C/script%3E")
	require.Equal(t, 400, status)
	require.NotContains(t, page, "<script>alert", "what was typed is text")
	status, _ = form("operation=none")
	require.Equal(t, 400, status)
}

func TestOpenAPIDocumentIsValid(t *testing.T) {
	_, text := fetch(t, "GET", serve(t, "")+"/dashboard/openapi.json", "")
	document, err := libopenapi.NewDocument([]byte(text))
	require.NoError(t, err)
	require.Equal(t, "3.1.0", document.GetVersion())
	v, problems := validator.NewValidator(document)
	require.Empty(t, problems)
	ok, wrong := v.ValidateDocument()
	require.True(t, ok, "%v", wrong)

	var parsed struct {
		Paths map[string]struct {
			Post struct {
				RequestBody struct {
					Content map[string]struct {
						Examples map[string]struct{ Value json.RawMessage }
					}
				}
			}
		}
	}
	require.NoError(t, json.Unmarshal([]byte(text), &parsed))
	url := serve(t, "")
	asked := 0
	for _, o := range catalogue.All {
		if len(o.Operands) == 0 {
			continue
		}
		examples := parsed.Paths["/"+o.Name].Post.RequestBody.Content["application/json"].Examples
		require.Len(t, examples, len(o.Examples), o.Name)
		for i, e := range o.Examples {
			body := string(examples["example"+strconv.Itoa(i+1)].Value)
			request := func(method, query, body string) *http.Request {
				q, err := http.NewRequestWithContext(t.Context(), method, url+"/function/"+o.Name+query, strings.NewReader(body))
				require.NoError(t, err)
				q.Header.Set("Accept", "application/json")
				if body != "" {
					q.Header.Set("Content-Type", "application/json")
				}
				return q
			}
			for _, q := range []func() *http.Request{
				func() *http.Request { return request("POST", "", body) },
				func() *http.Request { return request("POST", "", "["+body+"]") },
			} {
				if e.Problem == "" {
					ok, wrong := v.ValidateHttpRequest(q())
					require.True(t, ok, "%s %s: %v", o.Name, body, wrong)
				}
				a, err := asIs.RoundTrip(q())
				require.NoError(t, err)
				ok, wrong := v.ValidateHttpResponse(q(), a)
				require.NoError(t, a.Body.Close())
				require.True(t, ok, "%s %s: %v", o.Name, body, wrong)
				asked++
			}
		}
	}
	require.Greater(t, asked, 400)
	for name, body := range map[string]string{"divide": `{"dividend":"1"}`, "add": `{"args":[]}`, "sin": `{"x":"1","unit":"grade"}`, "log": `{"y":1}`, "round": `{"x":true}`} {
		q, err := http.NewRequestWithContext(t.Context(), "POST", url+"/function/"+name, strings.NewReader(body))
		require.NoError(t, err)
		q.Header.Set("Content-Type", "application/json")
		ok, _ := v.ValidateHttpRequest(q)
		require.False(t, ok, "the document refuses what the function refuses: %s %s", name, body)
	}
}

// In the format of llmstxt.org: a heading, a quote, and lists of links, which all lead somewhere.
func TestLanguageModelsGetLinks(t *testing.T) {
	url := serve(t, "")
	_, text := fetch(t, "GET", url+"/llms.txt", "")
	require.Regexp(t, `^# Calculator\n\n> [^\n]+\n\n`, text)
	links := regexp.MustCompile(`(?m)^- \[[^\]]+\]\(([^)]+)\): `).FindAllStringSubmatch(text, -1)
	require.Len(t, links, 14+3)
	for _, link := range links {
		a, _ := fetch(t, "GET", url+link[1], "")
		require.Contains(t, []int{200, 405}, a.StatusCode, link[1])
	}
}

func TestMetricsAreFixedQueries(t *testing.T) {
	_, text := fetch(t, "GET", serve(t, "")+"/dashboard/metrics.json?query=up", "")
	require.JSONEq(t, `{"available":false,"functions":{}}`, text)
}
