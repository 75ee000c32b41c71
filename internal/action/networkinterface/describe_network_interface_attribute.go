package networkinterface

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
)

var _ = action.Handle(&actions, "DescribeNetworkInterfaceAttribute", (*Service).DescribeNetworkInterfaceAttribute)

// What a connection that is idle is remembered for, in seconds, where nothing
// else was asked for.
const (
	tcpClosed      = 3
	tcpEstablished = 910
	udpIdle        = 30
)

// DescribeNetworkInterfaceAttribute shows one interface. Its connection tracking
// is shown only if Attribute asks for that. Tag.N is of no effect in the real
// service.
func (s *Service) DescribeNetworkInterfaceAttribute(c *action.Call, in *api.DescribeNetworkInterfaceAttributeRequest) (*api.DescribeNetworkInterfaceAttributeResponse, error) {
	if a := in.Attribute; a != "" && a != "attachment" && a != "connectionTrackingConfiguration" {
		return nil, action.Invalid("Attribute")
	}
	snap := s.DB.Snapshot()
	k, n, err := find(c, snap, in.NetworkInterfaceID)
	if err != nil {
		return nil, err
	}
	var e api.DescribeNetworkInterfacesNetworkInterfaceSet
	s.show(&e, snap, k, n)
	o := &api.DescribeNetworkInterfaceAttributeResponse{
		CreationTime: e.CreationTime, DeleteOnRelease: e.DeleteOnRelease, Description: e.Description, InstanceID: e.InstanceID, MacAddress: e.MacAddress,
		NetworkInterfaceID: e.NetworkInterfaceID, NetworkInterfaceName: e.NetworkInterfaceName, NetworkInterfaceTrafficMode: e.NetworkInterfaceTrafficMode,
		OwnerID: e.OwnerID, PrivateIPAddress: e.PrivateIPAddress, QueueNumber: e.QueueNumber, QueuePairNumber: e.QueuePairNumber,
		ResourceGroupID: e.ResourceGroupID, SourceDestCheck: e.SourceDestCheck, Status: e.Status, Type: e.Type, VSwitchID: e.VSwitchID, VPCID: e.VPCID, ZoneID: e.ZoneID,
		AssociatedPublicIP: api.DescribeNetworkInterfaceAttributeAssociatedPublicIP(e.AssociatedPublicIP),
	}
	o.Attachment.InstanceID = e.Attachment.InstanceID
	o.Tags.Tag, o.SecurityGroupIDs.SecurityGroupID = e.Tags.Tag, e.SecurityGroupIDs.SecurityGroupID
	for _, ip := range e.PrivateIPSets.PrivateIPSet {
		o.PrivateIPSets.PrivateIPSet = append(o.PrivateIPSets.PrivateIPSet, api.DescribeNetworkInterfaceAttributePrivateIPSet{
			PrivateIPAddress: ip.PrivateIPAddress, Primary: ip.Primary,
			AssociatedPublicIP: api.DescribeNetworkInterfaceAttributePrivateIPSetAssociatedPublicIP(ip.AssociatedPublicIP),
		})
	}
	for _, p := range e.IPv4PrefixSets.IPv4PrefixSet {
		o.IPv4PrefixSets.IPv4PrefixSet = append(o.IPv4PrefixSets.IPv4PrefixSet, api.DescribeNetworkInterfaceAttributeIPv4PrefixSet(p))
	}
	for _, ip := range e.IPv6Sets.IPv6Set {
		o.IPv6Sets.IPv6Set = append(o.IPv6Sets.IPv6Set, api.DescribeNetworkInterfaceAttributeIPv6Set(ip))
	}
	for _, p := range e.IPv6PrefixSets.IPv6PrefixSet {
		o.IPv6PrefixSets.IPv6PrefixSet = append(o.IPv6PrefixSets.IPv6PrefixSet, api.DescribeNetworkInterfaceAttributeIPv6PrefixSet(p))
	}
	m := n.Rest()
	o.NetworkInterfaceTrafficConfig = api.DescribeNetworkInterfaceAttributeNetworkInterfaceTrafficConfig{
		NetworkInterfaceTrafficMode: e.NetworkInterfaceTrafficMode, QueueNumber: e.QueueNumber, QueuePairNumber: e.QueuePairNumber,
	}
	if q := m.QoS; m.Flags.Has(ecs.QoSOn) {
		o.QoSConfig.EnableQoS = true
		o.QoSConfig.QoS = api.DescribeNetworkInterfaceAttributeQoSConfigQoS{
			BandwidthRx: q.BandwidthRx, BandwidthTx: q.BandwidthTx, ConcurrentConnections: q.Connections, PpsRx: q.PPSRx, PpsTx: q.PPSTx,
		}
	}
	if in.Attribute == "connectionTrackingConfiguration" {
		t := m.ConnectionTrack
		o.ConnectionTrackingConfiguration = api.DescribeNetworkInterfaceAttributeConnectionTrackingConfiguration{
			TcpClosedAndTimeWaitTimeout: or(t.TCPClosed, tcpClosed), TcpEstablishedTimeout: or(t.TCPEstablished, tcpEstablished), UdpTimeout: or(t.UDP, udpIdle),
		}
	}
	return o, nil
}

func or(v uint16, absent int) int {
	if v == 0 {
		return absent
	}
	return int(v)
}
