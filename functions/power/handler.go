// Package function raises one number to the power of another, correctly rounded to the digits asked for.
package function

import (
	"calculator/calc/catalogue"
	"calculator/functions"
)

// Handle answers one invocation.
var Handle = functions.Handler(catalogue.Power)
