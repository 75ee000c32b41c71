package action

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// Launcher checks a RunInstances request of params in the name of another action,
// which has a part in what instances are made of: groups do not import each
// other, so the service hands the one of instances to those that make some.
type Launcher func(c *Call, v *state.Snapshot, params *api.Params) (Launch, error)

// Launch is a RunInstances request that was checked and is to be carried out.
type Launch interface {
	// Type and Zone are the instance type, and the zone the instances are in.
	Type() string
	Zone() string
	// Write makes up to amount instances (at most 100) for an auto provisioning
	// group, fewer when there is no room for more. With an error it has made none.
	Write(tx *state.Tx, group ecs.Key, amount int) ([]ecs.Key, error)
}
