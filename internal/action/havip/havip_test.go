package havip_test

import (
	"context"
	"slices"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/model/network"
)

func list(s *actiontest.Service, params ...string) []api.DescribeHaVipsHaVip {
	s.T.Helper()
	return actiontest.Call[api.DescribeHaVipsResponse](s, "DescribeHaVips", params...).HaVips.HaVip
}

func create(s *actiontest.Service, vswitch string, params ...string) *api.CreateHaVipResponse {
	s.T.Helper()
	return actiontest.Call[api.CreateHaVipResponse](s, "CreateHaVip", append([]string{"VSwitchId", vswitch}, params...)...)
}

func want(s *actiontest.Service, id, status string, members ...string) {
	s.T.Helper()
	got := list(s, "Filter.1.Key", "HaVipId", "Filter.1.Value.1", id)
	if len(got) != 1 || got[0].Status != status || !slices.Equal(got[0].AssociatedInstances.AssociatedInstance, members) {
		s.T.Fatalf("%+v, want %s with %v", got, status, members)
	}
}

func pass(s *actiontest.Service) { s.Advance(network.PhaseTime) }

func free(s *actiontest.Service, vswitch string) int64 {
	s.T.Helper()
	return int64(actiontest.Call[api.DescribeVSwitchesResponse](s, "DescribeVSwitches", "VSwitchId", vswitch).VSwitches.VSwitch[0].AvailableIPAddressCount)
}

// The whole life, with a restart in each phase; all through the generated client
// where Terraform goes.
func TestLifecycle(t *testing.T) {
	s := actiontest.Start(t)
	ctx := context.Background()
	a, b := s.Running(), s.Running()
	n := s.Network()
	before := free(s, n.VSwitch)
	made, err := s.Client.CreateHaVip(ctx, &api.CreateHaVipRequest{RegionID: "cn-hangzhou", VSwitchID: n.VSwitch, IPAddress: "192.168.0.200", Name: "vip", Description: "d",
		ClientToken: "t", Tag: []api.Tag{{Key: "k", Value: "v"}}})
	if err != nil || made.IPAddress != "192.168.0.200" {
		t.Fatalf("%+v %v", made, err)
	}
	id := made.HaVipID
	if again := create(s, n.VSwitch, "RegionId", "cn-hangzhou", "IpAddress", "192.168.0.200", "Name", "vip", "Description", "d", "ClientToken", "t", "Tag.1.Key", "k", "Tag.1.Value", "v"); again.HaVipID != id {
		t.Errorf("the token made another: %+v", again)
	}
	want(s, id, "Creating")
	s.Refuse(400, "IncorrectHaVipStatus", "", "AssociateHaVip", "HaVipId", id, "InstanceId", a)
	s.Refuse(400, "IncorrectStatus", "", "ModifyHaVipAttribute", "HaVipId", id, "Name", "x")
	s.Restart()
	pass(s)
	want(s, id, "Available")
	if got := free(s, n.VSwitch); got != before-1 {
		t.Errorf("%d addresses free, want %d", got, before-1)
	}
	s.Refuse(400, "InvalidIPAddress.AlreadyUsed", "", "CreateHaVip", "VSwitchId", n.VSwitch, "IpAddress", "192.168.0.200")

	members := []string{}
	for _, m := range []string{a, b} {
		members = append(members, m)
		s.Do("AssociateHaVip", "HaVipId", id, "InstanceId", m, "InstanceType", "EcsInstance")
		want(s, id, "Associating", members...)
		s.Restart()
		pass(s)
		want(s, id, "InUse", members...)
	}
	s.Do("ModifyHaVipAttribute", "HaVipId", id, "Name", "new", "Description", "")
	if h := list(s)[0]; h.Name != "new" || h.Description != "" || h.AssociatedInstanceType != "EcsInstance" || h.VPCID != n.VPC || h.VSwitchID != n.VSwitch || len(h.Tags.Tag) != 1 {
		t.Errorf("%+v", h)
	}
	s.Refuse(400, "IncorrectHaVipStatus", "", "DeleteHaVip", "HaVipId", id)
	s.Do("UnassociateHaVip", "HaVipId", id, "InstanceId", a, "Force", "True")
	want(s, id, "Unassociating", a, b)
	s.Restart()
	pass(s)
	want(s, id, "InUse", b)

	// The other member ends and is out.
	s.Do("DeleteInstance", "InstanceId", b, "Force", "true")
	s.Settle()
	want(s, id, "Available")
	s.Refuse(400, "DependencyViolation.HaVip", "", "DeleteVSwitch", "VSwitchId", n.VSwitch)
	s.Do("DeleteHaVip", "HaVipId", id)
	want(s, id, "Deleting")
	s.Refuse(400, "IncorrectHaVipStatus", "", "DeleteHaVip", "HaVipId", id)
	s.Restart()
	pass(s)
	if got := list(s); len(got) != 0 {
		t.Fatalf("left: %+v", got)
	}
	if got := free(s, n.VSwitch); got != before+1 { // and the instance's
		t.Errorf("%d addresses free, want %d", got, before+1)
	}
	create(s, n.VSwitch, "IpAddress", "192.168.0.200")
}

