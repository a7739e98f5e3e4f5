// Package host is everything around a function: the process that listens, limits, logs, measures and stops, so that the
// function itself is one call, func(handler.Request) (handler.Response, error).
//
// [Main] runs a function wherever the process finds itself: under AWS Lambda when the environment says so, else as an HTTP
// server that honours the contract of OpenFaaS's of-watchdog by itself, in one process. [New] gives one function as an
// [http.Handler] with the same behaviour, for a program that mounts several of them.
//
// What a function may rely on:
//
//   - Request.Header carries X-Call-Id (the caller's, or a new one), X-Calculator-Version (what this process was built from) and
//     X-Original-URI (path below the function's root, and raw query): host replaces whatever a client sent by the last two names.
//     Headers that concern one connection only are gone.
//   - Request.Context ends at exec_timeout, at the lower X-Timeout of the caller, before Lambda's own deadline, or when the caller
//     has gone. The function answers 504 itself; one that does not return soon after its deadline is answered for.
//   - Request.Body has at most max_body bytes. It is what arrived: a Content-Encoding is for the function to refuse or decode.
//   - A panic, an error or an impossible status becomes a 500 that tells the caller only the call id. The log has the rest.
//
// What a caller may rely on: X-Calculator-Version, X-Call-Id, Server-Timing and X-Duration-Seconds on every answer, a content
// type with every body, nosniff where that is not JSON, no body for HEAD, and host's own problems (413, 429, 500, 504) as RFC 9457 documents or one line of
// text, as the request asks.
package host
