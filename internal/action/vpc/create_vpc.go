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
	if err := checkQuota(s.DB.Snapshot(), c); err != nil {
		return nil, err
	}
	if flag(in.DryRun) {
		return nil, action.DryRun()
	}
	r.Account = c.Caller.Account
	err = s.DB.Update(c.Context, func(tx *state.Tx) error {
		made, err = once.Do(tx, func() ([]ecs.Key, error) {
			if err := checkQuota(tx, c); err != nil {
				return nil, err
			}
			k, row := tx.NewKey(c.Region.Code), *r
			var ok bool
			if row.ResourceGroup, ok = resource.Group(tx, r.Account, in.ResourceGroupID); !ok {
				return nil, noGroup()
			}
			row.Router, row.RouteTable = k, k
			row.Created = tx.Now().Unix()
			row.Tags = tag.Store(tx, in.Tag)
			state.VPCs.Put(tx, k, &row)
			return []ecs.Key{k}, nil
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	return created(made[0]), nil
}

func created(k ecs.Key) *api.CreateVpcResponse {
	return &api.CreateVpcResponse{
		VPCID: ecs.ID(ecs.KindVPC, k), VRouterID: ecs.ID(ecs.KindRouter, k), RouteTableID: ecs.ID(ecs.KindRouteTable, k),
	}
}

func noGroup() error {
	return api.Errorf(api.CodeInvalidResourceGroupId, "The specified ResourceGroupId does not exist.")
}

func checkQuota(v state.View, c *action.Call) error {
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
	if in.CidrBlock != "" {
		p, ok := ecs.ParsePrefix(in.CidrBlock)
		switch {
		case ok && (p.Bits < 8 || p.Bits > 28):
			return nil, api.Errorf(api.CodeIllegalParamCidrBlockMask, "The param of CidrBlock Mask [%d] is illegal.", p.Bits)
		case !ok || !p.Private():
			return nil, api.Errorf(api.CodeInvalidParameter, "Specified CIDR block is not valid")
		}
		r.Prefix = p
	}
	if r.Name != "" && !ecs.ValidName(r.Name) {
		return nil, api.Errorf(api.CodeInvalidVpcNameMalformed, "Specified VPC name is not valid.")
	}
	if r.Description != "" && !ecs.ValidDescription(r.Description) {
		return nil, api.Errorf(api.CodeInvalidVpcDiscriptionMalformed, "Specified VPC description is not valid.")
	}
	if err := network.CheckTags(in.Tag); err != nil {
		return nil, err
	}
	var err error
	r.UserCIDRs, err = userCIDRs(in.UserCidr)
	return r, err
}

// unsupported refuses what OpenECS does not have yet.
func unsupported(in *api.CreateVpcRequest) error {
	switch {
	case flag(in.EnableIPv6) || in.IPv6CidrBlock != "" || in.IPv6Isp != "":
		return api.Errorf(api.CodeOperationUnsupportedIpv6Feature, "The IPv6 feature is not supported in the region.")
	case in.IPv4IpamPoolID != "" || in.IPv6IpamPoolID != "" || in.IPv4CidrMask != nil || in.IPv6CidrMask != nil:
		return api.Errorf(api.CodeUnsupportedFeatureIpam, "IPAM is not supported in this region.")
	case flag(in.EnableDNSHostname):
		return api.Errorf(api.CodeUnsupportedFeatureVpcDnsHostname, "The feature of vpc dns hostname is unsupported.")
	}
	return nil
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
	service := ecs.Prefix{Addr: 100<<24 | 64<<16, Bits: 10} // the service's own
	out := make([]ecs.Prefix, len(list))
	for i, text := range list {
		p, ok := ecs.ParsePrefix(text)
		if !ok {
			return nil, api.Errorf(api.CodeInvalidParameter, "Specified UserCidr invalid format.")
		}
		if p.Overlaps(service) {
			return nil, api.Errorf(api.CodeInvalidUserCidrMalformed, "Specified UserCidr overlapping in of 100.64.0.0/10.")
		}
		out[i] = p
	}
	return out, nil
}
