package instance_test

import (
	"slices"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

const nicType = "ecs.g7.large" // three interfaces of six addresses each

// runner is a good RunInstances request without network.
func runner(more ...string) []string {
	return append([]string{"RegionId", "cn-hangzhou", "ImageId", actiontest.Image, "InstanceType", nicType, "SystemDisk.Category", "cloud_essd"}, more...)
}

func cards(s *actiontest.Service, id string) []api.DescribeNetworkInterfacesNetworkInterfaceSet {
	s.T.Helper()
	list := actiontest.Call[api.DescribeNetworkInterfacesResponse](s, "DescribeNetworkInterfaces", "InstanceId", id).NetworkInterfaceSets.NetworkInterfaceSet
	slices.SortFunc(list, func(a, b api.DescribeNetworkInterfacesNetworkInterfaceSet) int {
		return map[string]int{"Primary": 0, "Secondary": 1}[a.Type] - map[string]int{"Primary": 0, "Secondary": 1}[b.Type]
	})
	return list
}

// interfaces is the whole life of instances with NetworkInterface.N.
func interfaces(s *actiontest.Service) {
	n := s.Network()
	second := s.VSwitch(n.VPC, "192.168.1.0/24")
	other := s.Group("VpcId", n.VPC)
	ids := actiontest.Call[api.RunInstancesResponse](s, "RunInstances", runner("Amount", "2",
		"NetworkInterface.1.InstanceType", "Primary", "NetworkInterface.1.VSwitchId", n.VSwitch, "NetworkInterface.1.SecurityGroupId", n.Group,
		"NetworkInterface.1.NetworkInterfaceName", "eth0", "NetworkInterface.1.SecondaryPrivateIpAddressCount", "2",
		"NetworkInterface.2.VSwitchId", second, "NetworkInterface.2.SecurityGroupIds.1", other, "NetworkInterface.2.Description", "of two",
		"NetworkInterface.3.DeleteOnRelease", "false")...).InstanceIDSets.InstanceIDSet
	s.Settle()
	for _, id := range ids {
		s.Want(id, "Running")
		got := cards(s, id)
		if len(got) != 3 || got[0].NetworkInterfaceName != "eth0" || len(got[0].PrivateIPSets.PrivateIPSet) != 3 {
			s.T.Fatalf("%+v", got)
		}
		for _, c := range got[1:] {
			own := c.VSwitchID == second
			if c.Status != "InUse" || c.DeleteOnRelease != own || own != (c.Description == "of two") || own != slices.Equal(c.SecurityGroupIDs.SecurityGroupID, []string{other}) {
				s.T.Errorf("%+v", c)
			}
		}
		s.Do("DeleteInstance", "InstanceId", id, "Force", "true")
	}
	s.Settle()
	left := actiontest.Call[api.DescribeNetworkInterfacesResponse](s, "DescribeNetworkInterfaces", "RegionId", "cn-hangzhou").NetworkInterfaceSets.NetworkInterfaceSet
	if len(left) != 2 || left[0].Status != "Available" || left[0].VSwitchID != n.VSwitch {
		s.T.Fatalf("%+v is left, want two interfaces that do not end with their instances", left)
	}
	// One that exists becomes another instance's, and ends with that.
	id := actiontest.Call[api.RunInstancesResponse](s, "RunInstances", runner("VSwitchId", n.VSwitch, "SecurityGroupId", n.Group,
		"NetworkInterface.1.NetworkInterfaceId", left[0].NetworkInterfaceID)...).InstanceIDSets.InstanceIDSet[0]
	s.Settle()
	if got := cards(s, id); len(got) != 2 || got[1].NetworkInterfaceID != left[0].NetworkInterfaceID || got[1].Status != "InUse" {
		s.T.Fatalf("%+v", got)
	}
	s.Do("DeleteInstance", "InstanceId", id, "Force", "true")
	s.Do("DeleteNetworkInterface", "NetworkInterfaceId", left[1].NetworkInterfaceID)
	s.Settle()
	s.NothingLeft()
	for k, w := range state.VSwitches.Ascend(s.DB().Snapshot(), 0, 0) {
		s.Update(func(tx *state.Tx) {
			if free := network.FreeCount(tx, k, w.Prefix); free != w.Prefix.UsableCount() {
				s.T.Errorf("%d addresses of %s are free", free, w.Prefix)
			}
		})
	}
}

func TestNetworkInterfaces(t *testing.T)            { interfaces(actiontest.Start(t)) }
func TestNetworkInterfacesEachRestart(t *testing.T) { actiontest.EachRestart(t, interfaces) }

// MinAmount makes as many as there is room for, and nothing of one more stays.
func TestNetworkInterfacesMinAmount(t *testing.T) {
	s := actiontest.Start(t)
	n := s.Network()
	small := s.VSwitch(n.VPC, "192.168.1.0/28") // 12 usable addresses
	ids := actiontest.Call[api.RunInstancesResponse](s, "RunInstances", runner("Amount", "9", "MinAmount", "1", "VSwitchId", n.VSwitch, "SecurityGroupId", n.Group,
		"NetworkInterface.1.VSwitchId", small, "NetworkInterface.1.SecondaryPrivateIpAddressCount", "4")...).InstanceIDSets.InstanceIDSet
	if len(ids) != 2 {
		t.Errorf("%d instances, want 2 of 5 addresses each", len(ids))
	}
	s.Settle()
	snap := s.DB().Snapshot()
	if got := state.Interfaces.Len(snap); got != 4 {
		t.Errorf("%d interfaces", got)
	}
	v := actiontest.Call[api.DescribeVSwitchesResponse](s, "DescribeVSwitches", "VpcId", n.VPC).VSwitches.VSwitch
	if v[0].AvailableIPAddressCount != 2 || v[1].AvailableIPAddressCount != 250 {
		t.Errorf("%d and %d addresses are free", v[0].AvailableIPAddressCount, v[1].AvailableIPAddressCount)
	}
}

// A template has interfaces, and IPv6 addresses are given to each.
func TestNetworkInterfacesOfTemplate(t *testing.T) {
	s := actiontest.Start(t)
	n := s.Network()
	s.Do("ModifyVpcAttribute", "VpcId", n.VPC, "EnableIPv6", "true")
	s.Do("ModifyVSwitchAttribute", "VSwitchId", n.VSwitch, "EnableIPv6", "true", "Ipv6CidrBlock", "7")
	id := actiontest.Call[api.CreateLaunchTemplateResponse](s, "CreateLaunchTemplate", "LaunchTemplateName", "two", "ImageId", actiontest.Image, "InstanceType", nicType,
		"SystemDisk.Category", "cloud_essd", "NetworkInterface.1.InstanceType", "Primary", "NetworkInterface.1.VSwitchId", n.VSwitch, "NetworkInterface.1.SecurityGroupId", n.Group,
		"NetworkInterface.2.NetworkInterfaceName", "eth1").LaunchTemplateID
	run := func(more ...string) []api.DescribeNetworkInterfacesNetworkInterfaceSet {
		ids := actiontest.Call[api.RunInstancesResponse](s, "RunInstances", append([]string{"RegionId", "cn-hangzhou", "LaunchTemplateId", id}, more...)...).InstanceIDSets.InstanceIDSet
		s.Settle()
		return cards(s, ids[0])
	}
	if got := run(); len(got) != 2 || got[1].NetworkInterfaceName != "eth1" || !got[1].DeleteOnRelease {
		t.Errorf("%+v", got)
	}
	got := run("NetworkInterface.1.PrimaryIpAddress", "192.168.0.50", "NetworkInterface.1.VSwitchId", n.VSwitch, "NetworkInterface.1.SecurityGroupId", n.Group, "NetworkInterface.1.InstanceType", "Primary", "NetworkInterface.1.Ipv6AddressCount", "1",
		"NetworkInterface.2.Ipv6AddressCount", "2")
	if len(got) != 2 || got[0].PrivateIPAddress != "192.168.0.50" || len(got[0].IPv6Sets.IPv6Set) != 1 || len(got[1].IPv6Sets.IPv6Set) != 2 {
		t.Errorf("%+v", got)
	}
}

func TestNetworkInterfaceRefusals(t *testing.T) {
	s := actiontest.Start(t)
	n := s.Network()
	far := s.VPC("CidrBlock", "10.0.0.0/8")
	farSwitch, farGroup := s.VSwitch(far, "10.1.0.0/16"), s.Group("VpcId", far)
	zone := s.VSwitch(n.VPC, "192.168.9.0/24", "ZoneId", "cn-hangzhou-g")
	enterprise := s.Group("VpcId", n.VPC, "SecurityGroupType", "enterprise")
	nic := func(vswitch, group string) string {
		return actiontest.Call[api.CreateNetworkInterfaceResponse](s, "CreateNetworkInterface", "VSwitchId", vswitch, "SecurityGroupId", group).NetworkInterfaceID
	}
	own, others := nic(n.VSwitch, n.Group), nic(farSwitch, farGroup)
	s.Settle()
	const p = "NetworkInterface.1."
	s.Refusals(t, "RunInstances", runner("VSwitchId", n.VSwitch, "SecurityGroupId", n.Group), []actiontest.Refusal{
		{"type", []string{p + "InstanceType", "x"}, 403, "InvalidParameter.EniType", ""},
		{"primary and vSwitch", []string{p + "InstanceType", "Primary", p + "VSwitchId", n.VSwitch, p + "SecurityGroupId", n.Group}, 403, "InvalidParameter.NetworkInterface", ""},
		{"primary without vSwitch", []string{"VSwitchId", "", "SecurityGroupId", "", p + "InstanceType", "Primary", p + "SecurityGroupId", n.Group}, 400, "MissingParameter", ""},
		{"primary without group", []string{"VSwitchId", "", "SecurityGroupId", "", p + "InstanceType", "Primary", p + "VSwitchId", n.VSwitch}, 400, "MissingParameter", ""},
		{"primary that exists", []string{"VSwitchId", "", "SecurityGroupId", "", p + "InstanceType", "Primary", p + "VSwitchId", n.VSwitch, p + "SecurityGroupId", n.Group, p + "NetworkInterfaceId", own}, 403, "InvalidOperation.RegionNotSupportNetworkInterfaceId", ""},
		{"two primaries", []string{"VSwitchId", "", "SecurityGroupId", "", p + "InstanceType", "Primary", "NetworkInterface.2.InstanceType", "Primary"}, 403, "InvalidParameter.NetworkInterface", ""},
		{"only secondary", []string{"SecurityGroupId", "", p + "SecurityGroupId", n.Group}, 400, "MissingParameter", ""},
		{"name", []string{p + "NetworkInterfaceName", "1"}, 400, "InvalidParam.NetworkInterface", ""},
		{"description", []string{p + "Description", "http://x"}, 400, "InvalidParam.NetworkInterface", ""},
		{"both groups", []string{p + "SecurityGroupId", n.Group, p + "SecurityGroupIds.1", n.Group}, 400, "InvalidParam.NetworkInterface", ""},
		{"other VPC's group", []string{p + "SecurityGroupId", farGroup}, 400, "InvalidSecurityGroup.VpcMismatch", ""},
		{"repeated group", []string{p + "SecurityGroupIds.1", n.Group, p + "SecurityGroupIds.2", n.Group}, 400, "InvalidParameter.SecurityGroupIdRepeated", ""},
		{"group types", []string{p + "SecurityGroupIds.1", n.Group, p + "SecurityGroupIds.2", enterprise}, 403, "EnterpriseGroupLimited.MutliGroupType", ""},
		{"other VPC's vSwitch", []string{p + "VSwitchId", farSwitch}, 400, "InvalidParameter.Mismatch", ""},
		{"other zone", []string{p + "VSwitchId", zone}, 400, "InvalidParameter.Mismatch", ""},
		{"address", []string{p + "PrimaryIpAddress", "x"}, 400, "InvalidPrivateIpAddress.Malformed", ""},
		{"address outside", []string{p + "PrimaryIpAddress", "10.0.0.1"}, 400, "InvalidPrivateIpAddress", ""},
		{"address twice", []string{"PrivateIpAddress", "192.168.0.77", p + "PrimaryIpAddress", "192.168.0.77"}, 400, "InvalidPrivateIpAddress.Duplicated", ""},
		{"address of several", []string{p + "PrimaryIpAddress", "192.168.0.77", "Amount", "2"}, 400, "InvalidPrimaryIpAddress.SizeInvalid", ""},
		{"interfaces of several with addresses", []string{"PrivateIpAddress", "192.168.0.70", p + "DeleteOnRelease", "true", "Amount", "2"}, 400, "InvalidParam.SecondaryNetworkInterface", ""},
		{"addresses of several primaries", []string{"VSwitchId", "", "SecurityGroupId", "", p + "InstanceType", "Primary", p + "VSwitchId", n.VSwitch, p + "SecurityGroupId", n.Group, p + "PrimaryIpAddress", "192.168.0.77", p + "SecondaryPrivateIpAddressCount", "1", "Amount", "2"}, 400, "InvalidParams.CreateEniParams", ""},
		{"more addresses than the type has", []string{p + "SecondaryPrivateIpAddressCount", "6"}, 400, "InvalidParams.CreateEniParams", ""},
		{"no addresses", []string{p + "SecondaryPrivateIpAddressCount", "0"}, 400, "InvalidParams.CreateEniParams", ""},
		{"no IPv6", []string{p + "Ipv6AddressCount", "1"}, 403, "InvalidVSwitch.Ipv6NotTurnOn", ""},
		{"too much IPv6", []string{p + "Ipv6AddressCount", "7"}, 403, "InvalidOperation.Ipv6CountExceeded", ""},
		{"queues", []string{p + "QueueNumber", "0"}, 403, "InvalidParameter.InvalidEniQueueNumber", ""},
		{"too many queues", []string{p + "QueueNumber", "99"}, 403, "InvalidOperation.ExceedInstanceTypeQueueNumber", ""},
		{"queue depth", []string{p + "RxQueueSize", "8192", p + "TxQueueSize", "8192"}, 400, "InvalidEniQueueSize.RegionOrUserNotSupported", ""},
		{"too many", []string{p + "DeleteOnRelease", "true", "NetworkInterface.2.DeleteOnRelease", "true", "NetworkInterface.3.DeleteOnRelease", "true"}, 400, "InvalidOperation.EniCountExceeded", ""},
		{"unknown interface", []string{p + "NetworkInterfaceId", "eni-none"}, 403, "InvalidEniId.NotFound", ""},
		{"interface and more", []string{p + "NetworkInterfaceId", own, p + "NetworkInterfaceName", "eth1"}, 403, "InvalidOperation.NetworkInterface", ""},
		{"interface of several", []string{p + "NetworkInterfaceId", own, "Amount", "2"}, 403, "InvalidParameter.EniNumExceededWithLaunchEcs", ""},
		{"other VPC's interface", []string{p + "NetworkInterfaceId", others}, 403, "InvalidOperation.InvalidNetworkInterfaceId", ""},
		{"interface twice", []string{p + "NetworkInterfaceId", own, "NetworkInterface.2.NetworkInterfaceId", own}, 403, "InvalidOperation.InvalidNetworkInterfaceId", ""},
	})
	s.Do("DeleteNetworkInterface", "NetworkInterfaceId", own)
	s.Refuse(403, "InvalidOperation.InvalidNetworkInterfaceId", "", "RunInstances", runner("VSwitchId", n.VSwitch, "SecurityGroupId", n.Group, p+"NetworkInterfaceId", own)...)
}

// The account's secondary interfaces are counted in every way to make one.
func TestInterfaceQuota(t *testing.T) {
	s := actiontest.Start(t)
	n := s.Network()
	group := s.Key(ecs.KindSecurityGroup, n.Group)
	for range network.MaxInterfaces / 10000 {
		s.Update(func(tx *state.Tx) {
			for range 10000 {
				state.Interfaces.Put(tx, tx.NewKey(group.Region()), &ecs.NetworkInterface{Account: actiontest.Account})
			}
		})
	}
	s.Refuse(403, "MaxEniCountExceeded", "", "CreateNetworkInterface", "VSwitchId", n.VSwitch, "SecurityGroupId", n.Group)
	run := runner("VSwitchId", n.VSwitch, "SecurityGroupId", n.Group)
	s.Refuse(403, "MaxEniCountExceeded", "", "RunInstances", append(run, "NetworkInterface.1.DeleteOnRelease", "true")...)
	s.Do("RunInstances", run...)
}

// A smaller type takes fewer addresses of each interface.
func TestModifyInstanceSpecAddresses(t *testing.T) {
	s := actiontest.Start(t)
	n := s.Network()
	s.Do("ModifyVpcAttribute", "VpcId", n.VPC, "EnableIPv6", "true")
	s.Do("ModifyVSwitchAttribute", "VSwitchId", n.VSwitch, "EnableIPv6", "true", "Ipv6CidrBlock", "7")
	id := s.Stopped("InstanceType", nicType)
	nic := ecs.ID(ecs.KindNetworkInterface, record(s, id).Interface)
	small := []string{"InstanceId", id, "InstanceType", "ecs.t6-c1m1.large"} // two private addresses, one of IPv6
	refused := func(what string) {
		t.Helper()
		s.Refuse(403, "InvalidParameter.NotMatch", what, "ModifyInstanceSpec", small...)
	}
	s.Do("AssignPrivateIpAddresses", "NetworkInterfaceId", nic, "PrivateIpAddress.1", "192.168.0.90", "PrivateIpAddress.2", "192.168.0.91")
	s.Settle()
	refused("The specified InstanceType takes 2 private IP addresses of a network interface, and " + nic + " has 3.")
	s.Do("UnassignPrivateIpAddresses", "NetworkInterfaceId", nic, "PrivateIpAddress.1", "192.168.0.90")
	six := actiontest.Call[api.AssignIpv6AddressesResponse](s, "AssignIpv6Addresses", "NetworkInterfaceId", nic, "Ipv6AddressCount", "2").IPv6Sets.IPv6Address
	s.Settle()
	refused("The specified InstanceType takes 1 IPv6 addresses of a network interface, and " + nic + " has 2.")
	s.Do("UnassignIpv6Addresses", "NetworkInterfaceId", nic, "Ipv6Address.1", six[0])
	s.Settle()
	s.Do("ModifyInstanceSpec", small...)
}
