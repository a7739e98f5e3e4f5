// Command lambda packs a function's binary for AWS Lambda: a zip with the one executable bootstrap in it, the same bytes each time.
//
//	go run ./deploy/lambda BINARY ZIP
//
// build.sh calls it for every function.
package main

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 2 {
		return errors.New("want two arguments: go run ./deploy/lambda BINARY ZIP")
	}
	binary, err := os.ReadFile(args[0])
	if err != nil {
		return err
	}
	packed, err := pack(binary)
	if err != nil {
		return err
	}
	return os.WriteFile(args[1], packed, 0o644)
}

// pack makes the zip. All that could differ from one time to the next is set: time, mode, and how hard it is compressed.
func pack(binary []byte) ([]byte, error) {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestCompression) })
	header := &zip.FileHeader{Name: "bootstrap", Method: zip.Deflate, Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)}
	header.SetMode(0o755)
	w, err := z.CreateHeader(header)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(binary); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
