package function_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"

	dashboard "calculator/functions/dashboard"
	"calculator/template/calculator/host"
)

// listen serves at a port of its own.
func listen(t testing.TB, h http.Handler) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

// crossings counts the lines of the curve that go through the whole height.
const crossings = `(document.querySelector('#graph .curve').getAttribute('d').match(/[ML][^ML]*/g) || []).filter((p, i, all) => {
	if (!i || p[0] === 'M') return false;
	const [a, b] = [all[i - 1], p].map(q => Number(q.split(' ')[1])), h = graph.clientHeight;
	return Math.min(a, b) < 0 && Math.max(a, b) > h;
}).length`

func drawing(expression, from, to string) chromedp.Action {
	return chromedp.Evaluate(`$('curve').value = '`+expression+`'; $('from').value = '`+from+`'; $('to').value = '`+to+`'; $('plotter').requestSubmit()`, nil)
}

func drawnOf(expression string) string {
	return `graph.getAttribute('aria-label').startsWith('Graph of ` + expression + ` for')`
}

func TestPlotHasGapsAtPolesAndOutsideTheDomain(t *testing.T) {
	ctx := browser(t, serve(t, ""), 1280, 2000)
	do(t, ctx, chromedp.ScrollIntoView("#graph"))
	eventually(t, ctx, drawnOf("sin(x)/x")+` && document.querySelectorAll('#graph .hole').length === 1`)
	for _, c := range []struct {
		expression string
		pieces     int // those that are in sight
	}{{"tan(x)", 5}, {"1/x", 2}, {"floor(x)", 12}, {"sqrt(x)", 1}, {"atan(300*x)", 1}, {"ln(x^2-4)", 2}} {
		do(t, ctx, drawing(c.expression, "-5.5", "5.5"))
		eventually(t, ctx, drawnOf(c.expression))
		require.Zero(t, read[int](t, ctx, crossings), c.expression)
		require.Equal(t, c.pieces, read[int](t, ctx, `document.querySelector('#graph .curve').getAttribute('d').split('M').filter(piece => piece.split('L').some(p => { const y = Number(p.split(' ')[1]); return y >= 0 && y <= graph.clientHeight; })).length`), c.expression)
	}
	// The curve goes on to the edge of the domain: it is not broken off at the last place that happened to be asked for.
	do(t, ctx, drawing("sqrt(x)", "-5.03", "5.5"))
	eventually(t, ctx, drawnOf("sqrt(x)")+` && view.from === -5.03`)
	eventually(t, ctx, `Math.min(...drawn.curve.filter(p => isFinite(p.y)).map(p => p.y)) < .02`)

	do(t, ctx, drawing("ln(x", "-5", "5"))
	eventually(t, ctx, `document.querySelector('#plot-error').textContent.includes('expected')`)
	do(t, ctx, drawing("x", "5", "-5"))
	eventually(t, ctx, `document.querySelector('#plot-error').textContent.includes('below')`)
	do(t, ctx, typed("x^2-2"+kb.Enter))
	eventually(t, ctx, shownError+`.includes('“x”')`)
	do(t, ctx, press("Draw it as a graph"))
	eventually(t, ctx, `document.querySelector('#plot-error').textContent.includes('below') || `+drawnOf("x^2-2"))
}

