package main

import (
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	return l.Addr().String()
}

// awaitListener returns when something takes connections at the address.
func awaitListener(t *testing.T, address string, log func() string) {
	t.Helper()
	for begin := time.Now(); ; time.Sleep(time.Millisecond) {
		c, err := net.Dial("tcp", address)
		if err == nil {
			_ = c.Close()
			return
		}
		require.Less(t, time.Since(begin), 10*time.Second, "%v %s", err, log())
	}
}
