package main

import (
	"archive/zip"
	"bytes"
	"debug/elf"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"calculator/calc/catalogue"
)

// build runs build.sh and returns the folder with what it made.
func build(t *testing.T, names ...string) string {
	t.Helper()
	dir := t.TempDir()
	c := exec.Command("./build.sh", append([]string{"-o", dir}, names...)...)
	c.Env = append(os.Environ(), "COMMIT=0123abc")
	out, err := c.CombinedOutput()
	require.NoError(t, err, "%s", out)
	return dir
}

func TestPackagesAreTheSameEachTime(t *testing.T) {
	first, err := os.ReadFile(filepath.Join(build(t, "add"), "add.zip"))
	require.NoError(t, err)
	second, err := os.ReadFile(filepath.Join(build(t, "add"), "add.zip"))
	require.NoError(t, err)
	require.True(t, bytes.Equal(first, second), "two builds of one source differ")

	z, err := zip.NewReader(bytes.NewReader(first), int64(len(first)))
	require.NoError(t, err)
	require.Len(t, z.File, 1)
	require.Equal(t, "bootstrap", z.File[0].Name)
	require.Equal(t, os.FileMode(0o755), z.File[0].Mode())
	r, err := z.File[0].Open()
	require.NoError(t, err)
	binary, err := io.ReadAll(r)
	require.NoError(t, err)
	program, err := elf.NewFile(bytes.NewReader(binary))
	require.NoError(t, err)
	require.Equal(t, elf.EM_AARCH64, program.Machine)
	require.NotContains(t, sections(program), ".interp", "it is linked statically, as the runtime has no C library of ours")
	require.Contains(t, string(binary), "0123abc", "the commit is stamped in")
	require.Less(t, len(first), 3_500_000)
	t.Logf("%d bytes, %d unpacked", len(first), len(binary))
}

func sections(f *elf.File) (names []string) {
	for _, s := range f.Sections {
		names = append(names, s.Name)
	}
	return names
}

func TestBuildSaysWhichFunctionsThereAre(t *testing.T) {
	out, err := exec.Command("./build.sh", "-o", t.TempDir(), "plus").CombinedOutput()
	require.Error(t, err)
	require.Contains(t, string(out), "plus: stack.yml has no such function; it has add subtract ")
}

func TestPackingNeedsTwoFiles(t *testing.T) {
	require.ErrorContains(t, run(nil), "BINARY ZIP")
	require.ErrorIs(t, run([]string{filepath.Join(t.TempDir(), "none"), "x.zip"}), os.ErrNotExist)
}

// template is template.yaml with the tags of intrinsic functions left out.
type template struct {
	Transform  []string `yaml:"Transform"`
	Parameters map[string]struct {
		Default any `yaml:"Default"`
	} `yaml:"Parameters"`
	Resources map[string]yaml.Node `yaml:"Resources"`
}

type resource struct {
	Type       string         `yaml:"Type"`
	Condition  string         `yaml:"Condition"`
	Properties map[string]any `yaml:"Properties"`
}

func read(t *testing.T) (template, map[string]resource) {
	t.Helper()
	text, err := os.ReadFile("template.yaml")
	require.NoError(t, err)
	var file template
	require.NoError(t, yaml.Unmarshal(regexp.MustCompile(`!(Ref|Sub|If|Equals|Not) `).ReplaceAll(text, nil), &file))
	var each []yaml.Node
	loop := file.Resources["Fn::ForEach::Each"]
	require.NoError(t, loop.Decode(&each))
	require.Len(t, each, 3)
	require.Equal(t, []string{"Name", "Functions"}, []string{each[0].Value, each[1].Value})
	resources := map[string]resource{}
	require.NoError(t, each[2].Decode(&resources))
	return file, resources
}

func TestTemplateHasEachFunctionFromOneDefinition(t *testing.T) {
	file, each := read(t)
	require.Equal(t, []string{"AWS::LanguageExtensions", "AWS::Serverless-2016-10-31"}, file.Transform)
	var names []string
	for _, o := range catalogue.All {
		names = append(names, o.Name)
	}
	require.Equal(t, strings.Join(names, ","), file.Parameters["Functions"].Default)

	f := each["${Name}Function"]
	require.Equal(t, "AWS::Serverless::Function", f.Type)
	require.Equal(t, "provided.al2023", f.Properties["Runtime"])
	require.Equal(t, []any{"arm64"}, f.Properties["Architectures"])
	require.Equal(t, "bootstrap", f.Properties["Handler"])
	require.Equal(t, []any{"HasLimit", "ReservedConcurrency", "AWS::NoValue"}, f.Properties["ReservedConcurrentExecutions"])
	require.Equal(t, "Tracing", f.Properties["Tracing"])
	require.Equal(t, "PassThrough", file.Parameters["Tracing"].Default, "X-Ray is off")
	require.Equal(t, "LogDays", each["${Name}Logs"].Properties["RetentionInDays"])
	require.Equal(t, "/aws/lambda/${AWS::StackName}-${Name}", each["${Name}Logs"].Properties["LogGroupName"])
	require.Equal(t, map[string]any{"LogGroup": map[string]any{"Ref": "${Name}Logs"}}, f.Properties["LoggingConfig"])
	require.Equal(t, map[string]any{"Bucket": "Bucket", "Key": "${Version}/${Name}.zip"}, f.Properties["CodeUri"], "where README.md has them copied to")
	require.Greater(t, f.Properties["Timeout"], 10, "exec_timeout ends the work first")
	require.Less(t, f.Properties["Timeout"], 30, "an HTTP API waits no longer")
}

