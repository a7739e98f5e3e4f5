package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"calculator/calc/catalogue"
	"calculator/deploy/conformance/contract"
)

const (
	// What takes longer than this alone is long: of those, few are asked at a time, or they would be all that the machine does.
	long       = 10 * time.Millisecond
	longAtOnce = 2
	// What takes longer than this alone is asked once, alone: with others beside it, it would rightly end at exec_timeout.
	tooLong = 500 * time.Millisecond
	// Of a hundred requests that are not long ones, so many are large batches, and so many are given up by their caller.
	ofBatches, ofGivenUp = 5, 5
	// batched is how many examples a large batch holds.
	batched = 100
)

// A step is something that is asked: a case of the contract with those after it that ask about its answer, or a large batch.
type step struct {
	kind string
	ask  func(ctx context.Context) error // says what is wrong with the answer
	took time.Duration                   // alone
}

// A script is everything that is asked.
type script struct {
	quick, batches, lengthy, alone []step
	asked                          int
}

// newScript asks each request alone: to know that the answers are right at all, and how long each takes.
func newScript(ctx context.Context, where func(function string) contract.Calculator) (*script, error) {
	cases, err := contract.All()
	if err != nil {
		return nil, err
	}
	s := &script{}
	var wrong []error
	add := func(st step, to *[]step) {
		s.asked++
		// The second time counts: what is made at the first use of it would not be there again.
		for range 2 {
			begin := time.Now()
			if err := st.ask(ctx); err != nil {
				wrong = append(wrong, err)
				return
			}
			st.took = time.Since(begin)
		}
		switch {
		case st.took > tooLong:
			to = &s.alone
		case st.took > long:
			st.kind += ", above 10 ms alone"
			to = &s.lengthy
		}
		*to = append(*to, st)
	}
	for i := 0; i < len(cases) && len(wrong) < keptErrors; {
		n := i + 1
		for n < len(cases) && cases[n].Follows() {
			n++
		}
		group := cases[i:n]
		add(step{kind: kindOf(&group[0]), ask: func(ctx context.Context) error {
			tag := ""
			for i := range group {
				c := &group[i]
				answer, err := c.Ask(ctx, where(c.Function), tag)
				if err != nil {
					return fmt.Errorf("%s: %s: %w", c.Place, c, err)
				}
				tag = answer.Header.Get("ETag")
			}
			return nil
		}}, &s.quick)
		i = n
	}
	for _, b := range newBatches() {
		add(step{kind: "batch of 100", ask: func(ctx context.Context) error { return b.ask(ctx, where(b.function)) }}, &s.batches)
	}
	return s, errors.Join(append(wrong, ctx.Err())...)
}

func kindOf(c *contract.Case) string {
	switch {
	case c.Function == "dashboard":
		return "dashboard"
	case c.Refused():
		return "problem"
	case strings.HasPrefix(c.Body, "["):
		return "batch"
	case c.Method == http.MethodGet || c.Method == http.MethodHead:
		return "GET"
	}
	return "POST"
}

// A batch is many examples of one function in one request.
type batch struct {
	function string
	body     []byte
	want     []catalogue.Example
}

func newBatches() []batch {
	var all []batch
	for _, o := range catalogue.All {
		if len(o.Examples) == 0 {
			continue
		}
		b := batch{function: o.Name}
		var elements []map[string]any
		for i := range batched {
			e := o.Examples[i%len(o.Examples)]
			q := map[string]any{}
			for _, v := range e.Options {
				q[v.Name] = v.Text
			}
			if o.Variadic || len(e.Operands) > len(o.Operands) {
				q["args"] = e.Operands
			} else {
				for j, x := range e.Operands {
					q[o.Operands[j].Name] = x
				}
			}
			elements, b.want = append(elements, q), append(b.want, e)
		}
		b.body, _ = json.Marshal(elements) // maps of text
		all = append(all, b)
	}
	return all
}

