package main

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"calculator/calc/catalogue"
	"calculator/deploy/conformance/contract"
)

// containerd is a daemon of the test's own, with nothing of the machine's.
type containerd struct{ address string }

func startContainerd(t *testing.T) containerd {
	t.Helper()
	for _, program := range []string{"containerd", "ctr", "runc"} {
		if _, err := exec.LookPath(program); err != nil || os.Getuid() != 0 {
			t.Skip("needs root, containerd and runc: apt-get install containerd runc")
		}
	}
	dir, err := os.MkdirTemp("/run", "calculator-") // a socket's path is short
	require.NoError(t, err)
	d := containerd{filepath.Join(dir, "sock")}
	config := filepath.Join(dir, "config.toml")
	require.NoError(t, os.WriteFile(config, []byte("version = 2\ndisabled_plugins = ['io.containerd.grpc.v1.cri']\n"), 0o600))
	log := new(bytes.Buffer)
	c := exec.Command("containerd", "--config", config, "--root", filepath.Join(dir, "root"), "--state", filepath.Join(dir, "state"), "--address", d.address)
	c.Stdout, c.Stderr = log, log
	require.NoError(t, c.Start())
	t.Cleanup(func() {
		_ = c.Process.Signal(os.Interrupt)
		_ = c.Wait()
		_ = os.RemoveAll(dir)
	})
	for begin := time.Now(); d.command("version").Run() != nil; time.Sleep(20 * time.Millisecond) {
		if time.Since(begin) > 10*time.Second {
			t.Skip("containerd does not start here: " + lastLine(log.String()))
		}
	}
	return d
}

func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return lines[len(lines)-1]
}

func (d containerd) command(arguments ...string) *exec.Cmd {
	return exec.Command("ctr", append([]string{"--address", d.address, "--namespace", "openfaas-fn"}, arguments...)...)
}

// faasdKeeps is the one capability that faasd leaves a function; the others here are what ctr would give besides.
const faasdKeeps = "CAP_NET_RAW"

var faasdDrops = []string{"CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FSETID", "CAP_FOWNER", "CAP_MKNOD", "CAP_SETGID", "CAP_SETUID", "CAP_SETFCAP",
	"CAP_SETPCAP", "CAP_NET_BIND_SERVICE", "CAP_SYS_CHROOT", "CAP_KILL", "CAP_AUDIT_WRITE"}

// Each function's image as a container with what faasd sets: the image's own user, no capability but one, a limit of memory. It
// shares this machine's network, since a bridge would change it.
func TestEachFunctionAsAContainerKeepsTheContract(t *testing.T) {
	d := startContainerd(t)
	for _, o := range catalogue.All {
		archive := filepath.Join(t.TempDir(), "image.tar")
		require.NoError(t, os.WriteFile(archive, archiveOf(t, o.Name), 0o600))
		reference := "docker.io/calculator/" + o.Name + ":test"
		out, err := d.command("images", "import", "--snapshotter", "native", archive).CombinedOutput()
		require.NoError(t, err, "%s", out)
		address, metrics := freeAddress(t), freeAddress(t)
		arguments := []string{"run", "--detach", "--snapshotter", "native", "--net-host", "--memory-limit", "134217728",
			"--env", "port=" + port(t, address), "--env", "metrics_port=" + port(t, metrics), "--env", "OPENFAAS_NAME=" + o.Name}
		for _, c := range faasdDrops {
			arguments = append(arguments, "--cap-drop", c)
		}
		begin := time.Now()
		out, err = d.command(append(arguments, reference, o.Name)...).CombinedOutput()
		if err != nil && strings.Contains(string(out), "runc create failed") {
			t.Skip("no containers here: " + lastLine(string(out)))
		}
		require.NoError(t, err, "%s", out)
		stop := sync.OnceFunc(func() {
			_ = d.command("tasks", "kill", "--signal", "SIGTERM", o.Name).Run()
			for wait := time.Now(); d.command("tasks", "delete", o.Name).Run() != nil && time.Since(wait) < 5*time.Second; {
				time.Sleep(20 * time.Millisecond)
			}
			_ = d.command("containers", "delete", o.Name).Run()
		})
		t.Cleanup(stop)
		for {
			c, err := net.Dial("tcp", address)
			if err == nil {
				_ = c.Close()
				break
			}
			require.Less(t, time.Since(begin), 10*time.Second, err)
			time.Sleep(5 * time.Millisecond)
		}
		isConfined(t, d, o.Name)
		conforms(t, contract.Calculator{URL: "http://" + address, Only: o.Name})
		stop()
	}
}

// isConfined checks that the process is the image's user with no more than faasd's capability.
func isConfined(t *testing.T, d containerd, name string) {
	t.Helper()
	out, err := d.command("tasks", "list").CombinedOutput()
	require.NoError(t, err, "%s", out)
	pid := regexp.MustCompile(`(?m)^` + name + `\s+(\d+)`).FindSubmatch(out)
	require.NotNil(t, pid, "%s", out)
	status, err := os.ReadFile("/proc/" + string(pid[1]) + "/status")
	require.NoError(t, err)
	require.Regexp(t, `\nUid:\t65534\t`, string(status))
	require.Regexp(t, `\nCapBnd:\t0000000000002000\n`, string(status), faasdKeeps) // the thirteenth bit (capabilities(7))
	require.Regexp(t, `\nCapEff:\t0000000000000000\n`, string(status))
}

var (
	user     = regexp.MustCompile(`(?m)^USER (\S+)$`)
	start    = regexp.MustCompile(`(?m)^CMD (\[.*\])$`)
	fromNone = regexp.MustCompile(`(?m)^FROM scratch\nCOPY --from=build /handler /handler$`)
)

// archiveOf is a function's image as docker save writes it: one layer with the binary, and what the Dockerfile's last stage says.
func archiveOf(t *testing.T, name string) []byte {
	t.Helper()
	dockerfile, err := os.ReadFile("../../template/calculator/Dockerfile")
	require.NoError(t, err)
	require.Regexp(t, fromNone, string(dockerfile))
	var command []string
	require.NoError(t, json.Unmarshal(start.FindSubmatch(dockerfile)[1], &command))
	program, err := os.ReadFile(binary(t, name))
	require.NoError(t, err)
	layer := archiveFiles(t, file{"handler", 0o755, program})
	hash := sha256.Sum256(layer)
	config, err := json.Marshal(map[string]any{
		"architecture": runtime.GOARCH, "os": "linux",
		"config": map[string]any{"User": string(user.FindSubmatch(dockerfile)[1]), "Cmd": command},
		"rootfs": map[string]any{"type": "layers", "diff_ids": []string{"sha256:" + hex.EncodeToString(hash[:])}},
	})
	require.NoError(t, err)
	manifest := fmt.Sprintf(`[{"Config":"config.json","RepoTags":["docker.io/calculator/%s:test"],"Layers":["layer.tar"]}]`, name)
	return archiveFiles(t, file{"layer.tar", 0o644, layer}, file{"config.json", 0o644, config}, file{"manifest.json", 0o644, []byte(manifest)})
}

type file struct {
	name string
	mode int64
	text []byte
}

func archiveFiles(t *testing.T, files ...file) []byte {
	t.Helper()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, f := range files {
		require.NoError(t, w.WriteHeader(&tar.Header{Name: f.name, Mode: f.mode, Size: int64(len(f.text))}))
		_, err := w.Write(f.text)
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return out.Bytes()
}