func TestPlotMovesByKeysButtonsAndPointer(t *testing.T) {
	ctx := browser(t, serve(t, "")+"/#curve=x%5E2&from=-5&to=5", 1280, 900)
	do(t, ctx, chromedp.ScrollIntoView("#graph"), chromedp.Focus("#graph"))
	eventually(t, ctx, drawnOf("x^2"))
	shows := func(from, to string) {
		t.Helper()
		eventually(t, ctx, `$('from').value === '`+from+`' && $('to').value === '`+to+`' && drawn.from === view.from`)
	}
	do(t, ctx, chromedp.KeyEvent(kb.ArrowRight))
	shows("-4", "6")
	do(t, ctx, chromedp.KeyEvent("+"))
	shows("-1.5", "3.5")
	do(t, ctx, chromedp.KeyEvent("-"))
	shows("-4", "6")
	do(t, ctx, press("←"))
	shows("-5", "5")
	require.Contains(t, read[string](t, ctx, `location.hash`), "curve=x%5E2&from=-5&to=5")
	do(t, ctx, chromedp.Evaluate(`(() => {
		const box = graph.getBoundingClientRect(), at = share => ({clientX: box.left + box.width * share, clientY: box.top + 9, pointerId: 1});
		graph.setPointerCapture = () => {};
		for (const [type, share] of [['pointerdown', .5], ['pointermove', .4], ['pointerup', .3]]) graph.dispatchEvent(new PointerEvent(type, at(share)));
	})()`, nil))
	shows("-3", "7")
	do(t, ctx, chromedp.Focus("#graph"), chromedp.Evaluate(`(() => { const box = graph.getBoundingClientRect(); graph.dispatchEvent(new WheelEvent('wheel', {deltaY: -1, clientX: box.left, cancelable: true})); })()`, nil))
	shows("-3", "5")
	do(t, ctx, chromedp.KeyEvent("0"))
	shows("-10", "10")
}

func TestTheTableSaysWhatIsOffline(t *testing.T) {
	ctx := browser(t, serve(t, "root")+"/function/dashboard", 1280, 3000)
	row := func(name string) string {
		return `[...$('table').rows].find(r => r.textContent.startsWith('` + name + `'))`
	}
	eventually(t, ctx, `document.querySelector('#agree').textContent.startsWith('✕ 1 of 15 differ') && document.querySelector('#agree').textContent.endsWith(': root.')`)
	eventually(t, ctx, row("root")+`.cells[1].textContent === '✕ no function (200)' && `+row("add")+`.cells[1].textContent === '✓ answers' && / ms$/.test(`+row("add")+`.cells[3].textContent)`)
	eventually(t, ctx, row("add")+`.cells[4].textContent === 'not available' && document.querySelector('#checked').textContent.startsWith('Last checked')`)
}

func TestTheTableShowsWhatPrometheusKnows(t *testing.T) {
	page := host.New(host.Defaults(), dashboard.Handle)
	ctx := browser(t, listen(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/metrics.json") {
			_, _ = io.WriteString(w, `{"available":true,"functions":{"add":{"calls":1200,"errors":3,"p50":0.0021,"p95":0.01},"sin":{"calls":4}}}`)
			return
		}
		page.ServeHTTP(w, r)
	})), 1280, 3000)
	row := func(i string) string {
		return `[...$('table').rows[` + i + `].cells].slice(4).map(c => c.textContent).join('|')`
	}
	eventually(t, ctx, row("0")+` === '1200|0.3 %|2.1 ms|10.0 ms' && `+row("1")+` === '0|–|–|–' && `+row("9")+` === '4|0.0 %|–|–'`)
}

// On Lambda functions are not beside each other: what asks for one reaches the dashboard.
func TestThePageWorksAlone(t *testing.T) {
	ctx := browser(t, listen(t, host.New(host.Defaults(), dashboard.Handle)), 1280, 3000)
	do(t, ctx, typed("1/8"+kb.Enter))
	eventually(t, ctx, shownResult+` === '0.125'`)
	eventually(t, ctx, `$('table').rows[0].cells[1].textContent === '✓ in the dashboard'`)
}

// While evaluate is away the dashboard computes in its place; while it is there, it is asked.
func TestThePageAsksTheFunctions(t *testing.T) {
	ctx := browser(t, serve(t, "evaluate")+"/function/dashboard/", 1280, 900)
	do(t, ctx, typed("1/8"+kb.Enter))
	eventually(t, ctx, shownResult+` === '0.125'`)

	var function, here atomic.Int64
	target, err := url.Parse(serve(t, ""))
	require.NoError(t, err)
	gateway := httputil.NewSingleHostReverseProxy(target)
	ctx = browser(t, listen(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method == http.MethodPost && r.URL.Path == "/function/evaluate":
			function.Add(1)
		case r.Method == http.MethodPost:
			here.Add(1)
		}
		gateway.ServeHTTP(w, r)
	}))+"/function/dashboard/", 1280, 900)
	do(t, ctx, typed("1/4"+kb.Enter))
	eventually(t, ctx, shownResult+` === '0.25'`)
	require.NotZero(t, function.Load())
	require.Zero(t, here.Load())
}

