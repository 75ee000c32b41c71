package service

import "github.com/openecs/openecs/internal/auth"

// StaticKeys are access keys that do not change while the service runs.
type StaticKeys map[string]auth.Key

// Lookup implements auth.Keys.
func (k StaticKeys) Lookup(id string) (auth.Key, bool) {
	key, ok := k[id]
	return key, ok
}