func TestTemplateOpensFunctionURLsWithBothPermissions(t *testing.T) {
	_, each := read(t)
	for name, want := range map[string]map[string]any{
		"${Name}UrlPermission":       {"Action": "lambda:InvokeFunctionUrl", "FunctionUrlAuthType": "NONE"},
		"${Name}UrlInvokePermission": {"Action": "lambda:InvokeFunction", "InvokedViaFunctionUrl": true},
	} {
		r := each[name]
		require.Equal(t, []string{"AWS::Lambda::Permission", "HasUrls"}, []string{r.Type, r.Condition}, name)
		require.Equal(t, "*", r.Properties["Principal"])
		require.Equal(t, map[string]any{"Ref": "${Name}Function"}, r.Properties["FunctionName"])
		for property, value := range want {
			require.Equal(t, value, r.Properties[property], name)
		}
	}
	require.Equal(t, "HasUrls", each["${Name}Url"].Condition)
	require.Equal(t, "NONE", each["${Name}Url"].Properties["AuthType"])
	require.NotContains(t, each["${Name}Url"].Properties, "Cors", "the functions' own answers have it")
}

func TestTemplateRoutesEachFunctionAsOpenFaaSDoes(t *testing.T) {
	file, each := read(t)
	require.Equal(t, "ANY /function/${Name}", each["${Name}Route"].Properties["RouteKey"])
	require.Equal(t, "ANY /function/${Name}/{proxy+}", each["${Name}PathRoute"].Properties["RouteKey"])
	require.Equal(t, "2.0", each["${Name}Integration"].Properties["PayloadFormatVersion"])
	require.Equal(t, "AWS_PROXY", each["${Name}Integration"].Properties["IntegrationType"])
	for _, part := range []string{"Integration", "Route", "PathRoute", "ApiPermission"} {
		require.Equal(t, "HasApi", each["${Name}"+part].Condition, part)
	}
	allowed := each["${Name}ApiPermission"]
	require.Equal(t, "AWS::Lambda::Permission", allowed.Type)
	require.Equal(t, "lambda:InvokeFunction", allowed.Properties["Action"])
	require.Equal(t, "apigateway.amazonaws.com", allowed.Properties["Principal"])
	require.Contains(t, allowed.Properties["SourceArn"], ":${Api}/*", "this API and no other")
	var api resource
	node := file.Resources["Api"]
	require.NoError(t, node.Decode(&api))
	require.NotContains(t, api.Properties, "CorsConfiguration", "the functions' own answers have it")
}

// Whatever the template refers to is in it: resources, parameters and conditions, with ${Name} standing for each function's.
func TestTemplateRefersToWhatItHas(t *testing.T) {
	text, err := os.ReadFile("template.yaml")
	require.NoError(t, err)
	var document yaml.Node
	require.NoError(t, yaml.Unmarshal(text, &document))
	root := document.Content[0]
	has := map[string]bool{"Name": true} // what Fn::ForEach counts with
	for _, section := range []string{"Parameters", "Conditions", "Resources"} {
		names := keys(member(root, section))
		require.NotEmpty(t, names, section)
		for _, name := range names {
			has[name] = true
		}
	}
	for _, name := range keys(member(member(root, "Resources"), "Fn::ForEach::Each").Content[2]) {
		has[name] = true
	}
	seen := 0
	refers := func(n *yaml.Node, name string) {
		seen++
		require.True(t, has[name] || strings.HasPrefix(name, "AWS::"), "line %d: there is no %s", n.Line, name)
	}
	var walk func(n *yaml.Node)
	walk = func(n *yaml.Node) {
		switch n.Tag {
		case "!Ref":
			refers(n, n.Value)
		case "!If":
			refers(n, n.Content[0].Value)
		case "!Sub":
			for _, part := range regexp.MustCompile(`\$\{([^}]+)\}`).FindAllStringSubmatch(n.Value, -1) {
				refers(n, part[1])
			}
		}
		for i := 0; n.Kind == yaml.MappingNode && i < len(n.Content); i += 2 {
			switch value := n.Content[i+1]; n.Content[i].Value {
			case "Ref", "Condition":
				refers(value, value.Value)
			case "Fn::GetAtt":
				refers(value, value.Content[0].Value)
			}
		}
		for _, c := range n.Content {
			walk(c)
		}
	}
	walk(root)
	require.Greater(t, seen, 30)
}

// member is the value of a key, and keys are those of a mapping.
func member(n *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return new(yaml.Node)
}

func keys(n *yaml.Node) (names []string) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		names = append(names, n.Content[i].Value)
	}
	return names
}

func TestTemplateIsValid(t *testing.T) {
	lint, err := exec.LookPath("cfn-lint")
	if err != nil {
		t.Skip("no cfn-lint: pip install cfn-lint")
	}
	out, err := exec.Command(lint, "template.yaml").CombinedOutput()
	require.NoError(t, err, "%s", out)
}
