package main

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"calculator/deploy/internal/process"
)

// A server is one way to offer a calculation: what it runs, and what was seen of it.
type server struct {
	name     string
	programs []program
	address  string
	files    []string // of an image, without what it is based on
	ask      request  // for the cold start and while idle

	size   size
	starts []time.Duration // from exec to the first answer
	idle   memory
	loaded memory // the most that was seen under the largest number of connections
	group  group
}

// A row is a server with one request.
type row struct {
	name    string
	server  *server
	request request
	samples map[int][]sample // by the number of connections
}

var (
	addition = request{`{"args":["0.1","0.2"]}`, `"0.3"`}
	batch    = request{"[" + strings.Repeat(addition.body+",", batchSize-1) + addition.body + "]", `"0.3"`}
)

const (
	openfaasName = "shopspring/decimal behind of-watchdog"
	flaskName    = "Flask, gunicorn, nginx"
	mathjsName   = "math.js on Node"
	floorName    = "bare net/http"
	batchName    = "add, 100 at once"
)

// batchSize is how many additions are asked for at once.
const batchSize = 100

//go:embed peers/flask peers/mathjs
var peers embed.FS

// our is a function of ours.
func our(folder, name string, ask request) (*server, error) {
	s, ports, err := withPorts(1)
	if err != nil {
		return nil, err
	}
	s.name, s.ask, s.files = name, ask, []string{filepath.Join(folder, name)}
	s.programs = []program{{command: s.files, env: []string{"port=" + ports[0], "metrics_port=0", "TMPDIR=" + folder, "OPENFAAS_NAME=" + name, process.MemoryLimit}}}
	return s, nil
}

// needs says which programs are missing.
func needs(programs ...string) error {
	for _, p := range programs {
		if _, err := exec.LookPath(p); err != nil {
			return fmt.Errorf("%s is not on PATH", p)
		}
	}
	return nil
}

// withPorts is a server that listens at the first of some free ports.
func withPorts(n int) (*server, []string, error) {
	ports, err := process.Ports(n)
	if err != nil {
		return nil, nil, err
	}
	return &server{address: "127.0.0.1:" + ports[0], ask: addition}, ports, nil
}

// Each peer is made in a folder of its own; the error says what is missing.
var contenders = []struct {
	name string
	make func(ctx context.Context, root, folder string) (*server, error)
}{
	{openfaasName, openfaas},
	{flaskName, flask},
	{mathjsName, mathjs},
	{floorName, nethttp},
}

func nethttp(ctx context.Context, root, folder string) (*server, error) {
	if err := buildPeer(ctx, root, folder, "nethttp"); err != nil {
		return nil, err
	}
	s, ports, err := withPorts(1)
	if err != nil {
		return nil, err
	}
	s.files = []string{filepath.Join(folder, "nethttp")}
	s.programs = []program{{command: s.files, env: []string{"port=" + ports[0]}}}
	return s, nil
}

func openfaas(ctx context.Context, root, folder string) (*server, error) {
	if err := needs("fwatchdog"); err != nil {
		return nil, err
	}
	if err := buildPeer(ctx, root, folder, "openfaas"); err != nil {
		return nil, err
	}
	s, ports, err := withPorts(2)
	if err != nil {
		return nil, err
	}
	watchdog, err := exec.LookPath("fwatchdog")
	if err != nil {
		return nil, err
	}
	handler := filepath.Join(folder, "openfaas")
	s.files = []string{watchdog, handler}
	// As the template's Dockerfile sets them.
	s.programs = []program{{command: []string{watchdog}, env: []string{"port=" + ports[0], "child_port=" + ports[1], "fprocess=" + handler, "mode=http",
		"upstream_url=http://127.0.0.1:" + ports[1], "prefix_logs=false", "TMPDIR=" + folder}}}
	return s, nil
}

