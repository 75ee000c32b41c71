package natgateway

import (
	"slices"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DescribeNatGateways", (*Service).DescribeNATGateways)

// DescribeNATGateways lists NAT gateways, newest first. A filter that nothing fits
// gives an empty list.
func (s *Service) DescribeNATGateways(c *action.Call, in *api.DescribeNatGatewaysRequest) (*api.DescribeNatGatewaysResponse, error) {
	snap := s.DB.Snapshot()
	f := action.NewFilter(c, snap, state.NATGateways, func(g *ecs.NATGateway) uint64 { return g.Account }, state.NATGatewaysByAccount)
	if err := filter(c, f, in); err != nil {
		return nil, err
	}
	page, err := s.Pager.Page(c, action.PageRequest{PageNumber: in.PageNumber, PageSize: in.PageSize, DefaultSize: 10, MaxSize: 50})
	if err != nil {
		return nil, err
	}
	if action.Flag(in.DryRun) {
		return nil, action.DryRun()
	}
	rows, total, _ := f.List(page)
	out := &api.DescribeNatGatewaysResponse{PageNumber: page.Number, PageSize: page.Size, TotalCount: total}
	out.NatGateways.NatGateway = make([]api.DescribeNatGatewaysNatGateway, len(rows))
	for i, r := range rows {
		s.show(&out.NatGateways.NatGateway[i], snap, r.Key, r.Record)
	}
	return out, nil
}

func filter(c *action.Call, f *action.Filter[ecs.NATGateway], in *api.DescribeNatGatewaysRequest) error {
	is := func(want string, of func(ecs.Key, *ecs.NATGateway) string) {
		if want != "" {
			f.Require(func(k ecs.Key, g *ecs.NATGateway) bool { return of(k, g) == want })
		}
	}
	if in.VPCID != "" {
		if k, ok := ecs.ParseID(ecs.KindVPC, in.VPCID); ok {
			f.Index(state.NATGatewaysByVPC, uint64(k))
		}
	}
	is(in.VPCID, func(_ ecs.Key, g *ecs.NATGateway) string { return ecs.ID(ecs.KindVPC, g.VPC) })
	is(in.VSwitchID, func(_ ecs.Key, g *ecs.NATGateway) string { return ecs.ID(ecs.KindVSwitch, g.VSwitch) })
	is(in.Name, func(_ ecs.Key, g *ecs.NATGateway) string { return g.Name })
	is(in.Status, func(_ ecs.Key, g *ecs.NATGateway) string { return ecs.RuleStatus(&g.Work, "Creating") })
	is(in.ZoneID, func(_ ecs.Key, g *ecs.NATGateway) string { return f.View.Str(g.Zone) })
	is(in.Spec, func(_ ecs.Key, g *ecs.NATGateway) string { return spec(f.View, g) })
	is(in.NetworkType, func(_ ecs.Key, g *ecs.NATGateway) string { return networkType(g) })
	is(in.NatType, func(ecs.Key, *ecs.NATGateway) string { return "Enhanced" })
	is(in.InstanceChargeType, func(ecs.Key, *ecs.NATGateway) string { return "PostPaid" })
	if action.Flag(in.PrivateLinkEnabled) {
		f.None()
	}
	group := resource.NewVPCGroupFilter(f.View, c.Caller.Account, in.ResourceGroupID)
	if group.Given() {
		f.Require(func(_ ecs.Key, g *ecs.NATGateway) bool { return group.Match(g.ResourceGroup) })
	}
	tags, err := network.TagFilter(f.View, in.Tag)
	if err != nil {
		return err
	}
	f.Require(func(_ ecs.Key, g *ecs.NATGateway) bool { return tags.Match(g.Tags) })
	ids := slices.Clone(in.NatGatewayIDs)
	if in.NatGatewayID != "" {
		f.IDList(c, ecs.KindNATGateway, []string{in.NatGatewayID})
	}
	if len(ids) > 0 {
		f.IDList(c, ecs.KindNATGateway, ids)
	}
	return nil
}

func spec(v state.View, g *ecs.NATGateway) string {
	if g.Spec == 0 {
		return "Small"
	}
	return v.Str(g.Spec)
}

func networkType(g *ecs.NATGateway) string {
	if g.Flags.Has(ecs.GatewayIntranet) {
		return "intranet"
	}
	return "internet"
}

func internetCharge(g *ecs.NATGateway) string {
	if g.BySpec {
		return "PayBySpec"
	}
	return "PayByLcu"
}

func bindMode(g *ecs.NATGateway) string {
	if g.Flags.Has(ecs.GatewayBindNAT) {
		return "NAT"
	}
	return "MULTI_BINDED"
}

// usage is what a gateway's elastic IP is used for.
func usage(v state.View, gateway ecs.Key, e *ecs.EIP) string {
	switch {
	case network.UsedBySNAT(v, gateway, e.Address):
		return "UsedBySnatTable"
	case network.UsedByForward(v, gateway, e.Address):
		return "UsedByForwardTable"
	}
	return "Idle"
}

func (s *Service) show(o *api.DescribeNatGatewaysNatGateway, v state.View, k ecs.Key, g *ecs.NATGateway) {
	o.NatGatewayID, o.Name, o.Description = ecs.ID(ecs.KindNATGateway, k), g.Name, g.Description
	o.Status, o.BusinessStatus, o.CreationTime = ecs.RuleStatus(&g.Work, "Creating"), "Normal", ecs.Second(g.Created)
	o.NatType, o.NetworkType, o.Spec = "Enhanced", networkType(g), spec(v, g)
	o.InstanceChargeType, o.InternetChargeType, o.EIPBindMode = "PostPaid", internetCharge(g), bindMode(g)
	o.IcmpReplyEnabled, o.EnableSessionLog = !g.Flags.Has(ecs.GatewayNoICMP), "false"
	o.DeletionProtection, o.SecurityProtectionEnabled = g.Flags.Has(ecs.GatewayProtected), g.Flags.Has(ecs.GatewaySecured)
	o.VPCID = ecs.ID(ecs.KindVPC, g.VPC)
	if r, ok := s.Catalog.RegionByCode(k.Region()); ok {
		o.RegionID = r.ID
	}
	o.SnatTableIDs.SnatTableID = []string{ecs.ID(ecs.KindSNATTable, k)}
	o.ForwardTableIDs.ForwardTableID = []string{ecs.ID(ecs.KindForwardTable, k)}
	for ek, e := range state.EIPsByTarget.Ascend(v, uint64(k), 0) {
		o.IPLists.IPList = append(o.IPLists.IPList, api.DescribeNatGatewaysNatGatewayIPList{
			AllocationID: ecs.ID(ecs.KindEIP, ek), IPAddress: e.Address.String(), PrivateIPAddress: g.IP.String(), UsingStatus: usage(v, k, e),
			SnatEntryEnabled: true,
		})
	}
	o.NatGatewayPrivateInfo = api.DescribeNatGatewaysNatGatewayNatGatewayPrivateInfo{
		IzNo: v.Str(g.Zone), PrivateIPAddress: g.IP.String(), VswitchID: ecs.ID(ecs.KindVSwitch, g.VSwitch), MaxBandwidth: 5120,
	}
	o.ResourceGroupID = resource.ShowGroup(v, g.Account, g.ResourceGroup)
	o.Tags.Tag = network.ShowTags(v, g.Tags)
}
