// Package function serves the tangent, correctly rounded to the digits asked for.
package function

import (
	"calculator/calc/catalogue"
	"calculator/functions"
)

// Handle answers one invocation.
var Handle = functions.Handler(catalogue.Tan)
