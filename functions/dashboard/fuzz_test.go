package function_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	handler "github.com/openfaas/templates-sdk/go-http"
	"github.com/stretchr/testify/require"

	"calculator/calc/catalogue"
	dashboard "calculator/functions/dashboard"
)

// FuzzDashboard: whatever arrives at the page's own paths, an assistant's among them, the answer is one, and no header is the caller's.
func FuzzDashboard(f *testing.F) {
	for _, uri := range []string{"/", "/function/dashboard", "/dashboard/app.js", "/dashboard/metrics.json", "/catalogue.json", "//", "/dashboard/../x", "/add?args=1,2", "/%2e%2e/mcp"} {
		for _, method := range []string{"GET", "HEAD", "POST", "DELETE"} {
			f.Add(method, uri, "application/x-www-form-urlencoded", "", []byte("operation=divide&dividend=<i>&divisor=0"))
		}
	}
	for _, body := range []string{"", "[]", "{}", `{"jsonrpc":"2.0","id":1,"method":"tools/list"}`,
		`{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"x","version":"1"}}}`,
		`{"jsonrpc":"2.0","id":{},"method":"tools/call","params":{"name":"add","arguments":[1]}}`, `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}`,
	} {
		f.Add("POST", "/mcp", "application/json", "", []byte(body))
		f.Add("POST", "/mcp", "application/json", "https://evil.example", []byte(body))
	}
	for _, o := range catalogue.All {
		for _, e := range o.Examples {
			arguments, err := json.Marshal(map[string]any{"args": e.Operands})
			require.NoError(f, err)
			f.Add("POST", "/mcp", "application/json", "", []byte(`{"jsonrpc":"2.0","id":"`+o.Name+`","method":"tools/call","params":{"name":"`+o.Name+`","arguments":`+string(arguments)+`}}`))
			f.Add("POST", "/"+o.Name, "application/json", "", arguments)
		}
	}
	f.Fuzz(func(t *testing.T, method, uri, contentType, origin string, body []byte) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, query, _ := strings.Cut(uri, "?")
		r := handler.Request{Method: method, QueryString: query, Body: body, Host: "calculator.example", Header: http.Header{"X-Original-Uri": {uri}, "Content-Type": {contentType}}}
		if origin != "" {
			r.Header["Origin"] = []string{origin}
		}
		r.WithContext(ctx)
		start := time.Now()
		answer, err := dashboard.Handle(r)
		require.NoError(t, err)
		require.Less(t, time.Since(start), 8*time.Second)
		require.True(t, 200 <= answer.StatusCode && answer.StatusCode < 600 && answer.StatusCode != 500, "%d: %s", answer.StatusCode, answer.Body)
		for name, values := range answer.Header {
			require.NotContains(t, name+strings.Join(values, ""), "\n")
			require.NotContains(t, name+strings.Join(values, ""), "\r")
		}
		media := answer.Header.Get("Content-Type")
		if len(answer.Body) > 0 {
			require.NotEmpty(t, media)
			require.True(t, utf8.Valid(answer.Body))
		}
		if strings.Contains(media, "json") && len(answer.Body) > 0 {
			require.True(t, json.Valid(answer.Body), "%s", answer.Body)
		}
		if strings.HasPrefix(media, "text/html") && method == http.MethodPost {
			require.Contains(t, answer.Header.Get("Content-Security-Policy"), "default-src 'none'")
			require.Equal(t, 1, strings.Count(string(answer.Body), "<script"), "what was sent is text in the page")
			require.False(t, strings.Contains(string(answer.Body), "<i>"))
		}
	})
}

