package dhcpoptions

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DeleteDhcpOptionsSet", (*Service).DeleteDHCPOptionsSet)

// DeleteDHCPOptionsSet deletes a set that no VPC has.
func (s *Service) DeleteDHCPOptionsSet(c *action.Call, in *api.DeleteDhcpOptionsSetRequest) (*api.DeleteDhcpOptionsSetResponse, error) {
	check := func(v state.View, k ecs.Key) error {
		if err := ready(v, k); err != nil {
			return err
		}
		for vpc := range state.VPCsByDHCPOptions.Keys(v, uint64(k), 0) {
			return api.Errorf(api.CodeDependencyViolationVpcAttachment, "Specified object has dependent resources: %s.", ecs.ID(ecs.KindVPC, vpc))
		}
		return nil
	}
	return &api.DeleteDhcpOptionsSetResponse{}, s.change(c, in.DhcpOptionsSetID, in.ClientToken, in.DryRun, check, enter(ecs.PhaseDeleting, func(*ecs.DHCPOptionsSet) {}))
}
