package functions

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"strings"

	handler "github.com/openfaas/templates-sdk/go-http"
)

// etag is the strong validator of an answer: a hash over the version, the function, what was asked in its canonical form, and
// the media type. The same version gives the same answer to the same question.
func (f *function) etag(r *handler.Request, mediaType string, asked ...string) string {
	h := sha256.New()
	write := func(text string) {
		var length [8]byte // so that "1", "23" and "12", "3" differ
		binary.BigEndian.PutUint64(length[:], uint64(len(text)))
		h.Write(length[:])
		h.Write([]byte(text))
	}
	write(first(r.Header, "X-Calculator-Version"))
	write(f.Name)
	write(mediaType)
	for _, text := range asked {
		write(text)
	}
	sum := h.Sum(nil)
	return `"` + base64.RawURLEncoding.EncodeToString(sum[:16]) + `"`
}

// canonical is what a question asks for, however it was written: options in the catalogue's order, then the operands in theirs.
func (q *question) canonical() []string {
	list := make([]string, 0, len(q.options)*2+len(q.operands))
	for i, o := range q.options {
		if o.kind != absent {
			list = append(list, q.f.Options[i].Name, o.text)
		}
	}
	list = append(list, "=")
	for _, x := range q.operands {
		list = append(list, x.text)
	}
	return list
}

// matches reports whether If-None-Match names the tag, by weak comparison (RFC 9110, §13.1.2).
func matches(r *handler.Request, tag string) bool {
	for _, line := range r.Header["If-None-Match"] {
		for line != "" {
			line = strings.TrimLeft(line, " \t,")
			line = strings.TrimPrefix(line, "W/")
			end := strings.IndexByte(line[min(1, len(line)):], '"')
			if !strings.HasPrefix(line, `"`) || end < 0 {
				break
			}
			if line[:end+2] == tag {
				return true
			}
			line = line[end+2:]
		}
	}
	return false
}

// matchesAny reports whether If-None-Match is the star, which any answer matches that is not a problem.
func matchesAny(r *handler.Request) bool {
	return strings.TrimSpace(first(r.Header, "If-None-Match")) == "*"
}
