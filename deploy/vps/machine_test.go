package vps_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestCloudInitIsValid asks cloud-init itself, and the shell about the script within.
func TestCloudInitIsValid(t *testing.T) {
	text, err := os.ReadFile("cloud-init.yaml")
	require.NoError(t, err)
	_, script, ok := strings.Cut(string(text), "    content: |\n      #!/bin/bash\n")
	require.True(t, ok)
	script, _, ok = strings.Cut(script, "\nruncmd:\n")
	require.True(t, ok)
	c := exec.CommandContext(t.Context(), "bash", "-n")
	c.Stdin = strings.NewReader(script)
	out, err := c.CombinedOutput()
	require.NoError(t, err, "%s", out)

	program, err := exec.LookPath("cloud-init")
	if err != nil {
		t.Skip("no cloud-init: install it to check the user data against its schema")
	}
	out, err = exec.CommandContext(t.Context(), program, "schema", "--config-file", "cloud-init.yaml").CombinedOutput()
	require.NoError(t, err, "%s", out)
	require.Contains(t, strings.ToLower(string(out)), "valid")
}

// Terraform's variables are put into the same user data, whose placeholders must all be there to be replaced.
func TestTerraformFillsTheUserData(t *testing.T) {
	main, err := os.ReadFile(filepath.Join("terraform", "main.tf"))
	require.NoError(t, err)
	userData, err := os.ReadFile("cloud-init.yaml")
	require.NoError(t, err)
	_, replacements, ok := strings.Cut(string(main), "cloud_init = ")
	require.True(t, ok)
	replacements, _, _ = strings.Cut(replacements, "\n}\n")
	count := 0
	for line := range strings.Lines(replacements) {
		if placeholder, _, ok := strings.Cut(strings.TrimSpace(line), `", `); ok && strings.HasPrefix(placeholder, `"`) {
			require.Contains(t, string(userData), placeholder[1:])
			count++
		}
	}
	require.Equal(t, 6, count)

	program, err := exec.LookPath("terraform")
	if err != nil {
		t.Skip("no terraform: install it to check how main.tf is written")
	}
	c := exec.CommandContext(t.Context(), program, "fmt", "-check", "-diff", "terraform")
	c.Env = append(os.Environ(), "TF_CLI_CONFIG_FILE=") // nobody's own settings
	out, err := c.CombinedOutput()
	require.NoError(t, err, "%s", out)
}
