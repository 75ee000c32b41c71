package vpc

import (
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "ModifyVpcAttribute", (*Service).ModifyVpcAttribute)

// ModifyVpcAttribute changes name, description and networks of a VPC; what the
// request does not say stays. A new network must have room for the vSwitches
// that the old one held.
func (s *Service) ModifyVpcAttribute(c *action.Call, in *api.ModifyVpcAttributeRequest) (*api.ModifyVpcAttributeResponse, error) {
	snap := s.DB.Snapshot()
	k, _, err := find(c, snap, in.VPCID)
	if err != nil {
		return nil, err
	}
	if err := names(in.VPCName, in.Description); err != nil {
		return nil, err
	}
	if action.Flag(in.EnableDNSHostname) {
		return nil, noDNS()
	}
	var to ecs.Prefix
	if in.CidrBlock != "" {
		if to, err = prefix(in.CidrBlock); err != nil {
			return nil, err
		}
	}
	to6, err := prefix6(in.IPv6CidrBlock, in.IPv6Isp, action.Flag(in.EnableIPv6))
	if err != nil {
		return nil, err
	}
	return &api.ModifyVpcAttributeResponse{}, s.DB.Update(c.Context, func(tx *state.Tx) error {
		r, ok := state.VPCs.Get(tx, k)
		if !ok {
			return notFound()
		}
		row := *r
		if c.Has("VpcName") {
			row.Name = strings.Clone(in.VPCName)
		}
		if c.Has("Description") {
			row.Description = strings.Clone(in.Description)
		}
		if in.CidrBlock != "" && to != r.Prefix {
			if err := resizable(tx, k, r, to); err != nil {
				return err
			}
			row.Prefix = to
		}
		if in.IPv6Isp != "" {
			row.ISP6 = tx.Sym(strings.Clone(in.IPv6Isp))
		}
		if in.EnableIPv6 != nil {
			if err := setIPv6(tx, k, &row, *in.EnableIPv6, to6); err != nil {
				return err
			}
		}
		state.VPCs.Put(tx, k, &row)
		return nil
	})
}

// names refuses a name or a description that no VPC may have.
func names(name, description string) error {
	if name != "" && !ecs.ValidName(name) {
		return api.Errorf(api.CodeInvalidVpcNameMalformed, "Specified VPC name is not valid.")
	}
	if description != "" && !ecs.ValidDescription(description) {
		return api.Errorf(api.CodeInvalidVpcDiscriptionMalformed, "Specified VPC description is not valid.")
	}
	return nil
}

// resizable refuses a network that does not hold the vSwitches of the old one,
// or that meets another of the VPC.
func resizable(v state.View, k ecs.Key, r *ecs.VPC, to ecs.Prefix) error {
	for _, p := range r.Secondary {
		if p.Overlaps(to) {
			return duplicated()
		}
	}
	for _, w := range state.VSwitchesByVPC.Ascend(v, uint64(k), 0) {
		if r.Prefix.Covers(w.Prefix) && !to.Covers(w.Prefix) {
			return api.Errorf(api.CodeInvalidParameter, "Specified CIDR block is not valid: it does not hold the vSwitch %s.", w.Prefix)
		}
	}
	return nil
}

// setIPv6 gives a VPC an IPv6 network, or takes the one it has, if no vSwitch
// and no gateway uses it.
func setIPv6(tx *state.Tx, k ecs.Key, r *ecs.VPC, enable bool, want ecs.Prefix6) error {
	switch {
	case enable && r.Prefix6.IsZero():
		if !want.IsZero() && !network.Free6(tx, want) {
			return notReserved()
		}
		if r.Prefix6 = want; want.IsZero() {
			r.Prefix6 = network.TakePrefix6(tx, k)
		}
		return nil
	case enable && !want.IsZero() && want != r.Prefix6:
		return notReserved()
	case enable:
		return nil
	}
	for _, p := range prefixes6(r) {
		if w := use6(tx, k, p); w != 0 {
			return api.Errorf(api.CodeDependencyViolationVSwitch, "Specified object has dependent resources: vSwitch %s has an IPv6 network.", ecs.ID(ecs.KindVSwitch, w))
		}
	}
	for g := range state.IPv6GatewaysByVPC.Keys(tx, uint64(k), 0) { // the first one
		return api.Errorf(api.CodeDependencyViolation, "Specified object has dependent resources: %s.", ecs.ID(ecs.KindIPv6Gateway, g))
	}
	r.Prefix6, r.Secondary6, r.ISP6 = ecs.Prefix6{}, nil, 0
	return nil
}
