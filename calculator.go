// Package calculator holds the list of the calculator's functions, which is the file stack.yml.
//
// The calculator itself is in calc (the arithmetic), calc/catalogue (its operations), functions (what every function does with a
// request) and template/calculator (the process that a function runs in).
package calculator

import _ "embed"

// Stack is stack.yml: which functions there are, and how they are deployed.
//
//go:embed stack.yml
var Stack []byte
