package dhcpoptions

import (
	"slices"
	"strconv"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/state"
)

var (
	_ = action.Handle(&actions, "ListDhcpOptionsSets", (*Service).ListDHCPOptionsSets)
	_ = action.Handle(&actions, "GetDhcpOptionsSet", (*Service).GetDHCPOptionsSet)
)

// ListDHCPOptionsSets lists sets, newest first.
func (s *Service) ListDHCPOptionsSets(c *action.Call, in *api.ListDhcpOptionsSetsRequest) (*api.ListDhcpOptionsSetsResponse, error) {
	snap := s.DB.Snapshot()
	f := action.NewFilter(c, snap, state.DHCPOptionsSets, account, state.DHCPOptionsSetsByAccount)
	tagged, err := network.TagFilter(snap, in.Tags)
	if err != nil {
		return nil, err
	}
	if len(in.DhcpOptionsSetID) > 0 {
		f.IDList(c, ecs.KindDHCPOptionsSet, in.DhcpOptionsSetID)
	}
	groups := resource.NewVPCGroupFilter(snap, c.Caller.Account, in.ResourceGroupID)
	match := func(_ ecs.Key, r *ecs.DHCPOptionsSet) bool {
		return (in.DhcpOptionsSetName == "" || r.Name == in.DhcpOptionsSetName) && (in.DomainName == "" || r.DomainName == in.DomainName) &&
			(len(in.Tags) == 0 || tagged.Match(r.Tags)) && (!groups.Given() || groups.Match(r.ResourceGroup))
	}
	f.Require(match)
	most := in.MaxResults
	if most == nil {
		ten := 10
		most = &ten // without it the numbered pages would count
	}
	page, err := s.Pager.Page(c, action.PageRequest{
		MaxResults: most, NextToken: in.NextToken, MinResults: 1, MaximumResults: 100, BadToken: api.CodeIllegalParamNextToken,
	})
	if err != nil {
		return nil, err
	}
	rows, _, next := f.List(page)
	total := 0
	for k, r := range state.DHCPOptionsSetsByAccount.Ascend(snap, state.Scope(c.Caller.Account, c.RegionCode()), 0) { // ten at most
		if match(k, r) && (len(in.DhcpOptionsSetID) == 0 || slices.Contains(in.DhcpOptionsSetID, ecs.ID(ecs.KindDHCPOptionsSet, k))) {
			total++
		}
	}
	out := &api.ListDhcpOptionsSetsResponse{NextToken: next, TotalCount: strconv.Itoa(total)}
	for _, row := range rows {
		out.DhcpOptionsSets = append(out.DhcpOptionsSets, show(snap, row.Key, row.Record))
	}
	return out, nil
}

func show(v state.View, k ecs.Key, r *ecs.DHCPOptionsSet) api.ListDhcpOptionsSetsDhcpOptionsSets {
	o := api.ListDhcpOptionsSetsDhcpOptionsSets{
		AssociateVPCCount: state.VPCsByDHCPOptions.Count(v, uint64(k)), DhcpOptionsSetDescription: r.Description, DhcpOptionsSetID: ecs.ID(ecs.KindDHCPOptionsSet, k),
		DhcpOptionsSetName: r.Name, OwnerID: int64(r.Account), ResourceGroupID: resource.ShowGroup(v, r.Account, r.ResourceGroup), Status: status(v, k, r),
		DhcpOptions: api.ListDhcpOptionsSetsDhcpOptionsSetsDhcpOptions{
			DomainName: r.DomainName, DomainNameServers: r.Servers, LeaseTime: lease(r.Lease), IPv6LeaseTime: lease(r.Lease6),
		},
	}
	for _, t := range network.ShowTags(v, r.Tags) {
		o.Tags = append(o.Tags, api.ListDhcpOptionsSetsDhcpOptionsSetsTags{Key: t.Key, Value: t.Value, TagKey: t.Key, TagValue: t.Value})
	}
	return o
}

// GetDHCPOptionsSet shows one set and the VPCs that have it. One that is not
// there is 404: Terraform tells by the status.
func (s *Service) GetDHCPOptionsSet(c *action.Call, in *api.GetDhcpOptionsSetRequest) (*api.GetDhcpOptionsSetResponse, error) {
	snap := s.DB.Snapshot()
	k, r, ok := action.Find(c, snap, state.DHCPOptionsSets, ecs.KindDHCPOptionsSet, account, in.DhcpOptionsSetID)
	if !ok {
		return nil, api.Errorf(api.CodeInvalidDhcpOptionsSetIdNotFound, "The specified DhcpOptionsSetId does not exist.").WithStatus(404)
	}
	l := show(snap, k, r)
	o := &api.GetDhcpOptionsSetResponse{
		DhcpOptions: api.GetDhcpOptionsSetDhcpOptions(l.DhcpOptions), DhcpOptionsSetDescription: l.DhcpOptionsSetDescription, DhcpOptionsSetID: l.DhcpOptionsSetID,
		DhcpOptionsSetName: l.DhcpOptionsSetName, OwnerID: l.OwnerID, ResourceGroupID: l.ResourceGroupID, Status: l.Status,
	}
	for _, t := range l.Tags {
		o.Tags = append(o.Tags, api.GetDhcpOptionsSetTags(t))
	}
	for vpc, r := range state.VPCsByDHCPOptions.Ascend(snap, uint64(k), 0) {
		o.AssociateVPCs = append(o.AssociateVPCs, api.GetDhcpOptionsSetAssociateVPCs{AssociateStatus: network.DHCPStatus(r), VPCID: ecs.ID(ecs.KindVPC, vpc)})
	}
	return o, nil
}
