// Command conformance asks a calculator whatever the contract says, some hundreds of requests, and says which answers are others.
//
//	go run ./deploy/conformance -url http://HOST            the whole calculator, with each function at /function/NAME
//	go run ./deploy/conformance -url http://HOST -only add  one function, at that address itself
//	go run ./deploy/conformance -url https://HOST -proxied  the whole calculator, with nginx in front
//
// It exits with 1 if an answer is wrong. Package contract has the requests.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/signal"

	"calculator/calc/catalogue"
	"calculator/deploy/conformance/contract"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run asks, and writes the report to out. Its error says what was wrong with the arguments or how many answers were.
func run(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("conformance", flag.ContinueOnError)
	flags.SetOutput(out)
	address := flags.String("url", "http://127.0.0.1:8080", "`address` of the calculator")
	only := flags.String("only", "", "`name` of the one function that is at the address itself")
	proxied := flags.Bool("proxied", false, "nginx or the like is in front, which may say itself that there is nothing at a path, or that a body is too large")
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return nil
	} else if err != nil {
		return err
	}
	if u, err := url.Parse(*address); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return fmt.Errorf("-url %s: want an address such as https://calculator.example", *address)
	}
	if *only != "" && catalogue.Find(*only) == nil {
		return fmt.Errorf("-only %s: there is no such function; want one such as add", *only)
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unknown argument %s: want -url and perhaps -only and -proxied", flags.Arg(0))
	}
	cases, err := contract.All()
	if err != nil {
		return err
	}
	report := contract.Run(ctx, contract.Calculator{URL: *address, Only: *only, Proxied: *proxied}, cases)
	for _, f := range report.Failures {
		fmt.Fprintf(out, "%s: %s\n\t%s\n", f.Case.Place, f.Case, f.Error)
	}
	if ctx.Err() != nil {
		return errors.New("interrupted")
	}
	if n := len(report.Failures); n > 0 {
		return fmt.Errorf("%d of %d answers of %s are not the contract's", n, report.Asked, *address)
	}
	fmt.Fprintf(out, "%s: all %d answers are the contract's, version %s, %.1fs\n", *address, report.Asked, report.Version, report.Took.Seconds())
	return nil
}
