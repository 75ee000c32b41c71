package supply

import (
	"math"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// Unbounded is the room of a zone that has no stock of a type on record.
const Unbounded = math.MaxInt32

// Room is how many more instances of a type a zone has room for, at most Unbounded.
func Room(v state.View, zone, typ ecs.Sym) int {
	r, ok := state.Stocks.Get(v, ecs.StockKey(zone, typ))
	if !ok {
		return Unbounded
	}
	return int(min(max(r.N-state.Held.Of(v, state.StockUse(zone, typ)), 0), Unbounded))
}

// RoomOf is Room by name. A name that is in no record is in no stock either.
func RoomOf(v state.View, zone, typ string) int {
	z, ok1 := state.LookupSym(v, zone)
	t, ok2 := state.LookupSym(v, typ)
	if !ok1 || !ok2 {
		return Unbounded
	}
	return Room(v, z, t)
}

// SetStock sets how many instances of a type a zone has room for, those included
// that it runs; below 0 there is no bound. It is good for what is made from then
// on: what runs goes on.
func SetStock(tx *state.Tx, zone, typ string, n int64) {
	r := &ecs.Stock{Zone: tx.Sym(zone), Type: tx.Sym(typ), N: n}
	k := ecs.StockKey(r.Zone, r.Type)
	if n < 0 {
		state.Stocks.Delete(tx, k)
		return
	}
	state.Stocks.Put(tx, k, r)
}