func TestFunctionFormsShowTheCall(t *testing.T) {
	url := serve(t, "")
	ctx := browser(t, url, 1280, 3000)
	do(t, ctx, chromedp.Evaluate(`(() => { const d = document.querySelector('#f-divide'); d.open = true; const f = d.querySelector('form'); f.dividend.value = '1'; f.divisor.value = '8'; f.rounding.value = 'down'; f.requestSubmit(); })()`, nil))
	eventually(t, ctx, `document.querySelector('#f-divide .raw')?.textContent.includes('"result":"0.125"')`)
	blocks := read[[]string](t, ctx, `[...document.querySelectorAll('#f-divide pre')].map(p => p.textContent)`)
	require.Len(t, blocks, 5)
	const body = `{"dividend":"1","divisor":"8","rounding":"down"}`
	require.Equal(t, "POST /function/divide\nContent-Type: application/json\n\n"+body, blocks[0])
	require.Regexp(t, `^HTTP 200\nContent-Type: application/json\nX-Calculator-Version: `, blocks[1])
	require.Equal(t, "curl "+url+"/function/divide --json '"+body+"'", blocks[2])
	require.Equal(t, "echo '"+body+"' | faas-cli invoke divide --content-type application/json", blocks[3])
	var event struct {
		Version        string
		Body           string
		RequestContext struct{ HTTP struct{ Method string } }
	}
	require.NoError(t, json.Unmarshal([]byte(blocks[4]), &event))
	require.Equal(t, "2.0", event.Version)
	require.Equal(t, "POST", event.RequestContext.HTTP.Method)
	require.Equal(t, body, event.Body)

	// The catalogue's examples are buttons.
	do(t, ctx, chromedp.Evaluate(`document.querySelector('#f-evaluate').open = true`, nil))
	eventually(t, ctx, `document.querySelectorAll('#f-evaluate .faces button').length > 10`)
	do(t, ctx, chromedp.Evaluate(`[...document.querySelectorAll('#f-evaluate .faces button')].find(b => b.textContent.includes('variables x=1/3')).click()`, nil))
	eventually(t, ctx, `document.querySelector('#f-evaluate .raw')?.textContent.includes('{"expression":"3x","variables":{"x":"1/3"}}') && document.querySelector('#f-evaluate .raw').textContent.includes('"result":"1"')`)
}

func TestTheKeyboardAloneWillDo(t *testing.T) {
	ctx := browser(t, serve(t, ""), 1280, 900)
	do(t, ctx, chromedp.KeyEvent("6*7"), chromedp.KeyEvent(kb.Enter)) // the entry has the focus
	eventually(t, ctx, shownResult+` === '42'`)
	do(t, ctx, chromedp.KeyEvent("ans/11"), chromedp.KeyEvent(kb.Enter))
	eventually(t, ctx, shownResult+`.startsWith('3.81')`)
	do(t, ctx, chromedp.KeyEvent(kb.ArrowUp), chromedp.KeyEvent(kb.ArrowUp))
	require.Equal(t, "6*7", read[string](t, ctx, `entry.value`))
	focused := func() string {
		return read[string](t, ctx, `(e => e.id || e.ariaLabel || e.textContent)(document.activeElement)`)
	}
	seen := map[string]bool{}
	for range 160 {
		do(t, ctx, chromedp.KeyEvent(kb.Tab))
		name := focused()
		if name == "fraction" && !seen[name] {
			do(t, ctx, chromedp.KeyEvent(kb.Enter))
			require.Equal(t, "42/11", read[string](t, ctx, shownResult))
		}
		require.True(t, read[bool](t, ctx, `document.activeElement === document.body || (style => style.outlineStyle !== 'none' || document.activeElement === entry)(getComputedStyle(document.activeElement))`), "%s shows that it has the focus", name)
		seen[name] = true
	}
	for _, name := range []string{"wipe", "more", "square root", "equals", "precision", "rounding", "unit", "Line 1", "Use line 1", "export", "clear", "curve", "graph", "zoom in", "refresh"} {
		require.True(t, seen[name], "%s is reached by the tabulator key: %v", name, seen)
	}
	do(t, ctx, chromedp.Focus("#f-add summary"), chromedp.KeyEvent(kb.Enter), chromedp.KeyEvent(kb.Tab))
	eventually(t, ctx, `document.querySelector('#f-add').open && document.querySelectorAll('#f-add .faces button').length > 3`)
}

