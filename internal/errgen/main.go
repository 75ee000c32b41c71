// Command errgen writes api/zz_codes.go and api/zz_status.go from docs/errors.tsv.
// Package api runs it by go generate; nothing imports it.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/openecs/openecs/internal/errtable"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "errgen:", err)
		os.Exit(1)
	}
}

// run writes both files beside the rest of package api.
func run() error {
	root, err := errtable.Root()
	if err != nil {
		return err
	}
	table, err := errtable.Load()
	if err != nil {
		return err
	}
	for name, gen := range outputs {
		text, err := gen(table)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if err := os.WriteFile(filepath.Join(root, "api", name), text, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// outputs are the files of package api that this command writes.
var outputs = map[string]func(errtable.Table) ([]byte, error){
	"zz_codes.go":  codesFile,
	"zz_status.go": statusFile,
}