func flask(ctx context.Context, _, folder string) (*server, error) {
	// Debian has nginx where only root's PATH leads.
	if err := os.Setenv("PATH", os.Getenv("PATH")+":/usr/sbin"); err != nil {
		return nil, err
	}
	if err := needs("gunicorn", "nginx", "dpkg-query"); err != nil {
		return nil, fmt.Errorf("%w (Debian's packages python3-flask, gunicorn and nginx)", err)
	}
	s, ports, err := withPorts(2)
	if err != nil {
		return nil, err
	}
	if s.files, err = debianFiles(ctx, "python3-flask", "gunicorn", "nginx"); err != nil {
		return nil, err
	}
	if err := os.CopyFS(folder, peers); err != nil {
		return nil, err
	}
	sources := filepath.Join(folder, "peers", "flask")
	conf := filepath.Join(sources, "nginx.conf")
	text, err := os.ReadFile(conf)
	if err != nil {
		return nil, err
	}
	filled := strings.NewReplacer("FOLDER", folder, "PORT", ports[0], "GUNICORN", ports[1]).Replace(string(text))
	if err := os.WriteFile(conf, []byte(filled), 0o600); err != nil {
		return nil, err
	}
	s.programs = []program{
		// Twice the cores and one, as gunicorn's documentation advises.
		{command: []string{"gunicorn", "--workers", strconv.Itoa(2*runtime.NumCPU() + 1), "--bind", "127.0.0.1:" + ports[1], "--access-logfile", "-", "calculator:app"}, dir: sources},
		{command: []string{"nginx", "-p", folder, "-c", conf, "-e", os.DevNull}},
	}
	return s, nil
}

func mathjs(ctx context.Context, _, folder string) (*server, error) {
	if err := needs("node", "npm"); err != nil {
		return nil, err
	}
	if err := os.CopyFS(folder, peers); err != nil {
		return nil, err
	}
	sources := mathjsFolder(folder)
	npm := exec.CommandContext(ctx, "npm", "install", "--no-audit", "--no-fund", "--loglevel=error")
	npm.Dir = sources
	if out, err := npm.CombinedOutput(); err != nil {
		return nil, errors.Join(errors.New("npm install mathjs"), err, errors.New(strings.TrimSpace(string(out))))
	}
	node, err := exec.LookPath("node")
	if err != nil {
		return nil, err
	}
	s, ports, err := withPorts(1)
	if err != nil {
		return nil, err
	}
	s.files = []string{node, sources}
	s.programs = []program{{command: []string{node, "server.js"}, env: []string{"port=" + ports[0], "NODE_ENV=production"}, dir: sources}}
	return s, nil
}

func peerFolder(folder string, i int) string { return filepath.Join(folder, "peer"+strconv.Itoa(i)) }

func mathjsFolder(folder string) string { return filepath.Join(folder, "peers", "mathjs") }

// makeContenders prepares all servers and rows. What is missing is said in one line each.
func makeContenders(ctx context.Context, root, folder string, say io.Writer) (servers []*server, rows []*row, err error) {
	add := func(s *server, name string, r request) {
		rows = append(rows, &row{name: name, server: s, request: r, samples: map[int][]sample{}})
	}
	for _, f := range []struct {
		name string
		ask  request
	}{
		{"add", addition},
		{"divide", request{`{"dividend":"1","divisor":"3"}`, `"0.3333333333333333333333333333333333"`}},
		{"evaluate", request{`{"expression":"(1 + 2) * 3 / 4 - sqrt(2) ^ 2"}`, `"0.25"`}},
	} {
		s, err := our(folder, f.name, f.ask)
		if err != nil {
			return nil, nil, err
		}
		servers = append(servers, s)
		add(s, f.name, f.ask)
		if f.name == "add" {
			add(s, batchName, batch)
		}
	}
	for i, c := range contenders {
		own := peerFolder(folder, i)
		// nginx's workers are another user's, and read nothing but need to pass.
		if err := os.Mkdir(own, 0o755); err != nil { //nolint:gosec // see above
			return nil, nil, err
		}
		s, err := c.make(ctx, root, own)
		if err != nil {
			fmt.Fprintf(say, "Without %s: %v.\n", c.name, err)
			continue
		}
		s.name = c.name
		servers = append(servers, s)
		add(s, c.name, addition)
	}
	for _, s := range servers {
		if s.size, err = sizeOf(s.files); err != nil {
			return nil, nil, err
		}
	}
	return servers, rows, nil
}
