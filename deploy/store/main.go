// Command store writes the calculator's functions in the format of OpenFaaS's function store, so that anyone with OpenFaaS can look at
// them and deploy them without this repository:
//
//	faas-cli store list --url https://…/store.json
//
// What a function takes and answers comes from the catalogue; which functions there are, their titles (the annotation description), images,
// labels and environment come from stack.yml. deploy/store.json is kept beside this folder and fresh by a test; for images of your own:
//
//	OWNER=you go test ./deploy/store -update
//	OWNER=you TAG=v1 go run ./deploy/store > elsewhere.json
//
// The format is that of faas-cli's schema/store/v2 and of functions.json in openfaas/store, version 0.2.1. It has no place for limits: a
// function from a store runs with the platform's, or with those of faas-cli store deploy --memory-limit.
package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"

	"calculator"
	"calculator/calc/catalogue"
)

func main() {
	document, err := write(os.LookupEnv)
	if err == nil {
		_, err = os.Stdout.Write(document)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// A store is the whole file.
type store struct {
	Version   string  `json:"version"`
	Functions []entry `json:"functions"`
}

// An entry is one function of the store.
type entry struct {
	Title       string            `json:"title"` // what faas-cli store list shows beside the name
	Name        string            `json:"name"`
	Author      string            `json:"author"`
	Description string            `json:"description"`
	Images      map[string]string `json:"images"` // by platform
	RepoURL     string            `json:"repo_url"`
	Environment map[string]string `json:"environment,omitempty"`
	Labels      map[string]string `json:"labels,omitempty"`
	Annotations map[string]string `json:"annotations,omitempty"`
}

// platforms are the names that faas-cli knows those by for which the images are built: linux/amd64 and linux/arm64.
var platforms = []string{"x86_64", "arm64"}

// write returns the store of the functions in stack.yml, with the variables that env gives.
func write(env func(string) (string, bool)) ([]byte, error) {
	var file struct {
		Functions yaml.Node `yaml:"functions"`
	}
	if err := yaml.Unmarshal(calculator.Stack, &file); err != nil {
		return nil, fmt.Errorf("stack.yml: %w", err)
	}
	s := store{Version: "0.2.1"}
	for i := 0; i+1 < len(file.Functions.Content); i += 2 {
		name := file.Functions.Content[i].Value
		var f struct {
			Image       string            `yaml:"image"`
			Labels      map[string]string `yaml:"labels"`
			Annotations map[string]string `yaml:"annotations"`
			Environment map[string]string `yaml:"environment"`
		}
		if err := file.Functions.Content[i+1].Decode(&f); err != nil {
			return nil, fmt.Errorf("stack.yml: %s: %w", name, err)
		}
		operation := catalogue.Find(name)
		if operation == nil {
			return nil, fmt.Errorf("stack.yml: %s: the catalogue has no such operation, so there is nothing to say of it in the store", name)
		}
		image := substitute(f.Image, env)
		if image == "" || strings.Contains(image, "$") {
			return nil, fmt.Errorf("stack.yml: %s: image %q is not understood: write variables as ${NAME} or ${NAME:-default}", name, f.Image)
		}
		e := entry{
			Title: cmp.Or(f.Annotations["description"], name), Name: name, Author: substitute("${OWNER:-calculator}", env),
			Description: describe(operation), Images: map[string]string{},
			RepoURL:     substitute("https://github.com/${OWNER:-calculator}/calculator", env),
			Environment: f.Environment, Labels: f.Labels, Annotations: f.Annotations,
		}
		for _, p := range platforms {
			e.Images[p] = image
		}
		s.Functions = append(s.Functions, e)
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(s)
	return b.Bytes(), err
}

var variable = regexp.MustCompile(`\$\{(\w+)(?::?-([^}]*))?\}`)

// substitute replaces ${NAME} and ${NAME:-default} as faas-cli does in stack.yml.
func substitute(text string, env func(string) (string, bool)) string {
	return variable.ReplaceAllStringFunc(text, func(reference string) string {
		part := variable.FindStringSubmatch(reference)
		value, _ := env(part[1])
		return cmp.Or(value, part[2])
	})
}

// describe says what an operation does, what it takes, and how to call it.
func describe(o *catalogue.Operation) string {
	text := o.Name + ": " + o.Summary + "."
	if len(o.Operands) == 0 {
		return text
	}
	text += " Operands:"
	for i, x := range o.Operands {
		if i > 0 {
			text += ","
		}
		text += " " + x.Name + " (" + x.Summary
		if x.Default != "" {
			text += "; " + x.Default + " without it"
		}
		text += ")"
	}
	text += ". Options:"
	for i, x := range o.Options {
		if i > 0 {
			text += ","
		}
		text += " " + x.Name
	}
	text += "."
	for _, e := range o.Examples {
		if e.Result != "" && len(e.Options) == 0 {
			return text + fmt.Sprintf(" Example: echo '%s' | faas-cli invoke %s answers %s.", strings.Join(e.Operands, " "), o.Name, e.Result)
		}
	}
	return text
}
