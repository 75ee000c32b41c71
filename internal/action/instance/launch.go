package instance

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ action.Launcher = (*Service)(nil).Launch

// Launch checks a RunInstances request that another action makes.
func (s *Service) Launch(c *action.Call, v *state.Snapshot, params *api.Params) (action.Launch, error) {
	in := new(api.RunInstancesRequest)
	if err := in.Decode(params); err != nil {
		return nil, err
	}
	call := *c
	call.Params = params
	return s.plan(&call, v, in, nil)
}

// Type is the instance type.
func (p *plan) Type() string { return p.typ.ID }

// Zone is the zone that the instances are in.
func (p *plan) Zone() string { return p.zone.ID }

// Write makes instances for an auto provisioning group.
func (p *plan) Write(tx *state.Tx, group ecs.Key, amount int) ([]ecs.Key, error) {
	q := *p
	q.amount, q.min, q.record.Placement.Provisioning = amount, 1, group
	keys, _, err := q.write(tx, group.Region())
	return keys, err
}
