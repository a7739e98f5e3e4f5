package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"calculator/calc/catalogue"
	"calculator/deploy/internal/provider"
)

var update = flag.Bool("update", false, "write deploy/store.json anew")

const committed = "../store.json"

// TestMain makes this executable the image of a function too, for TestFaasCLIDeploysFromTheStore.
func TestMain(m *testing.M) {
	if port := os.Getenv("port"); port != "" {
		_ = http.ListenAndServe("127.0.0.1:"+port, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte("I am " + os.Getenv("OPENFAAS_NAME")))
		}))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// TestStoreFileIsFresh holds the committed file to stack.yml and the catalogue, for the registry and owner that it names: whoever
// publishes images of their own writes it once with OWNER set.
func TestStoreFileIsFresh(t *testing.T) {
	if *update {
		document, err := write(func(name string) (string, bool) {
			if name == "TAG" {
				return "", false
			}
			return os.LookupEnv(name)
		})
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(committed, document, 0o644))
	}
	got, err := os.ReadFile(committed)
	require.NoError(t, err)
	image := regexp.MustCompile(`"x86_64": "(.+)/(.+?)/calculator-\w+:latest"`).FindSubmatch(got)
	require.NotNil(t, image, "no image with the tag latest")
	want, err := write(func(name string) (string, bool) {
		value, ok := map[string]string{"REGISTRY": string(image[1]), "OWNER": string(image[2])}[name]
		return value, ok
	})
	require.NoError(t, err)
	require.True(t, bytes.Equal(want, got), "deploy/store.json is not what the catalogue and stack.yml say: OWNER=%s go test ./deploy/store -update writes it anew", image[2])
}

func TestStoreHasEveryFunctionWithAnImageForEachPlatform(t *testing.T) {
	document, err := write(func(name string) (string, bool) {
		value, ok := map[string]string{"OWNER": "ada", "TAG": "v1", "REGISTRY": "registry.example"}[name]
		return value, ok
	})
	require.NoError(t, err)
	var s store
	d := json.NewDecoder(bytes.NewReader(document))
	d.DisallowUnknownFields()
	require.NoError(t, d.Decode(&s))
	require.Len(t, s.Functions, len(catalogue.All))
	titles := map[string]bool{}
	for i, e := range s.Functions {
		o := catalogue.All[i]
		require.Equal(t, o.Name, e.Name)
		require.Equal(t, o.Name, e.Environment["OPENFAAS_NAME"])
		require.Equal(t, map[string]string{
			"x86_64": "registry.example/ada/calculator-" + o.Name + ":v1",
			"arm64":  "registry.example/ada/calculator-" + o.Name + ":v1",
		}, e.Images)
		require.Equal(t, "ada https://github.com/ada/calculator", e.Author+" "+e.RepoURL)
		require.NotEmpty(t, e.Title)
		require.False(t, titles[e.Title], "faas-cli finds a function by its title too: %s", e.Title)
		titles[e.Title] = true
		for _, x := range o.Operands {
			require.Contains(t, e.Description, x.Name+" ("+x.Summary)
		}
		for _, x := range o.Options {
			require.Contains(t, e.Description, x.Name)
		}
	}
	require.Contains(t, s.Functions[0].Description, "Example: echo '0.1 0.2' | faas-cli invoke add answers 0.3.")
}

// TestFaasCLIDeploysFromTheStore browses the committed file with OpenFaaS's own command, and deploys from it.
func TestFaasCLIDeploysFromTheStore(t *testing.T) {
	if _, err := exec.LookPath("faas-cli"); err != nil {
		t.Skip("faas-cli is not on PATH")
	}
	self, err := os.Executable()
	require.NoError(t, err)
	var pulled []string
	p, err := provider.New(provider.Options{Resolve: func(reference string) (provider.Image, error) {
		pulled = append(pulled, reference)
		return provider.Image{Path: self}, nil
	}})
	require.NoError(t, err)
	t.Cleanup(p.Close)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /store.json", func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, committed) })
	mux.Handle("/", p)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	cli := func(args ...string) string {
		t.Helper()
		c := exec.Command("faas-cli", args...)
		c.Dir = t.TempDir()
		c.Env = append(os.Environ(), "OPENFAAS_CONFIG="+c.Dir, "HOME="+c.Dir, "OPENFAAS_URL="+server.URL, "OPENFAAS_STORE="+server.URL+"/store.json")
		c.Stdin = strings.NewReader("")
		out, err := c.CombinedOutput()
		require.NoError(t, err, "%v\n%s", args, out)
		return string(out)
	}

	for _, platform := range platforms {
		list := cli("store", "list", "--verbose", "--platform", platform)
		require.Regexp(t, `(?m)^divide +\S+ +Quotient of two decimals, every digit right$`, list)
		for _, o := range catalogue.All {
			require.Regexp(t, `(?m)^`+o.Name+` +\S+ +[A-Z]`, list)
		}
	}
	require.Contains(t, cli("store", "list", "--platform", "armhf"), "No functions found in the store for platform 'armhf'")
	description := cli("store", "describe", "divide")
	for _, part := range []string{"divide: the quotient of the dividend and the divisor", "/calculator-divide:latest", "OPENFAAS_NAME"} {
		require.Contains(t, description, part)
	}
	require.Empty(t, pulled)

	cli("store", "deploy", "divide")
	require.Len(t, pulled, 1)
	require.Contains(t, pulled[0], "/calculator-divide:latest")
	require.Contains(t, cli("describe", "divide"), "com.openfaas.ui.ext")
	require.Eventually(t, func() bool {
		out, err := http.Get(server.URL + "/function/divide")
		if err != nil {
			return false
		}
		defer out.Body.Close()
		var b bytes.Buffer
		_, _ = b.ReadFrom(out.Body)
		return b.String() == "I am divide"
	}, 5*time.Second, 10*time.Millisecond, "the environment came along")
}
