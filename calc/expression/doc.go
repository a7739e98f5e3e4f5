// Package expression reads the calculator's numbers and expressions: what a number looks like, which operators, functions
// and constants there are and how they bind, and where exactly a text goes wrong. It computes nothing.
//
// [Parse] turns a text into a [Program], whose [Node]s are numbers, constants, variables and calls of a few operations; a
// [Scope] does so for the lines of a text, and holds variables. [ParseNumber] reads an operand that stands alone. Each error
// is an [*Error]: what was found, what was expected, where, and what to write instead.
//
// # Grammar
//
//	program   = { statement | ";" | line end }
//	statement = [ name "=" ] sum                      ends at ";" or with its line
//	sum       = remainder { ( "+" | "-" ) remainder }
//	remainder = product { "mod" product }
//	product   = signed { ( "*" | "/" ) signed | power }  a power after nothing begins with neither digit nor sign
//	signed    = { "+" | "-" } power
//	power     = radical [ ( "^" | "**" ) signed ]
//	radical   = { "√" } postfix
//	postfix   = primary { "!" | "%" | "²" | "³" | "°" }
//	primary   = number | constant | variable | function "(" sum { "," sum } ")" | "(" sum ")" | "|" sum "|"
//
// Besides * there are × and ·, besides / there is ÷, besides - there is −. A comment goes from # to the end of its line.
// A name is a letter of any script or an underscore, and then letters, marks, the digits 0 to 9 and underscores; but π is
// always a name of its own, so that 2πr is a product. Inside |…| a | where an operator may stand closes it; elsewhere it opens.
//
// A percentage right of + or - is relative to what is left of it, unless that is a percentage too: 200 + 10% is 220.
// See [Node] for what the operators become.
//
// # Limits
//
// An expression has at most [MaxLevels] levels and [MaxNodes] nodes; the time to read it is linear in its length, and an
// error names the place at which a limit was passed. Sums, products and quotients of many operands are one wide node.
package expression
