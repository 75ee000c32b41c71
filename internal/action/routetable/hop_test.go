package routetable_test

import (
	"testing"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

func lead(s *actiontest.Service, table, cidr, typ, hop string) {
	s.T.Helper()
	s.Do("CreateRouteEntry", "RouteTableId", table, "DestinationCidrBlock", cidr, "NextHopType", typ, "NextHopId", hop)
	pass(s)
}

// What ends by time takes the routes to it along, and those to the interfaces that
// end with it; the others stay.
func TestHopsThatEnd(t *testing.T) {
	s := actiontest.Start(t)
	n := s.Network()
	table := tables(s, "VpcId", n.VPC)[0].RouteTableID
	i := s.Running()
	s.Do("ModifyInstanceAutoReleaseTime", "InstanceId", i, "AutoReleaseTime", s.Clock.Now().Add(time.Hour).UTC().Format("2006-01-02T15:04:05Z"))
	nic := func(release string) string {
		id := actiontest.Call[api.CreateNetworkInterfaceResponse](s, "CreateNetworkInterface", "VSwitchId", n.VSwitch, "SecurityGroupId", n.Group, "DeleteOnRelease", release).NetworkInterfaceID
		s.Do("AttachNetworkInterface", "NetworkInterfaceId", id, "InstanceId", i)
		s.Settle()
		return id
	}
	lead(s, table, "10.0.0.0/8", "Instance", i)
	lead(s, table, "11.0.0.0/8", "NetworkInterface", nic("true"))
	s.Refuse(400, "DependencyViolation.RouteEntry", "", "DeleteInstance", "InstanceId", i, "Force", "true")
	s.Advance(2 * time.Hour)
	s.Settle()
	if got := state.Instances.Len(s.DB().Snapshot()); got != 0 {
		t.Fatalf("%d instances are left", got)
	}
	if got := entries(s, table, "RouteEntryType", "Custom"); len(got) != 0 {
		t.Errorf("routes to nothing: %+v", got)
	}
}

// Nothing leads to what is being deleted.
func TestHopsBeingDeleted(t *testing.T) {
	s := actiontest.Start(t)
	n := s.Network()
	table := tables(s, "VpcId", n.VPC)[0].RouteTableID
	four := actiontest.Call[api.CreateIpv4GatewayResponse](s, "CreateIpv4Gateway", "VpcId", n.VPC).IPv4GatewayID
	s.Do("ModifyVpcAttribute", "VpcId", n.VPC, "EnableIPv6", "true")
	six := actiontest.Call[api.CreateIpv6GatewayResponse](s, "CreateIpv6Gateway", "VpcId", n.VPC).IPv6GatewayID
	vip := actiontest.Call[api.CreateHaVipResponse](s, "CreateHaVip", "VSwitchId", n.VSwitch).HaVipID
	nic := actiontest.Call[api.CreateNetworkInterfaceResponse](s, "CreateNetworkInterface", "VSwitchId", n.VSwitch, "SecurityGroupId", n.Group).NetworkInterfaceID
	s.Settle()
	pass(s)
	s.Do("DeleteIpv4Gateway", "Ipv4GatewayId", four)
	s.Do("DeleteIpv6Gateway", "Ipv6GatewayId", six)
	s.Do("DeleteHaVip", "HaVipId", vip)
	s.Do("DeleteNetworkInterface", "NetworkInterfaceId", nic)
	for _, c := range []struct {
		typ, id, code string
	}{
		{"Ipv4Gateway", four, "ResourceNotFound.Ipv4Gateway"},
		{"IPv6Gateway", six, "InvalidNextHop.NotFound"},
		{"HaVip", vip, "InvalidHaVip.NotFound"},
		{"NetworkInterface", nic, "ResourceNotFound.NetworkInterface"},
	} {
		s.Refuse(400, c.code, "", "CreateRouteEntry", "RouteTableId", table, "DestinationCidrBlock", "10.0.0.0/8", "NextHopType", c.typ, "NextHopId", c.id)
	}
	s.Settle()
	pass(s)
	if snap := s.DB().Snapshot(); state.IPv4Gateways.Len(snap)+state.IPv6Gateways.Len(snap)+state.HaVips.Len(snap)+state.Interfaces.Len(snap) != 0 {
		t.Error("something is left")
	}
}

// A HaVip is a next hop, which says so when it is to be deleted.
func TestHaVipHop(t *testing.T) {
	s := actiontest.Start(t)
	n := s.Network()
	table := tables(s, "VpcId", n.VPC)[0].RouteTableID
	vip := actiontest.Call[api.CreateHaVipResponse](s, "CreateHaVip", "VSwitchId", n.VSwitch).HaVipID
	pass(s)
	lead(s, table, "10.0.0.0/8", "HaVip", vip)
	got := entries(s, table, "RouteEntryType", "Custom")
	if len(got) != 1 || got[0].NextHops.NextHop[0].NextHopType != "HaVip" || got[0].NextHops.NextHop[0].NextHopID != vip {
		t.Fatalf("%+v", got)
	}
	s.Refuse(400, "DependencyViolation.RouteEntry", "Specified object has dependent resources: "+got[0].RouteEntryID+".", "DeleteHaVip", "HaVipId", vip)
	other := s.VPC("CidrBlock", "10.0.0.0/8")
	s.Refuse(400, "InvalidHaVip.NotFound", "", "CreateRouteEntry", "RouteTableId", table, "DestinationCidrBlock", "12.0.0.0/8", "NextHopType", "HaVip", "NextHopId", ecs.ID(ecs.KindHaVip, 1))
	s.Refuse(400, "InvalidNexthop", "", "CreateRouteEntry", "RouteTableId", tables(s, "VpcId", other)[0].RouteTableID, "DestinationCidrBlock", "192.168.0.0/16", "NextHopType", "HaVip", "NextHopId", vip)
	s.Do("DeleteRouteEntry", "RouteEntryId", got[0].RouteEntryID)
	pass(s)
	s.Do("DeleteHaVip", "HaVipId", vip)
	pass(s)
}
