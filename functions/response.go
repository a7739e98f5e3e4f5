package functions

import (
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	handler "github.com/openfaas/templates-sdk/go-http"
)

// A reply is an answer before it is handed over.
type reply struct {
	status int
	header http.Header
	body   []byte
	defect error // there is none; host answers
}

// The values of headers that many answers share. Nobody changes them.
var (
	plainText   = []string{"text/plain; charset=utf-8"}
	plainJSON   = []string{"application/json"}
	problemJSON = []string{"application/problem+json"}
	noCache     = []string{"no-cache"}
	noStore     = []string{"no-store"}
	varies      = []string{"Accept, Accept-Encoding"}
	anyOrigin   = []string{"*"}
	exposed     = []string{"X-Calculator-Exact, X-Calculator-Version, X-Call-Id, Server-Timing, ETag, Retry-After"}
)

// answerHeader is that of an answer that no cache may keep; of one in text it says besides which lines are exact.
func answerHeader(contentType []string, exact ...string) http.Header {
	header := http.Header{
		"Access-Control-Allow-Origin":   anyOrigin,
		"Access-Control-Expose-Headers": exposed,
		"Content-Type":                  contentType,
	}
	if len(exact) > 0 {
		header["X-Calculator-Exact"] = exact
	}
	return header
}

// withoutBody is the answer to HEAD: all but the body.
func (a reply) withoutBody() reply {
	if a.status != http.StatusNoContent && a.status != http.StatusNotModified {
		a.header["Content-Length"] = []string{strconv.Itoa(len(a.body))}
	}
	a.body = nil
	return a
}

// mediaType is the content type of an answer that is not a problem.
func mediaType(asText bool) []string {
	if asText {
		return plainText
	}
	return plainJSON
}

// found is an answer to GET that a cache may keep while it asks whether the version is the same.
func found(r *handler.Request, tag string, contentType []string, body []byte) reply {
	a := reply{status: http.StatusOK, body: body, header: http.Header{
		"Content-Type":                  contentType,
		"Cache-Control":                 noCache,
		"Vary":                          varies,
		"Etag":                          {tag},
		"Access-Control-Allow-Origin":   anyOrigin,
		"Access-Control-Expose-Headers": exposed,
	}}
	if matches(r, tag) || matchesAny(r) {
		a.status, a.body = http.StatusNotModified, nil
	}
	return a
}

// wantsText decides between text and JSON: Accept does when it names one of them, and the first named of equals; else byDefault, unless Accept
// rules that out.
func (f *function) wantsText(r *handler.Request, byDefault bool) bool {
	lines := r.Header["Accept"]
	if len(lines) == 0 || len(lines) == 1 && (lines[0] == "*/*" || lines[0] == "") {
		return byDefault
	}
	var best float64
	asText, refused := byDefault, [2]bool{}
	for _, line := range lines {
		for part := range strings.SplitSeq(line, ",") {
			media, parameters, _ := strings.Cut(part, ";")
			text := 0
			switch strings.ToLower(strings.TrimSpace(media)) {
			case "text/plain", "text/*":
				text = 1
			case "application/json", "application/problem+json", "application/*":
			default:
				continue
			}
			q := quality(parameters)
			if q <= 0 {
				refused[text] = true
			}
			if q > best {
				best, asText = q, text == 1
			}
		}
	}
	switch {
	case best > 0:
		return asText
	case refused[0] && !refused[1]:
		return true
	case refused[1] && !refused[0]:
		return false
	}
	return byDefault
}

// quality is the weight among an Accept entry's parameters, 1 without one (RFC 9110, §12.4.2).
func quality(parameters string) float64 {
	for p := range strings.SplitSeq(parameters, ";") {
		name, value, _ := strings.Cut(p, "=")
		if strings.EqualFold(strings.TrimSpace(name), "q") {
			q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
			if err != nil || q > 1 {
				return 1
			}
			return q
		}
	}
	return 1
}

const hexDigits = "0123456789abcdef"

// appendQuoted writes a JSON string. What is not UTF-8 becomes U+FFFD.
func appendQuoted(b []byte, s string) []byte {
	b = append(b, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if c >= ' ' && c != '"' && c != '\\' && c != 0x7f {
				i++
				continue
			}
			b = append(b, s[start:i]...)
			switch c {
			case '"', '\\':
				b = append(b, '\\', c)
			case '\n':
				b = append(b, '\\', 'n')
			case '\r':
				b = append(b, '\\', 'r')
			case '\t':
				b = append(b, '\\', 't')
			default:
				b = append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
			}
			i++
			start = i
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 {
			b = append(b, s[start:i]...)
			b = append(b, "\uFFFD"...)
			i++
			start = i
			continue
		}
		i += size
	}
	return append(append(b, s[start:]...), '"')
}
