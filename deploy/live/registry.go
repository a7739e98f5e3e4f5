package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"time"
)

// registry asks container registries whether an image is there to be pulled. Of the HTTP API v2 it needs one request,
// the manifest by digest, and the exchange of nothing for a bearer token that ghcr.io wants even for public packages.
type registry struct {
	user, password string
	client         http.Client
}

const manifestLimit = 4 << 20 // bytes; what registries refuse above anyway

var manifestTypes = []string{
	"application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json",
	"application/vnd.oci.image.manifest.v1+json", "application/vnd.docker.distribution.manifest.v2+json",
}

// check says why an image cannot be pulled and run on this machine, nil when it can.
func (g *registry) check(ctx context.Context, image string) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	part := pinnedImage.FindStringSubmatch(image)
	if part == nil {
		return fmt.Errorf("%s: not pinned by digest", image)
	}
	host, repository, _ := strings.Cut(splitImage(part[1]), "/")
	digest := part[3]
	address := scheme(host) + "://" + host + "/v2/" + repository + "/manifests/" + digest

	reply, content, err := g.get(ctx, address, "")
	if err == nil && reply.StatusCode == http.StatusUnauthorized {
		var token string
		if token, err = g.token(ctx, reply.Header.Get("WWW-Authenticate")); err == nil {
			reply, content, err = g.get(ctx, address, token)
		}
	}
	switch {
	case err != nil:
		return fmt.Errorf("%s: %w", image, err)
	case reply.StatusCode == http.StatusNotFound:
		return fmt.Errorf("%s: not in the registry", image)
	case reply.StatusCode == http.StatusUnauthorized || reply.StatusCode == http.StatusForbidden:
		return fmt.Errorf("%s: the registry says %s: is the package public?", image, reply.Status)
	case reply.StatusCode != http.StatusOK:
		return fmt.Errorf("%s: the registry says %s", image, reply.Status)
	}
	if got := fmt.Sprintf("sha256:%x", sha256.Sum256(content)); got != digest {
		return fmt.Errorf("%s: the registry answered with something else (%s)", image, got)
	}
	var list struct {
		Manifests []struct {
			Platform struct{ OS, Architecture string }
		}
	}
	if err := json.Unmarshal(content, &list); err != nil {
		return fmt.Errorf("%s: manifest: %w", image, err)
	}
	if len(list.Manifests) == 0 {
		return nil // a single image does not say its platform here
	}
	var has []string
	for _, m := range list.Manifests {
		has = append(has, m.Platform.OS+"/"+m.Platform.Architecture)
	}
	if need := "linux/" + runtime.GOARCH; !slices.Contains(has, need) {
		return fmt.Errorf("%s: not for %s, only %s", image, need, strings.Join(has, ", "))
	}
	return nil
}

// splitImage completes a name as Docker does: without a host it is on Docker Hub.
func splitImage(name string) string {
	host, rest, ok := strings.Cut(name, "/")
	switch {
	case !ok:
		return "registry-1.docker.io/library/" + name
	case host == "docker.io":
		return "registry-1.docker.io/" + rest
	case !strings.ContainsAny(host, ".:") && host != "localhost":
		return "registry-1.docker.io/" + name
	default:
		return name
	}
}

// scheme is http for a registry on this machine only, as for Docker and containerd.
func scheme(host string) string {
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	if ip := net.ParseIP(name); name == "localhost" || ip != nil && ip.IsLoopback() {
		return "http"
	}
	return "https"
}

func (g *registry) get(ctx context.Context, address, token string) (*http.Response, []byte, error) {
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, nil, err
	}
	q.Header.Set("Accept", strings.Join(manifestTypes, ", "))
	switch {
	case token != "":
		q.Header.Set("Authorization", "Bearer "+token)
	case g.user != "":
		q.SetBasicAuth(g.user, g.password)
	}
	reply, err := g.client.Do(q)
	if err != nil {
		return nil, nil, err
	}
	defer reply.Body.Close()
	content, err := io.ReadAll(io.LimitReader(reply.Body, manifestLimit))
	return reply, content, err
}

var challengePart = regexp.MustCompile(`(\w+)="([^"]*)"`)

// token follows a Bearer challenge (distribution specification, "Token Authentication").
func (g *registry) token(ctx context.Context, challenge string) (string, error) {
	kind, rest, _ := strings.Cut(challenge, " ")
	if !strings.EqualFold(kind, "Bearer") {
		return "", fmt.Errorf("the registry asks for a login (%q)", kind)
	}
	given := map[string]string{}
	for _, m := range challengePart.FindAllStringSubmatch(rest, -1) {
		given[m[1]] = m[2]
	}
	realm, err := url.Parse(given["realm"])
	if err != nil || realm.Host == "" {
		return "", fmt.Errorf("the registry's challenge names no place to ask: %q", challenge)
	}
	query := realm.Query()
	query.Set("service", given["service"])
	query.Set("scope", given["scope"])
	realm.RawQuery = query.Encode()
	reply, content, err := g.get(ctx, realm.String(), "")
	if err != nil {
		return "", err
	}
	var answer struct {
		Token       string
		AccessToken string `json:"access_token"`
	}
	if reply.StatusCode != http.StatusOK {
		return "", fmt.Errorf("no token: %s says %s", realm.Host, reply.Status)
	}
	if err := json.NewDecoder(bytes.NewReader(content)).Decode(&answer); err != nil {
		return "", fmt.Errorf("no token: %w", err)
	}
	if answer.Token == "" {
		answer.Token = answer.AccessToken
	}
	return answer.Token, nil
}
