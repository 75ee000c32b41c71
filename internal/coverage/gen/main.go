// Command gen writes docs/coverage.md from the actions that package service
// binds. Nothing imports it.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/openecs/openecs/internal/coverage"
	"github.com/openecs/openecs/internal/errtable"
	"github.com/openecs/openecs/internal/service"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "coverage:", err)
		os.Exit(1)
	}
}

func run() error {
	root, err := errtable.Root()
	if err != nil {
		return err
	}
	in, err := coverage.Load(service.Supported())
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(root, filepath.FromSlash(coverage.File)), []byte(coverage.Page(in)), 0o644)
}