// An elastic IP is bound to a HaVip, which it keeps from being deleted.
func TestElasticIP(t *testing.T) {
	s := actiontest.Start(t)
	n := s.Network()
	id := create(s, n.VSwitch).HaVipID
	e := actiontest.Call[api.AllocateEipAddressResponse](s, "AllocateEipAddress")
	s.Refuse(400, "IncorrectHaVipStatus", "", "AssociateEipAddress", "AllocationId", e.AllocationID, "InstanceId", id, "InstanceType", "HaVip")
	s.Refuse(404, "InvalidInstanId.NotFound", "", "AssociateEipAddress", "AllocationId", e.AllocationID, "InstanceId", "havip-x", "InstanceType", "HaVip")
	pass(s)
	s.Do("AssociateEipAddress", "AllocationId", e.AllocationID, "InstanceId", id, "InstanceType", "HaVip")
	s.Settle()
	if got := list(s)[0].AssociatedEIPAddresses.AssociatedEIPAddresse; !slices.Equal(got, []string{e.EIPAddress}) {
		t.Errorf("%v", got)
	}
	got := actiontest.Call[api.DescribeEipAddressesResponse](s, "DescribeEipAddresses", "AssociatedInstanceType", "HaVip", "AssociatedInstanceId", id).EIPAddresses.EIPAddress
	if len(got) != 1 || got[0].InstanceID != id || got[0].InstanceType != "HaVip" || got[0].Status != "InUse" {
		t.Errorf("%+v", got)
	}
	other := actiontest.Call[api.AllocateEipAddressResponse](s, "AllocateEipAddress")
	s.Refuse(400, "InvalidAssociation.Duplicated", "", "AssociateEipAddress", "AllocationId", other.AllocationID, "InstanceId", id, "InstanceType", "HaVip")
	s.Refuse(400, "DependencyViolation", "", "DeleteHaVip", "HaVipId", id)
	s.Do("UnassociateEipAddress", "AllocationId", e.AllocationID, "InstanceId", id, "InstanceType", "HaVip")
	s.Settle()
	s.Do("DeleteHaVip", "HaVipId", id)
	pass(s)
	if got := list(s); len(got) != 0 {
		t.Errorf("left: %+v", got)
	}
}

// Interfaces are members too, and leave when they are deleted.
func TestInterfaces(t *testing.T) {
	s := actiontest.Start(t)
	n := s.Network()
	i := s.Running()
	id := create(s, n.VSwitch).HaVipID
	pass(s)
	eni := actiontest.Call[api.CreateNetworkInterfaceResponse](s, "CreateNetworkInterface", "VSwitchId", n.VSwitch, "SecurityGroupId", n.Group).NetworkInterfaceID
	s.Settle()
	s.Do("AssociateHaVip", "HaVipId", id, "InstanceId", eni, "InstanceType", "NetworkInterface")
	pass(s)
	want(s, id, "InUse", eni)
	s.Refuse(400, "InvalidParameter.Mismatch", "", "AssociateHaVip", "HaVipId", id, "InstanceId", i)
	s.Refuse(400, "ResourceNotAssociated", "", "UnassociateHaVip", "HaVipId", id, "InstanceId", eni, "InstanceType", "EcsInstance")
	s.Do("DeleteNetworkInterface", "NetworkInterfaceId", eni)
	s.Settle()
	want(s, id, "Available")
}

