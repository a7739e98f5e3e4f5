// Package function serves the web page, the API document and the catalogue.
package function

import (
	"calculator/calc/catalogue"
	"calculator/functions"
)

// Handle answers one invocation.
var Handle = functions.Handler(catalogue.Dashboard)
