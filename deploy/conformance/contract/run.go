package contract

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// A Calculator is where the requests go.
type Calculator struct {
	URL     string       // each function is at URL/function/NAME
	Only    string       // or there is this function only, at URL itself
	Proxied bool         // a proxy in front may say itself that there is nothing at a path, or that a body is too large
	Client  *http.Client // nil means one that follows no redirects and waits half a minute
}

// A Failure is a case that got another answer.
type Failure struct {
	Case  *Case
	Error error
}

// A Report is what came of the cases.
type Report struct {
	Asked    int
	Failures []Failure
	Version  string // what the functions say of themselves
	Took     time.Duration
}

// enough requests in a row without any answer are enough to know that there is none.
const enough = 3

// All returns the examples of the catalogue and the cases of the text files.
func All() ([]Case, error) {
	written, err := Written()
	if err != nil {
		return nil, err
	}
	return append(Examples(), written...), nil
}

// Run puts the cases to a calculator, one after the other.
func Run(ctx context.Context, calculator Calculator, cases []Case) Report {
	if calculator.Client == nil {
		calculator.Client = newClient()
	}
	var report Report
	begin := time.Now()
	versions := map[string]string{}
	etag, unanswered := "", 0
	for i := range cases {
		c := &cases[i]
		if calculator.Only != "" && c.Function != calculator.Only {
			continue
		}
		report.Asked++
		a, err := c.Ask(ctx, calculator, etag)
		if a.Status == 0 {
			unanswered++
		} else {
			unanswered = 0
			etag = a.Header.Get("ETag")
			switch version := a.Header.Get("X-Calculator-Version"); {
			case version == "": // check has judged that
			case err == nil && versions[c.Function] != "" && versions[c.Function] != version:
				err = fmt.Errorf("version %s, and before it was %s", version, versions[c.Function])
			default:
				versions[c.Function], report.Version = version, version
			}
		}
		if err != nil {
			report.Failures = append(report.Failures, Failure{c, err})
		}
		if ctx.Err() != nil || unanswered == enough {
			break
		}
	}
	report.Took = time.Since(begin)
	return report
}

func newClient() *http.Client {
	return &http.Client{
		Timeout:       30 * time.Second,
		Transport:     &http.Transport{DisableCompression: true, Proxy: http.ProxyFromEnvironment},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// Ask puts one case to a calculator. The ETag is that of the answer before. The error says that there was no answer, whose status is 0
// then, or what is wrong with it.
func (c *Case) Ask(ctx context.Context, calculator Calculator, etag string) (Answer, error) {
	a, err := c.ask(ctx, calculator, etag)
	if err != nil {
		return Answer{}, err
	}
	return a, c.check(a, calculator.Proxied)
}

// Follows reports whether the case asks about the answer before it.
func (c *Case) Follows() bool {
	for _, values := range c.Header {
		if strings.Contains(values[0], tagOfBefore) {
			return true
		}
	}
	return false
}

// Refused reports whether the answer is to be a problem.
func (c *Case) Refused() bool { return c.want.status >= http.StatusBadRequest }

const tagOfBefore = "{etag}"

func (c *Case) ask(ctx context.Context, calculator Calculator, etag string) (Answer, error) {
	address := strings.TrimSuffix(calculator.URL, "/")
	if calculator.Only == "" {
		address += "/function/" + c.Function
	}
	base, err := url.Parse(address)
	if err != nil {
		return Answer{}, err
	}
	// The query is sent as it is written, also where it does not decode.
	path, query, _ := strings.Cut(c.Path, "?")
	base.Path, base.RawQuery = base.Path+path, query
	if base.Path == "" {
		base.Path = "/"
	}
	r := &http.Request{Method: c.Method, URL: base, Header: c.Header.Clone(), Host: base.Host}
	if c.Body != "" {
		r.Body, r.ContentLength = io.NopCloser(strings.NewReader(c.Body)), int64(len(c.Body))
		r.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(c.Body)), nil }
	}
	for name, values := range r.Header {
		r.Header[name] = []string{strings.ReplaceAll(values[0], tagOfBefore, etag)}
	}
	if r.Header.Get("User-Agent") == "" {
		r.Header.Set("User-Agent", "calculator-conformance")
	}
	client := calculator.Client
	if client == nil {
		client = newClient()
		defer client.CloseIdleConnections()
	}
	res, err := client.Do(r.WithContext(ctx))
	if err != nil {
		return Answer{}, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, 16<<20))
	return Answer{res.StatusCode, res.Header, string(body)}, err
}

// String is the request as one would type it, shortened.
func (c *Case) String() string {
	text := c.Method + " " + c.Function + c.Path
	if c.Body != "" {
		text += " " + brief(c.Body)
	}
	return text
}
