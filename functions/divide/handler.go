// Package function divides one number by another, correctly rounded to the digits asked for.
package function

import (
	"calculator/calc/catalogue"
	"calculator/functions"
)

// Handle answers one invocation.
var Handle = functions.Handler(catalogue.Divide)
