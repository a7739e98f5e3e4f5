package contract

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// An Answer is a response read to its end.
type Answer struct {
	Status int
	Header http.Header
	Body   string
}

// check compares an answer with what the case wants, and with what the contract says of every answer.
func (c *Case) check(a Answer, proxied bool) error {
	if proxied && c.byProxy(a) {
		return nil
	}
	if a.Header.Get("X-Calculator-Version") == "" {
		return fmt.Errorf("the answer %d has no X-Calculator-Version, so that it did not come from a function: %s", a.Status, brief(a.Body))
	}
	if a.Status != c.want.status {
		return fmt.Errorf("status %d, want %d: %s", a.Status, c.want.status, brief(a.Body))
	}
	return errors.Join(c.everyAnswer(a), c.wantedHeader(a), c.wantedBody(a))
}

// byProxy reports whether a proxy said before the function could what the function would have said: that there is nothing at a
// path, or that a body is too large.
func (c *Case) byProxy(a Answer) bool {
	return a.Header.Get("X-Calculator-Version") == "" && a.Status == c.want.status &&
		(a.Status == http.StatusNotFound || a.Status == http.StatusRequestEntityTooLarge) &&
		a.Header.Get("Content-Type") == "application/problem+json" && c.isProblem([]byte(a.Body), a.Status) == nil
}

var timing = regexp.MustCompile(`compute;dur=[0-9.]+`)

// everyAnswer checks section 8, and the form that an answer has for its kind.
func (c *Case) everyAnswer(a Answer) error {
	var wrong []string
	must := func(ok bool, format string, args ...any) {
		if !ok {
			wrong = append(wrong, fmt.Sprintf(format, args...))
		}
	}
	h := a.Header
	must(h.Get("X-Call-Id") != "", "no X-Call-Id")
	must(timing.MatchString(strings.Join(h["Server-Timing"], ",")), "no compute;dur in Server-Timing")
	contentType := h.Get("Content-Type")
	must(contentType != "" || a.Status == http.StatusNotModified || a.Status == http.StatusNoContent, "no Content-Type")
	must(h.Get("Access-Control-Allow-Origin") == "*" && h.Get("Access-Control-Allow-Credentials") == "" || c.Function == "dashboard",
		"Access-Control-Allow-Origin %q: any origin may ask, without credentials", h.Get("Access-Control-Allow-Origin"))
	isText, isProblem := strings.HasPrefix(contentType, "text/plain"), a.Status >= 400
	switch {
	case isProblem:
		must(h.Get("Cache-Control") == "no-store", "Cache-Control %q of a problem, want no-store", h.Get("Cache-Control"))
		must(h.Get("ETag") == "", "a problem has an ETag")
		must(isText || contentType == "application/problem+json", "Content-Type %q of a problem", contentType)
	case c.Method == http.MethodGet || c.Method == http.MethodHead:
		must(h.Get("Cache-Control") == "no-cache", "Cache-Control %q, want no-cache", h.Get("Cache-Control"))
		must(strings.HasPrefix(h.Get("ETag"), `"`), "ETag %q, want a strong one", h.Get("ETag"))
		must(contains(h, "Vary", "Accept") && contains(h, "Vary", "Accept-Encoding"), "Vary %q, want Accept and Accept-Encoding", h["Vary"])
	}
	if c.Method == http.MethodHead || a.Status == http.StatusNoContent || a.Status == http.StatusNotModified {
		must(a.Body == "", "a body: %s", brief(a.Body))
		return list(wrong)
	}
	must(strings.HasSuffix(a.Body, "\n") || c.Function == "dashboard", "no line end after %s", brief(a.Body))
	switch {
	case isText && isProblem && c.Function != "evaluate":
		must(strings.Count(a.Body, "\n") == 1, "a problem in text is one line, not %s", brief(a.Body))
	case isProblem && !isText:
		must(c.isProblem([]byte(a.Body), a.Status) == nil, "%v", c.isProblem([]byte(a.Body), a.Status))
	}
	return list(wrong)
}

