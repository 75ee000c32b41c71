// Command server is the floor as a program of its own: what a start costs when
// there is nothing to start.
//
//	server ADDRESS KEYID SECRET
package main

import (
	"fmt"
	"net/http"
	"os"

	"github.com/openecs/openecs/bench/floor"
)

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: server ADDRESS KEYID SECRET")
		os.Exit(2)
	}
	h := floor.New(os.Args[2], os.Args[3], []byte(`{"RequestId":""}`))
	fmt.Fprintln(os.Stderr, http.ListenAndServe(os.Args[1], h))
	os.Exit(1)
}
