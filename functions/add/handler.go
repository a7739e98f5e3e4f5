// Package function adds numbers exactly.
package function

import (
	"calculator/calc/catalogue"
	"calculator/functions"
)

// Handle answers one invocation.
var Handle = functions.Handler(catalogue.Add)
