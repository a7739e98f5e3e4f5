package function_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"
)

// browser starts Chromium with an empty profile, and opens a page of the calculator.
func browser(t *testing.T, url string, width, height int64, more ...chromedp.ExecAllocatorOption) context.Context {
	t.Helper()
	program := os.Getenv("CHROME")
	for _, name := range []string{"google-chrome", "chromium"} {
		if program == "" {
			program, _ = exec.LookPath(name)
		}
	}
	if program == "" {
		t.Skip("no Chromium: install it, or name it in CHROME, to test the page in a browser")
	}
	options := append([]chromedp.ExecAllocatorOption{chromedp.ExecPath(program), chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.NoFirstRun, chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true)}, more...)
	ctx, cancel := context.WithTimeout(t.Context(), 90*time.Second)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	require.NoError(t, chromedp.Run(ctx, emulation.SetDeviceMetricsOverride(width, height, 1, width < 500), chromedp.Navigate(url), chromedp.WaitReady("#keys button")))
	return ctx
}

func do(t *testing.T, ctx context.Context, actions ...chromedp.Action) {
	t.Helper()
	require.NoError(t, chromedp.Run(ctx, actions...))
}

// eventually waits until an expression of the page's script is true.
func eventually(t *testing.T, ctx context.Context, condition string) {
	t.Helper()
	var last string
	err := chromedp.Run(ctx, chromedp.Poll(condition, nil, chromedp.WithPollingTimeout(10*time.Second)))
	if err != nil {
		_ = chromedp.Run(ctx, chromedp.Evaluate(`document.querySelector('#calculate').innerText + '|' + document.querySelector('#operations').innerText`, &last))
	}
	require.NoError(t, err, "%s: the page shows %q", condition, last)
}

const (
	shownResult = `document.querySelector('#result').textContent`
	shownError  = `document.querySelector('#error').textContent`
)

func typed(text string) chromedp.Action {
	return chromedp.Tasks{chromedp.Evaluate(`document.querySelector('#entry').value = ''; document.querySelector('#entry').focus()`, nil), chromedp.KeyEvent(text)}
}

func TestTypingComputes(t *testing.T) {
	ctx := browser(t, serve(t, ""), 1280, 900)
	do(t, ctx, typed("sqrt(2)^2 + sin(pi/6)"))
	eventually(t, ctx, `document.querySelector('#preview').textContent === '= 2.5'`)
	do(t, ctx, chromedp.SendKeys("#entry", kb.Enter, chromedp.ByID))
	eventually(t, ctx, shownResult+` === '2.5' && document.querySelector('#badge').textContent === 'exact'`)
	eventually(t, ctx, `document.querySelector('#said').textContent === '2.5, exact'`)

	do(t, ctx, typed("1/3"+kb.Enter))
	eventually(t, ctx, shownResult+` === '0.3333333333333333333333333333333333' && document.querySelector('#badge').textContent === 'rounded to 34 digits, half-even'`)
	eventually(t, ctx, `document.querySelector('#forms').textContent.includes('1/3') && document.querySelector('#forms').textContent.includes('0.(3)')`)
	do(t, ctx, chromedp.Click("[data-copy=decimal]"))
	eventually(t, ctx, `document.documentElement.dataset.copied === '0.3333333333333333333333333333333333'`)
	do(t, ctx, chromedp.Click("[data-copy=latex]"))
	eventually(t, ctx, `document.documentElement.dataset.copied === '\\frac{1}{3}'`)
}

func TestKeysTypeIntoTheEntry(t *testing.T) {
	ctx := browser(t, serve(t, ""), 800, 900)
	for _, key := range []string{"7", "×", "6", "="} {
		do(t, ctx, chromedp.Click(`//div[@id="keys"]/button[text()="`+key+`"]`, chromedp.BySearch))
	}
	eventually(t, ctx, shownResult+` === '42'`)
	eventually(t, ctx, `[...document.querySelectorAll('#keys button')].some(b => b.getAttribute('aria-label') === 'square root')`)
}

func TestAnErrorUnderlinesItsPlace(t *testing.T) {
	ctx := browser(t, serve(t, ""), 800, 900)
	do(t, ctx, typed("2 + * 3"+kb.Enter))
	eventually(t, ctx, shownError+`.includes('expected a value')`)
	eventually(t, ctx, `document.querySelector('#mirror mark').textContent === '*' && document.querySelector('#mirror mark').previousSibling.textContent === '2 + '`)
	do(t, ctx, typed("1/0"+kb.Enter))
	eventually(t, ctx, shownError+`.includes('division by zero')`)
	do(t, ctx, typed("1"))
	eventually(t, ctx, shownError+` === ''`)
}

