// Package functions is the edge: what every function of the calculator shares. It turns a request into a computation, and its result
// into an answer or a problem.
//
// [Handler] gives the handler of an operation; the folders below hold one function each, of one line. To read it, follow a request:
// handler.go says who answers, request.go and json.go read the question, compute.go asks package calc, response.go and problem.go
// write the answer.
//
// What is asked arrives as text and goes as text to calc.Parse: no number passes through a float64 here. Every limit is known before the
// work it bounds, and every answer has a content type. The process around a function (package host) adds the version, the call id and the
// times, and limits the body's size and the time.
package functions