// isProblem checks a document of RFC 9457.
func (c *Case) isProblem(body []byte, status int) error {
	var p struct {
		Type, Title, Detail string
		Status              int
	}
	if err := json.Unmarshal(body, &p); err != nil {
		return fmt.Errorf("a problem that is no JSON object: %w: %s", err, brief(string(body)))
	}
	switch {
	case c.want.problem != "" && p.Type != c.want.problem:
		return fmt.Errorf("problem %s, want %s: %s", p.Type, c.want.problem, p.Detail)
	case p.Type == "" || p.Title == "" || p.Detail == "":
		return fmt.Errorf("a problem without type, title or detail: %s", brief(string(body)))
	case p.Status != status:
		return fmt.Errorf("the problem's status is %d, the answer's %d", p.Status, status)
	}
	return nil
}

func (c *Case) wantedHeader(a Answer) error {
	var wrong []string
	for _, w := range c.want.header {
		got := strings.Join(a.Header.Values(w.name), ", ")
		same := got == w.value || w.value != "" && like(w.value, got)
		switch http.CanonicalHeaderKey(w.name) {
		case "Allow", "Vary", "Access-Control-Allow-Methods": // in any order
			same = slices.Equal(elements(got), elements(w.value))
		}
		if !same {
			wrong = append(wrong, fmt.Sprintf("%s: %q, want %q", w.name, got, w.value))
		}
	}
	return list(wrong)
}

func (c *Case) wantedBody(a Answer) error {
	if !c.want.isBody {
		return nil
	}
	if strings.HasPrefix(a.Header.Get("Content-Type"), "text/plain") {
		if got := strings.TrimSuffix(a.Body, "\n"); !like(c.want.body, got) {
			return fmt.Errorf("%s, want %s", brief(got), brief(c.want.body))
		}
		return nil
	}
	got, err := decode(a.Body)
	if err != nil {
		return fmt.Errorf("%w: %s", err, brief(a.Body))
	}
	wanted, err := decode(c.want.body)
	if err != nil {
		return fmt.Errorf("the answer wanted is text, that given is %s", brief(a.Body))
	}
	if !agrees(wanted, got, c.want.inPart || a.Status >= 400) {
		return fmt.Errorf("%s, want %s", brief(strings.TrimSpace(a.Body)), brief(c.want.body))
	}
	return nil
}

// decode reads one JSON value with its numbers as they are written.
func decode(text string) (any, error) {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, fmt.Errorf("no JSON: %w", err)
	}
	if len(bytes.TrimSpace([]byte(text[d.InputOffset():]))) > 0 {
		return nil, errors.New("more than one JSON value")
	}
	return v, nil
}

// agrees reports whether a JSON value is the one wanted. A problem may have members besides those wanted, and so may one
// within a batch; a result has those and no others.
func agrees(want, got any, inPart bool) bool {
	switch want := want.(type) {
	case map[string]any:
		got, ok := got.(map[string]any)
		_, isProblem := want["type"]
		if !ok || !inPart && !isProblem && len(want) != len(got) {
			return false
		}
		for name, w := range want {
			if g, ok := got[name]; !ok || !agrees(w, g, false) {
				return false
			}
		}
		return true
	case []any:
		got, ok := got.([]any)
		if !ok || len(want) != len(got) {
			return false
		}
		for i := range want {
			if !agrees(want[i], got[i], inPart) {
				return false
			}
		}
		return true
	case string:
		got, ok := got.(string)
		return ok && like(want, got)
	default:
		return want == got
	}
}

// like reports whether a text is as wanted, where … in what is wanted stands for any text.
func like(want, got string) bool {
	parts := strings.Split(want, "…")
	if len(parts) == 1 {
		return want == got
	}
	last := len(parts) - 1
	if !strings.HasPrefix(got, parts[0]) {
		return false
	}
	got = got[len(parts[0]):]
	for _, part := range parts[1:last] {
		i := strings.Index(got, part)
		if i < 0 {
			return false
		}
		got = got[i+len(part):]
	}
	return strings.HasSuffix(got, parts[last])
}

// elements are the parts of a header that is a list, in order.
func elements(list string) []string {
	parts := strings.Split(strings.ToLower(list), ",")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	slices.Sort(parts)
	return slices.Compact(parts)
}

func contains(h http.Header, name, element string) bool {
	return slices.Contains(elements(strings.Join(h.Values(name), ",")), strings.ToLower(element))
}

func list(wrong []string) error {
	if len(wrong) == 0 {
		return nil
	}
	return errors.New(strings.Join(wrong, "; "))
}

// brief is text for a report.
func brief(text string) string {
	const most = 200
	if len(text) > most {
		return fmt.Sprintf("%q… (%d bytes)", text[:most], len(text))
	}
	return fmt.Sprintf("%q", text)
}