// Without the script each form goes to the dashboard and comes back with the answer.
func TestThePageWorksWithoutTheScript(t *testing.T) {
	for _, place := range []string{"/", "/function/dashboard", "/function/dashboard/"} {
		ctx := browser(t, serve(t, "")+place, 800, 900, emulation.SetScriptExecutionDisabled(true))
		text := func(selector string) string {
			var markup string
			do(t, ctx, chromedp.ActionFunc(func(ctx context.Context) error {
				document, err := dom.GetDocument().Do(ctx)
				if err != nil {
					return err
				}
				node, err := dom.QuerySelector(document.NodeID, selector).Do(ctx)
				if err == nil && node != 0 {
					markup, err = dom.GetOuterHTML().WithNodeID(node).Do(ctx)
				}
				if err != nil {
					markup = "" // the page is just being replaced
				}
				return nil
			}))
			return markup
		}
		enter := func(selector, value string) {
			t.Helper()
			require.Eventually(t, func() bool {
				return chromedp.Run(ctx, chromedp.ActionFunc(func(ctx context.Context) error {
					document, err := dom.GetDocument().Do(ctx)
					if err != nil {
						return err
					}
					node, err := dom.QuerySelector(document.NodeID, selector).Do(ctx)
					if err != nil {
						return err
					}
					return dom.Focus().WithNodeID(node).Do(ctx)
				})) == nil
			}, wait, tick, selector)
			do(t, ctx, chromedp.KeyEvent(value+kb.Enter))
		}
		require.NotContains(t, text("html"), `class="js"`)
		enter("#entry", "1/3")
		require.Eventually(t, func() bool { return strings.Contains(text("#result"), "0.3333333333333333333333333333333333") }, wait, tick, place)
		require.Contains(t, text("#badge"), "rounded to 34 digits, half-even")
		require.Contains(t, text("#calculator dl"), "<dd>0.(3)</dd>")
		enter("#f-root summary", "")
		enter("#f-root [name=radicand]", "-4")
		require.Eventually(t, func() bool {
			return strings.Contains(text("#f-root"), "root(-4): square root of a negative number")
		}, wait, tick, place)
		require.Contains(t, text("#f-root"), " open")
		require.Contains(t, text("#f-root [name=radicand]"), `value="-4"`)
	}
}

func theme(name string) chromedp.Action {
	return emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: name}})
}

func TestThePageIsDarkWhereThatIsWanted(t *testing.T) {
	ctx := browser(t, serve(t, ""), 1280, 900, theme("dark"))
	brightness := `getComputedStyle(document.body).backgroundColor.match(/\d+/g).reduce((sum, n) => sum + Number(n), 0)`
	require.Less(t, read[float64](t, ctx, brightness), 150.)
	do(t, ctx, theme("light"))
	require.Greater(t, read[float64](t, ctx, brightness), 600.)
}

