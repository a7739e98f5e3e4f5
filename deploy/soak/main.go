// Command soak keeps a calculator busy with everything that the contract says, at full speed and for a while, and says whether every
// answer was right and whether anything grew.
//
//	go run ./deploy/soak                         ten minutes, 64 requests at a time, at the fifteen functions, built and run here
//	go run ./deploy/soak -for 1m -connections 8
//	go run ./deploy/soak -url https://HOST -proxied
//
// The requests are those of package contract, which knows each answer: results, problems, batches and pages; beside them, large
// batches made of the same examples, and requests whose caller goes away. The report is Markdown. Of the functions that it runs itself it
// has memory and goroutines too, by third of the time: the last may not be above the first. It exits with 1 if an answer was not
// the contract's, or if something grew.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"syscall"
	"time"

	"calculator/deploy/conformance/contract"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "soak:", err)
		os.Exit(1)
	}
}

// run is the program: the report goes to out, what it is at to progress.
func run(ctx context.Context, args []string, out, progress io.Writer) error {
	flags := flag.NewFlagSet("soak", flag.ContinueOnError)
	flags.SetOutput(progress)
	lasts := flags.Duration("for", 10*time.Minute, "how long")
	connections := flags.Int("connections", 64, "requests at a time")
	address := flags.String("url", "", "`address` of a calculator that runs; without it, the functions are built from this folder and run")
	proxied := flags.Bool("proxied", false, "with -url: nginx or the like is in front")
	rest := flags.Duration("rest", time.Minute, "how long the functions rest before they are looked at once more")
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return nil
	} else if err != nil {
		return err
	}
	switch {
	case flags.NArg() > 0:
		return fmt.Errorf("unknown argument %s: want -for, -connections, -url, -proxied or -rest", flags.Arg(0))
	case *lasts <= 0 || *connections < 1 || *connections > 10_000 || *rest < 0:
		return errors.New("-for, -connections and -rest: want a time above 0, 1 to 10000, and a time")
	}
	client := &http.Client{
		Timeout: 30 * time.Second,
		// A function ends a connection that was not used for read_timeout, 10 s: a request must not set out on it just then.
		Transport:     &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: *connections, IdleConnTimeout: 5 * time.Second, Proxy: http.ProxyFromEnvironment},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}

	var f *fleet
	where := func(string) contract.Calculator {
		return contract.Calculator{URL: *address, Proxied: *proxied, Client: client}
	}
	if *address == "" {
		fmt.Fprintln(progress, "building the functions")
		var err error
		if f, err = launch(ctx, "."); err != nil {
			return err
		}
		defer f.close()
		where = func(name string) contract.Calculator {
			return contract.Calculator{URL: f.functions[name].url, Only: name, Client: client}
		}
	} else if u, err := url.Parse(*address); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return fmt.Errorf("-url %s: want an address such as https://calculator.example", *address)
	}

	s, err := newScript(ctx, where)
	if err != nil {
		return err
	}
	fmt.Fprintf(progress, "each request once, alone: %d were answered as the contract says; now for %v with %d at a time\n", s.asked, *lasts, *connections)
	playing, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	watching, stopWatching := context.WithCancel(ctx)
	defer stopWatching()
	samples := f.watch(watching, max(*lasts/600, 20*time.Millisecond), stop)
	l := s.play(playing, *lasts, *connections)
	stopWatching()
	seen := <-samples
	if ctx.Err() != nil {
		return errors.New("told to stop")
	}
	if playing.Err() != nil {
		return context.Cause(playing)
	}
	client.CloseIdleConnections()
	var rested []reading
	if f != nil {
		fmt.Fprintf(progress, "the functions rest for %v\n", *rest)
		select {
		case <-time.After(*rest):
		case <-ctx.Done():
			return errors.New("told to stop")
		}
		rested = f.read()
	}
	return report(out, l, f, seen, rested)
}
