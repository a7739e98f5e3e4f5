// Standin listens where faasd listens, so that test.sh can provision a machine without the internet: as `faasd provider`
// on every address at port 8081, as `faasd up` on the ports that the compose file in its folder publishes. As gateway it
// lists two functions and answers for them. As `faas-cli` it does nothing.
package main

import (
	"bufio"
	"log"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync/atomic"
)

func main() {
	switch command := strings.Join(os.Args[1:], " "); command {
	case "provider":
		log.Fatal(http.ListenAndServe(":8081", http.NotFoundHandler()))
	case "up":
		up()
	}
}

// published matches a port of the compose file: - "127.0.0.1:8080:8080".
var published = regexp.MustCompile(`^\s*- "([0-9.]+:[0-9]+):[0-9]+"$`)

func up() {
	// faasd's network plugins make this bridge with the first container.
	for _, args := range []string{"link add openfaas0 type bridge", "addr add 10.62.0.1/16 dev openfaas0", "link set openfaas0 up"} {
		if out, err := exec.Command("ip", strings.Fields(args)...).CombinedOutput(); err != nil {
			log.Printf("ip %s: %v: %s", args, err, out)
		}
	}
	password, err := os.ReadFile("secrets/basic-auth-password")
	if err != nil {
		log.Fatal(err)
	}
	compose, err := os.Open("docker-compose.yaml")
	if err != nil {
		log.Fatal(err)
	}
	for lines := bufio.NewScanner(compose); lines.Scan(); {
		if m := published.FindStringSubmatch(lines.Text()); m != nil {
			go func() { log.Fatal(http.ListenAndServe(m[1], gateway(string(password)))) }()
		}
	}
	select {}
}

func gateway(password string) http.Handler {
	var calls atomic.Int64
	mux := http.NewServeMux()
	mux.HandleFunc("/system/functions", func(w http.ResponseWriter, r *http.Request) {
		if _, p, _ := r.BasicAuth(); p != password {
			http.Error(w, "unauthorized", http.StatusUnauthorized)
			return
		}
		_, _ = w.Write([]byte(`[{"name":"add"},{"name":"dashboard"}]`))
	})
	// The first two calls find the functions cold, as after a start of the machine.
	mux.HandleFunc("/function/", func(w http.ResponseWriter, _ *http.Request) {
		if calls.Add(1) <= 2 {
			http.Error(w, "not ready", http.StatusServiceUnavailable)
			return
		}
		w.Header().Set("X-Calculator-Version", "standin")
		_, _ = w.Write([]byte("0.3\n"))
	})
	return mux
}
