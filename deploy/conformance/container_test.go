package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"calculator/calc/catalogue"
	"calculator/deploy/conformance/contract"
)

// bridge is CNI's plugin, where Debian's containernetworking-plugins puts it.
const bridge = "/usr/lib/cni/bridge"

// Each function's image as a container with what faasd sets: made by the Dockerfile's last stage, pulled from a registry, run by
// containerd as the image's own user with one capability, a limit of memory, the function's name as the host's, and a bridge of CNI's.
//
// All of that is done by another process of this test, as root, with a network and mounts of its own, so that nothing of the machine's
// changes.
func TestEachFunctionAsAContainerKeepsTheContract(t *testing.T) {
	if binaries := os.Getenv(containersOf); binaries != "" {
		onTheirOwnNetwork(t, binaries)
		return
	}
	for _, program := range []string{"containerd", "ctr", "runc", "buildah", "unshare", "ip", bridge} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("needs %s: apt-get install containerd runc buildah containernetworking-plugins iproute2", program)
		}
	}
	command := []string{"unshare", "--mount", "--net", "--uts"}
	if os.Getuid() != 0 {
		if exec.Command("sudo", "-n", "true").Run() != nil {
			t.Skip("needs root, or sudo that asks for no password")
		}
		command = append([]string{"sudo", "-n"}, command...)
	}
	binary(t, catalogue.All[0].Name) // and with it all others
	self, err := os.Executable()
	require.NoError(t, err)
	command = append(command, "env", "PATH="+os.Getenv("PATH"), containersOf+"="+images.dir, self, "-test.v", "-test.run=^"+t.Name()+"$")
	out, err := exec.Command(command[0], command[1:]...).CombinedOutput()
	if why := regexp.MustCompile(`(?m)^ .*?(no containers here: .*)$`).FindSubmatch(out); err == nil && why != nil {
		t.Skip(string(why[1]))
	}
	require.NoError(t, err, "%s", out)
	require.Contains(t, string(out), "--- PASS: "+t.Name()+"/"+catalogue.All[len(catalogue.All)-1].Name)
}

// containersOf is the variable that gives the other process the binaries' folder.
const containersOf = "CALCULATOR_CONTAINERS_OF"

func onTheirOwnNetwork(t *testing.T, binaries string) {
	dir, err := os.MkdirTemp("/run", "calculator-") // a socket's path is short
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	h := &house{dir: dir, data: t.TempDir(), binaries: binaries, registry: httptest.NewUnstartedServer(&registry{blobs: map[string][]byte{}, manifests: map[string]manifest{}})}
	h.must(t, exec.Command("ip", "link", "set", "lo", "up"))
	h.registry.Start()
	t.Cleanup(h.registry.Close)
	h.startContainerd(t)
	for _, o := range catalogue.All {
		t.Run(o.Name, func(t *testing.T) { h.conforms(t, o.Name) })
	}
}

// house is where the containers live.
type house struct {
	dir, data, binaries string // what is small and needs short names, and what is large
	registry            *httptest.Server
}

func (h *house) must(t *testing.T, c *exec.Cmd) []byte {
	t.Helper()
	out, err := c.CombinedOutput()
	require.NoError(t, err, "%v\n%s", c.Args, out)
	return out
}

func (h *house) ctr(arguments ...string) *exec.Cmd {
	return exec.Command("ctr", append([]string{"--address", h.dir + "/sock", "--namespace", "openfaas-fn"}, arguments...)...)
}

// startContainerd starts a daemon of the test's own.
func (h *house) startContainerd(t *testing.T) {
	t.Helper()
	config := filepath.Join(h.dir, "config.toml")
	require.NoError(t, os.WriteFile(config, []byte("version = 2\ndisabled_plugins = ['io.containerd.grpc.v1.cri']\n"), 0o600))
	log := new(bytes.Buffer)
	c := exec.Command("containerd", "--config", config, "--root", h.data+"/containerd", "--state", h.dir+"/state", "--address", h.dir+"/sock")
	c.Stdout, c.Stderr = log, log
	require.NoError(t, c.Start())
	t.Cleanup(func() {
		_ = c.Process.Signal(os.Interrupt)
		_ = c.Wait()
	})
	for begin := time.Now(); h.ctr("version").Run() != nil; time.Sleep(20 * time.Millisecond) {
		if time.Since(begin) > 30*time.Second {
			t.Skip("no containers here: containerd does not start: " + lastLine(log.String()))
		}
	}
}

func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return lines[len(lines)-1]
}

