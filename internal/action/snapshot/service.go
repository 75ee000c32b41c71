// Package snapshot is the actions on snapshots, snapshot-consistent groups and
// automatic snapshot policies.
//
// Taking, copying and deleting a snapshot is an ecs.Work, which the reconciler
// carries out; the end of a retention and the times of a policy are due rows.
// Package service binds the package; it imports no other group.
package snapshot

import (
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// Service is what the actions work on.
type Service struct {
	DB      *state.DB
	Catalog *catalog.Catalog
	Pager   *action.Pager
}

var actions = action.Set[Service]{Version: "2014-05-26"}

// Actions are the group's actions, bound to a service.
func (s *Service) Actions() action.Group { return actions.Bind(s) }

func account(s *ecs.Snapshot) uint64 { return s.Account }

func number(n *int) int {
	if n == nil {
		return 0
	}
	return *n
}
