package functions_test

import (
	"encoding/json"
	"net/http"
	"os"
	"testing"

	handler "github.com/openfaas/templates-sdk/go-http"
	"github.com/stretchr/testify/require"

	"calculator/calc/catalogue"
	"calculator/functions"

	add "calculator/functions/add"
	cos "calculator/functions/cos"
	dashboard "calculator/functions/dashboard"
	divide "calculator/functions/divide"
	evaluate "calculator/functions/evaluate"
	exp "calculator/functions/exp"
	log "calculator/functions/log"
	multiply "calculator/functions/multiply"
	power "calculator/functions/power"
	remainder "calculator/functions/remainder"
	root "calculator/functions/root"
	round "calculator/functions/round"
	sin "calculator/functions/sin"
	subtract "calculator/functions/subtract"
	tan "calculator/functions/tan"
)

// handles are the functions by their folders' names.
var handles = map[string]functions.Handle{
	"add": add.Handle, "subtract": subtract.Handle, "multiply": multiply.Handle, "divide": divide.Handle, "remainder": remainder.Handle,
	"power": power.Handle, "root": root.Handle, "exp": exp.Handle, "log": log.Handle, "sin": sin.Handle, "cos": cos.Handle,
	"tan": tan.Handle, "round": round.Handle, "evaluate": evaluate.Handle, "dashboard": dashboard.Handle,
}

// A folder, its function and its operation have one name.
func TestEachFolderServesTheOperationOfItsName(t *testing.T) {
	entries, err := os.ReadDir(".")
	require.NoError(t, err)
	folders := 0
	for _, e := range entries {
		if !e.IsDir() || e.Name() == "testdata" {
			continue
		}
		folders++
		require.Contains(t, handles, e.Name())
		require.NotNil(t, catalogue.Find(e.Name()), "no operation is called %s", e.Name())
	}
	require.Equal(t, len(catalogue.All), folders)

	for name, handle := range handles {
		if name == "dashboard" {
			continue
		}
		answer := call{method: http.MethodGet}.to(t.Context(), handle)
		require.Equal(t, http.StatusOK, answer.StatusCode, name)
		var help catalogue.Operation
		require.NoError(t, json.Unmarshal(answer.Body, &help))
		require.Equal(t, name, help.Name)
		require.Equal(t, catalogue.Find(name).Examples, help.Examples)
	}
}

func TestDashboardServesTheCatalogue(t *testing.T) {
	answer := call{method: http.MethodGet}.to(t.Context(), at("/catalogue.json", dashboard.Handle))
	require.Equal(t, http.StatusOK, answer.StatusCode)
	require.Equal(t, "application/json", answer.Header.Get("Content-Type"))
	require.NotEmpty(t, answer.Header.Get("Etag"))
	var all []*catalogue.Operation
	require.NoError(t, json.Unmarshal(answer.Body, &all))
	require.Len(t, all, len(catalogue.All))
	for i, o := range catalogue.All {
		require.Equal(t, o.Name, all[i].Name)
		require.Equal(t, o.Examples, all[i].Examples)
	}
	require.Equal(t, http.StatusNotFound, call{method: http.MethodGet}.to(t.Context(), at("/catalogue", dashboard.Handle)).StatusCode)
	require.Equal(t, http.StatusNotFound, call{method: http.MethodGet}.to(t.Context(), at("/catalogue.json", add.Handle)).StatusCode)
}

// at is a function asked at a path below its root.
func at(path string, handle functions.Handle) functions.Handle {
	return func(r handler.Request) (handler.Response, error) {
		r.Header.Set("X-Original-URI", path)
		return handle(r)
	}
}
