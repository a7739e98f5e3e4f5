package provider

import (
	"cmp"
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/openfaas/faas-provider/logs"
	"github.com/openfaas/faas-provider/types"
)

// mux lists what the gateway of faasd CE answers.
func (p *Provider) mux() http.Handler {
	m := http.NewServeMux()
	m.HandleFunc("/function/{name}", p.invoke)
	m.HandleFunc("/function/{name}/{rest...}", p.invoke)
	m.HandleFunc("GET /healthz", func(http.ResponseWriter, *http.Request) {})
	for pattern, h := range map[string]http.HandlerFunc{
		"GET /system/functions":       p.list,
		"POST /system/functions":      p.deploy,
		"PUT /system/functions":       p.update,
		"DELETE /system/functions":    p.delete,
		"GET /system/function/{name}": p.status,
		"GET /system/info":            p.info,
		"GET /system/namespaces":      func(w http.ResponseWriter, _ *http.Request) { answer(w, []string{Namespace}) },
		"GET /system/secrets":         p.listSecrets,
		"POST /system/secrets":        p.writeSecret,
		"PUT /system/secrets":         p.writeSecret,
		"DELETE /system/secrets":      p.deleteSecret,
		"GET /system/logs":            logs.NewLogHandlerFunc(p, 30*time.Second),
	} {
		m.HandleFunc(pattern, p.guard(h))
	}
	return m
}

func (p *Provider) guard(h http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		user, password, _ := r.BasicAuth()
		if p.options.Password != "" && (user != User || subtle.ConstantTimeCompare([]byte(password), []byte(p.options.Password)) != 1) {
			w.Header().Set("WWW-Authenticate", `Basic realm="Restricted"`)
			http.Error(w, "invalid credentials", http.StatusUnauthorized)
			return
		}
		h(w, r)
	}
}

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v) // the caller went away
}

// decode reads a request's JSON; when it cannot, it has answered.
func decode(w http.ResponseWriter, r *http.Request, into any) bool {
	if err := json.NewDecoder(io.LimitReader(r.Body, 1<<20)).Decode(into); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return false
	}
	return true
}

func (p *Provider) describe(f *function) types.FunctionStatus {
	d := f.deployment
	replicas := uint64(0)
	if f.process != nil && !f.process.Ended() {
		replicas = 1
	}
	return types.FunctionStatus{
		Name: d.Service, Image: d.Image, Namespace: Namespace, EnvProcess: d.EnvProcess, EnvVars: d.EnvVars, Secrets: d.Secrets,
		Labels: d.Labels, Annotations: d.Annotations, Limits: d.Limits, Replicas: replicas, AvailableReplicas: replicas,
		CreatedAt: f.created, InvocationCount: float64(f.calls),
	}
}

func (p *Provider) list(w http.ResponseWriter, _ *http.Request) {
	p.mu.Lock()
	all := []types.FunctionStatus{}
	for f := range maps.Values(p.functions) {
		all = append(all, p.describe(f))
	}
	p.mu.Unlock()
	slices.SortFunc(all, func(a, b types.FunctionStatus) int { return cmp.Compare(a.Name, b.Name) })
	answer(w, all)
}

func (p *Provider) status(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	f := p.functions[r.PathValue("name")]
	if f == nil {
		p.mu.Unlock()
		w.WriteHeader(http.StatusNotFound)
		return
	}
	s := p.describe(f)
	p.mu.Unlock()
	answer(w, s)
}

// full is faasd CE's licence check, with how many functions there would be.
func (p *Provider) full(more int) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if n := len(p.functions) + more; n > MaxFunctions {
		return fmt.Errorf("the OpenFaaS CE EULA allows %d/%d function(s), upgrade to faasd Pro to continue", MaxFunctions, n)
	}
	return nil
}

func (p *Provider) deploy(w http.ResponseWriter, r *http.Request) {
	var d types.FunctionDeployment
	if !decode(w, r, &d) {
		return
	}
	defer p.alone(d.Service)()
	err := errors.Join(namespace(d.Namespace), p.missing(d.Secrets), p.full(1))
	if err == nil {
		err = p.create(d)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
	}
}

