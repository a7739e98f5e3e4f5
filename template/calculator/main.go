// Command calculator is the process of one function: the handler of package function behind host's HTTP server, or under
// AWS Lambda. In the repository package function is the scaffold beside this file; in a build it is the function's own folder.
package main

import (
	"calculator/template/calculator/function"
	"calculator/template/calculator/host"
)

func main() { host.Main(function.Handle) }
