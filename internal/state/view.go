package state

import (
	"time"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/store"
)

// Rev numbers what the store has committed; 0 is the empty store.
type Rev = store.Rev

// View is what is read from: a *Snapshot, or inside a transaction the *Tx, which sees its own changes.
type View interface {
	// Rev of a Snapshot is its revision. That of a Tx is the one it is built upon, which may not be durable yet.
	Rev() Rev
	// Str is the string of a symbol, "" for one that is not known.
	Str(ecs.Sym) string

	table(ord int) *tableData
	tables() *Schema
	lookup(string) (ecs.Sym, bool)
}

var (
	_ View = (*Snapshot)(nil)
	_ View = (*Tx)(nil)
)

// Snapshot is all tables at one revision. It never changes; holding it keeps the memory of what was replaced since.
type Snapshot struct {
	schema  *Schema
	rev     Rev
	time    time.Time
	data    []*tableData
	strs    []string
	symbols *symbolIndex
	lastKey uint64 // that NewKey had drawn, without the region
}

// Rows is how many rows all tables hold together.
func (s *Snapshot) Rows() (n int) {
	for _, d := range s.data {
		n += d.rows.Len()
	}
	return n
}

// Rev is the revision of the last batch in the snapshot.
func (s *Snapshot) Rev() Rev { return s.rev }

// Time is Tx.Now as of the snapshot; the zero time in an empty store. It survives a restart, so a clock that is driven by
// hand can go on from there.
func (s *Snapshot) Time() time.Time { return s.time }

// Str is the string of a symbol.
func (s *Snapshot) Str(n ecs.Sym) string {
	if int(n) < len(s.strs) {
		return s.strs[n]
	}
	return ""
}

func (s *Snapshot) table(ord int) *tableData { return s.data[ord] }
func (s *Snapshot) tables() *Schema          { return s.schema }

func (s *Snapshot) lookup(str string) (ecs.Sym, bool) { return s.symbols.find(str, s.strs) }

// LookupSym is the symbol of a string, if it has one: a string without a symbol occurs in no record.
func LookupSym(v View, s string) (ecs.Sym, bool) {
	if s == "" {
		return 0, true
	}
	return v.lookup(s)
}
