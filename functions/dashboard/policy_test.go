package function_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What a browser is told about the page, and that the page needs none of what is forbidden. TestAHostileLinkIsText tries it.
func TestThePageRunsOnlyItsOwnScript(t *testing.T) {
	url := serve(t, "")
	hostile := "operation=evaluate&expression=%3Cscript%3Ealert(1)%3C%2Fscript%3E%22%20onfocus%3D%22alert(2)"
	for _, c := range [][3]string{{"GET", "/"}, {"GET", "/dashboard/app.js"}, {"GET", "/dashboard/style.css"}, {"GET", "/dashboard/icon.svg"},
		{"GET", "/?" + hostile}, {"POST", "/", hostile}} {
		a, text := fetch(t, c[0], url+c[1], c[2])
		require.Equal(t, "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
			a.Header.Get("Content-Security-Policy"), c)
		require.Equal(t, []string{"nosniff"}, a.Header["X-Content-Type-Options"], c)
		require.Equal(t, "no-referrer", a.Header.Get("Referrer-Policy"), c)
		require.Empty(t, a.Header["Set-Cookie"], c)
		require.Empty(t, a.Header["Access-Control-Allow-Origin"], "%v: another page may not read this one", c)
		if strings.HasPrefix(a.Header.Get("Content-Type"), "text/html") {
			require.Equal(t, []string{`<script src="dashboard/app.js" defer>`}, regexp.MustCompile(`<script[^>]*>`).FindAllString(text, -1), c)
			require.NotRegexp(t, `<[^>"]*("[^"]*"[^>"]*)*\s(on\w+|style)=`, text, c)
		}
	}
	_, script := fetch(t, "GET", url+"/dashboard/app.js", "")
	require.NotRegexp(t, `innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|setTimeout\(['"]|credentials|document\.cookie`, script)
}
