package autoprovisioning

import (
	"slices"
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "ModifyAutoProvisioningGroup", (*Service).ModifyAutoProvisioningGroup)

// ModifyAutoProvisioningGroup changes what a group is called and what becomes of
// its instances, and of type maintain its capacity and configs, which it then
// delivers. The capacity of other types was delivered once: 400 OperationDenied.
func (s *Service) ModifyAutoProvisioningGroup(c *action.Call, in *api.ModifyAutoProvisioningGroupRequest) (*api.ModifyAutoProvisioningGroupResponse, error) {
	if in.AutoProvisioningGroupID == "" {
		return nil, missing("AutoProvisioningGroupId")
	}
	terminate, err := excess(in.ExcessCapacityTerminationPolicy)
	if err != nil {
		return nil, err
	}
	if in.AutoProvisioningGroupName != "" && !ecs.ValidName(in.AutoProvisioningGroupName) {
		return nil, action.Invalid("AutoProvisioningGroupName")
	}
	price, err := spotPrice(in.MaxSpotPrice)
	if err != nil {
		return nil, err
	}
	err = s.DB.Update(c.Context, func(tx *state.Tx) error {
		k, r, err := find(c, tx, in.AutoProvisioningGroupID)
		if err != nil {
			return err
		}
		if r.Expired {
			return api.Errorf(api.CodeOperationDenied, "The auto provisioning group has expired.").WithStatus(400)
		}
		capacity := in.TotalTargetCapacity != "" || in.PayAsYouGoTargetCapacity != "" || in.SpotTargetCapacity != "" || in.DefaultTargetCapacityType != "" || len(in.LaunchTemplateConfig) > 0
		if capacity && tx.Str(r.Type) != maintain {
			return api.Errorf(api.CodeOperationDenied, "The capacity of an auto provisioning group of type %s is delivered once and cannot be modified.", tx.Str(r.Type)).WithStatus(400)
		}
		next := *r
		if in.AutoProvisioningGroupName != "" {
			next.Name = strings.Clone(in.AutoProvisioningGroupName)
		}
		if in.ExcessCapacityTerminationPolicy != "" {
			next.TerminateExcess = terminate
		}
		if in.TerminateInstancesWithExpiration != nil {
			next.TerminateExpiration = *in.TerminateInstancesWithExpiration
		}
		if in.MaxSpotPrice != nil {
			next.MaxSpotPrice = price
		}
		if capacity {
			if err := s.changeCapacity(c, tx, k, &next, in); err != nil {
				return err
			}
		}
		state.ProvisioningGroups.Put(tx, k, &next)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &api.ModifyAutoProvisioningGroupResponse{}, nil
}

// changeCapacity reads the request that the group was made with anew, with what
// is asked for now in place of what was, and marks the group for a delivery.
func (s *Service) changeCapacity(c *action.Call, tx *state.Tx, k ecs.Key, r *ecs.ProvisioningGroup, in *api.ModifyAutoProvisioningGroupRequest) error {
	params := requestOf(tx, k, r)
	if len(in.LaunchTemplateConfig) > 0 {
		for _, p := range slices.Clone(params.All()) {
			if strings.HasPrefix(p.Name, configParam) {
				params.Del(p.Name)
			}
		}
	}
	for _, p := range c.Params.All() {
		switch p.Name {
		case "TotalTargetCapacity", "PayAsYouGoTargetCapacity", "SpotTargetCapacity", "DefaultTargetCapacityType":
			if p.Value != "" {
				params.Set(p.Name, p.Value)
			}
		default:
			if strings.HasPrefix(p.Name, configParam) {
				params.Set(p.Name, p.Value)
			}
		}
	}
	all := new(api.CreateAutoProvisioningGroupRequest)
	if err := all.Decode(params); err != nil {
		return err
	}
	call := *c
	call.Params = params
	d := &delivery{s: s, c: &call}
	if err := d.capacity(all); err != nil {
		return err
	}
	d.request = &request{in: all, template: r.Template, version: tx.Str(r.TemplateVersion)}
	if err := d.request.readConfigs(s.Prices, c.Region, s.market(&call, tx)); err != nil {
		return err
	}
	old := *r
	r.Total, r.PayAsYouGo, r.Spot = d.record.Total, d.record.PayAsYouGo, d.record.Spot
	d.request.store(tx, r)
	r.Type, r.SpotStrategy, r.SpotInterruption = old.Type, old.SpotStrategy, old.SpotInterruption
	d.keepRequest(tx, k, r)
	r.Short, r.Fulfilled = true, true // being fulfilled, until a delivery shows that it cannot be
	tx.Wake(byte(ecs.KindProvisioning), k)
	return nil
}

const configParam = "LaunchTemplateConfig."
