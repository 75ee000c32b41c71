package state

import (
	"time"

	"github.com/openecs/openecs/internal/ecs"
)

// Tx is a running closure's view of the working tables: what was committed, what is about to be, and its own changes. It is
// valid until the closure returns and for its goroutine alone; afterwards using it panics.
type Tx struct {
	c   *core
	now time.Time
}

func (tx *Tx) check() {
	if tx.c.tx != tx {
		panic("state: a transaction is used after its closure returned")
	}
}

// Now is the time of the transaction, in UTC: Options.Clock when Update was called, never before that of an earlier
// transaction.
func (tx *Tx) Now() time.Time { return tx.now }

// NewKey draws a key in a region: its code, then 40 bits of milliseconds since ecs.Epoch and a counter of 16. What
// follows the region rises strictly, also across restarts and whatever the clock does, so no key of a committed transaction
// is drawn again, not even when its row is gone.
func (tx *Tx) NewKey(region uint8) ecs.Key {
	tx.check()
	if d := tx.c.draws; d != nil {
		if k, ok := d.key(region); ok {
			return k
		}
		tx.c.lastKey = max(tx.c.lastKey, keyBits(d.After))
	}
	const low = 1<<56 - 1
	tx.c.lastKey = max(tx.c.lastKey+1, uint64(ecs.MakeKey(0, tx.now)))
	return ecs.Key(uint64(region)<<56 | tx.c.lastKey&low)
}

// Sym is the symbol of s; a string that has none gets one, for good, if the transaction is committed. "" is 0.
func (tx *Tx) Sym(s string) ecs.Sym {
	tx.check()
	return tx.c.sym(s)
}

// Wake has Options.OnWake called with kind and k once the transaction is published.
func (tx *Tx) Wake(kind byte, k ecs.Key) {
	tx.check()
	tx.c.wakes = append(tx.c.wakes, Wake{kind, k})
}

// Wake says that somebody should look at a row.
type Wake struct {
	Kind byte
	Key  ecs.Key
}

// Rev is the revision that the transaction is built upon. It may not be durable yet.
func (tx *Tx) Rev() Rev { return tx.c.rev }

// Str is the string of a symbol.
func (tx *Tx) Str(n ecs.Sym) string {
	if int(n) < len(tx.c.strs) {
		return tx.c.strs[n]
	}
	return ""
}

func (tx *Tx) table(ord int) *tableData {
	tx.check()
	return &tx.c.work[ord].d
}

func (tx *Tx) tables() *Schema { return tx.c.schema }

func (tx *Tx) lookup(s string) (ecs.Sym, bool) { return tx.c.symbols.find(s, tx.c.strs) }
