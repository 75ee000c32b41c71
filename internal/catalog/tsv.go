package catalog

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
)

// source is a place files are read from: a file system, the folder in it, and
// how errors call that folder.
type source struct {
	fsys   fs.FS
	prefix string
	label  string
}

// origin is where a row was read, for the errors that speak of it.
type origin struct {
	file string
	line int
}

func (o origin) errorf(format string, args ...any) error {
	return fmt.Errorf("%s:%d: %s", o.file, o.line, fmt.Sprintf(format, args...))
}

// columns are the names of a file's columns in the order the decoder asks for
// them. A name that begins with "?" may be left out of an operator's file and
// then reads as empty.
type columns []string

// maxColumns bounds a file's width, so that a row needs no allocation.
const maxColumns = 24

// row is one line of a file while it is decoded. The first thing wrong with it
// is kept in err; after that the accessors return zero values.
type row struct {
	at    origin
	names columns
	place [maxColumns]int8 // of each wanted column in cells, or -1
	cells [maxColumns]string
	err   error
}

func (r *row) fail(k int, format string, args ...any) {
	if r.err == nil {
		r.err = r.at.errorf("%s %s", strings.TrimPrefix(r.names[k], "?"), fmt.Sprintf(format, args...))
	}
}

// opt is the text of column k, possibly empty.
func (r *row) opt(k int) string {
	if r.place[k] < 0 {
		return ""
	}
	return r.cells[r.place[k]]
}

// text is the text of column k, which must not be empty.
func (r *row) text(k int) string {
	s := r.opt(k)
	if s == "" {
		r.fail(k, "is empty")
	}
	return s
}

// number is column k as an integer in lo..hi; empty reads as 0 when lo is 0.
func (r *row) number(k, lo, hi int) int {
	s := r.opt(k)
	if s == "" && lo == 0 {
		return 0
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < lo || n > hi {
		r.fail(k, "is %q, wanted a whole number from %d to %d", s, lo, hi)
		return 0
	}
	return n
}

// decimal is column k as a number of at least lo; empty reads as 0 when lo is 0.
func (r *row) decimal(k int, lo float64) float64 {
	s := r.opt(k)
	if s == "" && lo == 0 {
		return 0
	}
	if n, err := strconv.Atoi(s); err == nil && float64(n) >= lo { // nearly all of them, and far cheaper
		return float64(n)
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || !(f >= lo && f < 1e9) {
		r.fail(k, "is %q, wanted a number of at least %g", s, lo)
		return 0
	}
	return f
}

// flag is column k as 0 or 1; empty reads as 0.
func (r *row) flag(k int) bool {
	switch s := r.opt(k); s {
	case "1":
		return true
	case "", "0":
	default:
		r.fail(k, "is %q, wanted 0 or 1", s)
	}
	return false
}

// oneOf is column k, which must be one of the allowed words.
func (r *row) oneOf(k int, allowed ...string) string {
	s := r.opt(k)
	if !slices.Contains(allowed, s) {
		r.fail(k, "is %q, wanted one of %q", s, allowed)
	}
	return s
}

// list is column k split at spaces.
func (r *row) list(k int) []string {
	if r.opt(k) == "" {
		return nil
	}
	return strings.Split(r.opt(k), " ")
}

// readRows reads one file and hands each of its rows to decode. A file that
// does not exist is no error. Lines that are empty or begin with # are skipped;
// the first other line names the columns.
func readRows(s source, name string, names columns, decode func(*row) error) error {
	data, err := fs.ReadFile(s.fsys, s.prefix+name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("catalogue: %w", err)
	}
	var (
		r     = row{at: origin{file: s.label + name}, names: names}
		rest  = string(data)
		width = 0
	)
	for rest != "" {
		var line string
		line, rest, _ = strings.Cut(rest, "\n")
		r.at.line++
		line = strings.TrimSuffix(line, "\r")
		if line == "" || line[0] == '#' {
			continue
		}
		n := 0
		for more := true; more; n++ {
			if n == maxColumns {
				return r.at.errorf("the row has more than %d columns", maxColumns)
			}
			r.cells[n], line, more = strings.Cut(line, "\t")
		}
		if width == 0 {
			if err := r.header(n); err != nil {
				return err
			}
			width = n
			continue
		}
		if n != width {
			return r.at.errorf("the row has %d columns, the header %d", n, width)
		}
		r.err = nil
		if err := decode(&r); err != nil {
			return err
		}
	}
	if width == 0 {
		return r.at.errorf("the file has no header line")
	}
	return nil
}

// header places the wanted columns in the first n cells, which name them.
func (r *row) header(n int) error {
	for k, name := range r.names {
		bare, optional := strings.CutPrefix(name, "?")
		at := slices.Index(r.cells[:n], bare)
		if at < 0 && !optional {
			return r.at.errorf("the header lacks the column %s", bare)
		}
		r.place[k] = int8(at)
	}
	for i, cell := range r.cells[:n] {
		known := slices.ContainsFunc(r.names, func(name string) bool { return strings.TrimPrefix(name, "?") == cell })
		if !known {
			return r.at.errorf("the header names a column %q that the file does not have", cell)
		}
		if slices.Index(r.cells[:n], cell) != i {
			return r.at.errorf("the header names the column %s twice", cell)
		}
	}
	return nil
}

// fileNames are the files a catalogue is made of.
var fileNames = []string{"regions.tsv", "zones.tsv", "families.tsv", "types.tsv", "images.tsv", "sales.tsv", "disks.tsv"}

// refuseUnknownFiles keeps a misspelt name from being ignored in silence.
func refuseUnknownFiles(fsys fs.FS, dir string) error {
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return fmt.Errorf("catalogue directory: %w", err)
	}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".tsv") && !slices.Contains(fileNames, e.Name()) {
			return fmt.Errorf("%s/%s: not a file of the catalogue, which has %s", dir, e.Name(), strings.Join(fileNames, ", "))
		}
	}
	return nil
}
