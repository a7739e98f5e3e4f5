package host

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"sync"
)

// commit is what the binary was built from: -ldflags "-X calculator/template/calculator/host.commit=…".
var commit string

// Version is the commit the program was built from; without one, "devel-" and the beginning of the SHA-256 of its executable,
// so that two different builds never pass for the same.
func Version() string {
	if commit != "" {
		return commit
	}
	return hashOfExecutable()
}

var hashOfExecutable = sync.OnceValue(func() string {
	path, err := os.Executable()
	if err != nil {
		return "devel-unknown"
	}
	file, err := os.Open(path) //nolint:gosec // this program itself
	if err != nil {
		return "devel-unknown"
	}
	defer file.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, file); err != nil {
		return "devel-unknown"
	}
	return "devel-" + hex.EncodeToString(hash.Sum(nil))[:12]
})
