package resourcegroup

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/state"
)

// move puts a row into a group of the caller, if both are still there. noGroup and
// noResource are the refusals; again, if it is not nil, that of a resource that is
// in the group already.
func move(c *action.Call, tx *state.Tx, kind resource.Kind, k ecs.Key, group string, noGroup, noResource, again func() error) error {
	sym, ok := resource.Group(tx, c.Caller.Account, group)
	if !ok || sym == 0 {
		return noGroup()
	}
	r, ok := kind.Get(tx, k)
	if !ok {
		return noResource()
	}
	switch {
	case resource.ShowGroup(tx, r.Account, r.Group) != group:
		kind.SetGroup(tx, k, sym)
	case again != nil:
		return again()
	}
	return nil
}

// kindOf finds a kind that belongs to groups; 404 InvalidResourceType.NotFound. A
// nil kind is one of which there is no resource.
func kindOf(product, typ string) (resource.Kind, error) {
	kind, known := resource.Lookup(product, typ)
	if !known || kind != nil && !kind.Grouped() {
		return nil, api.Errorf(api.CodeInvalidResourceTypeNotFound, "The ResourceType provided does not exist in our records.")
	}
	return kind, nil
}

func noResource() error {
	return api.Errorf(api.CodeInvalidResourceIdNotFound, "The ResourceId provided does not exist in our records.")
}