// push makes a function's image of its binary by the last stage of the Dockerfile, and returns its name in the registry.
func (h *house) push(t *testing.T, name string) string {
	t.Helper()
	dockerfile, err := os.ReadFile("../../template/calculator/Dockerfile")
	require.NoError(t, err)
	_, last, found := strings.Cut(string(dockerfile), "\nFROM scratch\n")
	require.True(t, found)
	context := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(context, "Dockerfile"), []byte("FROM scratch\n"+last), 0o600))
	text, err := os.ReadFile(filepath.Join(h.binaries, name))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(context, "handler"), text, 0o755)) //nolint:gosec // it is a program
	reference := strings.TrimPrefix(h.registry.URL, "http://") + "/owner/calculator-" + name + ":test"
	buildah := func(arguments ...string) {
		storage := []string{"--root", h.data + "/buildah", "--runroot", h.dir + "/buildah-run", "--storage-driver", "vfs"}
		h.must(t, exec.Command("buildah", append(storage, arguments...)...))
	}
	// What the last stage copies from the stage build comes from this folder.
	buildah("build", "--isolation", "chroot", "--format", "docker", "--build-context", "build="+context, "--tag", reference, context)
	buildah("push", "--tls-verify=false", reference)
	buildah("rmi", reference)
	return reference
}

// conforms runs a function's image and puts the contract to it.
func (h *house) conforms(t *testing.T, name string) {
	reference := h.push(t, name)
	pull := []string{"images", "pull", "--plain-http", "--snapshotter", "native"}
	if help, _ := h.ctr("images", "pull", "--help").CombinedOutput(); strings.Contains(string(help), "--local") {
		pull = append(pull, "--local") // newer daemons pull by themselves, and for the default snapshotter only
	}
	h.must(t, h.ctr(append(pull, reference)...))

	uts := filepath.Join(h.dir, "uts-"+name)
	require.NoError(t, os.WriteFile(uts, nil, 0o600))
	h.must(t, exec.Command("unshare", "--uts="+uts, "hostname", name))
	t.Cleanup(func() { _ = exec.Command("umount", uts).Run() })
	network := "calculator-" + filepath.Base(h.dir) + "-" + name
	h.must(t, exec.Command("ip", "netns", "add", network))
	t.Cleanup(func() { _ = exec.Command("ip", "netns", "delete", network).Run() })
	address := h.attach(t, network)

	log := filepath.Join(h.dir, name+".log")
	arguments := []string{"run", "--detach", "--snapshotter", "native", "--memory-limit", "134217728", "--log-uri", "file://" + log,
		"--with-ns", "network:/run/netns/" + network, "--with-ns", "uts:" + uts}
	for _, c := range faasdDrops {
		arguments = append(arguments, "--cap-drop", c)
	}
	begin := time.Now()
	out, err := h.ctr(append(arguments, reference, name)...).CombinedOutput()
	if err != nil && strings.Contains(string(out), "runc create failed") {
		t.Skip("no containers here: " + lastLine(string(out)))
	}
	require.NoError(t, err, "%s", out)
	stop := sync.OnceFunc(func() {
		_ = h.ctr("tasks", "kill", "--signal", "SIGTERM", name).Run()
		for wait := time.Now(); h.ctr("tasks", "delete", name).Run() != nil && time.Since(wait) < 10*time.Second; {
			time.Sleep(20 * time.Millisecond)
		}
		_ = h.ctr("containers", "delete", name).Run()
	})
	t.Cleanup(stop)
	for {
		c, err := net.Dial("tcp", address)
		if err == nil {
			_ = c.Close()
			break
		}
		require.Less(t, time.Since(begin), 30*time.Second, err)
		time.Sleep(5 * time.Millisecond)
	}
	h.isConfined(t, name)
	conforms(t, contract.Calculator{URL: "http://" + address, Only: name})
	require.Eventually(t, func() bool { // not after its end: deleting a task, containerd may lose what it has not yet read
		said, err := os.ReadFile(log)
		return err == nil && strings.Contains(string(said), `"function":"`+name+`","method":`)
	}, 10*time.Second, 20*time.Millisecond, "it takes its name from the host's")
	stop()
}

// attach gives a network namespace an address on the bridge, as containerd's CNI library would, and returns that of the function's port.
// The bridge is faasd's but for what concerns the world outside, which is not to be reached from here.
func (h *house) attach(t *testing.T, network string) string {
	t.Helper()
	c := exec.Command(bridge)
	c.Env = []string{"CNI_COMMAND=ADD", "CNI_CONTAINERID=" + network, "CNI_NETNS=/run/netns/" + network, "CNI_IFNAME=eth0",
		"CNI_PATH=" + filepath.Dir(bridge), "PATH=" + os.Getenv("PATH")}
	c.Stdin = strings.NewReader(`{"cniVersion":"0.4.0","name":"openfaas-cni-bridge","type":"bridge","bridge":"openfaas0","isGateway":true,
		"ipam":{"type":"host-local","subnet":"10.62.0.0/16","dataDir":"` + h.dir + `/cni","routes":[{"dst":"0.0.0.0/0"}]}}`)
	var result struct {
		IPs []struct{ Address string } `json:"ips"`
	}
	out := h.must(t, c)
	require.NoError(t, json.Unmarshal(out, &result), "%s", out)
	require.NotEmpty(t, result.IPs, "%s", out)
	ip, _, err := net.ParseCIDR(result.IPs[0].Address)
	require.NoError(t, err)
	return ip.String() + ":8080"
}

