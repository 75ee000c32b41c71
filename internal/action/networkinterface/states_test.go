package networkinterface_test

import (
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

// TestGroupsOfMoving: an interface that is being attached, detached or deleted
// joins and leaves no security group.
func TestGroupsOfMoving(t *testing.T) {
	s := actiontest.Start(t, actiontest.Stepped())
	instance, id := s.Running(), create(s)
	other := s.Group("VpcId", s.Network().VPC)
	refused := func(status, of string) {
		t.Helper()
		s.Quiet()
		want(s, id, status, of)
		s.Refuse(400, "InvalidOperation.InvalidEniState", "", "JoinSecurityGroup", "SecurityGroupId", other, "NetworkInterfaceId", id, "RegionId", "cn-hangzhou")
		s.Refuse(400, "InvalidOperation.InvalidEniState", "", "LeaveSecurityGroup", "SecurityGroupId", s.Network().Group, "NetworkInterfaceId", id, "RegionId", "cn-hangzhou")
		s.Step(id)
	}
	s.Do("AttachNetworkInterface", "NetworkInterfaceId", id, "InstanceId", instance)
	refused("Attaching", instance)
	s.Do("JoinSecurityGroup", "SecurityGroupId", other, "NetworkInterfaceId", id, "RegionId", "cn-hangzhou")
	s.Do("LeaveSecurityGroup", "SecurityGroupId", other, "NetworkInterfaceId", id, "RegionId", "cn-hangzhou")
	s.Do("DetachNetworkInterface", "NetworkInterfaceId", id, "InstanceId", instance)
	refused("Detaching", instance)
	s.Do("DeleteNetworkInterface", "NetworkInterfaceId", id)
	refused("Deleting", "")
	want(s, id, "gone", "")
}

// TestIPv6NetworkInUse: a vSwitch keeps its IPv6 network as long as an interface
// has an address of it.
func TestIPv6NetworkInUse(t *testing.T) {
	s := actiontest.Start(t)
	w, g, _ := dual(s)
	id := actiontest.Call[api.CreateNetworkInterfaceResponse](s, "CreateNetworkInterface", "VSwitchId", w, "SecurityGroupId", g, "Ipv6AddressCount", "1").NetworkInterfaceID
	off := []string{"RegionId", "cn-hangzhou", "VSwitchId", w, "EnableIPv6", "false"}
	s.Refuse(400, "DependencyViolation", "", "ModifyVSwitchAttribute", off...)
	s.Do("UnassignIpv6Addresses", "NetworkInterfaceId", id, "Ipv6Address.1", sixes(want(s, id, "Available", ""))[0])
	s.Do("ModifyVSwitchAttribute", off...)
}

// TestPublicShown: the elastic IP of an interface is shown beside its private
// address.
func TestPublicShown(t *testing.T) {
	s := actiontest.Start(t)
	id := create(s)
	e := actiontest.Call[api.AllocateEipAddressResponse](s, "AllocateEipAddress", "RegionId", "cn-hangzhou")
	s.Do("AssociateEipAddress", "RegionId", "cn-hangzhou", "AllocationId", e.AllocationID, "InstanceId", id, "InstanceType", "NetworkInterface")
	s.Settle()
	o := want(s, id, "Available", "")
	if o.AssociatedPublicIP.PublicIPAddress != e.EIPAddress || o.AssociatedPublicIP.AllocationID != e.AllocationID ||
		o.PrivateIPSets.PrivateIPSet[0].AssociatedPublicIP.PublicIPAddress != e.EIPAddress {
		t.Errorf("%+v", o)
	}
}
