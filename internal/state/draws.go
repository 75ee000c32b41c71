package state

import (
	"sync"

	"github.com/openecs/openecs/internal/ecs"
)

// Draws are keys and a public address that transactions get in place of new ones: Options.Draws, for a DB that is filled with
// what was saved before. It is for one writer at a time.
type Draws struct {
	// After is below every other key that is drawn: the greatest of all that are ever given.
	After ecs.Key

	mu      sync.Mutex
	keys    []ecs.Key
	address ecs.IPv4
}

// Set gives the keys that NewKey answers next, in their order, each once and only for its own region (dues and the like
// have none), and the public address that the next instance or elastic IP gets; 0: any.
func (d *Draws) Set(keys []ecs.Key, address ecs.IPv4) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.keys, d.address = keys, address
}

func (d *Draws) key(region uint8) (k ecs.Key, ok bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.keys) == 0 || d.keys[0].Region() != region || region == 0 {
		return 0, false
	}
	k, d.keys = d.keys[0], d.keys[1:]
	return k, k != 0
}

// GivenAddress is the public address that is to be taken next, once; 0: any.
func (tx *Tx) GivenAddress() (a ecs.IPv4) {
	if d := tx.c.draws; d != nil {
		d.mu.Lock()
		defer d.mu.Unlock()
		a, d.address = d.address, 0
	}
	return a
}
