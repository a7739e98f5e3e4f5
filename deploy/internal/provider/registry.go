package provider

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
)

// Registry is a container registry for tests: the pulling half of the OCI distribution API over images that are
// executables on this machine. With Token it asks for a bearer token first, as ghcr.io does for public packages.
type Registry struct {
	// Token is what /token hands out to anyone and every other request must carry; empty asks for none.
	Token string

	mu       sync.Mutex
	images   map[string]Image             // by digest of their index
	contents map[string]map[string][]byte // repository → digest or tag → manifest
}

const (
	indexType    = "application/vnd.oci.image.index.v1+json"
	manifestType = "application/vnd.oci.image.manifest.v1+json"
)

type descriptor struct {
	MediaType string            `json:"mediaType"`
	Digest    string            `json:"digest"`
	Size      int               `json:"size"`
	Platform  map[string]string `json:"platform,omitempty"`
}

func describe(mediaType string, content []byte) descriptor {
	return descriptor{MediaType: mediaType, Digest: fmt.Sprintf("sha256:%x", sha256.Sum256(content)), Size: len(content)}
}

// Push puts an image under repository:tag for linux on each architecture and returns the digest of its index. The
// same executable and environment give the same digest.
func (r *Registry) Push(repository, tag string, image Image, architectures ...string) (digest string, err error) {
	config, err := json.Marshal(map[string]any{"os": "linux", "config": map[string]any{"Entrypoint": []string{image.Path}, "Env": image.Env}})
	if err != nil {
		return "", err
	}
	index := map[string]any{"schemaVersion": 2, "mediaType": indexType}
	var manifests []descriptor
	stored := map[string][]byte{}
	for _, a := range architectures {
		m, err := json.Marshal(map[string]any{"schemaVersion": 2, "mediaType": manifestType, "layers": []descriptor{},
			"config": describe("application/vnd.oci.image.config.v1+json", append([]byte(a), config...))})
		if err != nil {
			return "", err
		}
		d := describe(manifestType, m)
		d.Platform = map[string]string{"os": "linux", "architecture": a}
		manifests = append(manifests, d)
		stored[d.Digest] = m
	}
	index["manifests"] = manifests
	content, err := json.Marshal(index)
	if err != nil {
		return "", err
	}
	digest = describe(indexType, content).Digest
	stored[digest], stored[tag] = content, content

	r.mu.Lock()
	defer r.mu.Unlock()
	if r.images == nil {
		r.images, r.contents = map[string]Image{}, map[string]map[string][]byte{}
	}
	r.images[digest] = image
	if r.contents[repository] == nil {
		r.contents[repository] = map[string][]byte{}
	}
	for k, v := range stored {
		r.contents[repository][k] = v
	}
	return digest, nil
}

// Remove forgets an image, as a registry's clean-up does.
func (r *Registry) Remove(repository, digest string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.contents[repository], digest)
	delete(r.images, digest)
}

// Resolve is for Options.Resolve: it pulls by digest.
func (r *Registry) Resolve(reference string) (Image, error) {
	_, digest, _ := strings.Cut(reference, "@")
	r.mu.Lock()
	defer r.mu.Unlock()
	image, ok := r.images[digest]
	if !ok {
		return Image{}, fmt.Errorf("%s: not found", reference)
	}
	return image, nil
}

var manifestPath = regexp.MustCompile(`^/v2/(.+)/manifests/([^/]+)$`)

// ServeHTTP answers GET and HEAD.
func (r *Registry) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	if r.Token != "" {
		switch {
		case q.URL.Path == "/token":
			answer(w, map[string]string{"token": r.Token})
			return
		case q.Header.Get("Authorization") != "Bearer "+r.Token:
			w.Header().Set("WWW-Authenticate", fmt.Sprintf(`Bearer realm="http://%s/token",service="%s",scope="repository:any:pull"`, q.Host, q.Host))
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
	}
	m := manifestPath.FindStringSubmatch(q.URL.Path)
	if m == nil {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	r.mu.Lock()
	content, ok := r.contents[m[1]][m[2]]
	r.mu.Unlock()
	if !ok {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusNotFound)
		_, _ = w.Write([]byte(`{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}`))
		return
	}
	var kind struct{ MediaType string }
	_ = json.Unmarshal(content, &kind) // we wrote it
	w.Header().Set("Content-Type", kind.MediaType)
	w.Header().Set("Docker-Content-Digest", describe("", content).Digest)
	if q.Method == http.MethodGet {
		_, _ = w.Write(content)
	}
}

// Serve starts the registry on a loopback port and returns its address as image references spell it.
func (r *Registry) Serve() (host string, server *httptest.Server) {
	server = httptest.NewServer(r)
	return strings.TrimPrefix(server.URL, "http://"), server
}
