package vps_test

import (
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"
)

// A fork's pull request brings its own workflow, which may ask for the VPS's runner by its label.
func TestTheRunnerRefusesAllButMain(t *testing.T) {
	t.Parallel()
	const own = "owner/calculator/.github/workflows/calculator.yml@refs/heads/main"
	for _, c := range []struct {
		event, ref, workflow string
		runs                 bool
	}{
		{"push", "refs/heads/main", own, true},
		{"workflow_dispatch", "refs/heads/main", own, true},
		{"pull_request", "refs/pull/7/merge", "owner/calculator/.github/workflows/calculator.yml@refs/pull/7/merge", false},
		{"pull_request_target", "refs/heads/main", own, false},
		{"push", "refs/heads/main2", own, false},
		{"push", "refs/heads/a", "owner/calculator/.github/workflows/calculator.yml@refs/heads/a", false},
		{"push", "refs/tags/main", own, false},
		{"push", "refs/heads/main", "owner/calculator/.github/workflows/other.yml@refs/heads/main", false},
		{"push", "refs/heads/main", own + "x", false},
		{"schedule", "refs/heads/main", own, false},
		{"", "", "", false},
	} {
		hook := exec.CommandContext(t.Context(), "bash", "-e", "bin/main-only.sh")
		hook.Env = []string{"GITHUB_EVENT_NAME=" + c.event, "GITHUB_REF=" + c.ref, "GITHUB_WORKFLOW_REF=" + c.workflow}
		out, err := hook.CombinedOutput()
		require.Equal(t, c.runs, err == nil, "%+v: %s", c, out)
		require.Equal(t, c.runs, len(out) == 0, "%+v: a refusal says why", c)
	}
	script, err := os.ReadFile("runner.sh")
	require.NoError(t, err)
	require.Contains(t, string(script), "\nEnvironment=ACTIONS_RUNNER_HOOK_JOB_STARTED=/usr/local/libexec/calculator/main-only.sh\n")
	require.Contains(t, string(script), ` "$here/bin/main-only.sh" /usr/local/libexec/calculator/main-only.sh`+"\n")
}
