// Package expression reads the calculator's numbers and expressions: what a number looks like, which operators and
// functions there are and how they bind, and where exactly a text goes wrong. It computes nothing.
package expression
