package networkinterface_test

import (
	"strconv"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// dual is a vSwitch with an IPv6 network, and a security group of its VPC.
func dual(s *actiontest.Service) (vswitch, group string, prefix ecs.Prefix6) {
	s.T.Helper()
	vpc := s.VPC("CidrBlock", "10.0.0.0/8", "EnableIpv6", "true")
	s.Settle()
	vswitch = s.VSwitch(vpc, "10.1.0.0/24", "Ipv6CidrBlock", "7")
	return vswitch, s.Group("VpcId", vpc), actiontest.Record(s, state.VSwitches, vswitch).Prefix6
}

func sixes(o api.DescribeNetworkInterfacesNetworkInterfaceSet) (ips []string) {
	for _, ip := range o.IPv6Sets.IPv6Set {
		ips = append(ips, ip.IPv6Address)
	}
	return ips
}

// TestIPv6 gives interfaces IPv6 addresses and prefixes and takes them: each is
// of the vSwitch's network and none is given twice.
func TestIPv6(t *testing.T) {
	s := actiontest.Start(t)
	w, g, prefix := dual(s)
	seen := map[string]bool{}
	var ids []string
	for i := range 30 {
		id := actiontest.Call[api.CreateNetworkInterfaceResponse](s, "CreateNetworkInterface", "VSwitchId", w, "SecurityGroupId", g, "Ipv6AddressCount", strconv.Itoa(1+i%10)).NetworkInterfaceID
		all := sixes(want(s, id, "Available", ""))
		if len(all) != 1+i%10 {
			t.Errorf("%d addresses, want %d", len(all), 1+i%10)
		}
		for _, ip := range all {
			a, ok := ecs.ParseIPv6(ip)
			if !ok || !prefix.Contains(a) || seen[ip] {
				t.Errorf("%s of %s, given before: %v", ip, prefix, seen[ip])
			}
			seen[ip] = true
		}
		ids = append(ids, id)
	}
	at := func(lo uint64) string { return ecs.IPv6{Hi: prefix.Addr.Hi, Lo: lo}.String() }
	got := actiontest.Call[api.AssignIpv6AddressesResponse](s, "AssignIpv6Addresses", "NetworkInterfaceId", ids[0], "Ipv6Address.1", at(77), "Ipv6PrefixCount", "2", "ClientToken", "t")
	again := actiontest.Call[api.AssignIpv6AddressesResponse](s, "AssignIpv6Addresses", "NetworkInterfaceId", ids[0], "Ipv6Address.1", at(77), "Ipv6PrefixCount", "2", "ClientToken", "t")
	if len(got.IPv6Sets.IPv6Address) != 1 || got.IPv6Sets.IPv6Address[0] != at(77) || len(got.IPv6PrefixSets.IPv6Prefix) != 2 ||
		again.IPv6PrefixSets.IPv6Prefix[1] != got.IPv6PrefixSets.IPv6Prefix[1] {
		t.Errorf("%+v, then %+v", got, again)
	}
	if all := interfaces(s, "Ipv6Address.1", at(77)); len(all) != 1 || all[0].NetworkInterfaceID != ids[0] || len(all[0].IPv6PrefixSets.IPv6PrefixSet) != 2 {
		t.Errorf("found by its address: %+v", all)
	}
	block, _ := ecs.ParsePrefix6(got.IPv6PrefixSets.IPv6Prefix[0])
	within := ecs.IPv6{Hi: block.Addr.Hi, Lo: block.Addr.Lo + 5}.String()
	holder := ecs.IPv6{Hi: prefix.Addr.Hi, Lo: 77}.Block6()
	s.Refusals(t, "AssignIpv6Addresses", []string{"NetworkInterfaceId", ids[10]}, []actiontest.Refusal{
		{"nothing", nil, 400, "MissingParameter", ""},
		{"no interface", []string{"NetworkInterfaceId", "eni-none", "Ipv6AddressCount", "1"}, 404, "InvalidEniId.NotFound", ""},
		{"taken", []string{"Ipv6Address.1", at(77)}, 403, "InvalidIp.IpAssigned", ""},
		{"in a prefix", []string{"Ipv6Address.1", within}, 403, "InvalidIp.IpAssigned", ""},
		{"prefix", []string{"Ipv6Prefix.1", block.String()}, 403, "InvalidIp.IpAssigned", ""},
		{"reserved prefix", []string{"Ipv6Prefix.1", holder.String()}, 403, "InvalidVSwitchId.IpInvalid", ""},
		{"outside", []string{"Ipv6Address.1", "2001:db8::1"}, 403, "InvalidVSwitchId.IpInvalid", ""},
		{"router", []string{"Ipv6Address.1", at(0)}, 403, "InvalidVSwitchId.IpInvalid", ""},
		{"twice", []string{"Ipv6Address.1", at(5), "Ipv6Address.2", at(5)}, 403, "InvalidIp.IpRepeated", ""},
		{"malformed", []string{"Ipv6Address.1", "10.0.0.1"}, 400, "InvalidParameter", ""},
		{"both", []string{"Ipv6Address.1", at(5), "Ipv6AddressCount", "1"}, 400, "InvalidParameter", ""},
		{"count 0", []string{"Ipv6AddressCount", "0"}, 400, "InvalidParameter", ""},
		{"count 11", []string{"Ipv6AddressCount", "11"}, 400, "InvalidParameter", ""},
		{"prefix count", []string{"Ipv6PrefixCount", "11"}, 400, "InvalidParameter", ""},
		{"prefix length", []string{"Ipv6Prefix.1", prefix.String()}, 400, "InvalidParameter", ""},
		{"too many", []string{"Ipv6AddressCount", "10"}, 403, "MaxEniIpv6IpsCountExceeded", ""},
		{"no IPv6", []string{"NetworkInterfaceId", create(s), "Ipv6AddressCount", "1"}, 403, "InvalidVSwitch.Ipv6NotTurnOn", ""},
	})
	s.Refusals(t, "UnassignIpv6Addresses", []string{"NetworkInterfaceId", ids[0]}, []actiontest.Refusal{
		{"nothing", nil, 400, "MissingParameter", ""},
		{"not there", []string{"Ipv6Address.1", at(5)}, 403, "InvalidIp.IpUnassigned", ""},
		{"prefix not there", []string{"Ipv6Prefix.1", holder.String()}, 403, "InvalidIp.IpUnassigned", ""},
		{"malformed", []string{"Ipv6Address.1", "x"}, 400, "InvalidParameter", ""},
		{"twice", []string{"Ipv6Address.1", at(77), "Ipv6Address.2", at(77)}, 400, "InvalidParameter", ""},
	})
	s.Do("UnassignIpv6Addresses", "NetworkInterfaceId", ids[0], "Ipv6Address.1", at(77), "Ipv6Prefix.1", block.String())
	s.Do("AssignIpv6Addresses", "NetworkInterfaceId", ids[10], "Ipv6Address.1", at(77), "Ipv6Address.2", within)
	for _, id := range ids {
		s.Do("DeleteNetworkInterface", "NetworkInterfaceId", id)
	}
	s.Settle()
	if n := state.InterfacesByIP6.Count(s.DB().Snapshot(), state.AddressKey6(ecs.IPv6{Hi: prefix.Addr.Hi, Lo: 77})); n != 0 {
		t.Errorf("%d interfaces have an address that was given back", n)
	}
}

// TestIPv6Instance makes an instance with IPv6 addresses, which every Describe
// shows, and counts what its type allows.
func TestIPv6Instance(t *testing.T) {
	s := actiontest.Start(t)
	w, g, _ := dual(s)
	good := []string{"InstanceType", actiontest.InstanceType, "ImageId", actiontest.Image, "SecurityGroupId", g, "VSwitchId", w, "SystemDisk.Category", "cloud_essd"}
	made := actiontest.Call[api.RunInstancesResponse](s, "RunInstances", append([]string{"Amount", "2", "Ipv6AddressCount", "2"}, good...)...).InstanceIDSets.InstanceIDSet
	s.Settle()
	seen := map[string]bool{}
	for _, id := range made {
		o := s.See(id)
		if o == nil || len(o.NetworkInterfaces.NetworkInterface) != 1 || len(o.NetworkInterfaces.NetworkInterface[0].IPv6Sets.IPv6Set) != 2 {
			t.Fatalf("%s: %+v", id, o)
		}
		for _, ip := range o.NetworkInterfaces.NetworkInterface[0].IPv6Sets.IPv6Set {
			found := actiontest.Call[api.DescribeInstancesResponse](s, "DescribeInstances", "Ipv6Address.1", ip.IPv6Address)
			if found.TotalCount != 1 || found.Instances.Instance[0].InstanceID != id || seen[ip.IPv6Address] {
				t.Errorf("%s: %d found", ip.IPv6Address, found.TotalCount)
			}
			seen[ip.IPv6Address] = true
		}
	}
	eni := primary(s, made[0])
	s.Refuse(403, "InvalidOperation.Ipv6CountExceeded", "", "AssignIpv6Addresses", "NetworkInterfaceId", eni, "Ipv6AddressCount", "10")
	s.Do("AssignIpv6Addresses", "NetworkInterfaceId", eni, "Ipv6AddressCount", "1")
	s.Settle()
	if all := sixes(interfaces(s, "NetworkInterfaceId.1", eni)[0]); len(all) != 3 {
		t.Errorf("%v", all)
	}
	n := s.Network()
	s.Refusals(t, "RunInstances", good, []actiontest.Refusal{
		{"no IPv6", []string{"VSwitchId", n.VSwitch, "SecurityGroupId", n.Group, "Ipv6AddressCount", "1"}, 403, "InvalidVSwitch.Ipv6NotTurnOn", ""},
		{"named for two", []string{"Amount", "2", "Ipv6Address.1", "2001:db8::5"}, 400, "InvalidParameter", ""},
		{"outside", []string{"Ipv6Address.1", "2001:db8::5"}, 403, "InvalidVSwitchId.IpInvalid", ""},
		{"malformed", []string{"Ipv6Address.1", "x"}, 400, "InvalidParameter", ""},
		{"taken", []string{"Ipv6Address.1", sixes(interfaces(s, "NetworkInterfaceId.1", eni)[0])[0]}, 403, "InvalidIp.IpAssigned", ""},
	})
	for _, id := range made {
		s.Do("DeleteInstance", "InstanceId", id, "Force", "true")
	}
	s.Settle()
	s.NothingLeft()
}
