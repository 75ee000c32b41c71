package networkinterface

import (
	"slices"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DescribeNetworkInterfaces", (*Service).DescribeNetworkInterfaces)

// maxFilter is how many values a filter that is a list may hold.
const maxFilter = 100

// DescribeNetworkInterfaces lists interfaces, newest first, the primary ones of
// instances among them. All filters must hold.
func (s *Service) DescribeNetworkInterfaces(c *action.Call, in *api.DescribeNetworkInterfacesRequest) (*api.DescribeNetworkInterfacesResponse, error) {
	snap := s.DB.Snapshot()
	f, err := filter(c, snap, in)
	if err != nil {
		return nil, err
	}
	page, err := s.Pager.Page(c, action.PageRequest{
		PageNumber: in.PageNumber, PageSize: in.PageSize, MaxResults: in.MaxResults, NextToken: in.NextToken,
		DefaultSize: 10, MaxSize: 1000, MinResults: 10, MaximumResults: 500, BadToken: api.CodeInvalidParameter,
	})
	if err != nil {
		return nil, err
	}
	rows, total, next := f.List(page)
	out := &api.DescribeNetworkInterfacesResponse{PageNumber: page.Number, PageSize: page.Size, TotalCount: total, NextToken: next}
	out.NetworkInterfaceSets.NetworkInterfaceSet = make([]api.DescribeNetworkInterfacesNetworkInterfaceSet, len(rows))
	for i, r := range rows {
		s.show(&out.NetworkInterfaceSets.NetworkInterfaceSet[i], snap, r.Key, r.Record)
	}
	return out, nil
}

type interfaces = action.Filter[ecs.NetworkInterface]

// filter reads the filters. Values outside a closed set are refused, values that
// nothing has find nothing.
func filter(c *action.Call, snap *state.Snapshot, in *api.DescribeNetworkInterfacesRequest) (*interfaces, error) {
	f := action.NewFilter(c, snap, state.Interfaces, account, state.InterfacesByAccount)
	for _, step := range [...]func(*action.Call, *interfaces, *api.DescribeNetworkInterfacesRequest) error{
		filterSets, filterPlace, filterAddresses,
	} {
		if err := step(c, f, in); err != nil {
			return nil, err
		}
	}
	f.Name(in.NetworkInterfaceName, func(_ ecs.Key, n *ecs.NetworkInterface) string { return n.Rest().Name })
	group := resource.NewGroupFilter(snap, c.Caller.Account, in.ResourceGroupID)
	if group.Given() {
		if key, ok := group.Key(); ok {
			f.Index(state.InterfacesByResourceGroup, key)
		}
		f.Require(func(_ ecs.Key, n *ecs.NetworkInterface) bool { return group.Match(n.ResourceGroup) })
	}
	err := f.Tags(c, in.Tag, state.InterfacesByTag, func(n *ecs.NetworkInterface) []ecs.Tag { return n.Tags })
	if err != nil || len(in.NetworkInterfaceID) == 0 {
		return f, err
	}
	f.IDList(c, ecs.KindNetworkInterface, in.NetworkInterfaceID)
	f.Require(func(_ ecs.Key, n *ecs.NetworkInterface) bool { return n.VPC != 0 })
	return f, nil
}

// filterSets reads the filters whose values are closed sets, and the lengths of
// those that are lists.
func filterSets(c *action.Call, f *interfaces, in *api.DescribeNetworkInterfacesRequest) error {
	status, ok := ecs.ParseInterfaceStatus(in.Status)
	err := action.FirstOf([]action.Check{
		{in.Status != "" && !ok, api.CodeInvalidParameter, `The specified parameter "Status" is not valid.`},
		{in.Type != "" && in.Type != "Primary" && in.Type != "Secondary", api.CodeInvalidParameter, `The specified parameter "Type" is not valid.`},
		{len(in.NetworkInterfaceID) > maxFilter, api.CodeInvalidParameter, `The specified parameter "NetworkInterfaceId.N" holds more than 100 values.`},
		{len(in.PrivateIPAddress) > maxFilter, api.CodeInvalidParameter, `The specified parameter "PrivateIpAddress.N" holds more than 100 values.`},
		{len(in.IPv6Address) > maxFilter, api.CodeInvalidParameter, `The specified parameter "Ipv6Address.N" holds more than 100 values.`},
	})
	if err != nil {
		return err
	}
	if in.Status != "" {
		f.Require(func(_ ecs.Key, n *ecs.NetworkInterface) bool {
			i, _ := state.Instances.Get(f.View, n.Instance)
			return n.StatusIn(i) == status
		})
	}
	if in.Type == "Secondary" {
		f.Index(state.InterfacesSecondary, state.Scope(c.Caller.Account, c.RegionCode()))
	}
	if in.Type != "" {
		f.Require(func(_ ecs.Key, n *ecs.NetworkInterface) bool { return n.Type() == in.Type })
	}
	if action.Flag(in.ServiceManaged) {
		f.None() // no service here owns interfaces
	}
	return nil
}

// filterPlace reads the filters on where an interface is.
func filterPlace(c *action.Call, f *interfaces, in *api.DescribeNetworkInterfacesRequest) error {
	for _, by := range [...]struct {
		id   string
		kind ecs.Kind
		x    *state.Index[ecs.NetworkInterface]
		has  func(n *ecs.NetworkInterface, k ecs.Key) bool
	}{
		{in.VPCID, ecs.KindVPC, state.InterfacesByVPC, func(n *ecs.NetworkInterface, k ecs.Key) bool { return n.VPC == k }},
		{in.VSwitchID, ecs.KindVSwitch, state.InterfacesByVSwitch, func(n *ecs.NetworkInterface, k ecs.Key) bool { return n.VSwitch == k }},
		{in.SecurityGroupID, ecs.KindSecurityGroup, state.InterfacesByGroup, func(n *ecs.NetworkInterface, k ecs.Key) bool { return slices.Contains(n.Groups, k) }},
		{in.InstanceID, ecs.KindInstance, state.InterfacesByInstance, func(n *ecs.NetworkInterface, k ecs.Key) bool { return n.Instance == k }},
	} {
		if by.id == "" {
			continue
		}
		k, ok := ecs.ParseID(by.kind, by.id)
		if !ok {
			f.None()
			continue
		}
		f.Index(by.x, uint64(k))
		f.Require(func(_ ecs.Key, n *ecs.NetworkInterface) bool { return n.VPC != 0 && by.has(n, k) })
	}
	return nil
}

// filterAddresses reads the filters on addresses. Without a VPC an address is
// looked up in each of the account's.
func filterAddresses(c *action.Call, f *interfaces, in *api.DescribeNetworkInterfacesRequest) error {
	primary, ok := ecs.ParseIPv4(in.PrimaryIPAddress)
	if in.PrimaryIPAddress != "" && !ok {
		return action.Invalid("PrimaryIpAddress")
	}
	secondary, _, err := parseIPv4(in.PrivateIPAddress, nil, api.CodeInvalidParameter)
	if err != nil {
		return err
	}
	six, _, err := parseIPv6(in.IPv6Address, nil, api.CodeInvalidParameter)
	if err != nil {
		return err
	}
	if len(six) > 0 {
		f.Keys(holders6(f.View, six))
		f.Require(func(_ ecs.Key, n *ecs.NetworkInterface) bool {
			return slices.ContainsFunc(six, func(ip ecs.IPv6) bool { return slices.Contains(n.Rest().IPv6, ip) })
		})
	}
	if primary != 0 {
		f.Keys(holders(c, f.View, in.VPCID, []ecs.IPv4{primary}))
		f.Require(func(_ ecs.Key, n *ecs.NetworkInterface) bool { return n.VPC != 0 && n.IP == primary })
	}
	if len(secondary) > 0 {
		f.Keys(holders(c, f.View, in.VPCID, secondary))
		f.Require(func(_ ecs.Key, n *ecs.NetworkInterface) bool {
			return n.VPC != 0 && slices.ContainsFunc(secondary, func(ip ecs.IPv4) bool { return n.IP == ip || slices.Contains(n.Rest().Secondary, ip) })
		})
	}
	return nil
}

// holders are the interfaces that have one of some addresses in a VPC, or in any
// of the account's VPCs of the region.
func holders(c *action.Call, v state.View, vpc string, ips []ecs.IPv4) (keys []ecs.Key) {
	in := func(k ecs.Key) {
		for _, ip := range ips {
			for n := range state.InterfacesByIP.Keys(v, state.AddressKey(k.Region(), k, ip), 0) {
				keys = append(keys, n)
			}
		}
	}
	if k, ok := ecs.ParseID(ecs.KindVPC, vpc); ok || vpc != "" {
		in(k)
		return keys
	}
	for k := range state.VPCsByAccount.Keys(v, state.Scope(c.Caller.Account, c.RegionCode()), 0) {
		in(k)
	}
	return keys
}
