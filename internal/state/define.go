package state

import (
	"bytes"
	"fmt"
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
	tables []tableDef
	byCode [256]tableDef
	opened atomic.Bool

	dues      *Table[dueRow]
	duesAt    *Index[dueRow]
	duesOf    *Index[dueRow]
	tokens    *Table[tokenRow]
	tokensEnd *Index[tokenRow]
}

// tableDef is a *Table[R] to those who do not know R.
type tableDef interface {
	info() *tableInfo
	newWork(*core) workTable
	length(data any) int
	planned() bool
	encode(data any, k ecs.Key, to *bytes.Buffer) (present bool, err error)
	decode(c *chunk) (any, error)
	build(w workTable, parts []any) (rows func(), indexes []func())
}

// tableInfo is what all tables have.
type tableInfo struct {
	schema *Schema
	ord    int // place in schema.tables and in every root
	code   byte
	name   string
	// widest is the longest value seen. The committer estimates a batch's size with it.
	widest atomic.Int64
}

// Table describes a table of records of type R, stored in CBOR; structs should have the toarray option. A record is never
// changed once it was Put: copy it before a change.
type Table[R any] struct {
	tableInfo
	plan    *plan // nil: the library decodes
	version byte
	upgrade func(version byte, data []byte) (*R, error)
	indexes []*Index[R]
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
	if s.opened.Load() {
		panic(fmt.Sprintf("state: table %s is defined after Open", name))
	}
	for _, d := range s.tables {
		if i := d.info(); i.code == code || i.name == name {
			panic(fmt.Sprintf("state: table %s: code %q or name is that of table %s", name, code, i.name))
		}
	}
	t := &Table[R]{plan: planOf(reflect.TypeFor[R]())}
	t.schema, t.ord, t.code, t.name = s, len(s.tables), code, name
	if t.plan == nil { // a plan does without the library, whose first look at a type takes longer than all else here
		var buf bytes.Buffer
		if err := encMode.MarshalToBuffer(new(R), &buf); err != nil {
			panic(fmt.Sprintf("state: table %s cannot be encoded: %v", name, err))
		}
		if err := decMode.Unmarshal(buf.Bytes(), new(R)); err != nil {
			panic(fmt.Sprintf("state: table %s cannot be decoded: %v", name, err))
		}
	}
	s.tables = append(s.tables, t)
	s.byCode[code] = t
	return t
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
	t.version, t.upgrade = version, upgrade
	return t
}

// Code is the first byte of the table's stored keys.
func (t *Table[R]) Code() byte { return t.code }

// Name is the table's name.
func (t *Table[R]) Name() string { return t.name }

func (t *Table[R]) planned() bool { return t.plan != nil }

func (t *Table[R]) length(data any) int { return data.(*tableData[R]).rows.Len() }

func (t *Table[R]) info() *tableInfo { return &t.tableInfo }

// Index describes an index of t; see Index for its rules. It is declared while the program starts.
func (t *Table[R]) Index(name string, keys func(k ecs.Key, r *R, add func(uint64))) *Index[R] {
	if t.schema.opened.Load() {
		panic(fmt.Sprintf("state: index %s of table %s is declared after Open", name, t.name))
	}
	x := &Index[R]{table: t, ord: len(t.indexes), name: name, keys: keys}
	t.indexes = append(t.indexes, x)
	return x
}

// boxed is a *R without its type: so the program has one tree for all tables instead of one each, which is 3 MB, and the tree
// does not see a record's methods, of which it would call Copy whenever it copies a node.
type boxed struct{ p unsafe.Pointer }

func box[R any](r *R) boxed   { return boxed{unsafe.Pointer(r)} }
func unbox[R any](b boxed) *R { return (*R)(b.p) }

// tableData is a table in a view: of a root, never changed; of the working tables, changed in place.
type tableData[R any] struct {
	rows *btree.Map[ecs.Key, boxed]
	idx  []indexData
	mods uint64 // changes so far; constant in a root
}

func newTableData[R any](indexes []*Index[R]) *tableData[R] {
	d := &tableData[R]{rows: btree.NewMap[ecs.Key, boxed](degree), idx: make([]indexData, len(indexes))}
	for i, x := range indexes {
		d.idx[i] = newIndexData(x.sparse)
	}
	return d
}
