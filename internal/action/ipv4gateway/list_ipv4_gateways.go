package ipv4gateway

import (
	"strconv"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "ListIpv4Gateways", (*Service).ListIPv4Gateways)

// ListIPv4Gateways lists gateways, newest first.
func (s *Service) ListIPv4Gateways(c *action.Call, in *api.ListIpv4GatewaysRequest) (*api.ListIpv4GatewaysResponse, error) {
	snap := s.DB.Snapshot()
	f := action.NewFilter(c, snap, state.IPv4Gateways, account, state.IPv4GatewaysByAccount)
	if err := filter(c, f, in); err != nil {
		return nil, err
	}
	size := 10
	if in.MaxResults != nil {
		size = *in.MaxResults
	}
	if size < 1 || size > 100 {
		return nil, action.Invalid("MaxResults")
	}
	page, err := s.Pager.Page(c, action.PageRequest{MaxResults: &size, NextToken: in.NextToken, MinResults: 1, MaximumResults: 100, BadToken: api.CodeIllegalParamNextToken})
	if err != nil {
		return nil, err
	}
	rows, _, next := f.List(page)
	_, total, _ := f.List(action.Page{Number: 1, Size: 1})
	out := &api.ListIpv4GatewaysResponse{NextToken: next, TotalCount: strconv.Itoa(total)}
	for _, r := range rows {
		out.IPv4GatewayModels = append(out.IPv4GatewayModels, show(snap, r.Key, r.Record))
	}
	return out, nil
}

func filter(c *action.Call, f *action.Filter[ecs.IPv4Gateway], in *api.ListIpv4GatewaysRequest) error {
	tags := make([]api.Tag, len(in.Tags))
	for i, t := range in.Tags {
		tags[i] = api.Tag(t)
	}
	tagged, err := network.TagFilter(f.View, tags)
	if err != nil {
		return err
	}
	if len(tags) > 0 {
		f.Require(func(_ ecs.Key, g *ecs.IPv4Gateway) bool { return tagged.Match(g.Tags) })
	}
	if in.IPv4GatewayID != "" {
		f.IDList(c, ecs.KindIPv4Gateway, []string{in.IPv4GatewayID})
	}
	if in.VPCID != "" {
		vpc, ok := ecs.ParseID(ecs.KindVPC, in.VPCID)
		if !ok {
			f.None()
			return nil
		}
		f.Index(state.IPv4GatewaysByVPC, uint64(vpc))
		f.Require(func(_ ecs.Key, g *ecs.IPv4Gateway) bool { return g.VPC == vpc })
	}
	if name := in.IPv4GatewayName; name != "" {
		f.Require(func(_ ecs.Key, g *ecs.IPv4Gateway) bool { return g.Name == name })
	}
	if groups := resource.NewVPCGroupFilter(f.View, c.Caller.Account, in.ResourceGroupID); groups.Given() {
		f.Require(func(_ ecs.Key, g *ecs.IPv4Gateway) bool { return groups.Match(g.ResourceGroup) })
	}
	return nil
}
