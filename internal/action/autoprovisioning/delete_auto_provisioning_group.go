package autoprovisioning

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/model/compute"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DeleteAutoProvisioningGroup", (*Service).DeleteAutoProvisioningGroup)

// DeleteAutoProvisioningGroup removes a group and, with TerminateInstances, its
// instances but for those that are protected from deletion. When that is not said,
// what was said at the group's creation holds.
func (s *Service) DeleteAutoProvisioningGroup(c *action.Call, in *api.DeleteAutoProvisioningGroupRequest) (*api.DeleteAutoProvisioningGroupResponse, error) {
	err := s.DB.Update(c.Context, func(tx *state.Tx) error {
		k, r, err := find(c, tx, in.AutoProvisioningGroupID)
		if err != nil {
			return err
		}
		release := r.TerminateOnDelete
		if in.TerminateInstances != nil {
			release = *in.TerminateInstances
		}
		compute.LeaveProvisioning(tx, k, release)
		state.Secrets.Delete(tx, k)
		tx.Cancel(compute.DueProvisioning, k)
		state.ProvisioningGroups.Delete(tx, k)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &api.DeleteAutoProvisioningGroupResponse{}, nil
}
