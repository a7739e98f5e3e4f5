// Package function serves the remainder of a division, exactly, in four modes.
package function

import (
	"calculator/calc/catalogue"
	"calculator/functions"
)

// Handle answers one invocation.
var Handle = functions.Handler(catalogue.Remainder)
