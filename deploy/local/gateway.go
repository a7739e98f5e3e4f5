package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"sync/atomic"
	"time"

	"github.com/openfaas/faas-provider/logs"
	"github.com/openfaas/faas-provider/types"

	"calculator/template/calculator/host"
)

// namespace is the one that OpenFaaS Community Edition has.
const namespace = "openfaas-fn"

// A gateway is OpenFaaS's gateway and provider in one, as far as calling and looking go: it deploys nothing.
type gateway struct {
	settings  host.Settings
	functions []*function
	byName    map[string]*function
	started   time.Time
	async     *queue
}

// A function is one of the calculator's, mounted.
type function struct {
	status types.FunctionStatus
	host   *host.Host
	log    *lines
	calls  atomic.Int64
}

func newGateway(env func(string) (string, bool)) (*gateway, error) {
	settings, err := host.ReadSettings(env)
	if err != nil {
		return nil, err
	}
	all, err := stackFunctions()
	if err != nil {
		return nil, err
	}
	g := &gateway{settings: settings, byName: map[string]*function{}, started: time.Now()}
	for _, status := range all {
		status.CreatedAt = g.started
		f := &function{status: status, log: newLines()}
		s := settings
		s.Name, s.Log = status.Name, f.log
		f.host = host.New(s, handles[status.Name])
		g.functions = append(g.functions, f)
		g.byName[status.Name] = f
	}
	g.async = newQueue(g)
	return g, nil
}

func (g *gateway) handler() http.Handler {
	m := http.NewServeMux()
	m.HandleFunc("/function/{name}", g.invoke)
	m.HandleFunc("/function/{name}/{path...}", g.invoke)
	m.HandleFunc("/async-function/{name}", g.async.invoke)
	m.HandleFunc("/async-function/{name}/{path...}", g.async.invoke)
	m.HandleFunc("GET /system/functions", g.list)
	m.HandleFunc("GET /system/function/{name}", g.describe)
	m.HandleFunc("GET /system/info", g.info)
	m.HandleFunc("GET /system/namespaces", func(w http.ResponseWriter, _ *http.Request) { answer(w, []string{namespace}) })
	m.HandleFunc("GET /system/logs", logs.NewLogHandlerFunc(g, time.Minute))
	m.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "OK") })
	m.HandleFunc("GET /metrics", g.metrics)
	m.HandleFunc("/system/", refuse)
	if page := g.byName["dashboard"]; page != nil {
		m.HandleFunc("/", page.serve)
	}
	return m
}

// find returns the function of a name, which may say its namespace too: add or add.openfaas-fn.
func (g *gateway) find(name string) *function {
	return g.byName[strings.TrimSuffix(name, "."+namespace)]
}

// invoke calls a function, which sees the path below its name.
func (g *gateway) invoke(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	f := g.find(name)
	if f == nil {
		http.Error(w, fmt.Sprintf("error finding function %s.%s: there is none of that name; GET /system/functions lists them", strings.TrimSuffix(name, "."+namespace), namespace), http.StatusNotFound)
		return
	}
	prefix := "/function/" + name
	if strings.HasPrefix(r.URL.Path, "/async-function/") {
		prefix = "/async-function/" + name
	}
	http.StripPrefix(prefix, http.HandlerFunc(f.serve)).ServeHTTP(w, r)
}

func (f *function) serve(w http.ResponseWriter, r *http.Request) {
	f.calls.Add(1)
	f.host.ServeHTTP(w, r)
}

func (f *function) now() types.FunctionStatus {
	s := f.status
	s.InvocationCount = float64(f.calls.Load())
	return s
}

func (g *gateway) list(w http.ResponseWriter, r *http.Request) {
	all := []types.FunctionStatus{}
	if ns := r.URL.Query().Get("namespace"); ns == "" || ns == namespace {
		for _, f := range g.functions {
			all = append(all, f.now())
		}
	}
	answer(w, all)
}

func (g *gateway) describe(w http.ResponseWriter, r *http.Request) {
	f := g.find(r.PathValue("name"))
	if f == nil {
		http.Error(w, "no such function", http.StatusNotFound)
		return
	}
	answer(w, f.now())
}

func (g *gateway) info(w http.ResponseWriter, _ *http.Request) {
	version := &types.VersionInfo{CommitMessage: "the calculator in one process", SHA: host.Version(), Release: "local"}
	answer(w, map[string]any{
		"provider": types.ProviderInfo{Name: "calculator-local", Orchestration: "one process", Version: version},
		"version":  version,
		"arch":     runtime.GOARCH,
	})
}

// metrics has the counter that OpenFaaS's clients look for.
func (g *gateway) metrics(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	fmt.Fprintln(w, "# HELP gateway_function_invocation_started The total number of function HTTP requests started.")
	fmt.Fprintln(w, "# TYPE gateway_function_invocation_started counter")
	for _, f := range g.functions {
		fmt.Fprintf(w, "gateway_function_invocation_started{function_name=%q} %d\n", f.status.Name+"."+namespace, f.calls.Load())
	}
}

func refuse(w http.ResponseWriter, r *http.Request) {
	http.Error(w, fmt.Sprintf("%s %s: this is the calculator in one process, which can be called and looked at, not changed; deploy to OpenFaaS for that",
		r.Method, r.URL.Path), http.StatusMethodNotAllowed)
}

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}
