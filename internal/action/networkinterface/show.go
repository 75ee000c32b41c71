package networkinterface

import (
	"strconv"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/tag"
	"github.com/openecs/openecs/internal/state"
)

// show is an interface as DescribeNetworkInterfaces shows it.
func (s *Service) show(o *api.DescribeNetworkInterfacesNetworkInterfaceSet, v state.View, k ecs.Key, n *ecs.NetworkInterface) {
	m := n.Rest()
	i, _ := state.Instances.Get(v, n.Instance)
	o.NetworkInterfaceID, o.NetworkInterfaceName, o.Description, o.MacAddress = ecs.ID(ecs.KindNetworkInterface, k), m.Name, m.Description, ecs.MAC(k)
	o.Status, o.Type, o.OwnerID, o.CreationTime = n.StatusIn(i).String(), n.Type(), strconv.FormatUint(n.Account, 10), ecs.Second(n.Created)
	o.ZoneID, o.VPCID, o.VSwitchID = v.Str(n.Zone), ecs.ID(ecs.KindVPC, n.VPC), ecs.ID(ecs.KindVSwitch, n.VSwitch)
	o.ResourceGroupID, o.Tags.Tag = v.Str(n.ResourceGroup), tag.Show(v, n.Tags)
	o.SecurityGroupIDs.SecurityGroupID = groupIDs(n.Groups)
	o.DeleteOnRelease, o.SourceDestCheck = n.EndsWith(), m.Flags.Has(ecs.SourceDestCheck)
	o.NetworkInterfaceTrafficMode = trafficMode(m)
	o.QueueNumber, o.QueuePairNumber = s.queues(v, n), int(m.QueuePairs)
	o.PrivateIPAddress = n.IP.String()
	o.PrivateIPSets.PrivateIPSet = make([]api.DescribeNetworkInterfacesNetworkInterfaceSetPrivateIPSet, 1+len(m.Secondary))
	o.PrivateIPSets.PrivateIPSet[0].PrivateIPAddress, o.PrivateIPSets.PrivateIPSet[0].Primary = o.PrivateIPAddress, true
	for i, ip := range m.Secondary {
		o.PrivateIPSets.PrivateIPSet[1+i].PrivateIPAddress = ip.String()
	}
	for _, p := range m.Prefixes {
		o.IPv4PrefixSets.IPv4PrefixSet = append(o.IPv4PrefixSets.IPv4PrefixSet, api.DescribeNetworkInterfacesNetworkInterfaceSetIPv4PrefixSet{IPv4Prefix: p.String()})
	}
	for _, ip := range m.IPv6 {
		o.IPv6Sets.IPv6Set = append(o.IPv6Sets.IPv6Set, api.DescribeNetworkInterfacesNetworkInterfaceSetIPv6Set{IPv6Address: ip.String()})
	}
	for _, p := range m.Prefixes6 {
		o.IPv6PrefixSets.IPv6PrefixSet = append(o.IPv6PrefixSets.IPv6PrefixSet, api.DescribeNetworkInterfacesNetworkInterfaceSetIPv6PrefixSet{IPv6Prefix: p.String()})
	}
	showPublic(o, v, k)
	if n.Instance != 0 {
		o.InstanceID = ecs.ID(ecs.KindInstance, n.Instance)
		o.Attachment.InstanceID = o.InstanceID
	}
}

// showPublic shows the elastic IPs that are bound to addresses of an interface:
// to the interface itself, or, for the primary one, to its instance.
func showPublic(o *api.DescribeNetworkInterfacesNetworkInterfaceSet, v state.View, k ecs.Key) {
	if state.EIPs.Len(v) == 0 {
		return
	}
	n, _ := state.Interfaces.Get(v, k)
	show := func(ek ecs.Key, e *ecs.EIP) {
		if e.Status() != ecs.EIPInUse {
			return
		}
		for i := range o.PrivateIPSets.PrivateIPSet {
			if ip := &o.PrivateIPSets.PrivateIPSet[i]; ip.PrivateIPAddress == e.Private.String() || ip.Primary && e.Private == 0 {
				ip.AssociatedPublicIP.AllocationID, ip.AssociatedPublicIP.PublicIPAddress = ecs.ID(ecs.KindEIP, ek), e.Address.String()
				if ip.Primary {
					o.AssociatedPublicIP = api.DescribeNetworkInterfacesNetworkInterfaceSetAssociatedPublicIP(ip.AssociatedPublicIP)
				}
			}
		}
	}
	for ek, e := range state.EIPsByTarget.Ascend(v, uint64(k), 0) {
		show(ek, e)
	}
	if n != nil && n.Primary && n.Instance != 0 {
		for ek, e := range state.EIPsByTarget.Ascend(v, uint64(n.Instance), 0) {
			show(ek, e)
		}
	}
}

func groupIDs(groups []ecs.Key) []string {
	out := make([]string, len(groups))
	for i, g := range groups {
		out[i] = ecs.ID(ecs.KindSecurityGroup, g)
	}
	return out
}

func trafficMode(m *ecs.InterfaceMore) string {
	if m.Flags.Has(ecs.HighPerformance) {
		return "HighPerformance"
	}
	return "Standard"
}

// queues is how many queues an interface has: what it was given, else what the
// type of its instance gives, 0 where it is attached to none.
func (s *Service) queues(v state.View, n *ecs.NetworkInterface) int {
	if q := n.Rest().Queues; q != 0 {
		return int(q)
	}
	if t := s.typeOf(v, n); t != nil {
		return t.Queues
	}
	return 0
}
