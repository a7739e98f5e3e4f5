package main

import (
	"context"
	"fmt"
	"os"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	dashboard "calculator/functions/dashboard"
	"calculator/template/calculator/host"
)

// serveStdio is the calculator for an AI assistant on this machine, until standard input or ctx ends. A call may take exec_timeout, as
// over HTTP.
func serveStdio(ctx context.Context, env func(string) (string, bool)) error {
	settings, err := host.ReadSettings(env)
	if err != nil {
		return err
	}
	fmt.Fprintln(os.Stderr, "The calculator waits for messages of the Model Context Protocol on standard input.")
	err = dashboard.MCP(host.Version(), settings.Exec).Run(ctx, &mcp.StdioTransport{})
	if ctx.Err() != nil {
		return nil
	}
	return err
}