// faasdKeeps is the one capability that faasd leaves a function; the others here are what ctr would give besides.
const faasdKeeps = "CAP_NET_RAW"

var faasdDrops = []string{"CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FSETID", "CAP_FOWNER", "CAP_MKNOD", "CAP_SETGID", "CAP_SETUID", "CAP_SETFCAP",
	"CAP_SETPCAP", "CAP_NET_BIND_SERVICE", "CAP_SYS_CHROOT", "CAP_KILL", "CAP_AUDIT_WRITE"}

// isConfined checks that the process is the image's user with no more than faasd's capability and memory.
func (h *house) isConfined(t *testing.T, name string) {
	t.Helper()
	out := h.must(t, h.ctr("tasks", "list"))
	pid := regexp.MustCompile(`(?m)^` + name + `\s+(\d+)`).FindSubmatch(out)
	require.NotNil(t, pid, "%s", out)
	proc := "/proc/" + string(pid[1])
	status, err := os.ReadFile(proc + "/status")
	require.NoError(t, err)
	require.Regexp(t, `\nUid:\t65534\t`, string(status))
	require.Regexp(t, `\nCapBnd:\t0000000000002000\n`, string(status), faasdKeeps) // the thirteenth bit (capabilities(7))
	require.Regexp(t, `\nCapEff:\t0000000000000000\n`, string(status))

	group, err := os.ReadFile(proc + "/cgroup")
	require.NoError(t, err)
	var file string
	if m := regexp.MustCompile(`(?m)^\d+:memory:(.*)$`).FindSubmatch(group); m != nil { // the first version of cgroups
		file = "/sys/fs/cgroup/memory" + string(m[1]) + "/memory.limit_in_bytes"
	} else if m := regexp.MustCompile(`(?m)^0::(.*)$`).FindSubmatch(group); m != nil {
		file = "/sys/fs/cgroup" + string(m[1]) + "/memory.max"
	}
	limit, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, "134217728", strings.TrimSpace(string(limit)))
}

// registry is a container registry: what of the OCI distribution specification buildah needs to push and containerd to pull.
type registry struct {
	mu        sync.Mutex
	upload    []byte // one at a time is enough here
	blobs     map[string][]byte
	manifests map[string]manifest // by path, with the tag or the digest
}

type manifest struct {
	mediaType string
	text      []byte
}

var ofRegistry = regexp.MustCompile(`^/v2/(?:(.+)/(blobs|manifests)/(?:uploads/)?(.*))?$`)

func (r *registry) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	body, err := io.ReadAll(q.Body)
	part := ofRegistry.FindStringSubmatch(q.URL.Path)
	if err != nil || part == nil {
		http.NotFound(w, q)
		return
	}
	sum := sha256.Sum256(body)
	digest := "sha256:" + hex.EncodeToString(sum[:])
	send := func(mediaType, digest string, text []byte, ok bool) {
		if !ok {
			http.NotFound(w, q)
			return
		}
		w.Header().Set("Content-Type", mediaType)
		w.Header().Set("Docker-Content-Digest", digest)
		w.Header().Set("Content-Length", fmt.Sprint(len(text)))
		if q.Method == http.MethodGet {
			_, _ = w.Write(text)
		}
	}
	switch reads := q.Method == http.MethodGet || q.Method == http.MethodHead; {
	case part[2] == "": // is it a registry?
	case part[2] == "manifests" && q.Method == http.MethodPut:
		m := manifest{q.Header.Get("Content-Type"), body}
		r.manifests[q.URL.Path], r.manifests["/v2/"+part[1]+"/manifests/"+digest] = m, m
		w.Header().Set("Docker-Content-Digest", digest)
		w.WriteHeader(http.StatusCreated)
	case part[2] == "manifests" && reads:
		m, ok := r.manifests[q.URL.Path]
		sum := sha256.Sum256(m.text)
		send(m.mediaType, "sha256:"+hex.EncodeToString(sum[:]), m.text, ok)
	case part[2] == "blobs" && reads:
		text, ok := r.blobs[part[3]]
		send("application/octet-stream", part[3], text, ok)
	case q.Method == http.MethodPost || q.Method == http.MethodPatch:
		if r.upload = append(r.upload, body...); q.Method == http.MethodPost {
			r.upload = body
		}
		w.Header().Set("Location", "/v2/"+part[1]+"/blobs/uploads/1")
		w.Header().Set("Range", fmt.Sprintf("0-%d", max(len(r.upload)-1, 0)))
		w.WriteHeader(http.StatusAccepted)
	case q.Method == http.MethodPut:
		text := append(r.upload, body...)
		sum := sha256.Sum256(text)
		if digest := "sha256:" + hex.EncodeToString(sum[:]); digest != q.URL.Query().Get("digest") {
			http.Error(w, "the digest is "+digest, http.StatusBadRequest)
			return
		}
		r.blobs[q.URL.Query().Get("digest")], r.upload = text, nil
		w.WriteHeader(http.StatusCreated)
	default:
		w.WriteHeader(http.StatusMethodNotAllowed)
	}
}
