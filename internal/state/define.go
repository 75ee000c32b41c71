package state

import (
	"bytes"
	"fmt"
	"iter"
	"reflect"
	"sync/atomic"
	"unsafe"

	"github.com/tidwall/btree"

	"github.com/openecs/openecs/internal/ecs"
)

// The codes below firstCode are the package's own: part of the stored keys, never to be changed.
const (
	codeMeta   byte = 0 // one row: see meta
	codeSymbol byte = 1 // row n: the string of symbol n
	codeDue    byte = 2
	codeToken  byte = 3
	firstCode  byte = 0x20
)

// degree of all trees: a node holds at most 31 items. Wider nodes make a changed path dearer to copy.
const degree = 16

// Schema is a set of tables. The zero value is ready for Define. It is complete once a DB was opened with it.
type Schema struct {
	tables []*table
	byCode [256]*table
	opened atomic.Bool

	dues      *Table[dueRow]
	duesAt    *Index[dueRow]
	duesOf    *Index[dueRow]
	tokens    *Table[tokenRow]
	tokensEnd *Index[tokenRow]
}

// Table describes a table of records of type R, stored in CBOR; structs should have the toarray option. A record is never
// changed once it was Put: copy it before a change.
type Table[R any] struct{ table }

// row is a *R without its type. Nearly everything here works with rows, so that the program has it once and not for each
// table anew, which was 5 of its 40 MB; Table and Index put the type back on.
type row = unsafe.Pointer

// table is a Table[R] to those who do not know R.
type table struct {
	schema  *Schema
	ord     int // place in schema.tables and in every root
	code    byte
	name    string
	plan    *plan         // nil: the library encodes and decodes
	blank   func() row    // a new record
	typed   func(row) any // the record as the library needs it, a *R
	version byte
	upgrade func(version byte, data []byte) (row, error)
	indexes []*index
	sums    []*sum
	// widest is the longest value seen. The committer estimates a batch's size with it.
	widest atomic.Int64
}

// Define adds a table to s. code is part of the stored keys: from 0x20 up, never reused for another table. A duplicate
// code or name, or a type that CBOR cannot hold, panics: it is called while the program starts.
func Define[R any](s *Schema, code byte, name string) *Table[R] {
	if code < firstCode {
		panic(fmt.Sprintf("state: table %s: code %#x is reserved", name, code))
	}
	s.init()
	return define[R](s, code, name)
}

func define[R any](s *Schema, code byte, name string) *Table[R] {
	t := &Table[R]{table{
		schema: s, ord: len(s.tables), code: code, name: name, plan: planOf(reflect.TypeFor[R]()),
		blank: func() row { return row(new(R)) }, typed: func(r row) any { return (*R)(r) },
	}}
	s.add(&t.table)
	return t
}

func (s *Schema) add(t *table) {
	if s.opened.Load() {
		panic(fmt.Sprintf("state: table %s is defined after Open", t.name))
	}
	for _, d := range s.tables {
		if d.code == t.code || d.name == t.name {
			panic(fmt.Sprintf("state: table %s: code %q or name is that of table %s", t.name, t.code, d.name))
		}
	}
	if t.plan == nil { // a plan does without the library, whose first look at a type takes longer than all else here
		var buf bytes.Buffer
		if err := encMode.MarshalToBuffer(t.typed(t.blank()), &buf); err != nil {
			panic(fmt.Sprintf("state: table %s cannot be encoded: %v", t.name, err))
		}
		if err := decMode.Unmarshal(buf.Bytes(), t.typed(t.blank())); err != nil {
			panic(fmt.Sprintf("state: table %s cannot be decoded: %v", t.name, err))
		}
	}
	s.tables = append(s.tables, t)
	s.byCode[t.code] = t
}

// init defines the package's own tables.
func (s *Schema) init() {
	if s.tables == nil {
		s.defineDues()
		s.defineTokens()
	}
}

// Versioned raises the version of the records that are written; it begins at 0 and is at most 255. upgrade turns what
// an older version wrote (CBOR) into today's record; data must not be kept. Records of a newer version make Open refuse.
func (t *Table[R]) Versioned(version byte, upgrade func(version byte, data []byte) (*R, error)) *Table[R] {
	t.version = version
	t.upgrade = func(version byte, data []byte) (row, error) {
		r, err := upgrade(version, data)
		return row(r), err
	}
	return t
}

// Code is the first byte of the table's stored keys.
func (t *table) Code() byte { return t.code }

// Name is the table's name.
func (t *table) Name() string { return t.name }

// Index describes an index of t; see Index for its rules. It is declared while the program starts.
func (t *Table[R]) Index(name string, keys func(k ecs.Key, r *R, add func(uint64))) *Index[R] {
	x := &Index[R]{index{table: &t.table, ord: len(t.indexes), name: name, keys: func(k ecs.Key, r row, add func(uint64)) { keys(k, (*R)(r), add) }}}
	t.add(&x.index)
	return x
}

func (t *table) add(x *index) {
	if t.schema.opened.Load() {
		panic(fmt.Sprintf("state: index %s of table %s is declared after Open", x.name, t.name))
	}
	t.indexes = append(t.indexes, x)
}

// tableData is a table in a view: of a root, never changed; of the working tables, changed in place.
type tableData struct {
	rows *btree.Map[ecs.Key, boxed]
	idx  []indexData
	sums []sumData
	mods uint64 // changes so far; constant in a root
}

// boxed keeps the tree from seeing a pointer as something that it might copy.
type boxed struct{ p row }

func newTableData(indexes []*index, sums []*sum) *tableData {
	d := &tableData{rows: btree.NewMap[ecs.Key, boxed](degree), idx: make([]indexData, len(indexes))}
	for i, x := range indexes {
		d.idx[i] = newIndexData(x.sparse)
	}
	for range sums {
		d.sums = append(d.sums, newSumData())
	}
	return d
}

// Counts yields the name of each table and how many rows it has.
func (s *Schema) Counts(v View) iter.Seq2[string, int] {
	return func(yield func(string, int) bool) {
		for _, t := range s.tables {
			if !yield(t.name, t.Len(v)) {
				return
			}
		}
	}
}
