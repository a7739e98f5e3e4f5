package main

import (
	"context"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"calculator/calc"
)

// An expression is evaluated within the process, from text to text.
type expression struct {
	text   string
	goal   time.Duration
	took   time.Duration
	mathjs float64 // microseconds, with its floats; 0 where math.js is not there
}

func expressions() []expression {
	return []expression{
		{text: "1.5 + 2.25", goal: time.Microsecond},
		{text: "(1 + 2) * 3 / 4 - sqrt(2) ^ 2", goal: 7 * time.Microsecond},
		{text: strings.Repeat("1.25 + ", 99) + "1", goal: 50 * time.Microsecond},
	}
}

// name is the expression, or what is told of a long one.
func (e expression) name() string {
	if len(e.text) > 40 {
		return "a sum of " + strconv.Itoa(strings.Count(e.text, "+")+1) + " terms"
	}
	return "`" + e.text + "`"
}

// timeExpressions times ours, and math.js's where it is installed.
func timeExpressions(ctx context.Context, folder string) []expression {
	all := expressions()
	var texts []string
	for i := range all {
		all[i].took = timeExpression(ctx, all[i].text)
		texts = append(texts, all[i].text)
	}
	for i, c := range contenders {
		if c.name != mathjsName {
			continue
		}
		node := exec.CommandContext(ctx, "node", append([]string{"evaluate.js"}, texts...)...)
		node.Dir = mathjsFolder(peerFolder(folder, i))
		out, err := node.Output()
		if err != nil {
			continue // that it is missing has been said
		}
		for j, line := range strings.Fields(string(out)) {
			if j < len(all) {
				all[j].mathjs, _ = strconv.ParseFloat(line, 64)
			}
		}
	}
	return all
}

// timeExpression is the median of runs of some milliseconds, after one that does not count but for how often a run evaluates.
func timeExpression(ctx context.Context, text string) time.Duration {
	const runs, lasts = 51, 5 * time.Millisecond
	each := 1000
	var times []float64
	for run := range runs + 1 {
		begin := time.Now()
		for range each {
			if evaluate(ctx, text) != nil {
				return 0
			}
		}
		one := time.Since(begin) / time.Duration(each)
		if run > 0 {
			times = append(times, float64(one))
		} else {
			each = int(lasts/max(one, 1)) + 1
		}
	}
	return time.Duration(median(times))
}

func evaluate(ctx context.Context, text string) error {
	x, err := calc.ParseExpression(text, calc.Limits{})
	if err != nil {
		return err
	}
	r, err := calc.Evaluate(ctx, x, calc.Context{})
	if err != nil {
		return err
	}
	_, err = r.Text(calc.Auto, calc.Limits{})
	return err
}
