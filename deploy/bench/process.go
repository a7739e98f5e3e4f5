package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"

	"calculator/deploy/internal/process"
)

// A program is what a contender runs: a command, and its environment beside PATH.
type program struct {
	command []string
	env     []string
	dir     string
}

// group is a contender's running programs.
type group []*process.Process

// start runs the programs, each with its output thrown away, as a log is that nobody reads.
func start(programs []program) (group, error) {
	var g group
	for _, p := range programs {
		c := exec.Command(p.command[0], p.command[1:]...)
		c.Dir, c.Env = p.dir, append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.TempDir()}, p.env...)
		running, err := process.Start(c)
		if err != nil {
			return g, err
		}
		g = append(g, running)
	}
	return g, nil
}

// stop ends the programs and what they started.
func (g group) stop() {
	for _, p := range g {
		p.Stop()
	}
}

// longestStart is how long a contender may take until its first answer.
const longestStart = 20 * time.Second

// first asks until the answer is the one wanted.
func first(ctx context.Context, address string, r request) error {
	ctx, cancel := context.WithTimeout(ctx, longestStart)
	defer cancel()
	for {
		c := &connection{address: address, out: r.bytes(), want: []byte(r.want)}
		err := c.ask(ctx)
		c.close()
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("no right answer within %v: %w", longestStart, err)
		case <-time.After(50 * time.Microsecond):
		}
	}
}

func isReset(err error) bool {
	return errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}

// memory is what processes take, in bytes: resident, and their share of it where pages belong to several.
type memory struct{ rss, pss float64 }

// memory of the programs and of all that they started.
func (g group) memory() (memory, error) {
	rss, pss, err := process.Memory(g...)
	return memory{float64(rss), float64(pss)}, err
}