// What of a link is looked at: that the page is still itself, and that what the link says is text in it.
const unharmed = `(() => {
	const odd = document.querySelectorAll('img, iframe, object, embed, base, main script, a[href^="javascript"], [onerror], [onload], [onclick]');
	if (odd.length) return 'an element of the link: ' + odd[0].outerHTML.slice(0, 200);
	if (document.title !== 'Calculator' || document.scripts.length !== 1) return 'the page is another one';
	if (Object.keys(Object.prototype).length) return 'all objects have got ' + Object.keys(Object.prototype)[0];
	const p = new URLSearchParams(location.hash.slice(1)), text = p.get('q')?.trim().slice(0, 20000);
	if (text && !shown && entry.value !== text.replace(/[\r\n]/g, '')) return 'the entry is ' + entry.value.slice(0, 200);
	const d = document.querySelector('#graph .curve')?.getAttribute('d');
	if (d && !/^([ML]-?\d+(\.\d+)? -?\d+(\.\d+)?)*$/.test(d)) return 'the curve is ' + d.slice(0, 200);
	if (document.querySelectorAll('#graph *').length > 2000) return 'the graph grows';
	return '';
})()`

// FuzzLink follows links of the page, whose fragment says what to compute and what to draw, in a browser. Go's fuzzing does not see the
// script, so it is led by its seeds alone; each link is followed by one line that must be computed as ever.
func FuzzLink(f *testing.F) {
	var script complaints
	ctx := opened(f.Context(), f, serve(f, ""), 1000, 800, script.add)
	for _, raw := range []string{"", "#", "&with=nothing&with==&with=__proto__=1&with=x=1&with=x=2", "%", "%zz=%E0%A4%A", "&q=2&precision=1e9", "&q=%00%E2%80%AE1", "&constructor=1&__proto__=2&toString=3"} {
		f.Add("1/3*3", "", "x^2", "-1", "1", raw)
	}
	for _, text := range []string{"<img src=x onerror=\"document.title='hacked'\">", "javascript:alert(1)", "\u202e1+1", "1/0", "ans", "pi", "sqrt(2)", "22/7", "1e-30", "x", "' + alert(1) + '", "${1}", "\u2028\u2029", "{{.}}", "a;b\n#c", "</script>"} {
		f.Add(text, "x="+text, text, "0", "3", "")
	}
	for _, ends := range [][2]string{{"-1e308", "1e308"}, {"NaN", "Infinity"}, {"1e-320", "2e-320"}, {"", ""}, {"0x10", "0b11"}, {"1", "1.0000000000000002"}, {"-0", "0"}, {"9007199254740993", "9007199254740995"}, {"<b>", "\"'>"}, {"1e15", "1e15"}} {
		f.Add("1", "", "1/x", ends[0], ends[1], "")
		f.Add("1", "", "tan(x)", ends[0], ends[1], "")
	}
	f.Add("1", "", "1.7e308*x", "-1", "1", "")
	f.Fuzz(func(t *testing.T, text, with, curve, from, to, raw string) {
		link := url.Values{"q": {text}, "curve": {curve}, "from": {from}, "to": {to}}
		if with != "" {
			link["with"] = []string{with}
		}
		hash, err := json.Marshal(strings.ReplaceAll(link.Encode(), "+", "%20") + raw)
		require.NoError(t, err)
		within, cancel := context.WithTimeout(ctx, 30*time.Second)
		defer cancel()
		var wrong string
		err = chromedp.Run(within, chromedp.Evaluate(`shown = null; graph.replaceChildren(); history.replaceState(null, '', '#' + `+string(hash)+`); fromLink(); draw().then(() => `+unharmed+`)`, &wrong, awaited))
		require.NoError(t, err)
		require.Empty(t, wrong)
		err = chromedp.Run(within, chromedp.Evaluate(`plotting?.abort(); run('6*7', {expression: '6*7'}, {link: false}).then(() =>
			result.textContent === '42' ? `+unharmed+` : 'the next answer is ' + result.textContent + $('error').textContent)`, &wrong, awaited))
		require.NoError(t, err)
		require.Empty(t, wrong)
		require.Empty(t, script.taken())
	})
}

// awaited makes the value of a promise that of the expression.
func awaited(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }

// complaints are what the browser says of the script.
type complaints struct {
	mu   sync.Mutex
	said []string
}

func (c *complaints) add(text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.said = append(c.said, text)
}

func (c *complaints) taken() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	said := c.said
	c.said = nil
	return said
}