// update follows faasd's handler line by line, and so keeps its trap: it says that a secret or an image is missing, and
// then removes the function that runs.
func (p *Provider) update(w http.ResponseWriter, r *http.Request) {
	var d types.FunctionDeployment
	if !decode(w, r, &d) {
		return
	}
	defer p.alone(d.Service)()
	if err := errors.Join(namespace(d.Namespace), p.full(0)); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if p.lookup(d.Service) == nil {
		http.Error(w, fmt.Sprintf("function: %s.%s not found", d.Service, Namespace), http.StatusNotFound)
		return
	}
	said := false
	say := func(err error, status int) {
		if err != nil && !said {
			said = true
			http.Error(w, err.Error(), status)
		}
	}
	say(p.missing(d.Secrets), http.StatusBadRequest)
	_, err := p.options.Resolve(d.Image)
	say(err, http.StatusInternalServerError)
	p.remove(d.Service)
	say(p.create(d), http.StatusBadRequest)
}

func (p *Provider) delete(w http.ResponseWriter, r *http.Request) {
	var d types.DeleteFunctionRequest
	if !decode(w, r, &d) {
		return
	}
	defer p.alone(d.FunctionName)()
	if p.lookup(d.FunctionName) == nil {
		http.Error(w, fmt.Sprintf("function %s.%s not found", d.FunctionName, Namespace), http.StatusNotFound)
		return
	}
	p.remove(d.FunctionName)
}

func namespace(n string) error {
	if n != "" && n != Namespace {
		return errors.New("namespace not valid")
	}
	return nil
}

func (p *Provider) info(w http.ResponseWriter, _ *http.Request) {
	answer(w, map[string]any{
		"provider": types.ProviderInfo{Name: "faasd-ce", Orchestration: "containerd", Version: &types.VersionInfo{Release: "0.19.7"}},
		"version":  types.VersionInfo{Release: "0.27.14"},
		"arch":     "x86_64",
	})
}

func (p *Provider) listSecrets(w http.ResponseWriter, _ *http.Request) {
	entries, err := os.ReadDir(p.options.Secrets)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	all := []types.Secret{}
	for _, e := range entries {
		all = append(all, types.Secret{Name: e.Name(), Namespace: Namespace})
	}
	answer(w, all)
}

func (p *Provider) writeSecret(w http.ResponseWriter, r *http.Request) {
	var s types.Secret
	if !decode(w, r, &s) {
		return
	}
	if !validSecretName(s.Name) || p.options.Secrets == "" {
		http.Error(w, "secret name not valid", http.StatusBadRequest)
		return
	}
	value := s.RawValue
	if len(value) == 0 {
		value = []byte(s.Value)
	}
	if err := os.WriteFile(filepath.Join(p.options.Secrets, s.Name), value, 0o600); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}

func (p *Provider) deleteSecret(w http.ResponseWriter, r *http.Request) {
	var s types.Secret
	if !decode(w, r, &s) {
		return
	}
	err := errors.New("secret name not valid")
	if validSecretName(s.Name) {
		err = os.Remove(filepath.Join(p.options.Secrets, s.Name))
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}

// Query is the log source of /system/logs.
func (p *Provider) Query(ctx context.Context, r logs.Request) (<-chan logs.Message, error) {
	f := p.lookup(r.Name)
	if f == nil {
		return nil, fmt.Errorf("function %s not found", r.Name)
	}
	var last time.Time
	if r.Since != nil {
		last = *r.Since
	}
	out := make(chan logs.Message)
	go func() {
		defer close(out)
		for first := true; ; first = false {
			found, grown := f.logs.after(last)
			if first && r.Tail > 0 && len(found) > r.Tail {
				found = found[len(found)-r.Tail:]
			}
			for _, m := range found {
				last = m.Timestamp
				select {
				case out <- m:
				case <-ctx.Done():
					return
				}
			}
			if !r.Follow {
				return
			}
			select {
			case <-grown:
			case <-ctx.Done():
				return
			}
		}
	}()
	return out, nil
}
