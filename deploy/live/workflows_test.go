package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

type workflow struct {
	Permissions map[string]string
	Defaults    struct{ Run struct{ Shell string } }
	Jobs        map[string]struct {
		If             string
		RunsOn         yaml.Node `yaml:"runs-on"`
		Permissions    *map[string]string
		TimeoutMinutes int `yaml:"timeout-minutes"`
		Environment    yaml.Node
		Concurrency    struct {
			Group            string
			CancelInProgress string `yaml:"cancel-in-progress"`
		}
		Steps []struct{ Uses, Run, Shell string }
	}
}

var pinned = regexp.MustCompile(`^\s*(?:- )?uses: [\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$`)

// TestWorkflowsKeepTheirPromises is what actionlint does not look at.
func TestWorkflowsKeepTheirPromises(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../.github/workflows/*.yml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	mod, err := os.ReadFile("../../go.mod")
	require.NoError(t, err)
	minor := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindStringSubmatch(string(mod))[1]
	image, err := os.ReadFile("../../template/calculator/Dockerfile")
	require.NoError(t, err)
	require.Contains(t, string(image), " golang:"+minor+" AS build\n", "the newest patch of go.mod's Go")
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for line := range strings.Lines(string(text)) {
			if line = strings.TrimRight(line, "\n"); strings.Contains(line, "uses:") {
				require.Regexp(t, pinned, line, "%s: an action is pinned by its release's commit", file)
			}
			if strings.Contains(line, "go-version") {
				require.Contains(t, line, `go-version: "`+minor+`" #`, "%s: the newest patch of go.mod's Go", file)
			}
		}
		var w workflow
		require.NoError(t, yaml.Unmarshal(text, &w))
		require.NotNil(t, w.Permissions, file)
		require.Empty(t, w.Permissions, "%s: nothing is permitted by default", file)
		require.Equal(t, "bash", w.Defaults.Run.Shell, "%s: -e and pipefail", file)
		for name, job := range w.Jobs {
			require.NotNil(t, job.Permissions, "%s: %s says what it needs", file, name)
			require.Positive(t, job.TimeoutMinutes, "%s: %s", file, name)
			for _, s := range job.Steps {
				require.Empty(t, s.Shell, "%s: %s", file, name)
				require.NotContains(t, s.Run, "${{", "%s: %s: values come through the environment, not into the script", file, name)
			}
			runsOn, err := yaml.Marshal(&job.RunsOn)
			require.NoError(t, err)
			if !strings.Contains(string(runsOn), "self-hosted") {
				continue
			}
			require.Contains(t, []string{"deploy", "back"}, name, "only these run on the VPS")
			require.Contains(t, job.If, "github.ref == 'refs/heads/main'", name)
			require.Regexp(t, `github.event_name (!= 'pull_request'|== 'workflow_dispatch')`, job.If, name)
			require.Empty(t, *job.Permissions, name)
			require.False(t, job.Environment.IsZero(), name)
			require.Equal(t, "production", job.Concurrency.Group, name)
			require.Equal(t, "false", job.Concurrency.CancelInProgress, "%s is never cancelled half way", name)
			for _, s := range job.Steps {
				require.NotContains(t, s.Uses, "checkout", "no code but the verified artifact's runs on the VPS")
			}
		}
	}
}

// The security page names its evidence, which must be there.
func TestSecurityNamesWhatExists(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../.github/SECURITY.md")
	require.NoError(t, err)
	tests := map[string]bool{}
	require.NoError(t, filepath.WalkDir("../..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		code, err := os.ReadFile(path)
		for _, match := range regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`).FindAllSubmatch(code, -1) {
			tests[string(match[1])] = true
		}
		return err
	}))
	named := 0
	for _, match := range regexp.MustCompile("`([^`\\s]+)`").FindAllStringSubmatch(string(text), -1) {
		switch name := match[1]; {
		case regexp.MustCompile(`^(Test|Fuzz)[A-Z]`).MatchString(name):
			require.True(t, tests[name], "there is no %s", name)
			named++
		case regexp.MustCompile(`^[.\w]+/[\w./-]*$`).MatchString(name):
			_, err := os.Stat(filepath.Join("../..", name))
			require.NoError(t, err)
			named++
		}
	}
	require.Greater(t, named, 50)
}
