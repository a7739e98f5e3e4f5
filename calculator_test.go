package calculator

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"calculator/calc/catalogue"
)

// TestFoldersCatalogueAndStackHoldEachOther: an operation has one name everywhere.
func TestFoldersCatalogueAndStackHoldEachOther(t *testing.T) {
	var file struct {
		Configuration struct{ Copy []string }
		Functions     yaml.Node
	}
	require.NoError(t, yaml.Unmarshal(Stack, &file))
	var inStack []string
	for i := 0; i+1 < len(file.Functions.Content); i += 2 {
		name := file.Functions.Content[i].Value
		inStack = append(inStack, name)
		var f struct {
			Lang, Handler, Image string
			Environment          map[string]string
			Limits               struct{ Memory string }
			ReadOnly             bool `yaml:"readonly_root_filesystem"`
		}
		require.NoError(t, file.Functions.Content[i+1].Decode(&f))
		require.Equal(t, "calculator", f.Lang, name)
		require.Equal(t, "./functions/"+name, f.Handler)
		require.Equal(t, "${REGISTRY:-ghcr.io}/${OWNER:-calculator}/calculator-"+name+":${TAG:-latest}", f.Image)
		require.Equal(t, name, f.Environment["OPENFAAS_NAME"])
		require.NotEmpty(t, f.Limits.Memory, name)
		require.True(t, f.ReadOnly, name)
	}
	require.LessOrEqual(t, len(inStack), 15, "faasd CE refuses a sixteenth function")
	require.Equal(t, []string{"./go.mod", "./go.sum", "./calc", "./functions"}, file.Configuration.Copy)

	var inCatalogue, folders []string
	for _, o := range catalogue.All {
		inCatalogue = append(inCatalogue, o.Name)
	}
	require.Subset(t, inCatalogue, inStack)
	entries, err := os.ReadDir("functions")
	require.NoError(t, err)
	for _, e := range entries {
		if e.IsDir() && e.Name() != "testdata" {
			folders = append(folders, e.Name())
		}
	}
	require.ElementsMatch(t, inCatalogue, folders)
}

// TestEveryPackageSaysWhatItIs: a package begins with a sentence that begins with its name.
func TestEveryPackageSaysWhatItIs(t *testing.T) {
	documented := map[string]bool{}
	files := token.NewFileSet()
	require.NoError(t, filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir():
			if path != "." && (strings.HasPrefix(entry.Name(), ".") || slices.Contains([]string{"testdata", "build", "node_modules"}, entry.Name())) {
				return filepath.SkipDir
			}
			return nil
		case filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		parsed, err := parser.ParseFile(files, path, nil, parser.PackageClauseOnly|parser.ParseComments)
		if err != nil {
			return err
		}
		dir := filepath.Dir(path)
		documented[dir] = documented[dir] || len(parsed.Doc.Text()) > 20
		return nil
	}))
	require.Greater(t, len(documented), 20)
	for dir, ok := range documented {
		require.True(t, ok, "%s has no package comment", dir)
	}
}

// TestTheSecurityPageNamesWhatIsThere: the tests and files that show a claim are there to be read.
func TestTheSecurityPageNamesWhatIsThere(t *testing.T) {
	page, err := os.ReadFile(".github/SECURITY.md")
	require.NoError(t, err)
	there := map[string]bool{}
	name := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)
	require.NoError(t, filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		for _, m := range name.FindAllStringSubmatch(string(text), -1) {
			there[m[1]] = true
		}
		return err
	}))
	count := 0
	for _, m := range regexp.MustCompile("`((?:Test|Fuzz)\\w+|[.\\w-]+/[.\\w/-]+|\\.[\\w-]+\\.yml)`").FindAllStringSubmatch(string(page), -1) {
		if count++; !there[m[1]] {
			_, err := os.Stat(m[1])
			require.NoError(t, err, "named in SECURITY.md")
		}
	}
	require.Greater(t, count, 40)
}
