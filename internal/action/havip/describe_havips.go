package havip

import (
	"slices"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DescribeHaVips", (*Service).DescribeHaVips)

// DescribeHaVips lists HaVips, newest first. Several filters must all fit, of
// the values of one any.
func (s *Service) DescribeHaVips(c *action.Call, in *api.DescribeHaVipsRequest) (*api.DescribeHaVipsResponse, error) {
	snap := s.DB.Snapshot()
	f := action.NewFilter(c, snap, state.HaVips, account, state.HaVipsByAccount)
	for _, want := range in.Filter {
		if err := filter(c, f, want.Key, want.Value); err != nil {
			return nil, err
		}
	}
	group := resource.NewVPCGroupFilter(snap, c.Caller.Account, in.ResourceGroupID)
	tags, err := network.TagFilter(snap, in.Tags)
	if err != nil {
		return nil, err
	}
	f.Require(func(_ ecs.Key, h *ecs.HaVip) bool { return group.Match(h.ResourceGroup) && tags.Match(h.Tags) })
	page, err := s.Pager.Page(c, action.PageRequest{PageNumber: in.PageNumber, PageSize: in.PageSize, DefaultSize: 10, MaxSize: 50})
	if err != nil {
		return nil, err
	}
	rows, total, _ := f.List(page)
	out := &api.DescribeHaVipsResponse{PageNumber: page.Number, PageSize: page.Size, TotalCount: total}
	out.HaVips.HaVip = make([]api.DescribeHaVipsHaVip, len(rows))
	for i, r := range rows {
		s.show(&out.HaVips.HaVip[i], snap, r.Key, r.Record)
	}
	return out, nil
}

func filter(c *action.Call, f *action.Filter[ecs.HaVip], key string, values []string) error {
	values = slices.DeleteFunc(slices.Clone(values), func(s string) bool { return s == "" })
	if key == "" && len(values) == 0 {
		return nil
	}
	of := map[string]func(*ecs.HaVip) string{
		"VpcId":        func(h *ecs.HaVip) string { return ecs.ID(ecs.KindVPC, h.VPC) },
		"VSwitchId":    func(h *ecs.HaVip) string { return ecs.ID(ecs.KindVSwitch, h.VSwitch) },
		"HaVipAddress": func(h *ecs.HaVip) string { return h.IP.String() },
		"Status":       (*ecs.HaVip).Status,
	}[key]
	switch {
	case key == "HaVipId":
		f.IDList(c, ecs.KindHaVip, values)
		return nil
	case of == nil:
		return action.Invalid("Filter.N.Key")
	}
	if len(values) == 1 {
		if k, ok := ecs.ParseID(ecs.KindVPC, values[0]); ok && key == "VpcId" {
			f.Index(state.HaVipsByVPC, uint64(k))
		}
		if k, ok := ecs.ParseID(ecs.KindVSwitch, values[0]); ok && key == "VSwitchId" {
			f.Index(state.HaVipsByVSwitch, uint64(k))
		}
	}
	f.Require(func(_ ecs.Key, h *ecs.HaVip) bool { return slices.Contains(values, of(h)) })
	return nil
}

func (s *Service) show(o *api.DescribeHaVipsHaVip, v state.View, k ecs.Key, h *ecs.HaVip) {
	o.HaVipID, o.Name, o.Description, o.IPAddress = ecs.ID(ecs.KindHaVip, k), h.Name, h.Description, h.IP.String()
	o.Status, o.ChargeType, o.CreateTime = h.Status(), "PostPaid", ecs.Second(h.Created)
	o.VPCID, o.VSwitchID = ecs.ID(ecs.KindVPC, h.VPC), ecs.ID(ecs.KindVSwitch, h.VSwitch)
	if r, ok := s.Catalog.RegionByCode(k.Region()); ok {
		o.RegionID = r.ID
	}
	o.AssociatedInstanceType = h.MemberType()
	for _, m := range h.Members {
		o.AssociatedInstances.AssociatedInstance = append(o.AssociatedInstances.AssociatedInstance, ecs.ID(h.MemberKind(), m))
	}
	for _, e := range state.EIPsByTarget.Ascend(v, uint64(k), 0) {
		o.AssociatedEIPAddresses.AssociatedEIPAddresse = append(o.AssociatedEIPAddresses.AssociatedEIPAddresse, e.Address.String())
	}
	o.ResourceGroupID, o.Tags.Tag = resource.ShowGroup(v, h.Account, h.ResourceGroup), network.ShowTags(v, h.Tags)
}
