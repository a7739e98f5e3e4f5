package calc

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// imports says what the packages of a folder may import, beside the standard library. The first line that fits counts; a
// folder ending in /... is meant with all below it. Test files may besides import what tests need.
var imports = []struct {
	folder  string
	allowed []string // a trailing /... allows all below
}{
	{"calc/expression", nil},
	{"calc/internal/integer", []string{"github.com/remyoudompheng/bigfft"}},
	{"calc/internal/ball", []string{"calculator/calc/internal/integer"}},
	{"calc/catalogue", []string{"calculator/calc", "calculator/calc/expression"}},
	{"calc", []string{"calculator/calc/expression", "calculator/calc/internal/ball", "calculator/calc/internal/integer", "github.com/shopspring/decimal"}},
	{"functions", []string{"calculator/calc", "calculator/calc/catalogue", "github.com/openfaas/templates-sdk/go-http", "golang.org/x/sync/semaphore"}},
	{"functions/dashboard", []string{"calculator/functions", "calculator/calc/catalogue", "github.com/openfaas/templates-sdk/go-http", "github.com/modelcontextprotocol/go-sdk/mcp", "github.com/modelcontextprotocol/go-sdk/jsonrpc"}},
	{"functions/...", []string{"calculator/functions", "calculator/calc/catalogue"}},
	{"template/calculator/host", []string{"github.com/openfaas/templates-sdk/go-http", "github.com/aws/aws-lambda-go/...", "golang.org/x/sync/semaphore"}},
	{"template/calculator", []string{"calculator/template/calculator/host", "calculator/template/calculator/function"}},
	{"template/calculator/function", []string{"github.com/openfaas/templates-sdk/go-http"}},
	{".", nil},
}

// TestImportsFollowTheDesign reads the source files: go list within a test would be answered from the test cache.
func TestImportsFollowTheDesign(t *testing.T) {
	root, err := filepath.Abs("..")
	require.NoError(t, err)
	files, checked := token.NewFileSet(), 0
	require.NoError(t, filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		folder, err := filepath.Rel(root, filepath.Dir(path))
		if err != nil {
			return err
		}
		folder = filepath.ToSlash(folder)
		if entry.IsDir() && (strings.HasPrefix(entry.Name(), ".") && path != root || entry.Name() == "testdata" || entry.Name() == "build") {
			return filepath.SkipDir
		}
		if entry.IsDir() || filepath.Ext(path) != ".go" {
			return nil
		}
		parsed, err := parser.ParseFile(files, path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, i := range parsed.Imports {
			name, err := strconv.Unquote(i.Path.Value)
			if err != nil {
				return err
			}
			require.False(t, strings.HasPrefix(name, "calculator/deploy/") && !strings.HasPrefix(folder, "deploy"), "%s imports %s: nothing imports deploy", path, name)
			if !strings.HasSuffix(path, "_test.go") {
				require.True(t, mayImport(folder, name), "%s may not import %s", path, name)
				checked++
			}
		}
		return nil
	}))
	require.Greater(t, checked, 100)
}

func mayImport(folder, name string) bool {
	if first, _, _ := strings.Cut(name, "/"); !strings.Contains(first, ".") && first != "calculator" {
		return true // the standard library
	}
	for _, rule := range imports {
		if rule.folder != folder && !below(rule.folder, folder) {
			continue
		}
		for _, allowed := range rule.allowed {
			if allowed == name || below(allowed, name) {
				return true
			}
		}
		return false
	}
	return strings.HasPrefix(folder, "deploy/") // puts the pieces together
}

func below(pattern, name string) bool {
	prefix, ok := strings.CutSuffix(pattern, "/...")
	return ok && strings.HasPrefix(name, prefix+"/")
}
