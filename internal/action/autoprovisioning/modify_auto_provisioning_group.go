package autoprovisioning

import (
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "ModifyAutoProvisioningGroup", (*Service).ModifyAutoProvisioningGroup)

// ModifyAutoProvisioningGroup changes what a group is called and what becomes of
// its instances. Its capacity was delivered once: 400 OperationDenied.
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
		if in.TotalTargetCapacity != "" || in.PayAsYouGoTargetCapacity != "" || in.SpotTargetCapacity != "" || in.DefaultTargetCapacityType != "" || len(in.LaunchTemplateConfig) > 0 {
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
		state.ProvisioningGroups.Put(tx, k, &next)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &api.ModifyAutoProvisioningGroupResponse{}, nil
}
