package networkacl

import (
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

var (
	_ = action.Handle(&actions, "ModifyNetworkAclAttributes", (*Service).ModifyNetworkACLAttributes)
	_ = action.Handle(&actions, "DeleteNetworkAcl", (*Service).DeleteNetworkACL)
)

// ModifyNetworkACLAttributes changes a network ACL's name and description; what is
// absent stays.
func (s *Service) ModifyNetworkACLAttributes(c *action.Call, in *api.ModifyNetworkAclAttributesRequest) (*api.ModifyNetworkAclAttributesResponse, error) {
	if err := checkText(in.NetworkAclName, in.Description); err != nil {
		return nil, err
	}
	err := s.change(c, request{in.NetworkAclID, in.ClientToken, in.DryRun},
		func(state.View, ecs.Key, *ecs.NetworkACL) error { return nil },
		func(tx *state.Tx, k ecs.Key, next *ecs.NetworkACL) {
			if c.Has("NetworkAclName") {
				next.Name = strings.Clone(in.NetworkAclName)
			}
			if c.Has("Description") {
				next.Description = strings.Clone(in.Description)
			}
			next.Phase = ecs.PhaseModifying
			network.Pass(tx, k)
		})
	return &api.ModifyNetworkAclAttributesResponse{}, err
}

// DeleteNetworkACL deletes a network ACL that no vSwitch is associated with.
func (s *Service) DeleteNetworkACL(c *action.Call, in *api.DeleteNetworkAclRequest) (*api.DeleteNetworkAclResponse, error) {
	err := s.change(c, request{in.NetworkAclID, in.ClientToken, in.DryRun},
		func(v state.View, k ecs.Key, _ *ecs.NetworkACL) error {
			for w := range state.VSwitchesByACL.Keys(v, uint64(k), 0) {
				return api.Errorf(api.CodeNetworkAclExistBinding, "The network ACL is associated with %s.", ecs.ID(ecs.KindVSwitch, w))
			}
			return nil
		},
		func(tx *state.Tx, k ecs.Key, next *ecs.NetworkACL) {
			next.Phase = ecs.PhaseDeleting
			network.Pass(tx, k)
		})
	return &api.DeleteNetworkAclResponse{}, err
}
