package instance

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/compute"
	"github.com/openecs/openecs/internal/state"
)

// deployment finds the deployment set, and checks the group of it.
func (p *planner) deployment() error {
	in, at := p.in, &p.plan.record.Placement
	if in.DeploymentSetID == "" {
		if in.DeploymentSetGroupNo != nil {
			return badDeploymentGroup()
		}
		return nil
	}
	k, set, ok := action.Find(p.c, p.snap, state.DeploymentSets, ecs.KindDeploymentSet, func(r *ecs.DeploymentSet) uint64 { return r.Account }, in.DeploymentSetID)
	if !ok {
		return noDeploymentSet()
	}
	group := number(in.DeploymentSetGroupNo, 0)
	seats := compute.SeatsOf(p.snap, k, set, 0)
	if in.DeploymentSetGroupNo != nil && (group < 1 || !seats.ValidGroup(group)) {
		return badDeploymentGroup()
	}
	if !compute.DeploymentSetTakes(p.plan.typ.Family.Burstable) {
		return api.Errorf(api.CodeInvalidInstanceTypeNotSupported, "The specified instance type does not support deployment sets.").WithStatus(403)
	}
	at.DeploymentSet, at.DeploymentGroup, p.plan.seats = k, uint8(group), seats
	return nil
}

// deploymentRoom checks that the set takes as many instances as must be made.
func (p *planner) deploymentRoom() error {
	pl := &p.plan
	if pl.seats == nil {
		return nil
	}
	zone, _ := state.LookupSym(p.snap, pl.zone.ID) // of a new zone there are no members yet
	for range pl.min {
		if _, ok := pl.seats.Take(zone, pl.record.Placement.DeploymentGroup); !ok {
			return deploymentSetFull()
		}
	}
	return nil
}

// recheckDeployment counts the members again, for the instances to be made.
func (p *plan) recheckDeployment(tx *state.Tx) error {
	k := p.record.Placement.DeploymentSet
	if k == 0 {
		return nil
	}
	set, ok := state.DeploymentSets.Get(tx, k)
	if !ok {
		return noDeploymentSet()
	}
	p.seats = compute.SeatsOf(tx, k, set, 0)
	return nil
}

// deploy puts an instance into the set.
func (p *plan) deploy(r *ecs.Instance) (err error) {
	if r.Placement.DeploymentSet == 0 {
		return nil
	}
	var ok bool
	if r.Placement.DeploymentGroup, ok = p.seats.Take(r.Zone, r.Placement.DeploymentGroup); !ok {
		return deploymentSetFull()
	}
	return nil
}

func noDeploymentSet() error {
	return api.Errorf(api.CodeDeploymentSetNotFound, "The specified deployment set does not exist.")
}

func badDeploymentGroup() error {
	return api.Errorf(api.CodeInvalidParameterDeploymentSetGroupNo, "Parameter DeploymentSetGroupNo is invalid.")
}

func deploymentSetFull() error {
	return api.Errorf(api.CodeQuotaExceedDeploymentSetInstanceQuotaFull, "instance quota in one deployment set exceeded.")
}
