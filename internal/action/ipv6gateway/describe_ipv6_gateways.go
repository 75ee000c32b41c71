package ipv6gateway

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/state"
)

var (
	_ = action.Handle(&actions, "DescribeIpv6Gateways", (*Service).DescribeIPv6Gateways)
	_ = action.Handle(&actions, "DescribeIpv6GatewayAttribute", (*Service).DescribeIPv6GatewayAttribute)
)

// DescribeIPv6Gateways lists gateways, newest first.
func (s *Service) DescribeIPv6Gateways(c *action.Call, in *api.DescribeIpv6GatewaysRequest) (*api.DescribeIpv6GatewaysResponse, error) {
	snap := s.DB.Snapshot()
	f := action.NewFilter(c, snap, state.IPv6Gateways, account, state.IPv6GatewaysByAccount)
	if err := filter(c, f, in); err != nil {
		return nil, err
	}
	page, err := s.Pager.Page(c, action.PageRequest{PageNumber: in.PageNumber, PageSize: in.PageSize, DefaultSize: 10, MaxSize: 50})
	if err != nil {
		return nil, err
	}
	rows, total, _ := f.List(page)
	out := &api.DescribeIpv6GatewaysResponse{PageNumber: page.Number, PageSize: page.Size, TotalCount: total}
	for _, r := range rows {
		out.IPv6Gateways.IPv6Gateway = append(out.IPv6Gateways.IPv6Gateway, s.show(snap, r.Key, r.Record))
	}
	return out, nil
}

func filter(c *action.Call, f *action.Filter[ecs.IPv6Gateway], in *api.DescribeIpv6GatewaysRequest) error {
	tagged, err := network.TagFilter(f.View, in.Tags)
	if err != nil {
		return err
	}
	if len(in.Tags) > 0 {
		f.Require(func(_ ecs.Key, g *ecs.IPv6Gateway) bool { return tagged.Match(g.Tags) })
	}
	if in.IPv6GatewayID != "" {
		f.IDList(c, ecs.KindIPv6Gateway, []string{in.IPv6GatewayID})
	}
	if in.VPCID != "" {
		vpc, ok := ecs.ParseID(ecs.KindVPC, in.VPCID)
		if !ok {
			f.None()
			return nil
		}
		f.Index(state.IPv6GatewaysByVPC, uint64(vpc))
		f.Require(func(_ ecs.Key, g *ecs.IPv6Gateway) bool { return g.VPC == vpc })
	}
	if name := in.Name; name != "" {
		f.Require(func(_ ecs.Key, g *ecs.IPv6Gateway) bool { return g.Name == name })
	}
	if groups := resource.NewVPCGroupFilter(f.View, c.Caller.Account, in.ResourceGroupID); groups.Given() {
		f.Require(func(_ ecs.Key, g *ecs.IPv6Gateway) bool { return groups.Match(g.ResourceGroup) })
	}
	return nil
}

// DescribeIPv6GatewayAttribute shows one gateway.
func (s *Service) DescribeIPv6GatewayAttribute(c *action.Call, in *api.DescribeIpv6GatewayAttributeRequest) (*api.DescribeIpv6GatewayAttributeResponse, error) {
	snap := s.DB.Snapshot()
	k, g, err := find(c, snap, in.IPv6GatewayID)
	if err != nil {
		return nil, err
	}
	o := s.show(snap, k, g)
	return &api.DescribeIpv6GatewayAttributeResponse{
		BusinessStatus: o.BusinessStatus, CreationTime: o.CreationTime, Description: o.Description, InstanceChargeType: o.InstanceChargeType, IPv6GatewayID: o.IPv6GatewayID,
		Name: o.Name, RegionID: o.RegionID, ResourceGroupID: o.ResourceGroupID, Spec: o.Spec, Status: o.Status, Tags: o.Tags, VPCID: o.VPCID,
	}, nil
}

func (s *Service) show(v state.View, k ecs.Key, g *ecs.IPv6Gateway) api.DescribeIpv6GatewaysIPv6Gateway {
	o := api.DescribeIpv6GatewaysIPv6Gateway{
		BusinessStatus: "Normal", CreationTime: ecs.Second(g.Created), Description: g.Description, InstanceChargeType: "PostPaid", IPv6GatewayID: ecs.ID(ecs.KindIPv6Gateway, k),
		Name: g.Name, ResourceGroupID: resource.ShowGroup(v, g.Account, g.ResourceGroup), Spec: "Small", Status: status(g), VPCID: ecs.ID(ecs.KindVPC, g.VPC),
	}
	if r, ok := s.Catalog.RegionByCode(k.Region()); ok {
		o.RegionID = r.ID
	}
	o.Tags.Tag = network.ShowTags(v, g.Tags)
	return o
}
