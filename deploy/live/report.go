package main

import (
	"cmp"
	"fmt"
	"os"
	"strings"
)

// row is one function in the report.
type row struct {
	name, old, new string
	gap            string // how long it did not answer; empty: not measured
	checked        int
	checks         int
	outcome        string
}

type report struct {
	title string
	rows  []*row
	notes []string
	bad   error
}

func (r *report) note(format string, args ...any) {
	r.notes = append(r.notes, fmt.Sprintf(format, args...))
}

// String is GitHub's Markdown, which reads well enough in a terminal.
func (r *report) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "### %s\n\n", r.title)
	if len(r.rows) > 0 {
		b.WriteString("| function | old version | new version | gap | checks | outcome |\n| --- | --- | --- | --- | --- | --- |\n")
	}
	for _, w := range r.rows {
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %d/%d | %s |\n", w.name, short(w.old), short(w.new), cmp.Or(w.gap, "–"), w.checked, w.checks, cell(w.outcome))
	}
	for _, n := range r.notes {
		fmt.Fprintf(&b, "\n- %s", n)
	}
	if r.bad != nil {
		fmt.Fprintf(&b, "\n**%s**\n", strings.ReplaceAll(r.bad.Error(), "\n", "\n\n"))
	}
	return b.String() + "\n"
}

// short is a commit as people write it.
func short(version string) string {
	if len(version) == 40 {
		version = version[:12]
	}
	return cmp.Or(cell(version), "none")
}

var cells = strings.NewReplacer("|", `\|`, "\n", " ", "<", "&lt;", "`", "'")

func cell(s string) string { return cells.Replace(s) }

// publish prints the report and adds it to the job's summary. It returns the report's own error.
func (l *live) publish(r *report) error {
	fmt.Fprint(l.out, r)
	if file := l.env("GITHUB_STEP_SUMMARY"); file != "" {
		f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
		if err == nil {
			_, err = f.WriteString(r.String())
			if e := f.Close(); err == nil {
				err = e
			}
		}
		if err != nil {
			fmt.Fprintln(l.out, "job summary:", err) // no reason to call a good deployment bad
		}
	}
	return r.bad
}
