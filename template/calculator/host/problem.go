package host

import (
	"net/http"
	"strconv"
	"strings"
)

// problem is one of host's own few answers, in the words of RFC 9457.
type problem struct {
	status int
	kind   string // the type member
	title  string
	detail string
}

func payloadTooLarge(limit int64) problem {
	return problem{http.StatusRequestEntityTooLarge, "payload-too-large", "Payload too large",
		"the request's body has more than " + strconv.FormatInt(limit, 10) + " bytes (max_body): send less at once"}
}

func bodyNotRead() problem {
	return problem{http.StatusBadRequest, "malformed-request", "Malformed request",
		"the request's body did not arrive in full: send it again"}
}

func tooManyRequests(limit int) problem {
	return problem{http.StatusTooManyRequests, "too-many-requests", "Too many requests",
		"as many requests as may run at once are running, " + strconv.Itoa(limit) + " (max_inflight): try again in a second"}
}

func noRoom() problem {
	return problem{http.StatusTooManyRequests, "too-many-requests", "Too many requests",
		"there was no room for so long a body before the deadline: try again in a second, or send less at once"}
}

func internal(callID string) problem {
	return problem{http.StatusInternalServerError, "internal", "Internal error",
		"a defect in the function: report it with the call id " + callID}
}

func deadlineExceeded() problem {
	return problem{http.StatusGatewayTimeout, "deadline-exceeded", "Deadline exceeded",
		"the answer was not ready in time (exec_timeout): ask for less at once, or for fewer digits"}
}

func answerTooLarge(bytes, limit int) problem {
	return problem{http.StatusUnprocessableEntity, "too-large", "Too large",
		"the answer takes " + strconv.Itoa(bytes) + " bytes, and AWS Lambda returns at most " + strconv.Itoa(limit) + ": ask for less at once, or for fewer digits"}
}

// answer is the problem in the form the request asks for: a document, or its detail as one line of text.
func (p problem) answer(asText bool) ([]byte, http.Header) {
	header := http.Header{
		"Cache-Control":               {"no-store"},
		"Access-Control-Allow-Origin": {"*"}, // else a browser could not tell its page what went wrong
	}
	if p.status == http.StatusTooManyRequests {
		header["Retry-After"] = []string{"1"}
		header["X-Openfaas-Internal"] = []string{"faas-middleware"}
	}
	if asText {
		header["Content-Type"] = []string{"text/plain; charset=utf-8"}
		return []byte(p.detail + "\n"), header
	}
	header["Content-Type"] = []string{"application/problem+json"}
	b := append([]byte(nil), `{"type":`...)
	b = appendQuoted(b, p.kind)
	b = append(b, `,"title":`...)
	b = appendQuoted(b, p.title)
	b = append(b, `,"status":`...)
	b = strconv.AppendInt(b, int64(p.status), 10)
	b = append(b, `,"detail":`...)
	b = appendQuoted(b, p.detail)
	return append(b, "}\n"...), header
}

// wantsText decides as a function would: Accept when it names text or JSON, and the first named of equals; else text for a body
// that is not JSON, JSON for JSON and for queries.
func wantsText(method string, header http.Header) bool {
	best, asText := 0.0, false
	for _, line := range header["Accept"] {
		for part := range strings.SplitSeq(line, ",") {
			media, parameters, _ := strings.Cut(part, ";")
			text := false
			switch strings.ToLower(strings.TrimSpace(media)) {
			case "text/plain", "text/*":
				text = true
			case "application/json", "application/problem+json", "application/*":
			default:
				continue
			}
			if q := quality(parameters); q > best {
				best, asText = q, text
			}
		}
	}
	if best > 0 {
		return asText
	}
	if method == http.MethodGet || method == http.MethodHead {
		return false
	}
	return !isJSON(header.Get("Content-Type"))
}

// isJSON tells whether a content type is JSON's, or one built on it (RFC 6839, §3.1).
func isJSON(contentType string) bool {
	media, _, _ := strings.Cut(contentType, ";")
	media = strings.ToLower(strings.TrimSpace(media))
	return media == "application/json" || strings.HasSuffix(media, "+json")
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
