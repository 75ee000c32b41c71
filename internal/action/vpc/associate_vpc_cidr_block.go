package vpc

import (
	"slices"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "AssociateVpcCidrBlock", (*Service).AssociateVpcCidrBlock)

// How many networks a VPC has beside its first.
const maxSecondary = 5

// reserved are the networks that no VPC may have a part of.
var reserved = []ecs.Prefix{
	network.ServicePrefix, {Addr: 224 << 24, Bits: 4}, {Addr: 127 << 24, Bits: 8}, {Addr: 169<<24 | 254<<16, Bits: 16}, {Addr: 0, Bits: 8},
}

// AssociateVpcCidrBlock gives a VPC one more IPv4 or IPv6 network.
func (s *Service) AssociateVpcCidrBlock(c *action.Call, in *api.AssociateVpcCidrBlockRequest) (*api.AssociateVpcCidrBlockResponse, error) {
	k, _, err := find(c, s.DB.Snapshot(), in.VPCID)
	if err != nil {
		return nil, err
	}
	if in.IpamPoolID != "" || in.SecondaryCidrMask != nil || in.IPv6CidrMask != nil {
		return nil, noIPAM()
	}
	six, err := sixth(in)
	if err != nil {
		return nil, err
	}
	var p ecs.Prefix
	var p6 ecs.Prefix6
	if six {
		p6, err = prefix6(in.IPv6CidrBlock, in.IPv6Isp, true)
	} else {
		p, err = secondary(in.SecondaryCidrBlock)
	}
	if err != nil {
		return nil, err
	}
	out := &api.AssociateVpcCidrBlockResponse{IPVersion: "IPV4", CidrBlock: in.SecondaryCidrBlock}
	err = s.DB.Update(c.Context, func(tx *state.Tx) error {
		r, ok := state.VPCs.Get(tx, k)
		if !ok {
			return notFound()
		}
		row := *r
		if six {
			p, err := more6(tx, k, &row, p6)
			if err != nil {
				return err
			}
			out.IPVersion, out.CidrBlock = "IPV6", p.String()
		} else {
			if err := more(tx, k, r, p); err != nil {
				return err
			}
			row.Secondary = append(slices.Clone(r.Secondary), p)
		}
		state.VPCs.Put(tx, k, &row)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// sixth reports whether a request is for an IPv6 network.
func sixth(in *api.AssociateVpcCidrBlockRequest) (bool, error) {
	switch in.IPv6CidrType {
	case "", "GUA":
	case "ULA":
		return false, api.Errorf(api.CodeOperationUnsupportedIPv6ULA, "Unique local IPv6 addresses are not supported in the region.")
	default:
		return false, api.Errorf(api.CodeIllegalParamIpv6CidrType, "The specified Ipv6CidrType is illegal.")
	}
	six := in.IPv6CidrBlock != "" || in.IPv6Isp != "" || in.IPv6CidrType != ""
	switch in.IPVersion {
	case "":
	case "IPV6":
		six = true
	case "IPV4":
		if six && in.SecondaryCidrBlock == "" {
			return false, api.Errorf(api.CodeMissingParamSecondaryCidrOrIpv6Cidr, "Either SecondaryCidrBlock or Ipv6CidrBlock must be specified.")
		}
	default:
		return false, api.Errorf(api.CodeIllegalParamIpVersion, "The specified IpVersion is illegal.")
	}
	switch {
	case six && in.SecondaryCidrBlock != "":
		return false, api.Errorf(api.CodeParamExclusiveSecondaryCidrAndIpv6Cidr, "SecondaryCidrBlock and Ipv6CidrBlock cannot both be specified.")
	case !six && in.SecondaryCidrBlock == "":
		return false, api.Errorf(api.CodeMissingParamSecondaryCidrOrIpv6Cidr, "Either SecondaryCidrBlock or Ipv6CidrBlock must be specified.")
	}
	return six, nil
}

// secondary reads a second network of a VPC, which need not be a private one.
func secondary(s string) (ecs.Prefix, error) {
	p, ok := ecs.ParsePrefix(s)
	if !ok {
		return p, api.Errorf(api.CodeInvalidCidrBlockMalformed, "Specified CIDR block is not valid.")
	}
	if p.Bits < 8 || p.Bits > 28 || slices.ContainsFunc(reserved, p.Overlaps) {
		return p, api.Errorf(api.CodeIllegalParamSecondaryCidrBlock, "The specified SecondaryCidrBlock is illegal.")
	}
	return p, nil
}

func duplicated() error {
	return api.Errorf(api.CodeDuplicatedSecondaryCidrBlock, "The specified CIDR block overlaps with one of the VPC.")
}

// more refuses a second network that the VPC cannot have.
func more(v state.View, k ecs.Key, r *ecs.VPC, p ecs.Prefix) error {
	if r.Prefix.Overlaps(p) || slices.ContainsFunc(r.Secondary, p.Overlaps) {
		return duplicated()
	}
	if len(r.Secondary) >= maxSecondary {
		return api.Errorf(api.CodeQuotaExceededVpcMultiCidr, "The quota of secondary CIDR blocks of the VPC is exceeded.")
	}
	for t := range state.RouteTablesByVPC.Keys(v, uint64(k), 0) {
		for _, e := range state.RouteEntriesByTable.Ascend(v, uint64(t), 0) {
			if !e.IPv6 && p.Covers(e.Prefix) {
				return api.Errorf(api.CodeOperationFailedConflictWithEntry, "The specified CIDR block conflicts with the route entry %s.", e.Prefix)
			}
		}
	}
	return nil
}

// more6 gives a VPC one more IPv6 network, the one wanted if there is one.
func more6(tx *state.Tx, k ecs.Key, r *ecs.VPC, want ecs.Prefix6) (ecs.Prefix6, error) {
	if slices.Contains(prefixes6(r), want) {
		return want, api.Errorf(api.CodeOperationFailedIpv6CidrBlockOverLapped, "The input IPv6 CIDR block overlaps with the existing ones.")
	}
	if len(r.Secondary6) >= maxSecondary {
		return want, api.Errorf(api.CodeQuotaExceededIPv6CidrBlock, "The number of IPv6 CIDR blocks in the VPC exceeds the limit.")
	}
	if want.IsZero() {
		want = network.TakePrefix6(tx, k)
	} else if !network.Free6(tx, want) {
		return want, notReserved()
	}
	if r.Prefix6.IsZero() {
		r.Prefix6 = want
	} else {
		r.Secondary6 = append(slices.Clone(r.Secondary6), want)
	}
	return want, nil
}
