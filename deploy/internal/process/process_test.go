package process

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestAProcessIsAwaitedAndRunsUntilItIsStopped(t *testing.T) {
	ports, err := Ports(2)
	require.NoError(t, err)
	require.NotEqual(t, ports[0], ports[1])
	address := "127.0.0.1:" + ports[0]
	p, err := Start(exec.Command("sleep", "60"))
	require.NoError(t, err)
	t.Cleanup(p.Stop)
	soon, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	require.ErrorIs(t, p.Await(soon, address), syscall.ECONNREFUSED)
	l, err := net.Listen("tcp", address)
	require.NoError(t, err)
	require.NoError(t, p.Await(t.Context(), address))
	require.NoError(t, l.Close())
	require.Positive(t, p.Status("VmRSS"))
	require.LessOrEqual(t, p.Status("VmRSS"), p.Status("VmHWM"))
	require.False(t, p.Ended())
	p.Stop()
	require.True(t, p.Ended())
	require.Zero(t, p.Status("VmRSS"))
	require.ErrorIs(t, p.Await(t.Context(), address), syscall.ECONNREFUSED, "what has ended will not listen")
	p.Stop()
	_, err = Start(exec.Command("/no/such/program"))
	require.Error(t, err)
}

// ends checks that the process whose number was written ends. Nobody may be there to collect it, but its memory goes.
func ends(t *testing.T, written []byte) {
	t.Helper()
	pid, err := strconv.Atoi(strings.TrimSpace(string(written)))
	require.NoError(t, err)
	require.Eventually(t, func() bool { return (&Process{Pid: pid}).Status("VmRSS") == 0 }, 10*time.Second, time.Millisecond)
}

func TestWhatAProcessStartedCountsAndEndsWithIt(t *testing.T) {
	for _, then := range []string{"exit", "wait"} {
		c := exec.Command("sh", "-c", "while :; do :; done & echo $! >pid; "+then)
		c.Dir = t.TempDir()
		p, err := Start(c)
		require.NoError(t, err)
		t.Cleanup(p.Stop)
		var pid []byte
		require.Eventually(t, func() bool {
			pid, _ = os.ReadFile(filepath.Join(c.Dir, "pid"))
			return bytes.HasSuffix(pid, []byte("\n"))
		}, 10*time.Second, time.Millisecond)
		if then == "wait" {
			require.Eventually(t, func() bool { busy, err := Busy(p); return err == nil && busy > 2*tick }, 10*time.Second, time.Millisecond)
			rss, pss, err := Memory(p)
			require.NoError(t, err)
			require.Greater(t, rss, p.Status("VmRSS"), "two processes")
			require.Less(t, pss, rss, "which share pages")
			p.Stop()
		}
		ends(t, pid)
		_, _, err = Memory(p)
		require.ErrorContains(t, err, "ended")
	}
}

func TestAProcessEndsWithTheProgramThatStartedIt(t *testing.T) {
	if os.Getenv("KILLED") != "" {
		p, err := Start(exec.Command("sleep", "60"))
		require.NoError(t, err)
		fmt.Println(p.Pid)
		require.NoError(t, syscall.Kill(os.Getpid(), syscall.SIGKILL))
	}
	program := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
	program.Env = append(os.Environ(), "KILLED=1")
	out, err := program.Output()
	require.ErrorContains(t, err, "killed")
	ends(t, out)
}

func TestStatIsRead(t *testing.T) {
	s, err := parseStat([]byte("4711 (a (strange) name) S 17 4711 4711 0 -1 4194560 100 0 0 0 12 30 1 1 20 0 5 0 100 1 1"))
	require.NoError(t, err)
	require.Equal(t, stat{parent: 17, busy: 420 * time.Millisecond}, s)
	_, err = parseStat([]byte("4711 (a) S 17"))
	require.Error(t, err)
	require.EqualValues(t, 8304<<10, field([]byte("00400000-7ffe [rollup]\nRss:                8304 kB\nPss:                8300 kB\nPss_Anon:  1 kB\n"), "Rss"))
}
