package network

import (
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// Protectable is the kinds of resources that DeletionProtection protects, by the
// Type that it names them with. Protect is false for a row that is not there or
// another account's. A kind is a line here.
var Protectable = map[string]struct {
	Kind    ecs.Kind
	Protect func(tx *state.Tx, account uint64, k ecs.Key, on bool) bool
}{}
