package dhcpoptions

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

var (
	_ = action.Handle(&actions, "AttachDhcpOptionsSetToVpc", (*Service).AttachDHCPOptionsSetToVPC)
	_ = action.Handle(&actions, "DetachDhcpOptionsSetFromVpc", (*Service).DetachDHCPOptionsSetFromVPC)
	_ = action.Handle(&actions, "ReplaceVpcDhcpOptionsSet", (*Service).ReplaceVPCDHCPOptionsSet)
)

// AttachDHCPOptionsSetToVPC attaches a set to a VPC that has none.
func (s *Service) AttachDHCPOptionsSetToVPC(c *action.Call, in *api.AttachDhcpOptionsSetToVpcRequest) (*api.AttachDhcpOptionsSetToVpcResponse, error) {
	return &api.AttachDhcpOptionsSetToVpcResponse{}, s.attach(c, in.DhcpOptionsSetID, in.VPCID, in.ClientToken, in.DryRun, func(r *ecs.VPC, _ ecs.Key) error {
		if r.DHCPOptions != 0 {
			return api.Errorf(api.CodeOperationFailedAttachmentExist, "The VPC has a DhcpOptionsSet already.")
		}
		return nil
	})
}

// ReplaceVPCDHCPOptionsSet attaches another set to a VPC that has one.
func (s *Service) ReplaceVPCDHCPOptionsSet(c *action.Call, in *api.ReplaceVpcDhcpOptionsSetRequest) (*api.ReplaceVpcDhcpOptionsSetResponse, error) {
	return &api.ReplaceVpcDhcpOptionsSetResponse{}, s.attach(c, in.DhcpOptionsSetID, in.VPCID, in.ClientToken, in.DryRun, func(r *ecs.VPC, _ ecs.Key) error {
		if r.DHCPOptions == 0 {
			return api.Errorf(api.CodeOperationFailedAttachmentNotExist, "The VPC has no DhcpOptionsSet.")
		}
		return nil
	})
}

func (s *Service) attach(c *action.Call, id, vpcID, token string, dryRun *bool, fits func(*ecs.VPC, ecs.Key) error) error {
	return s.onVPC(c, id, vpcID, token, dryRun, fits, func(r *ecs.VPC, k ecs.Key) { r.DHCPOptions, r.DHCPPhase = k, ecs.PhaseCreating })
}

// DetachDHCPOptionsSetFromVPC takes a set off a VPC.
func (s *Service) DetachDHCPOptionsSetFromVPC(c *action.Call, in *api.DetachDhcpOptionsSetFromVpcRequest) (*api.DetachDhcpOptionsSetFromVpcResponse, error) {
	return &api.DetachDhcpOptionsSetFromVpcResponse{}, s.onVPC(c, in.DhcpOptionsSetID, in.VPCID, in.ClientToken, in.DryRun, func(r *ecs.VPC, k ecs.Key) error {
		switch r.DHCPOptions {
		case 0:
			return api.Errorf(api.CodeOperationFailedAttachmentNotExist, "The VPC has no DhcpOptionsSet.")
		case k:
			return nil
		}
		return api.Errorf(api.CodeAttrMismatchingVpcDhcpOptionsSetId, "The DhcpOptionsSet is not that of the VPC.")
	}, func(r *ecs.VPC, _ ecs.Key) { r.DHCPPhase = ecs.PhaseDeleting })
}

// onVPC changes what a VPC has, once both it and the set are in no phase.
func (s *Service) onVPC(c *action.Call, id, vpcID, token string, dryRun *bool, fits func(*ecs.VPC, ecs.Key) error, change func(*ecs.VPC, ecs.Key)) error {
	vpc, ok := ecs.ParseID(ecs.KindVPC, vpcID)
	check := func(v state.View, k ecs.Key) error {
		if err := ready(v, k); err != nil {
			return err
		}
		r, there := state.VPCs.Get(v, vpc)
		switch {
		case !ok || !there || r.Account != c.Caller.Account || vpc.Region() != c.RegionCode():
			return api.Errorf(api.CodeInvalidVpcIdNotFound, "The specified VpcId does not exist.").WithStatus(400)
		case r.DHCPPhase != ecs.PhaseReady:
			return api.Errorf(api.CodeIncorrectStatusVpcDhcpOptionsSet, "The status of the DhcpOptionsSet of VPC [%s] is incorrect.", vpcID)
		}
		return fits(r, k)
	}
	return s.change(c, id, token, dryRun, check, func(tx *state.Tx, k ecs.Key) {
		network.Change(tx, state.VPCs, vpc, func(r *ecs.VPC) { change(r, k) })
		network.Pass(tx, vpc)
	})
}