func TestRefusals(t *testing.T) {
	s := actiontest.Start(t)
	n := s.Network()
	i := s.Running()
	s.Refusals(t, "CreateHaVip", []string{"VSwitchId", n.VSwitch}, []actiontest.Refusal{
		{"vSwitch", []string{"VSwitchId", "vsw-x"}, 404, "InvalidVSwitch.NotFound", ""},
		{"malformed", []string{"IpAddress", "x"}, 400, "InvalidIPAddress.Malformed", ""},
		{"outside", []string{"IpAddress", "10.0.0.1"}, 400, "InvalidIPAddress.OutOfRange", ""},
		{"reserved", []string{"IpAddress", "192.168.0.0"}, 400, "InvalidIPAddress.NotAvailable", ""},
		{"name", []string{"Name", "http://x"}, 400, "InvalidName.Malformed", ""},
		{"description", []string{"Description", "https://x"}, 400, "InvalidDescription.Malformed", ""},
		{"resource group", []string{"ResourceGroupId", "rg-x"}, 400, "InvalidResourceGroupId", ""},
		{"tag", []string{"Tag.1.Key", "aliyun"}, 400, "IllegalParam.TagKey", ""},
	})
	if got := list(s); len(got) != 0 {
		t.Fatalf("refused requests made %+v", got)
	}
	id := create(s, n.VSwitch).HaVipID
	pass(s)
	elsewhere := s.InState("Pending", "VSwitchId", s.VSwitch(n.VPC, "192.168.9.0/24"))
	s.Settle()
	s.Refusals(t, "AssociateHaVip", []string{"HaVipId", id, "InstanceId", i}, []actiontest.Refusal{
		{"HaVip", []string{"HaVipId", "havip-x"}, 404, "InvalidHaVipId.NotFound", ""},
		{"instance", []string{"InstanceId", "i-x"}, 404, "InvalidInstanceId.NotFound", ""},
		{"interface", []string{"InstanceId", "eni-x", "InstanceType", "NetworkInterface"}, 404, "InvalidInstanceId.NotFound", ""},
		{"type", []string{"InstanceType", "x"}, 400, "InvalidInstanceType.ValueNotSupported", ""},
		{"another vSwitch", []string{"InstanceId", elsewhere}, 400, "InvalidParameter.Mismatch", ""},
	})
	s.Refusals(t, "UnassociateHaVip", []string{"HaVipId", id, "InstanceId", i}, []actiontest.Refusal{
		{"HaVip", []string{"HaVipId", "havip-x"}, 404, "InvalidHaVipId.NotFound", ""},
		{"no member", nil, 400, "ResourceNotAssociated", ""},
		{"type", []string{"InstanceType", "x"}, 400, "InvalidInstanceType.ValueNotSupported", ""},
		{"force", []string{"Force", "x"}, 400, "InvalidParameter", ""},
	})
	s.Refuse(404, "InvalidHaVipId.NotFound", "", "DeleteHaVip", "HaVipId", "havip-x")
	s.As(s.Other).Refuse(404, "InvalidHaVipId.NotFound", "", "DeleteHaVip", "HaVipId", id)
	s.Refuse(404, "InvalidHaVipId.NotFound", "", "ModifyHaVipAttribute", "HaVipId", "havip-x")
	s.Refuse(400, "InvalidName.Malformed", "", "ModifyHaVipAttribute", "HaVipId", id, "Name", "http://x")
	s.Refuse(400, "InvalidDescription.Malformed", "", "ModifyHaVipAttribute", "HaVipId", id, "Description", "http://x")
	s.Refuse(400, "InvalidParameter", "", "DescribeHaVips", "Filter.1.Key", "x", "Filter.1.Value.1", "y")
	s.Refuse(400, "InvalidTagKey", "", "DescribeHaVips", "Tags.1.Value", "v")

	s.Do("AssociateHaVip", "HaVipId", id, "InstanceId", i)
	pass(s)
	s.Refuse(400, "InvalidAssociation.Duplicated", "", "AssociateHaVip", "HaVipId", id, "InstanceId", i)
	s.Do("AssociateHaVip", "HaVipId", id, "InstanceId", s.Running())
	pass(s)
	s.Refuse(400, "CountLimitExceeded.HaVipOnECSInstance", "", "AssociateHaVip", "HaVipId", id, "InstanceId", s.Running())
	for range 4 {
		more := create(s, n.VSwitch).HaVipID
		pass(s)
		s.Do("AssociateHaVip", "HaVipId", more, "InstanceId", i)
		pass(s)
	}
	last := create(s, n.VSwitch).HaVipID
	pass(s)
	s.Refuse(400, "CountLimitExceed.HaVipOnInstance", "", "AssociateHaVip", "HaVipId", last, "InstanceId", i)
}

func TestFilters(t *testing.T) {
	s := actiontest.Start(t)
	n := s.Network()
	a := create(s, n.VSwitch, "IpAddress", "192.168.0.9", "Tag.1.Key", "k", "Tag.1.Value", "v")
	b := create(s, s.VSwitch(n.VPC, "192.168.3.0/24"))
	for _, c := range []struct {
		key, value string
		want       []string
	}{
		{"VpcId", n.VPC, []string{b.HaVipID, a.HaVipID}},
		{"VSwitchId", n.VSwitch, []string{a.HaVipID}},
		{"HaVipAddress", "192.168.0.9", []string{a.HaVipID}},
		{"Status", "Creating", []string{b.HaVipID, a.HaVipID}},
		{"Status", "InUse", nil},
		{"HaVipId", b.HaVipID, []string{b.HaVipID}},
	} {
		var got []string
		for _, h := range list(s, "Filter.1.Key", c.key, "Filter.1.Value.1", c.value) {
			got = append(got, h.HaVipID)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s=%s: %v, want %v", c.key, c.value, got, c.want)
		}
	}
	if got := list(s, "Tags.1.Key", "k", "Tags.1.Value", "v"); len(got) != 1 || got[0].HaVipID != a.HaVipID {
		t.Errorf("by tag: %+v", got)
	}
}
