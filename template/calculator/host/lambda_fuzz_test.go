package host

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzLambdaEvent: whatever event arrives, the function is asked with a request, and what comes back is an answer in JSON or an error that
// says why not.
func FuzzLambdaEvent(f *testing.F) {
	files, err := filepath.Glob("testdata/lambda/*.json")
	require.NoError(f, err)
	require.NotEmpty(f, files)
	for _, file := range files {
		payload, err := os.ReadFile(file)
		require.NoError(f, err)
		f.Add(payload)
	}
	for _, payload := range []string{``, `null`, `[]`, `{"args":[1,2]}`, `[{"args":["0.1","0.2"]}]`, "\xff", `{"requestContext":null}`, `{"requestContext":{}}`,
		`{"requestContext":{"http":null}}`, `{"requestContext":{"http":{"method":"GET\r\nX: y","path":"/"}},"rawPath":"/%zz","rawQueryString":"a=%zz"}`,
		`{"requestContext":{"http":{"method":"POST"},"stage":"prod"},"routeKey":"ANY /add/{proxy+}","rawPath":"/prod/add/../%2e%2e/x","body":"MQ","isBase64Encoded":true}`,
		`{"requestContext":{"http":{"method":""}},"headers":{"connection":"x","x":"y","\n":"z","content-type":"a\r\nb"},"cookies":["a=b; c","d\r\n"]}`,
	} {
		f.Add([]byte(payload))
	}
	function := &invoker{New(Defaults(), echo)}
	f.Fuzz(func(t *testing.T, payload []byte) {
		event, refused := decodeEvent(payload)
		out, err := function.Invoke(t.Context(), payload)
		if err != nil {
			require.NotContains(t, err.Error(), "panic")
			return
		}
		require.NoError(t, refused)
		require.True(t, json.Valid(out), "%q", out)
		require.LessOrEqual(t, len(out), largestResponse)
		if event == nil {
			return
		}
		var answer gatewayAnswer
		require.NoError(t, json.Unmarshal(out, &answer))
		require.True(t, 200 <= answer.StatusCode && answer.StatusCode < 500, "%d", answer.StatusCode)
		if answer.IsBase64Encoded {
			_, err := base64.StdEncoding.DecodeString(answer.Body)
			require.NoError(t, err)
		}
		if answer.StatusCode != 200 || event.RawPath == "/_/health" {
			return
		}
		var seen echoed
		if json.Unmarshal([]byte(answer.Body), &seen) == nil {
			require.NotContains(t, seen.Header, "Connection")
			require.Equal(t, []string{Version()}, seen.Header["X-Calculator-Version"])
		}
	})
}