func TestMoreDigitsShowTheRoundedOne(t *testing.T) {
	ctx := browser(t, serve(t, "")+"/#q=2%2F3&precision=5", 800, 900)
	eventually(t, ctx, shownResult+` === '0.66667'`)
	do(t, ctx, chromedp.Click("#more"))
	eventually(t, ctx, shownResult+` === '0.6666666667' && document.querySelector('#result .was').textContent === '6'`)
	eventually(t, ctx, `location.hash.includes('precision=10')`)
	do(t, ctx, chromedp.NavigateBack())
	eventually(t, ctx, shownResult+` === '0.66667'`)
}

func TestHistoryStaysExactAndRecomputes(t *testing.T) {
	url := serve(t, "")
	ctx := browser(t, url, 800, 900)
	for _, line := range []string{"1/3", "ans*3", "x = ans + 1", "x^2"} {
		do(t, ctx, typed(line+kb.Enter))
		eventually(t, ctx, `document.querySelectorAll('#lines li').length && [...document.querySelectorAll('#lines input')].at(-1).value === '`+line+`'`)
	}
	outputs := `[...document.querySelectorAll('#lines output')].map(o => o.textContent).join('|')`
	eventually(t, ctx, outputs+` === '= 0.3333333333333333333333333333333333 (rounded)|= 1|= 2|= 4'`)
	do(t, ctx, chromedp.Evaluate(`(() => { const i = document.querySelector('#lines input'); i.value = '2/3'; i.dispatchEvent(new Event('change')); })()`, nil))
	eventually(t, ctx, outputs+`.endsWith('|= 2|= 3|= 9')`)
	do(t, ctx, chromedp.Reload())
	eventually(t, ctx, outputs+`.endsWith('|= 2|= 3|= 9')`)
	do(t, ctx, chromedp.Click("#clear"))
	eventually(t, ctx, `document.querySelector('#history').hidden && localStorage.getItem('lines') === '[]'`)
}

func TestALinkHoldsEverything(t *testing.T) {
	url := serve(t, "")
	ctx := browser(t, url+"/function/dashboard/#q=2%2F3&precision=7&rounding=down&unit=degree", 800, 900)
	eventually(t, ctx, shownResult+` === '0.6666666'`)
	eventually(t, ctx, `document.querySelector('#unit').value === 'degree' && document.querySelector('#rounding').value === 'down'`)
	do(t, ctx, typed("sin(30)"+kb.Enter))
	eventually(t, ctx, shownResult+` === '0.5' && new URLSearchParams(location.hash.slice(1)).get('q') === 'sin(30)'`)
}

func TestAHostileLinkIsText(t *testing.T) {
	ctx := browser(t, serve(t, "")+"/#q=%3Cimg%20src%3Dx%20onerror%3D%22document.title%3D'hacked'%22%3E&precision=%3Cb%3E&rounding=%22%3E%3Cscript%3E", 800, 900)
	eventually(t, ctx, shownError+` !== ''`)
	eventually(t, ctx, `document.title === 'Calculator' && document.querySelectorAll('img').length === 0 && document.querySelector('#entry').value.startsWith('<img')`)
}

func TestCancelStopsTheWork(t *testing.T) {
	ctx := browser(t, serve(t, ""), 800, 900)
	do(t, ctx, chromedp.SetValue("#precision", "10000", chromedp.ByID), chromedp.SetValue("#entry", "sin(1e999999)+exp(sqrt(2))+ln(3^pi+1)+atan(pi)", chromedp.ByID), chromedp.SendKeys("#entry", kb.Enter, chromedp.ByID))
	eventually(t, ctx, `!document.querySelector('#busy').hidden || `+shownResult+` !== ''`)
	do(t, ctx, chromedp.Evaluate(`document.querySelector('#cancel').click()`, nil))
	eventually(t, ctx, `document.querySelector('#busy').hidden`)
}

func TestPlotHasGapsAtPoles(t *testing.T) {
	ctx := browser(t, serve(t, ""), 1280, 2000)
	do(t, ctx, chromedp.ScrollIntoView("#graph"))
	eventually(t, ctx, `document.querySelector('#graph .curve') !== null`)
	do(t, ctx, chromedp.SetValue("#curve", "tan(x)", chromedp.ByID), chromedp.SetValue("#from", "-5", chromedp.ByID), chromedp.SetValue("#to", "5", chromedp.ByID), chromedp.Click("#plotter button"))
	eventually(t, ctx, `document.querySelector('#graph').getAttribute('aria-label') === 'Graph of tan(x) from -5 to 5' && document.querySelector('#graph').dataset.pieces === '5'`)
	do(t, ctx, chromedp.Focus("#graph"), chromedp.KeyEvent(kb.ArrowRight))
	eventually(t, ctx, `document.querySelector('#from').value === '-4'`)
	do(t, ctx, chromedp.SetValue("#curve", "ln(x", chromedp.ByID), chromedp.Click("#plotter button"))
	eventually(t, ctx, `document.querySelector('#plot-error').textContent.includes('expected')`)
}

