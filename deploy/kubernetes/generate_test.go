// Package kubernetes_test holds stack.yml to what Kubernetes takes.
package kubernetes_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// resource is an openfaas.com/v1 Function, with the fields that its definition has (faas-netes 0.18.17,
// artifacts/crds/openfaas.com_functions.yaml). Anything else is an error.
type resource struct {
	APIVersion string `yaml:"apiVersion"`
	Kind       string `yaml:"kind"`
	Metadata   struct {
		Name, Namespace string
	} `yaml:"metadata"`
	Spec struct {
		Name                   string            `yaml:"name"`
		Handler                string            `yaml:"handler"`
		Image                  string            `yaml:"image"`
		Labels                 map[string]string `yaml:"labels"`
		Annotations            map[string]string `yaml:"annotations"`
		Environment            map[string]string `yaml:"environment"`
		Constraints            []string          `yaml:"constraints"`
		Secrets                []string          `yaml:"secrets"`
		Limits, Requests       *resources
		ReadOnlyRootFilesystem bool `yaml:"readOnlyRootFilesystem"`
	} `yaml:"spec"`
}

type resources struct {
	CPU    string `yaml:"cpu"`
	Memory string `yaml:"memory"`
}

var (
	dnsLabel   = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$`)
	labelKey   = regexp.MustCompile(`^([a-z0-9.-]{1,253}/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$`)
	labelValue = regexp.MustCompile(`^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$`)
	quantity   = regexp.MustCompile(`^([0-9]+(\.[0-9]+)?(m|Ki|Mi|Gi|k|M|G)?)?$`)
)

func TestStackIsValidOnKubernetes(t *testing.T) {
	cli, err := exec.LookPath("faas-cli")
	if err != nil {
		t.Skip("faas-cli is not on PATH")
	}
	c := exec.Command(cli, "generate", "-f", "stack.yml")
	c.Dir = "../.."
	c.Env = append(os.Environ(), "OWNER=owner", "TAG=0123456789012345678901234567890123456789")
	out, err := c.Output()
	require.NoError(t, err, "%s", out)

	d := yaml.NewDecoder(bytes.NewReader(out))
	d.KnownFields(true)
	seen := map[string]bool{}
	for {
		var r resource
		err := d.Decode(&r)
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		s, name := r.Spec, r.Metadata.Name
		require.Equal(t, "openfaas.com/v1 Function openfaas-fn", r.APIVersion+" "+r.Kind+" "+r.Metadata.Namespace, name)
		require.Equal(t, name, s.Name)
		require.Regexp(t, dnsLabel, name)
		require.False(t, seen[name], name)
		seen[name] = true
		require.Equal(t, "ghcr.io/owner/calculator-"+name+":0123456789012345678901234567890123456789", s.Image)
		for k, v := range s.Labels {
			require.Regexp(t, labelKey, k, name)
			require.Regexp(t, labelValue, v, name)
			require.NotContains(t, []string{"com.openfaas.scale.zero", "com.openfaas.scale.type", "com.openfaas.scale.target"}, k, "%s: the Community Edition refuses it", name)
		}
		for k := range s.Annotations {
			require.Regexp(t, labelKey, k, name)
		}
		for _, q := range []*resources{s.Limits, s.Requests} {
			if q != nil {
				require.Regexp(t, quantity, q.CPU, name)
				require.Regexp(t, quantity, q.Memory, name)
			}
		}
	}
	require.NotEmpty(t, seen)
	require.LessOrEqual(t, len(seen), 15, "more than the Community Edition takes")
}
