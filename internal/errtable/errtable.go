// Package errtable reads docs/errors.tsv, the table of what each API action may
// refuse with: product, action, HTTP status, code and where that is known from.
//
// It is for the generator of package api's status table, for the generator of the
// coverage page and for tests. It is never linked into the service, which asks
// api.StatusOf instead.
package errtable

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// File is where the table lives, relative to the root of the repository.
const File = "docs/errors.tsv"

// Any stands for every product, or every action, in a row. It marks what the
// gateway answers before an action is reached.
const Any = "*"

// Header is the first line of the table that is not a comment.
const Header = "product\taction\tstatus\tcode\tsource"

// Inferred is the source of a row that no public document or client supports.
// A source that merely ends in "+inferred" has a documented code whose status, or
// whose place, is ours.
const Inferred = "inferred"

// A Row says that an action may answer a code, with a status, and who says so.
type Row struct {
	Product string // Ecs, Vpc, Sts, Location … or Any
	Action  string // or Any
	Status  int    // HTTP status, 400 to 599
	Code    string // as the real service spells it
	Source  string // a key explained at the top of the table
}

// Table is all rows in the order of the file, sorted by product, action and code.
type Table []Row

// Read parses a table. It refuses one that is unsorted, repeats a (product, action,
// code), or has a field that cannot be: the generated files depend on all three.
func Read(r io.Reader) (Table, error) {
	var t Table
	sc := bufio.NewScanner(r)
	header := false
	for line := 1; sc.Scan(); line++ {
		text := sc.Text()
		if text == "" || strings.HasPrefix(text, "#") {
			continue
		}
		if !header {
			if text != Header {
				return nil, fmt.Errorf("errtable: line %d: want the header %q", line, Header)
			}
			header = true
			continue
		}
		row, err := parse(text)
		if err != nil {
			return nil, fmt.Errorf("errtable: line %d: %w", line, err)
		}
		if n := len(t); n > 0 && !less(t[n-1], row) {
			return nil, fmt.Errorf("errtable: line %d: %s %s %s is out of order or twice", line, row.Product, row.Action, row.Code)
		}
		t = append(t, row)
	}
	if err := sc.Err(); err != nil {
		return nil, fmt.Errorf("errtable: %w", err)
	}
	if len(t) == 0 {
		return nil, errors.New("errtable: no rows")
	}
	return t, nil
}

// ReadFile parses the table at path.
func ReadFile(path string) (Table, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return Read(f)
}

// Load parses the repository's own table, found from the current directory upwards.
// It serves generators and tests, which run inside the repository.
func Load() (Table, error) {
	root, err := Root()
	if err != nil {
		return nil, err
	}
	return ReadFile(filepath.Join(root, filepath.FromSlash(File)))
}

// Root is the nearest directory, from the current one upwards, that holds go.mod and
// the table.
func Root() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		_, errMod := os.Stat(filepath.Join(dir, "go.mod"))
		_, errTable := os.Stat(filepath.Join(dir, filepath.FromSlash(File)))
		if errMod == nil && errTable == nil {
			return dir, nil
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", fmt.Errorf("errtable: no %s above the current directory", File)
		}
		dir = up
	}
}

// SourceOf says where it is known from that the action answers the code: the source
// of its own row, else of the gateway's row for the code, else "" (no row at all).
func (t Table) SourceOf(product, action, code string) string {
	source := ""
	for _, r := range t {
		if r.Code != code {
			continue
		}
		if r.Product == product && r.Action == action {
			return r.Source
		}
		if r.Action == Any && (r.Product == Any || r.Product == product) {
			source = r.Source
		}
	}
	return source
}

// Inferred are the rows without a source, in table order: the coverage page lists them.
func (t Table) Inferred() []Row {
	var rows []Row
	for _, r := range t {
		if r.Source == Inferred {
			rows = append(rows, r)
		}
	}
	return rows
}

func parse(text string) (Row, error) {
	f := strings.Split(text, "\t")
	if len(f) != 5 {
		return Row{}, fmt.Errorf("%d fields, want 5", len(f))
	}
	for i, v := range f {
		if v == "" || v != strings.TrimSpace(v) {
			return Row{}, fmt.Errorf("field %d is empty or padded", i+1)
		}
	}
	status, err := strconv.Atoi(f[2])
	if err != nil || status < 400 || status > 599 {
		return Row{}, fmt.Errorf("status %q is not one of a refusal", f[2])
	}
	if f[0] == Any && f[1] != Any {
		return Row{}, fmt.Errorf("action %s of any product", f[1])
	}
	return Row{Product: f[0], Action: f[1], Status: status, Code: f[3], Source: f[4]}, nil
}

// less orders rows by product, action and code, bytewise.
func less(a, b Row) bool {
	if c := strings.Compare(a.Product, b.Product); c != 0 {
		return c < 0
	}
	if c := strings.Compare(a.Action, b.Action); c != 0 {
		return c < 0
	}
	return a.Code < b.Code
}