func TestTheTableSaysWhatIsOffline(t *testing.T) {
	ctx := browser(t, serve(t, "root")+"/function/dashboard", 1280, 3000)
	do(t, ctx, chromedp.ScrollIntoView("#operations"))
	eventually(t, ctx, `document.querySelector('#agree').textContent.startsWith('1 of 15 do not answer')`)
	eventually(t, ctx, `document.querySelector('[data-name=root] td').textContent.startsWith('✕') && document.querySelector('[data-name=add] td').textContent === '✓ answers'`)
	eventually(t, ctx, `document.querySelector('[data-name=add]').textContent.includes('not available')`)
}

func TestFunctionFormsShowTheCall(t *testing.T) {
	ctx := browser(t, serve(t, ""), 1280, 3000)
	do(t, ctx, chromedp.Evaluate(`(() => { const f = document.querySelector('form[data-operation=divide]'); f.closest('details').open = true; f.dividend.value = '1'; f.divisor.value = '8'; f.requestSubmit(); })()`, nil))
	eventually(t, ctx, `document.querySelector('.raw')?.textContent.includes('"result":"0.125"') && document.querySelector('.raw').textContent.includes('faas-cli invoke divide') && document.querySelector('.raw').textContent.includes('rawPath')`)
}

func TestTheKeyboardAloneWillDo(t *testing.T) {
	ctx := browser(t, serve(t, ""), 1280, 900)
	do(t, ctx, chromedp.Evaluate(`document.querySelector('#entry').focus()`, nil), chromedp.KeyEvent("6*7"), chromedp.KeyEvent(kb.Enter))
	eventually(t, ctx, shownResult+` === '42'`)
	seen := map[string]bool{}
	for range 60 {
		var id string
		do(t, ctx, chromedp.KeyEvent(kb.Tab), chromedp.Evaluate(`document.activeElement.id || document.activeElement.textContent`, &id))
		seen[id] = true
	}
	for _, id := range []string{"precision", "rounding", "unit", "clear", "curve", "graph", "√", "="} {
		require.True(t, seen[id], "%s is reached by the tabulator key: %v", id, seen)
	}
}

func TestFormsWorkInABrowserWithoutTheScript(t *testing.T) {
	url := serve(t, "")
	ctx := browser(t, url, 800, 900)
	do(t, ctx, emulation.SetScriptExecutionDisabled(true), chromedp.Navigate(url+"/function/dashboard"), chromedp.WaitVisible("#entry"),
		chromedp.SendKeys("#entry", "1/3*3", chromedp.ByID), chromedp.SendKeys("#entry", kb.Enter, chromedp.ByID))
	var result, badge string
	do(t, ctx, chromedp.WaitVisible(`.badge[data-word="exact"]`), chromedp.Text("#result", &result), chromedp.Text("#badge", &badge))
	require.Equal(t, "1", result)
	require.Equal(t, "exact", badge)
}

func TestNothingOverflowsOnAPhone(t *testing.T) {
	for _, width := range []int64{360, 768, 1920} {
		ctx := browser(t, serve(t, "")+"/#q=sqrt(2)*pi&precision=200", width, 800)
		eventually(t, ctx, shownResult+`.length > 150`)
		eventually(t, ctx, `document.documentElement.scrollWidth <= innerWidth`)
	}
}

// Contrast, names, focus and the rest of what axe-core knows, in both themes.
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
	for _, theme := range []string{"light", "dark"} {
		t.Run(theme, func(t *testing.T) {
			ctx := browser(t, serve(t, "root"), 1280, 3000)
			do(t, ctx, emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: theme}}))
			do(t, ctx, typed("1/3"+kb.Enter))
			eventually(t, ctx, shownResult+`.startsWith('0.33')`)
			eventually(t, ctx, `document.querySelector('#agree').textContent !== ''`)
			do(t, ctx, typed("2 + * 3"+kb.Enter), chromedp.Evaluate(string(axe)+`;window.found = null; axe.run().then(r => { window.found = r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.html + n.failureSummary).join(' ')).join('\n'); }); 0`, nil))
			eventually(t, ctx, `window.found !== null`)
			var found string
			do(t, ctx, chromedp.Evaluate(`window.found`, &found))
			require.Empty(t, found)
		})
	}
}
