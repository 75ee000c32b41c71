package service

import (
	"slices"

	"github.com/openecs/openecs/internal/auth"
)

// StaticKeys are access keys that do not change while the service runs.
type StaticKeys map[string]auth.Key

// Lookup implements auth.Keys.
func (k StaticKeys) Lookup(id string) (auth.Key, bool) {
	key, ok := k[id]
	return key, ok
}

// Accounts are the accounts that there are keys of, ascending.
func (k StaticKeys) Accounts() []uint64 {
	var out []uint64
	for _, key := range k {
		out = append(out, key.Account)
	}
	slices.Sort(out)
	return slices.Compact(out)
}
