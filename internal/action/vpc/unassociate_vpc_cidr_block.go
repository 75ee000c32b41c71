package vpc

import (
	"slices"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "UnassociateVpcCidrBlock", (*Service).UnassociateVpcCidrBlock)

// UnassociateVpcCidrBlock takes a network that no vSwitch uses from a VPC: any
// but its first IPv4 one.
func (s *Service) UnassociateVpcCidrBlock(c *action.Call, in *api.UnassociateVpcCidrBlockRequest) (*api.UnassociateVpcCidrBlockResponse, error) {
	k, _, err := find(c, s.DB.Snapshot(), in.VPCID)
	if err != nil {
		return nil, err
	}
	switch {
	case in.SecondaryCidrBlock != "" && in.IPv6CidrBlock != "":
		return nil, api.Errorf(api.CodeParamExclusiveSecondaryCidrAndIpv6Cidr, "SecondaryCidrBlock and Ipv6CidrBlock cannot both be specified.")
	case in.SecondaryCidrBlock == "" && in.IPv6CidrBlock == "":
		return nil, api.Errorf(api.CodeMissingParamSecondaryCidrOrIpv6Cidr, "Either SecondaryCidrBlock or Ipv6CidrBlock must be specified.")
	}
	p, ok := ecs.ParsePrefix(in.SecondaryCidrBlock)
	if in.SecondaryCidrBlock != "" && !ok {
		return nil, api.Errorf(api.CodeInvalidCidrBlockMalformed, "Specified CIDR block is not valid.")
	}
	p6, ok := ecs.ParsePrefix6(in.IPv6CidrBlock)
	if in.IPv6CidrBlock != "" && !ok {
		return nil, api.Errorf(api.CodeInvalidIpv6CidrBlockMalformed, "Param Ipv6CidrBlock is malformed.")
	}
	return &api.UnassociateVpcCidrBlockResponse{}, s.DB.Update(c.Context, func(tx *state.Tx) error {
		r, ok := state.VPCs.Get(tx, k)
		if !ok {
			return notFound()
		}
		row := *r
		if !p6.IsZero() {
			err = without6(tx, k, &row, p6)
		} else {
			err = without(tx, k, &row, p)
		}
		if err != nil {
			return err
		}
		state.VPCs.Put(tx, k, &row)
		return nil
	})
}

func without(v state.View, k ecs.Key, r *ecs.VPC, p ecs.Prefix) error {
	i := slices.Index(r.Secondary, p)
	if i < 0 {
		return api.Errorf(api.CodeIllegalParamSecondaryCidrBlock, "The specified SecondaryCidrBlock is none of the VPC.")
	}
	for w, s := range state.VSwitchesByVPC.Ascend(v, uint64(k), 0) {
		if p.Covers(s.Prefix) {
			return inUse(w)
		}
	}
	r.Secondary = slices.Delete(slices.Clone(r.Secondary), i, i+1)
	return nil
}

func without6(v state.View, k ecs.Key, r *ecs.VPC, p ecs.Prefix6) error {
	if !slices.Contains(prefixes6(r), p) {
		return api.Errorf(api.CodeIllegalParamIpv6CidrBlock, "The parameter of Ipv6CidrBlock is illegal.")
	}
	if w := use6(v, k, p); w != 0 {
		return inUse(w)
	}
	left := slices.DeleteFunc(slices.Clone(prefixes6(r)), func(q ecs.Prefix6) bool { return q == p })
	if len(left) == 0 {
		return setIPv6None(v, k, r)
	}
	r.Prefix6, r.Secondary6 = left[0], left[1:]
	return nil
}

// setIPv6None takes the last IPv6 network from a VPC, which a gateway needs.
func setIPv6None(v state.View, k ecs.Key, r *ecs.VPC) error {
	for g := range state.IPv6GatewaysByVPC.Keys(v, uint64(k), 0) {
		return api.Errorf(api.CodeOperationFailedCidrInUse, "The CIDR block is in use by %s.", ecs.ID(ecs.KindIPv6Gateway, g))
	}
	r.Prefix6, r.Secondary6, r.ISP6 = ecs.Prefix6{}, nil, 0
	return nil
}

func inUse(w ecs.Key) error {
	return api.Errorf(api.CodeOperationFailedCidrInUse, "The CIDR block is in use by %s.", ecs.ID(ecs.KindVSwitch, w))
}
