package eip

import (
	"slices"
	"strconv"
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DescribeEipAddresses", (*Service).DescribeEIPAddresses)

// maxListed is how many identifiers or addresses a filter may list.
const maxListed = 50

// DescribeEIPAddresses lists elastic IPs, newest first. A filter that nothing fits
// gives an empty list.
func (s *Service) DescribeEIPAddresses(c *action.Call, in *api.DescribeEipAddressesRequest) (*api.DescribeEipAddressesResponse, error) {
	snap := s.DB.Snapshot()
	f := action.NewFilter(c, snap, state.EIPs, func(e *ecs.EIP) uint64 { return e.Account }, state.EIPsByAccount)
	for _, step := range [...]func(*action.Call, *action.Filter[ecs.EIP], *api.DescribeEipAddressesRequest) error{
		filterSets, filterNames, filterTimes, filterLists,
	} {
		if err := step(c, f, in); err != nil {
			return nil, err
		}
	}
	page, err := s.Pager.Page(c, action.PageRequest{PageNumber: in.PageNumber, PageSize: in.PageSize, DefaultSize: 10, MaxSize: 100})
	if err != nil {
		return nil, err
	}
	if action.Flag(in.DryRun) {
		return nil, action.DryRun()
	}
	rows, total, _ := f.List(page)
	out := &api.DescribeEipAddressesResponse{PageNumber: page.Number, PageSize: page.Size, TotalCount: total}
	out.EIPAddresses.EIPAddress = make([]api.DescribeEipAddressesEIPAddress, len(rows))
	for i, r := range rows {
		s.show(&out.EIPAddresses.EIPAddress[i], snap, r.Key, r.Record)
	}
	return out, nil
}

// filterSets reads the filters whose values are closed sets. Nothing here is
// locked, paid in advance, of a segment or a pool, or managed by another service.
func filterSets(_ *action.Call, f *action.Filter[ecs.EIP], in *api.DescribeEipAddressesRequest) error {
	if in.Status != "" {
		want, ok := ecs.ParseEIPStatus(in.Status)
		f.Require(func(_ ecs.Key, e *ecs.EIP) bool { return ok && e.Status() == want })
	}
	switch in.ChargeType {
	case "", "PostPaid":
	case "PrePaid":
		f.None()
	default:
		return api.Errorf(api.CodeInvalidChargeTypeValueNotSupported, "The specified ChargeType is not valid.").WithStatus(400)
	}
	switch in.LockReason {
	case "":
	case "financial", "security":
		f.None()
	default:
		return api.Errorf(api.CodeInvalidLockReasonNotFound, "The specified LockReason is not found.").WithStatus(404)
	}
	switch in.AssociatedInstanceType {
	case "":
	case "EcsInstance", "NetworkInterface", "Nat", "SlbInstance", "HaVip", "IpAddress":
		f.Require(func(_ ecs.Key, e *ecs.EIP) bool { return e.TargetKind.String() == in.AssociatedInstanceType })
	default:
		return api.Errorf(api.CodeInvalidIAssociatedInstanceTypeValueNotSupported, "The specified value of AssociatedInstanceType is not supported.")
	}
	if in.SegmentInstanceID != "" || in.PublicIPAddressPoolID != "" || in.BandwidthPackageID != "" || action.Flag(in.ServiceManaged) {
		f.None()
	}
	if want := in.SecurityProtectionEnabled; want != nil {
		f.Require(func(_ ecs.Key, e *ecs.EIP) bool { return e.Flags.Has(ecs.EIPAntiDDoS) == *want })
	}
	return nil
}

func filterNames(c *action.Call, f *action.Filter[ecs.EIP], in *api.DescribeEipAddressesRequest) error {
	if in.EIPName != "" {
		f.Require(func(_ ecs.Key, e *ecs.EIP) bool { return e.Name == in.EIPName })
	}
	if in.ISP != "" {
		f.Require(func(_ ecs.Key, e *ecs.EIP) bool { return isp(f.View, e) == in.ISP })
	}
	group := resource.NewVPCGroupFilter(f.View, c.Caller.Account, in.ResourceGroupID)
	if key, ok := group.Key(); ok {
		f.Index(state.EIPsByResourceGroup, key)
	}
	if group.Given() {
		f.Require(func(_ ecs.Key, e *ecs.EIP) bool { return group.Match(e.ResourceGroup) })
	}
	tags, err := network.TagFilter(f.View, in.Tag)
	if err != nil || tags.Empty() {
		return err
	}
	key, ok := tags.Key(c.Caller.Account, c.RegionCode())
	if !ok {
		f.None()
		return nil
	}
	f.Index(state.EIPsByTag, key)
	f.Require(func(_ ecs.Key, e *ecs.EIP) bool { return tags.Match(e.Tags) })
	return nil
}

// filterTimes reads Filter.N: elastic IPs made from and until.
func filterTimes(_ *action.Call, f *action.Filter[ecs.EIP], in *api.DescribeEipAddressesRequest) error {
	for _, e := range in.Filter {
		if e.Key == "" {
			continue
		}
		t, ok := ecs.ParseTime(e.Value)
		if !ok {
			return action.Invalid("Filter.Value")
		}
		at := t.Unix()
		switch e.Key {
		case "CreationStartTime":
			f.Require(func(_ ecs.Key, e *ecs.EIP) bool { return e.Created >= at })
		case "CreationEndTime":
			f.Require(func(_ ecs.Key, e *ecs.EIP) bool { return e.Created <= at })
		default:
			return action.Invalid("Filter.Key")
		}
	}
	return nil
}

// filterLists reads the filters that list identifiers or addresses with commas
// between them.
func filterLists(c *action.Call, f *action.Filter[ecs.EIP], in *api.DescribeEipAddressesRequest) error {
	split := func(name, list string) ([]string, error) {
		all := strings.Split(list, ",")
		if len(all) > maxListed {
			return nil, action.Invalid(name)
		}
		for i := range all {
			all[i] = strings.TrimSpace(all[i])
		}
		return all, nil
	}
	if in.AllocationID != "" {
		ids, err := split("AllocationId", in.AllocationID)
		if err != nil {
			return err
		}
		f.IDList(c, ecs.KindEIP, ids)
	}
	if in.EIPAddress != "" {
		list, err := split("EipAddress", in.EIPAddress)
		if err != nil {
			return err
		}
		var keys []ecs.Key
		for _, s := range list {
			if ip, ok := ecs.ParseIPv4(s); ok {
				keys = slices.AppendSeq(keys, state.EIPsByAddress.Keys(f.View, uint64(ip), 0))
			}
		}
		f.Keys(keys)
	}
	if in.AssociatedInstanceID != "" {
		ids, err := split("AssociatedInstanceId", in.AssociatedInstanceID)
		if err != nil {
			return err
		}
		var keys []ecs.Key
		for _, id := range ids {
			for _, kind := range []ecs.Kind{ecs.KindInstance, ecs.KindNetworkInterface, ecs.KindNATGateway, ecs.KindHaVip} {
				if k, ok := ecs.ParseID(kind, id); ok {
					keys = slices.AppendSeq(keys, state.EIPsByTarget.Keys(f.View, uint64(k), 0))
				}
			}
		}
		f.Keys(keys)
	}
	return nil
}

func isp(v state.View, e *ecs.EIP) string {
	if e.ISP == 0 {
		return "BGP"
	}
	return v.Str(e.ISP)
}

func (s *Service) show(o *api.DescribeEipAddressesEIPAddress, v state.View, k ecs.Key, e *ecs.EIP) {
	o.AllocationID, o.IPAddress, o.Status = ecs.ID(ecs.KindEIP, k), e.Address.String(), e.Status().String()
	o.Name, o.Description, o.Descritpion = e.Name, e.Description, e.Description
	o.AllocationTime = ecs.Second(e.Created)
	o.Bandwidth = strconv.Itoa(int(e.Bandwidth))
	o.EIPBandwidth = o.Bandwidth
	o.InternetChargeType, o.ChargeType, o.BusinessStatus = e.Charge.String(), "PostPaid", "Normal"
	o.ISP, o.Netmode, o.Mode = isp(v, e), "public", e.Mode.String()
	o.DeletionProtection = e.Flags.Has(ecs.EIPProtected)
	o.HDMonitorStatus, o.HasReservationData = "OFF", "false"
	if e.Flags.Has(ecs.EIPMonitored) {
		o.HDMonitorStatus = "ON"
	}
	if e.Flags.Has(ecs.EIPAntiDDoS) {
		o.SecurityProtectionTypes.SecurityProtectionType = []string{"AntiDDoS_Enhanced"}
	}
	if r, ok := s.Catalog.RegionByCode(k.Region()); ok {
		o.RegionID = r.ID
		o.AvailableRegions.AvailableRegion = []string{r.ID}
	}
	o.Zone = v.Str(e.Home)
	if e.Target != 0 {
		o.InstanceID, o.InstanceType, o.InstanceRegionID = e.TargetID(), e.TargetKind.String(), o.RegionID
		o.PrivateIPAddress = e.Private.String()
	}
	o.ResourceGroupID = resource.ShowGroup(v, e.Account, e.ResourceGroup)
	o.Tags.Tag = network.ShowTags(v, e.Tags)
}
