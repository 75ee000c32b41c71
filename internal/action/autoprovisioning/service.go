// Package autoprovisioning is the actions on auto provisioning groups, which
// deliver a capacity of instances, of whichever of several instance types and
// vSwitches have room for it, and of type maintain keep it. The instances are made
// by the same code as those of RunInstances, which package service hands over.
//
// The choice of instance types by their attributes, and of spot allocation strategies
// other than lowest-price, are refused as not built.
package autoprovisioning

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/price"
	"github.com/openecs/openecs/internal/state"
)

// Service is what the actions work on.
type Service struct {
	DB      *state.DB
	Catalog *catalog.Catalog
	Prices  *price.List
	Pager   *action.Pager
	Launch  action.Launcher
}

var actions = action.Set[Service]{Version: "2014-05-26"}

// Actions are the group's actions, bound to a service.
func (s *Service) Actions() action.Group { return actions.Bind(s) }

func account(r *ecs.ProvisioningGroup) uint64 { return r.Account }

// find finds a group of the caller's, or answers 404
// InvalidAutoProvisioningGroupId.NotFound.
func find(c *action.Call, v state.View, id string) (ecs.Key, *ecs.ProvisioningGroup, error) {
	k, r, ok := action.Find(c, v, state.ProvisioningGroups, ecs.KindProvisioning, account, id)
	if !ok {
		return 0, nil, api.Errorf(api.CodeInvalidAutoProvisioningGroupIdNotFound, "The specified AutoProvisioningGroupId does not exist.")
	}
	return k, r, nil
}

// excess reads ExcessCapacityTerminationPolicy: whether what is too much is released.
func excess(policy string) (terminate bool, err error) {
	switch policy {
	case "", "no-termination":
		return false, nil
	case "termination":
		return true, nil
	}
	return false, api.Errorf(api.CodeInvalidFleetExcessCapacityTerminationPolicyValueNotSupported, `The specified parameter "ExcessCapacityTerminationPolicy" is not supported.`)
}

func unsupported(what string) error {
	return api.Errorf(api.CodeUnsupportedOperationNotImplemented, "OpenECS does not support %s of auto provisioning groups.", what)
}
