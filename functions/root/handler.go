// Package function serves the n-th root, correctly rounded to the digits asked for.
package function

import (
	"calculator/calc/catalogue"
	"calculator/functions"
)

// Handle answers one invocation.
var Handle = functions.Handler(catalogue.Root)
