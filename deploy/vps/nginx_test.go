package vps_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"calculator/deploy/internal/process"
)

// jsModule is where Debian's libnginx-mod-http-js puts nginx's script module.
const jsModule = "/usr/lib/nginx/modules/ngx_http_js_module.so"

// proxy is Debian's nginx with the real configuration, on ports and paths of its own.
type proxy struct {
	master              *process.Process
	dir, address, plain string
	versions            string // the file that deploy/live rewrites
}

// startProxy runs nginx in front of a gateway until the test ends.
func startProxy(t *testing.T, gateway *gateway) *proxy {
	t.Helper()
	nginx := nginxOrSkip(t)
	dir := t.TempDir()
	p := &proxy{dir: dir, address: freeAddress(t), plain: freeAddress(t), versions: filepath.Join(dir, "versions.json")}
	p.write(t, strings.TrimPrefix(gateway.server.URL, "http://"))

	config := filepath.Join(dir, "nginx.conf")
	out, err := exec.Command(nginx, "-t", "-p", dir, "-c", config).CombinedOutput()
	require.NoError(t, err, "nginx -t: %s", out)

	log, err := os.Create(filepath.Join(dir, "stderr"))
	require.NoError(t, err)
	defer log.Close()
	cmd := exec.Command(nginx, "-p", dir, "-c", config, "-g", "daemon off;")
	cmd.Stderr = log
	p.master, err = process.Start(cmd)
	require.NoError(t, err)
	t.Cleanup(p.master.Stop)
	require.NoError(t, p.master.Await(t.Context(), p.address))
	return p
}

// memory is what nginx's processes have, what they share counted once (Pss).
func (p *proxy) memory(t *testing.T) int64 {
	t.Helper()
	_, pss, err := process.Memory(p.master)
	require.NoError(t, err)
	return pss
}

func nginxOrSkip(t *testing.T) string {
	t.Helper()
	for _, f := range []string{"/usr/sbin/nginx", jsModule} {
		if _, err := os.Stat(f); err != nil {
			t.Skip("needs nginx: apt-get install nginx-light libnginx-mod-http-js")
		}
	}
	return "/usr/sbin/nginx"
}

// write lays out the real files with the test's own places in them. Every replacement has to find its text: a
// configuration that changed makes the test fail here, and not pass on something else.
func (p *proxy) write(t *testing.T, gateway string) {
	t.Helper()
	replace := func(text string, pairs ...string) string {
		for i := 0; i < len(pairs); i += 2 {
			require.Contains(t, text, pairs[i])
			text = strings.ReplaceAll(text, pairs[i], pairs[i+1])
		}
		return text
	}
	read := func(name string) string {
		b, err := os.ReadFile(filepath.Join("nginx", name))
		require.NoError(t, err)
		return string(b)
	}
	put := func(name, text string) {
		require.NoError(t, os.WriteFile(filepath.Join(p.dir, name), []byte(text), 0o600))
	}
	put("calculator.conf", replace(read("calculator.conf"),
		"listen 443 ssl http2;", "listen "+p.address+" ssl http2;", "listen [::]:443 ssl http2;", "",
		"listen 80;", "listen "+p.plain+";", "listen [::]:80;", "",
		"calculator.example", "localhost",
		"/etc/nginx/calculator/", p.dir+"/",
		"/etc/calculator/tls/", p.dir+"/",
		"/var/log/nginx/", p.dir+"/",
		"/var/lib/calculator-acme", p.dir+"/acme",
		"/run/calculator-nginx", p.dir,
		"server 127.0.0.1:8080", "server "+gateway))
	put("hold.js", replace(read("hold.js"), "/var/lib/calculator/versions.json", p.versions))
	put("ffdhe2048.pem", read("ffdhe2048.pem"))
	for _, d := range []string{"body", "proxy", "fastcgi", "scgi", "uwsgi"} {
		require.NoError(t, os.Mkdir(filepath.Join(p.dir, d), 0o700))
	}
	user := ""
	if os.Getuid() == 0 {
		user = "user root;"
	}
	put("nginx.conf", fmt.Sprintf(`%s
load_module %s;
worker_processes 2;
pid nginx.pid;
error_log error.log warn;
events { worker_connections 768; }
http {
	client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; scgi_temp_path scgi; uwsgi_temp_path uwsgi;
	include %s/calculator.conf;
}
`, user, jsModule, p.dir))
	certificate, key := selfSigned(t)
	put("fullchain.pem", certificate)
	put("privkey.pem", key)
}

// deployed rewrites the versions file as deploy/live does: beside it, then renamed.
func (p *proxy) deployed(t *testing.T, versions map[string]string) {
	t.Helper()
	b, err := json.Marshal(versions)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(p.versions+".new", b, 0o600))
	require.NoError(t, os.Rename(p.versions+".new", p.versions))
}

// client calls from a loopback address. 127.0.0.1 is not limited, the others are.
func (p *proxy) client(from string) *http.Client {
	dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}
	return &http.Client{
		Timeout: 25 * time.Second,
		Transport: &http.Transport{
			DialContext:         dialer.DialContext,
			ForceAttemptHTTP2:   true,
			MaxIdleConnsPerHost: 64,
			DisableCompression:  true,
			TLSClientConfig:     &tls.Config{InsecureSkipVerify: true, ServerName: "localhost"}, // #nosec G402: our own, made a moment ago
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// reply is an answer read to its end.
type reply struct {
	status int
	header http.Header
	body   string
}

func (p *proxy) ask(t *testing.T, c *http.Client, method, path, body string, header ...string) reply {
	t.Helper()
	r, err := p.try(c, method, path, body, header...)
	require.NoError(t, err)
	return r
}

// try leaves the path as it is written, dots and escapes too.
func (p *proxy) try(c *http.Client, method, path, body string, header ...string) (reply, error) {
	req, err := http.NewRequest(method, "https://"+p.address+"/", bytes.NewBufferString(body))
	if err != nil {
		return reply{}, err
	}
	req.URL.Opaque = "//" + p.address + path
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := c.Do(req)
	if err != nil {
		return reply{}, err
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	return reply{res.StatusCode, res.Header, string(b)}, err
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

func selfSigned(t *testing.T) (certificate, key string) {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "localhost"}, DNSNames: []string{"localhost"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, &template, &template, &k.PublicKey, k)
	require.NoError(t, err)
	private, err := x509.MarshalECPrivateKey(k)
	require.NoError(t, err)
	block := func(kind string, b []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: b}))
	}
	return block("CERTIFICATE", der), block("EC PRIVATE KEY", private)
}
