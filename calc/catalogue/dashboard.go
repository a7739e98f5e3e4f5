package catalogue

// Dashboard is the page for people, and the documents for programs. It computes nothing.
var Dashboard = &Operation{
	Name:     "dashboard",
	Summary:  "the web page, the API document and the catalogue",
	Operands: []Operand{},
	Options:  []Option{},
	Examples: []Example{},
}
