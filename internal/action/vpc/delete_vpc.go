package vpc

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DeleteVpc", (*Service).DeleteVpc)

// DeleteVpc deletes a VPC that holds nothing, with its system route table.
// ForceDelete also gives up its IPv4 and IPv6 gateways and the routes to them;
// vSwitches, instances, security groups and custom route tables are in its way
// all the same.
func (s *Service) DeleteVpc(c *action.Call, in *api.DeleteVpcRequest) (*api.DeleteVpcResponse, error) {
	once, err := c.Once(in.ClientToken, in.DryRun)
	if err != nil {
		return nil, err
	}
	snap := s.DB.Snapshot()
	if _, found, err := once.Earlier(snap, c.Now); err != nil || found {
		return &api.DeleteVpcResponse{}, err
	}
	k, _, err := find(c, snap, in.VPCID)
	if err == nil {
		err = deletable(snap, k, action.Flag(in.ForceDelete))
	}
	if err != nil {
		return nil, err
	}
	if action.Flag(in.DryRun) {
		return nil, action.DryRun()
	}
	err = s.DB.Update(c.Context, func(tx *state.Tx) error {
		_, err := once.Do(tx, func() ([]ecs.Key, error) {
			if err := deletable(tx, k, action.Flag(in.ForceDelete)); err != nil {
				return nil, err
			}
			network.DeleteVPC(tx, k)
			return nil, nil
		})
		return err
	})
	return &api.DeleteVpcResponse{}, err
}

// deletable refuses to delete a VPC that is gone or holds something.
func deletable(v state.View, k ecs.Key, force bool) error {
	if _, ok := state.VPCs.Get(v, k); !ok {
		return notFound()
	}
	for w := range state.VSwitchesByVPC.Keys(v, uint64(k), 0) {
		return depends(api.CodeDependencyViolationVSwitch, ecs.KindVSwitch, w)
	}
	for n := range state.InterfacesByVPC.Keys(v, uint64(k), 0) {
		return depends(api.CodeDependencyViolationInstance, ecs.KindNetworkInterface, n)
	}
	for g := range state.GroupsByVPC.Keys(v, uint64(k), 0) {
		return depends(api.CodeDependencyViolationSecurityGroup, ecs.KindSecurityGroup, g)
	}
	for t := range state.RouteTablesByVPC.Keys(v, uint64(k), 0) {
		if t != k { // the system route table has the key of its VPC
			return depends(api.CodeDependencyViolationRouteTable, ecs.KindRouteTable, t)
		}
	}
	for a := range state.NetworkACLsByVPC.Keys(v, uint64(k), 0) {
		return depends(api.CodeDependencyViolation, ecs.KindNetworkACL, a)
	}
	for e, r := range state.RouteEntriesByTable.Ascend(v, uint64(k), 0) {
		if !force || r.Hop.Type != ecs.HopIPv4Gateway && r.Hop.Type != ecs.HopIPv6Gateway {
			return depends(api.CodeDependencyViolationRouteEntry, ecs.KindRouteEntry, e)
		}
	}
	if force {
		return nil
	}
	for g := range state.IPv4GatewaysByVPC.Keys(v, uint64(k), 0) {
		return depends(api.CodeDependencyViolation, ecs.KindIPv4Gateway, g)
	}
	for g := range state.IPv6GatewaysByVPC.Keys(v, uint64(k), 0) {
		return depends(api.CodeDependencyViolation, ecs.KindIPv6Gateway, g)
	}
	return nil
}

func depends(code string, kind ecs.Kind, k ecs.Key) error {
	return api.Errorf(code, "Specified object has dependent resources: %s.", ecs.ID(kind, k))
}