// ask puts the batch to the calculator, and compares each element with its example.
func (b *batch) ask(ctx context.Context, where contract.Calculator) error {
	address := where.URL
	if where.Only == "" {
		address += "/function/" + b.function
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(b.body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	res, err := where.Client.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, 16<<20))
	if err != nil {
		return err
	}
	var got []struct {
		Result, Type, Detail string
		Exact                bool
	}
	if err := json.Unmarshal(body, &got); err != nil || res.StatusCode != http.StatusOK || len(got) != len(b.want) {
		return fmt.Errorf("a batch of %d for %s: status %d, %d elements: %.200q", len(b.want), b.function, res.StatusCode, len(got), body)
	}
	for i, e := range b.want {
		if g := got[i]; g.Type != e.Problem || g.Result != e.Result || g.Exact != e.Exact || !strings.HasPrefix(g.Detail, e.Message) {
			return fmt.Errorf("a batch for %s, element %d: %+v, want %s %s", b.function, i, g, e.Result, e.Problem)
		}
	}
	return nil
}

// A log is what came of the requests.
type log struct {
	begin       time.Time
	lasts       time.Duration
	connections int
	took        map[string][]time.Duration // by kind
	wrong       []error                    // the first of them
	failed      int
	toGiveUp    int // requests whose caller would go away
	givenUp     int // those of them where it was faster than the answer
	once        int // steps that were asked only alone
}

const keptErrors = 10

func (l *log) add(o log) {
	for kind, took := range o.took {
		l.took[kind] = append(l.took[kind], took...)
	}
	l.wrong = append(l.wrong, o.wrong...)
	l.wrong = l.wrong[:min(len(l.wrong), keptErrors)]
	l.failed += o.failed
	l.toGiveUp += o.toGiveUp
	l.givenUp += o.givenUp
}

func (l *log) fail(err error) {
	if l.failed++; len(l.wrong) < keptErrors {
		l.wrong = append(l.wrong, err)
	}
}

// play asks at full speed: each connection asks again when it has its answer.
func (s *script) play(ctx context.Context, lasts time.Duration, connections int) log {
	all := log{begin: time.Now(), lasts: lasts, connections: connections, took: map[string][]time.Duration{}, once: len(s.alone)}
	longOnes := make(chan struct{}, longAtOnce)
	var mu sync.Mutex
	var group sync.WaitGroup
	for i := range connections {
		group.Go(func() {
			l := s.caller(ctx, rand.New(rand.NewPCG(1, uint64(i))), all.begin.Add(lasts), longOnes) //nolint:gosec // which request comes next is no secret, and the same each time
			mu.Lock()
			defer mu.Unlock()
			all.add(l)
		})
	}
	group.Wait()
	for _, took := range all.took {
		slices.Sort(took)
	}
	return all
}

// caller is one connection.
func (s *script) caller(ctx context.Context, r *rand.Rand, until time.Time, longOnes chan struct{}) log {
	l := log{took: map[string][]time.Duration{}}
	one := func(from []step) {
		st := &from[r.IntN(len(from))]
		begin := time.Now()
		err := st.ask(ctx)
		if ctx.Err() != nil {
			return // told to stop
		}
		l.took[st.kind] = append(l.took[st.kind], time.Since(begin))
		if err != nil {
			l.fail(err)
		}
	}
	for time.Now().Before(until) && ctx.Err() == nil {
		if len(s.lengthy) > 0 {
			select {
			case longOnes <- struct{}{}:
				one(s.lengthy)
				<-longOnes
				continue
			default:
			}
		}
		switch n := r.IntN(100); {
		case n < ofBatches && len(s.batches) > 0:
			one(s.batches)
		case n < ofBatches+ofGivenUp:
			s.giveUp(ctx, r, &l)
		default:
			one(s.quick)
		}
	}
	return l
}

// giveUp asks and goes away, at any moment of the request's life. An answer that comes before must be right all the same.
func (s *script) giveUp(ctx context.Context, r *rand.Rand, l *log) {
	from := s.quick
	if all := slices.Concat(s.lengthy, s.alone); len(all) > 0 && r.IntN(10) == 0 {
		from = all
	}
	st := &from[r.IntN(len(from))]
	gone, cancel := context.WithTimeout(ctx, time.Duration(r.Int64N(int64(min(2*st.took, 20*time.Millisecond))+1)))
	defer cancel()
	l.toGiveUp++
	if err := st.ask(gone); err != nil {
		if gone.Err() == nil {
			l.fail(err)
			return
		}
		l.givenUp++
	}
}
