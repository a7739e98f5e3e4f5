// Live brings a version of the calculator to a gateway, function by function, and believes nothing that it has not
// been told by the functions themselves.
//
//	live deploy   -manifest release/manifest.json [-stack stack.yml]
//	live verify   -url https://calculator.example -version COMMIT
//	live status
//	live rollback [-version COMMIT]
//	live images   [-stack stack.yml]
//
// Deploy checks that every image and every secret exists before it touches anything: faasd, when a pull fails, goes on
// to remove the function that runs. Then it takes one function after the other: faas-cli deploy, wait until the
// function answers with the new version, compare its answers with the catalogue's examples. At the first one that does
// not come right, every function it changed goes back to the last good image with the settings of then, and is
// verified too. An answer without X-Calculator-Version did not come from a function and is no answer. Questions are
// POSTs, which no cache answers.
//
// The state lies in one folder (-state, or CALCULATOR_STATE): deployed.json has the last good deployments, written after verification, and
// versions.json what nginx may cache ("" while a function is being replaced). Both are replaced by renaming.
//
// Images prints each function of stack.yml and the image it names, with the environment put in as faas-cli does.
//
// The password of the gateway comes from OPENFAAS_PASSWORD and goes to faas-cli through its standard input. A registry
// that is not public is asked with REGISTRY_USER and REGISTRY_PASSWORD. The report goes to standard output, and to the
// file that GITHUB_STEP_SUMMARY names.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	// A runner that is told to stop sends SIGINT, later SIGTERM: what was changed is put back first.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Getenv, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "live:", err)
		os.Exit(1)
	}
}

const usage = `usage:
  live deploy   -manifest FILE [-version COMMIT] [-stack FILE] [-gateway URL] [-state DIR]
  live verify   -url URL -version COMMIT [-stack FILE]
  live status   [-gateway URL] [-state DIR]
  live rollback [-version COMMIT] [-gateway URL] [-state DIR]
  live images   [-stack FILE]`

// run is the program: arguments and environment in, report out.
func run(ctx context.Context, args []string, env func(string) string, out io.Writer) error {
	if len(args) == 0 {
		return errors.New(usage)
	}
	if args[0] == "help" || args[0] == "-h" || args[0] == "--help" {
		_, err := fmt.Fprintln(out, usage)
		return err
	}
	l := &live{
		env: env, out: out, cli: "faas-cli", checks: examples,
		attempts: 3, pause: 2 * time.Second, ready: time.Minute, poll: 25 * time.Millisecond,
	}
	f := flag.NewFlagSet("live "+args[0], flag.ContinueOnError)
	f.SetOutput(io.Discard)
	stack, manifest, version, url := "stack.yml", "", "", ""
	switch args[0] {
	case "deploy", "status", "rollback":
		f.StringVar(&l.gateway, "gateway", cmp.Or(env("OPENFAAS_URL"), "http://127.0.0.1:8080"), "the gateway")
		f.StringVar(&l.state.dir, "state", cmp.Or(env("CALCULATOR_STATE"), "/var/lib/calculator"), "folder of deployed.json and versions.json")
	case "images":
	case "verify":
		f.StringVar(&url, "url", "", "where the calculator is, as its users see it")
	default:
		return fmt.Errorf("%s: no such command\n%s", args[0], usage)
	}
	switch args[0] {
	case "deploy":
		f.StringVar(&manifest, "manifest", "", `JSON: {"function": "image:tag@sha256:…"}`)
		fallthrough
	case "verify", "images":
		f.StringVar(&stack, "stack", stack, "the functions, as faas-cli reads them")
		if args[0] == "images" {
			break
		}
		fallthrough
	case "rollback":
		f.StringVar(&version, "version", "", "commit that the functions must say they are")
	}
	if args[0] == "status" {
		l.ready = 5 * time.Second // nothing is being replaced
	}
	f.DurationVar(&l.ready, "ready", l.ready, "how long a function may take to answer")
	if err := f.Parse(args[1:]); err != nil {
		return fmt.Errorf("%w\n%s", err, usage)
	}
	if f.NArg() > 0 {
		return fmt.Errorf("%s: not understood\n%s", f.Arg(0), usage)
	}
	switch args[0] {
	case "deploy":
		return l.deployFiles(ctx, manifest, stack, version)
	case "verify":
		return l.verifyFile(ctx, url, stack, version)
	case "status":
		return l.status(ctx)
	case "images":
		return l.images(stack)
	default:
		return l.rollback(ctx, version)
	}
}

// live is one run of the program. Its durations are fields so that tests need not wait.
type live struct {
	env     func(string) string
	out     io.Writer
	gateway string
	state   store
	cli     string                    // faas-cli
	checks  func(name string) []Check // what a function of this build must answer

	attempts int           // of faas-cli deploy, for each function
	pause    time.Duration // before the second attempt; doubled before each further one
	ready    time.Duration // from a deployment to the right answers
	poll     time.Duration // between two questions
}
