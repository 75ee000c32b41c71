package action

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// Find looks a row up by its identifier: it must be of the caller's account
// and, when the request names a region, of that region. Everything else does
// not exist for the caller.
func Find[R any](c *Call, v state.View, t *state.Table[R], kind ecs.Kind, account func(*R) uint64, id string) (ecs.Key, *R, bool) {
	k, ok := ecs.ParseID(kind, id)
	if !ok || c.Region != nil && k.Region() != c.Region.Code {
		return 0, nil, false
	}
	r, ok := t.Get(v, k)
	if !ok || account(r) != c.Caller.Account {
		return 0, nil, false
	}
	return k, r, true
}

// Instance finds an instance, or answers 404 InvalidInstanceId.NotFound.
func Instance(c *Call, v state.View, id string) (ecs.Key, *ecs.Instance, error) {
	k, r, ok := Find(c, v, state.Instances, ecs.KindInstance, func(r *ecs.Instance) uint64 { return r.Account }, id)
	if !ok {
		return 0, nil, api.Errorf(api.CodeInvalidInstanceIdNotFound, "The specified InstanceId does not exist.").WithStatus(404)
	}
	return k, r, nil
}

// SecurityGroup finds a security group, or answers 404
// InvalidSecurityGroupId.NotFound.
func SecurityGroup(c *Call, v state.View, id string) (ecs.Key, *ecs.SecurityGroup, error) {
	k, r, ok := Find(c, v, state.Groups, ecs.KindSecurityGroup, func(r *ecs.SecurityGroup) uint64 { return r.Account }, id)
	if !ok {
		return 0, nil, api.Errorf(api.CodeInvalidSecurityGroupIdNotFound, "The specified SecurityGroupId does not exist.").WithStatus(404)
	}
	return k, r, nil
}

// VSwitch finds a vSwitch, or answers 404 InvalidVSwitchId.NotFound.
func VSwitch(c *Call, v state.View, id string) (ecs.Key, *ecs.VSwitch, error) {
	k, r, ok := Find(c, v, state.VSwitches, ecs.KindVSwitch, func(r *ecs.VSwitch) uint64 { return r.Account }, id)
	if !ok {
		return 0, nil, api.Errorf(api.CodeInvalidVSwitchIdNotFound, "The specified VSwitchId does not exist.").WithStatus(404)
	}
	return k, r, nil
}

// VPC finds a VPC, or answers 404 InvalidVpcId.NotFound.
func VPC(c *Call, v state.View, id string) (ecs.Key, *ecs.VPC, error) {
	k, r, ok := Find(c, v, state.VPCs, ecs.KindVPC, func(r *ecs.VPC) uint64 { return r.Account }, id)
	if !ok {
		return 0, nil, api.Errorf(api.CodeInvalidVpcIdNotFound, "The specified VpcId does not exist.").WithStatus(404)
	}
	return k, r, nil
}

// Snapshot finds a snapshot, or answers 404 InvalidSnapshotId.NotFound. One
// that is being deleted does not exist any more.
func Snapshot(c *Call, v state.View, id string) (ecs.Key, *ecs.Snapshot, error) {
	k, r, ok := Find(c, v, state.Snapshots, ecs.KindSnapshot, func(r *ecs.Snapshot) uint64 { return r.Account }, id)
	if !ok || r.Work.Doing(ecs.WorkDelete) {
		return 0, nil, api.Errorf(api.CodeInvalidSnapshotIdNotFound, "The specified SnapshotId does not exist.").WithStatus(404)
	}
	return k, r, nil
}

// EIP finds an elastic IP, or answers 404 InvalidAllocationId.NotFound.
func EIP(c *Call, v state.View, id string) (ecs.Key, *ecs.EIP, error) {
	k, r, ok := Find(c, v, state.EIPs, ecs.KindEIP, func(r *ecs.EIP) uint64 { return r.Account }, id)
	if !ok {
		return 0, nil, api.Errorf(api.CodeInvalidAllocationIdNotFound, "The specified AllocationId does not exist in our records.").WithStatus(404)
	}
	return k, r, nil
}

// NATGateway finds a NAT gateway, or answers 404 InvalidNatGatewayId.NotFound.
func NATGateway(c *Call, v state.View, id string) (ecs.Key, *ecs.NATGateway, error) {
	k, r, ok := Find(c, v, state.NATGateways, ecs.KindNATGateway, func(r *ecs.NATGateway) uint64 { return r.Account }, id)
	if !ok {
		return 0, nil, api.Errorf(api.CodeInvalidNatGatewayIdNotFound, "The specified NatGatewayId does not exist in our records.").WithStatus(404)
	}
	return k, r, nil
}
