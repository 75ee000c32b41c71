package vpc

import (
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/model/tag"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "CreateVpc", (*Service).CreateVpc)

// maxVPCs is how many VPCs an account has in a region.
const maxVPCs = 10

// defaultPrefix is the network of a VPC whose request names none.
var defaultPrefix = ecs.Prefix{Addr: 172<<24 | 16<<16, Bits: 12}

// CreateVpc makes a VPC with a router and a system route table.
func (s *Service) CreateVpc(c *action.Call, in *api.CreateVpcRequest) (*api.CreateVpcResponse, error) {
	once, err := c.Once(in.ClientToken, in.DryRun)
	if err != nil {
		return nil, err
	}
	made, found, err := once.Earlier(s.DB.Snapshot(), c.Now)
	if err != nil {
		return nil, err
	}
	if found {
		return created(made[0]), nil
	}
	r, err := newVPC(in)
	if err != nil {
		return nil, err
	}
	if !resource.HasGroup(s.DB.Snapshot(), c.Caller.Account, in.ResourceGroupID) {
		return nil, noGroup()
	}
	r.Account = c.Caller.Account
	if err := fits(s.DB.Snapshot(), c, r); err != nil {
		return nil, err
	}
	if action.Flag(in.DryRun) {
		return nil, action.DryRun()
	}
	err = s.DB.Update(c.Context, func(tx *state.Tx) error {
		made, err = once.Do(tx, func() ([]ecs.Key, error) {
			if err := fits(tx, c, r); err != nil {
				return nil, err
			}
			row := *r
			var ok bool
			if row.ResourceGroup, ok = resource.Group(tx, r.Account, in.ResourceGroupID); !ok {
				return nil, noGroup()
			}
			row.ISP6 = tx.Sym(strings.Clone(in.IPv6Isp))
			row.Tags = tag.Store(tx, in.Tag)
			return []ecs.Key{put(tx, c, &row, action.Flag(in.EnableIPv6))}, nil
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	return created(made[0]), nil
}

// put makes a VPC of a record, with its router and system route table, which have
// its key. With ipv6 it gets an IPv6 network, unless it has one.
func put(tx *state.Tx, c *action.Call, r *ecs.VPC, ipv6 bool) ecs.Key {
	k := tx.NewKey(c.Region.Code)
	r.Router, r.RouteTable = k, k
	r.Created = tx.Now().Unix()
	if ipv6 && r.Prefix6.IsZero() {
		r.Prefix6 = network.TakePrefix6(tx, k)
	}
	state.VPCs.Put(tx, k, r)
	state.RouteTables.Put(tx, k, &ecs.RouteTable{Account: r.Account, VPC: k, Created: r.Created})
	return k
}

func created(k ecs.Key) *api.CreateVpcResponse {
	return &api.CreateVpcResponse{
		VPCID: ecs.ID(ecs.KindVPC, k), VRouterID: ecs.ID(ecs.KindRouter, k), RouteTableID: ecs.ID(ecs.KindRouteTable, k),
	}
}

func noGroup() error {
	return api.Errorf(api.CodeInvalidResourceGroupId, "The specified ResourceGroupId does not exist.")
}

// fits refuses a VPC for which there is no room.
func fits(v state.View, c *action.Call, r *ecs.VPC) error {
	if !r.Prefix6.IsZero() && !network.Free6(v, r.Prefix6) {
		return notReserved()
	}
	if state.VPCsByAccount.Count(v, state.Scope(c.Caller.Account, c.RegionCode())) >= maxVPCs {
		return api.Errorf(api.CodeQuotaExceededVpc, "VPC quota exceeded.")
	}
	return nil
}

// newVPC is the record that the request asks for, without what only a
// transaction has.
func newVPC(in *api.CreateVpcRequest) (*ecs.VPC, error) {
	if err := unsupported(in); err != nil {
		return nil, err
	}
	r := &ecs.VPC{Prefix: defaultPrefix, Name: strings.Clone(in.VPCName), Description: strings.Clone(in.Description)}
	var err error
	if in.CidrBlock != "" {
		if r.Prefix, err = prefix(in.CidrBlock); err != nil {
			return nil, err
		}
	}
	if err := names(r.Name, r.Description); err != nil {
		return nil, err
	}
	if err := network.CheckTags(in.Tag); err != nil {
		return nil, err
	}
	if r.Prefix6, err = prefix6(in.IPv6CidrBlock, in.IPv6Isp, action.Flag(in.EnableIPv6)); err != nil {
		return nil, err
	}
	r.UserCIDRs, err = userCIDRs(in.UserCidr)
	return r, err
}

// prefix reads the network of a VPC.
func prefix(s string) (ecs.Prefix, error) {
	p, ok := ecs.ParsePrefix(s)
	switch {
	case ok && (p.Bits < 8 || p.Bits > 28):
		return p, api.Errorf(api.CodeIllegalParamCidrBlockMask, "The param of CidrBlock Mask [%d] is illegal.", p.Bits)
	case !ok || !p.Private():
		return p, api.Errorf(api.CodeInvalidParameter, "Specified CIDR block is not valid")
	}
	return p, nil
}

// unsupported refuses what OpenECS does not have yet.
func unsupported(in *api.CreateVpcRequest) error {
	switch {
	case in.IPv4IpamPoolID != "" || in.IPv6IpamPoolID != "" || in.IPv4CidrMask != nil || in.IPv6CidrMask != nil:
		return noIPAM()
	case action.Flag(in.EnableDNSHostname):
		return noDNS()
	}
	return nil
}

func noIPAM() error {
	return api.Errorf(api.CodeUnsupportedFeatureIpam, "IPAM is not supported in this region.")
}

func noDNS() error {
	return api.Errorf(api.CodeUnsupportedFeatureVpcDnsHostname, "The feature of vpc dns hostname is unsupported.")
}

// userCIDRs reads UserCidr: up to three networks with commas between.
func userCIDRs(s string) ([]ecs.Prefix, error) {
	if s == "" {
		return nil, nil
	}
	list := strings.Split(s, ",")
	if len(list) > 3 {
		return nil, api.Errorf(api.CodeInvalidUserCidrQuota, "Specified UserCidr number is greater than 3.")
	}
	out := make([]ecs.Prefix, len(list))
	for i, text := range list {
		p, ok := ecs.ParsePrefix(text)
		if !ok {
			return nil, api.Errorf(api.CodeInvalidParameter, "Specified UserCidr invalid format.")
		}
		if p.Overlaps(network.ServicePrefix) {
			return nil, api.Errorf(api.CodeInvalidUserCidrMalformed, "Specified UserCidr overlapping in of 100.64.0.0/10.")
		}
		out[i] = p
	}
	return out, nil
}
