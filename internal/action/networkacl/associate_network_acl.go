package networkacl

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

var (
	_ = action.Handle(&actions, "AssociateNetworkAcl", (*Service).AssociateNetworkACL)
	_ = action.Handle(&actions, "UnassociateNetworkAcl", (*Service).UnassociateNetworkACL)
)

// AssociateNetworkACL has a network ACL filter what enters and leaves vSwitches of
// its VPC, all of those named or none.
func (s *Service) AssociateNetworkACL(c *action.Call, in *api.AssociateNetworkAclRequest) (*api.AssociateNetworkAclResponse, error) {
	var list []api.UnassociateNetworkAclRequestResource
	for _, r := range in.Resource {
		list = append(list, api.UnassociateNetworkAclRequestResource(r))
	}
	return &api.AssociateNetworkAclResponse{}, s.bind(c, request{in.NetworkAclID, in.ClientToken, in.DryRun}, list, true)
}

// UnassociateNetworkACL leaves vSwitches unfiltered again.
func (s *Service) UnassociateNetworkACL(c *action.Call, in *api.UnassociateNetworkAclRequest) (*api.UnassociateNetworkAclResponse, error) {
	return &api.UnassociateNetworkAclResponse{}, s.bind(c, request{in.NetworkAclID, in.ClientToken, in.DryRun}, in.Resource, false)
}

func (s *Service) bind(c *action.Call, r request, list []api.UnassociateNetworkAclRequestResource, on bool) error {
	switch {
	case len(list) == 0:
		return api.Errorf(api.CodeParameterMissingResources, "No resource is named.")
	case len(list) > ecs.MaxACLVSwitches:
		return api.Errorf(api.CodeQuotaExceedNetworkAcl, "More than %d resources are named.", ecs.MaxACLVSwitches).WithStatus(400)
	}
	for _, r := range list {
		if r.ResourceType != "VSwitch" {
			return resourceType()
		}
	}
	var vswitches []ecs.Key
	return s.change(c, r,
		func(v state.View, k ecs.Key, a *ecs.NetworkACL) error {
			vswitches = vswitches[:0]
			for _, r := range list {
				w, err := bindable(c, v, k, a, r.ResourceID, on)
				if err != nil {
					return err
				}
				vswitches = append(vswitches, w)
			}
			return nil
		},
		func(tx *state.Tx, k ecs.Key, _ *ecs.NetworkACL) {
			for _, w := range vswitches {
				network.Change(tx, state.VSwitches, w, func(r *ecs.VSwitch) {
					if r.ACL, r.ACLPhase = k, ecs.PhaseDeleting; on {
						r.ACLPhase = ecs.PhaseCreating
					}
				})
				network.Pass(tx, w)
			}
		})
}

func bindable(c *action.Call, v state.View, k ecs.Key, a *ecs.NetworkACL, id string, on bool) (ecs.Key, error) {
	w, r, err := action.VSwitch(c, v, id)
	switch {
	case err != nil:
		return 0, api.Errorf(api.CodeInvalidResourceNotFound, "%s does not exist.", id).WithStatus(400)
	case r.VPC != a.VPC:
		return 0, api.Errorf(api.CodeInvalidResourceVpcError, "The network ACL and %s are not in the same VPC.", id)
	case r.ACLPhase != ecs.PhaseReady:
		return 0, api.Errorf(api.CodeResourceStatusError, "%s is being associated with a network ACL or taken from one.", id)
	case on && r.ACL != 0:
		return 0, api.Errorf(api.CodeInvalidResourceBindingExist, "%s is associated with %s.", id, ecs.ID(ecs.KindNetworkACL, r.ACL))
	case !on && r.ACL == 0:
		return 0, api.Errorf(api.CodeInvalidResourceNotBinding, "%s is associated with no network ACL.", id)
	case !on && r.ACL != k:
		return 0, api.Errorf(api.CodeMismatchNetworkAclAndVSwitch, "%s is associated with another network ACL.", id)
	}
	return w, nil
}
