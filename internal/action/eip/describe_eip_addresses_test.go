package eip_test

import (
	"slices"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

func TestDescribeEIPAddresses(t *testing.T) {
	s := actiontest.Start(t)
	i := s.Stopped()
	a, ipA := allocate(s, "Name", "front", "Tag.1.Key", "env", "Tag.1.Value", "prod")
	b, ipB := allocate(s, "InternetChargeType", "PayByTraffic", "SecurityProtectionTypes.1", "AntiDDoS_Enhanced", "ISP", "BGP_PRO")
	s.Do("AssociateEipAddress", "AllocationId", b, "InstanceId", i)
	s.Settle()
	for _, row := range []struct {
		name   string
		params []string
		want   []string
	}{
		{"all", nil, []string{b, a}},
		{"page 2", []string{"PageSize", "1", "PageNumber", "2"}, []string{a}},
		{"ids", []string{"AllocationId", a + ", " + b}, []string{b, a}},
		{"unknown id", []string{"AllocationId", "eip-x"}, nil},
		{"addresses", []string{"EipAddress", ipA + "," + ipB}, []string{b, a}},
		{"address and id", []string{"EipAddress", ipA, "AllocationId", b}, nil},
		{"status", []string{"Status", "InUse"}, []string{b}},
		{"no such status", []string{"Status", "x"}, nil},
		{"instance", []string{"AssociatedInstanceType", "EcsInstance", "AssociatedInstanceId", i}, []string{b}},
		{"instance type", []string{"AssociatedInstanceType", "Nat"}, nil},
		{"name", []string{"EipName", "front"}, []string{a}},
		{"ISP", []string{"ISP", "BGP_PRO"}, []string{b}},
		{"protection", []string{"SecurityProtectionEnabled", "true"}, []string{b}},
		{"tag", []string{"Tag.1.Key", "env", "Tag.1.Value", "prod"}, []string{a}},
		{"no such tag", []string{"Tag.1.Key", "env", "Tag.1.Value", "test"}, nil},
		{"paid in advance", []string{"ChargeType", "PrePaid"}, nil},
		{"locked", []string{"LockReason", "financial"}, nil},
		{"since", []string{"Filter.1.Key", "CreationStartTime", "Filter.1.Value", "2026-01-01T00:00Z"}, []string{b, a}},
		{"until", []string{"Filter.1.Key", "CreationEndTime", "Filter.1.Value", "2026-01-01T00:00Z"}, nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			out := actiontest.Call[api.DescribeEipAddressesResponse](s.With(t), "DescribeEipAddresses", append([]string{"RegionId", "cn-hangzhou"}, row.params...)...)
			var got []string
			for _, e := range out.EIPAddresses.EIPAddress {
				got = append(got, e.AllocationID)
			}
			if !slices.Equal(got, row.want) {
				t.Errorf("got %v, want %v", got, row.want)
			}
		})
	}
	out := actiontest.Call[api.DescribeEipAddressesResponse](s.As(s.Other), "DescribeEipAddresses", "RegionId", "cn-hangzhou")
	if out.TotalCount != 0 {
		t.Errorf("another account sees %+v", out)
	}
}

func TestPrimaryInterface(t *testing.T) {
	s := actiontest.Start(t)
	i := s.Stopped()
	nic := s.See(i).NetworkInterfaces.NetworkInterface[0]
	id, _ := allocate(s)
	s.Refuse(400, "InvalidParameter", "", "AssociateEipAddress", "AllocationId", id, "InstanceId", nic.NetworkInterfaceID, "InstanceType", "NetworkInterface", "PrivateIpAddress", "10.0.0.1")
	s.Do("AssociateEipAddress", "AllocationId", id, "InstanceId", nic.NetworkInterfaceID, "InstanceType", "NetworkInterface", "Mode", "NAT")
	s.Settle()
	want(s, id, "InUse", nic.NetworkInterfaceID)
	if e := see(s, id); e.PrivateIPAddress != nic.PrimaryIPAddress || e.InstanceType != "NetworkInterface" {
		t.Errorf("%+v", e)
	}
	if got := s.See(i).EIPAddress.AllocationID; got != id {
		t.Errorf("the instance shows %q", got)
	}
	s.Do("ModifyEipForwardMode", "RegionId", "cn-hangzhou", "InstanceId", id, "Mode", "BINDED")
	if e := see(s, id); e.Mode != "BINDED" {
		t.Errorf("%+v", e)
	}
	s.Refuse(400, "InvalidParameter", "", "ModifyEipForwardMode", "RegionId", "cn-hangzhou", "InstanceId", id, "Mode", "x")
	other, _ := allocate(s)
	s.Refuse(400, "InvalidAssociation.Duplicated", "", "AssociateEipAddress", "AllocationId", other, "InstanceId", i)
	s.Do("DeleteInstance", "InstanceId", i, "Force", "true")
	s.Settle()
	want(s, id, "Available", "")
	s.Refuse(400, "IncorrectEipStatus", "", "ModifyEipForwardMode", "RegionId", "cn-hangzhou", "InstanceId", id, "Mode", "NAT")
}
