package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

// stackFile is stack.yml: the functions in the order in which they stand there.
type stackFile struct {
	names     []string
	functions map[string]*yaml.Node
	secrets   map[string][]string
}

func readStack(path string) (*stackFile, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return parseStack(path, text)
}

func parseStack(path string, text []byte) (*stackFile, error) {
	var file struct {
		Functions yaml.Node `yaml:"functions"`
	}
	if err := yaml.Unmarshal(text, &file); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	s := &stackFile{functions: map[string]*yaml.Node{}, secrets: map[string][]string{}}
	for i := 0; i+1 < len(file.Functions.Content); i += 2 {
		name, node := file.Functions.Content[i].Value, file.Functions.Content[i+1]
		var f struct {
			Secrets         []string `yaml:"secrets"`
			EnvironmentFile []string `yaml:"environment_file"`
		}
		if err := node.Decode(&f); err != nil {
			return nil, fmt.Errorf("%s: %s: %w", path, name, err)
		}
		if f.EnvironmentFile != nil {
			return nil, fmt.Errorf("%s: %s: environment_file is read where faas-cli runs, so a rollback could not restore it: use environment", path, name)
		}
		s.names = append(s.names, name)
		s.functions[name], s.secrets[name] = node, f.Secrets
	}
	if len(s.names) == 0 {
		return nil, fmt.Errorf("%s: no functions", path)
	}
	return s, nil
}

// pinned is a stack file of one function with its image written out: all that is needed to bring just this function
// back later, with the settings it had.
func (s *stackFile) pinned(name, image string) (string, error) {
	settings := map[string]any{}
	if err := s.functions[name].Decode(&settings); err != nil {
		return "", err
	}
	settings["image"] = image
	return stackOf(name, settings)
}

func stackOf(name string, settings map[string]any) (string, error) {
	text, err := yaml.Marshal(map[string]any{
		"version":   "1.0",
		"provider":  map[string]string{"name": "openfaas"},
		"functions": map[string]any{name: settings},
	})
	return string(text), err
}

var reference = regexp.MustCompile(`\$\{(\w+)(?::?-([^}]*))?\}`)

// images prints what each function's image is called in this environment. Of faas-cli's substitutions it knows
// ${NAME} and ${NAME:-default}, and refuses others.
func (l *live) images(stackPath string) error {
	s, err := readStack(stackPath)
	if err != nil {
		return err
	}
	for _, name := range s.names {
		var f struct{ Image string }
		if err := s.functions[name].Decode(&f); err != nil {
			return err
		}
		image := reference.ReplaceAllStringFunc(f.Image, func(r string) string {
			part := reference.FindStringSubmatch(r)
			return cmp.Or(l.env(part[1]), part[2])
		})
		if image == "" || strings.Contains(image, "$") {
			return fmt.Errorf("%s: %s: image %q is not understood", stackPath, name, f.Image)
		}
		fmt.Fprintln(l.out, name, image)
	}
	return nil
}

// manifest says which image each function gets, tag and digest both.
type manifest map[string]string

var pinnedImage = regexp.MustCompile(`^([^@\s]+):([A-Za-z0-9_][A-Za-z0-9_.-]{0,127})@(sha256:[0-9a-f]{64})$`)

func readManifest(path string) (manifest, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	m := manifest{}
	if err := json.Unmarshal(text, &m); err != nil {
		return nil, fmt.Errorf("%s: %w: it must be whole, so build or download it again", path, err)
	}
	return m, nil
}

// version is the tag that all images share: the commit they were built from.
func (m manifest) version() (string, error) {
	version := ""
	for name, image := range m {
		part := pinnedImage.FindStringSubmatch(image)
		switch {
		case part == nil:
			return "", fmt.Errorf("%s: %q is not an image with a tag and a digest (image:tag@sha256:…)", name, image)
		case version == "":
			version = part[2]
		case version != part[2]:
			return "", fmt.Errorf("the images are of different versions, %s and %s: give -version", version, part[2])
		}
	}
	return version, nil
}