func TestNothingOverflows(t *testing.T) {
	for _, width := range []int64{320, 360, 768, 1280, 1920} {
		ctx := browser(t, serve(t, "root")+"/#q=sqrt(2)*pi&precision=200", width, 800)
		eventually(t, ctx, shownResult+`.length > 150`)
		do(t, ctx, typed("123456789^7/987654321"+kb.Enter), chromedp.Evaluate(`refresh(); draw(); document.querySelectorAll('details').forEach(d => { d.open = true; d.querySelector('form').requestSubmit(); })`, nil))
		eventually(t, ctx, `document.querySelector('#agree').textContent !== '' && document.querySelectorAll('#f-round .faces button').length > 3`)
		do(t, ctx, chromedp.Evaluate(`for (const d of document.querySelectorAll('details')) d.querySelector('.faces button').click()`, nil))
		eventually(t, ctx, `document.querySelectorAll('.raw').length === 14`)
		require.LessOrEqual(t, read[float64](t, ctx, `document.documentElement.scrollWidth`), float64(width))
		// WCAG 2.2, 2.5.8: targets of at least 24 by 24.
		require.Empty(t, read[[]string](t, ctx, `[...document.querySelectorAll('button, input, select, summary, nav a, footer a, th a')].filter(e => { const b = e.getBoundingClientRect(); return e.checkVisibility() && b.width && (b.height < 24 || b.width < 24); }).map(e => e.outerHTML)`))
	}
}

// Contrast, names, focus and the rest of what axe-core knows, in both themes and on a phone.
func TestAxeFindsNoViolation(t *testing.T) {
	npm, err := exec.LookPath("npm")
	if err != nil {
		t.Skip("no npm: install it to check the page with axe-core")
	}
	dir := t.TempDir()
	c := exec.CommandContext(t.Context(), npm, "pack", "--silent", "axe-core@4.10.3")
	c.Dir = dir
	if out, err := c.CombinedOutput(); err != nil {
		t.Skipf("no axe-core from npm: %s", out)
	}
	archives, err := filepath.Glob(filepath.Join(dir, "*.tgz"))
	require.NoError(t, err)
	require.Len(t, archives, 1)
	c = exec.CommandContext(t.Context(), "tar", "-xzf", archives[0], "package/axe.min.js")
	c.Dir = dir
	require.NoError(t, c.Run())
	axe, err := os.ReadFile(filepath.Join(dir, "package", "axe.min.js"))
	require.NoError(t, err)
	for _, kind := range []struct {
		theme string
		width int64
	}{{"light", 1280}, {"dark", 1280}, {"light", 360}, {"dark", 360}} {
		ctx := browser(t, serve(t, "root"), kind.width, 3000, theme(kind.theme))
		check := func(what string) {
			t.Helper()
			do(t, ctx, chromedp.Evaluate(`window.found = null; axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}).then(r => { found = r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.html + n.failureSummary).join(' ')).join('\n'); }); 0`, nil))
			eventually(t, ctx, `found !== null`)
			require.Empty(t, read[string](t, ctx, `found`), "%s, %s, %d", what, kind.theme, kind.width)
		}
		do(t, ctx, chromedp.Evaluate(string(axe)+`;0`, nil))
		check("at first")
		do(t, ctx, typed("1/3"+kb.Enter))
		eventually(t, ctx, shownResult+`.startsWith('0.33')`)
		do(t, ctx, press("fraction"), chromedp.Evaluate(`refresh(); draw(); document.querySelectorAll('details').forEach(d => { d.open = true; })`, nil))
		eventually(t, ctx, `document.querySelector('#agree').textContent !== '' && document.querySelectorAll('#f-round .faces button').length > 3`)
		do(t, ctx, chromedp.Evaluate(`for (const d of document.querySelectorAll('#f-add, #f-divide')) d.querySelector('.faces button').click()`, nil))
		eventually(t, ctx, `document.querySelectorAll('.raw').length === 2`)
		check("in use")
		do(t, ctx, typed("2 + * 3"+kb.Enter))
		eventually(t, ctx, shownError+` !== ''`)
		check("with an error")
		do(t, ctx, chromedp.Evaluate(`$('precision').value = 2000; fill('sqrt(2)'); $('calculator').requestSubmit()`, nil))
		eventually(t, ctx, shownResult+`.length > 1000`)
		check("with many digits")
	}
}
