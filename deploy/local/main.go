// Command local runs the whole calculator in one process, without containers: the real functions behind the part of OpenFaaS's
// gateway API that people, faas-cli and the gateway's clients use to call and to look at functions. It writes nothing and
// watches nothing.
//
//	go run ./deploy/local [-addr 127.0.0.1:8080] [-open]
//	go run ./deploy/local -mcp
//
// With -mcp it is a server of the Model Context Protocol for an AI assistant that starts it: messages come on standard input, answers go
// to standard output, everything else to standard error.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"strings"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.LookupEnv, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run serves until ctx ends. Everything that it prints goes to out.
func run(ctx context.Context, args []string, env func(string) (string, bool), out io.Writer) error {
	flags := flag.NewFlagSet("local", flag.ContinueOnError)
	flags.SetOutput(out)
	addr := flags.String("addr", "127.0.0.1:8080", "`address` to listen at")
	open := flags.Bool("open", false, "open the calculator's page in the browser")
	overStdio := flags.Bool("mcp", false, "talk the Model Context Protocol on standard input and output, and listen nowhere")
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return nil
	} else if err != nil {
		return err
	}
	if *overStdio {
		return serveStdio(ctx, env)
	}
	g, err := newGateway(env)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", *addr)
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("the address %s is taken by another program: end that, or choose another one, as in go run ./deploy/local -addr 127.0.0.1:8090", *addr)
	}
	if err != nil {
		return err
	}
	url := "http://" + listener.Addr().String()
	fmt.Fprint(out, strings.ReplaceAll(welcome, "URL", url))
	if *open {
		go browse(url)
	}
	return g.serve(ctx, listener)
}

const welcome = `The calculator is at URL, until Ctrl-C. Try:

  curl URL/function/add -d '0.1 0.2'
  curl 'URL/function/divide?args=1,3&precision=10'
  curl URL/function/root --json '{"radicand":"2","precision":50}'
  curl URL/function/power                         # what it does, its operands and options
  echo 0.1 0.2 | faas-cli invoke add -g URL
  faas-cli list -g URL
`

// browse opens the page in the person's browser; that there is none is no error.
func browse(url string) {
	command := map[string][]string{"darwin": {"open"}, "windows": {"rundll32", "url.dll,FileProtocolHandler"}}[runtime.GOOS]
	if command == nil {
		command = []string{"xdg-open"}
	}
	_ = exec.Command(command[0], append(command[1:], url)...).Run()
}

// serve answers until ctx ends, and then gives requests that are under way a moment to end.
func (g *gateway) serve(ctx context.Context, listener net.Listener) error {
	server := &http.Server{
		Handler:           g.handler(),
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       g.settings.Read,
		WriteTimeout:      max(g.settings.Write, g.settings.Exec+time.Second, g.settings.Read+time.Second),
		BaseContext:       func(net.Listener) context.Context { return ctx }, // the work ends with us
	}
	done := make(chan error, 1)
	go func() { done <- server.Serve(listener) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	drain, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
	defer cancel()
	if server.Shutdown(drain) != nil {
		_ = server.Close()
	}
	return nil
}
