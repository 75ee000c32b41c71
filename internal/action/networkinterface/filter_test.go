package networkinterface_test

import (
	"testing"

	"github.com/openecs/openecs/internal/actiontest"
)

// TestFilters finds interfaces by each thing that they can be found by.
func TestFilters(t *testing.T) {
	s := actiontest.Start(t)
	n := s.Network()
	instance := s.Running()
	own := primary(s, instance)
	a := create(s, "NetworkInterfaceName", "front-a", "PrimaryIpAddress", "192.168.0.77", "PrivateIpAddress.1", "192.168.0.78", "Tag.1.Key", "k", "Tag.1.Value", "v")
	b := create(s, "NetworkInterfaceName", "back-b")
	s.Do("AttachNetworkInterface", "NetworkInterfaceId", b, "InstanceId", instance)
	s.Settle()
	for _, c := range []struct {
		params []string
		want   []string // newest first
	}{
		{nil, []string{b, a, own}},
		{[]string{"Type", "Secondary"}, []string{b, a}},
		{[]string{"Type", "Primary"}, []string{own}},
		{[]string{"Status", "Available"}, []string{a}},
		{[]string{"Status", "InUse", "Type", "Secondary"}, []string{b}},
		{[]string{"Status", "Detaching"}, nil},
		{[]string{"InstanceId", instance}, []string{b, own}},
		{[]string{"InstanceId", "i-none"}, nil},
		{[]string{"VSwitchId", n.VSwitch}, []string{b, a, own}},
		{[]string{"VSwitchId", "vsw-none"}, nil},
		{[]string{"VpcId", n.VPC, "NetworkInterfaceName", "front-a"}, []string{a}},
		{[]string{"SecurityGroupId", n.Group, "NetworkInterfaceName", "none"}, nil},
		{[]string{"PrimaryIpAddress", "192.168.0.77"}, []string{a}},
		{[]string{"PrimaryIpAddress", "192.168.0.78"}, nil},
		{[]string{"PrivateIpAddress.1", "192.168.0.78"}, []string{a}},
		{[]string{"PrivateIpAddress.1", "192.168.0.200"}, nil},
		{[]string{"Tag.1.Key", "k", "Tag.1.Value", "v"}, []string{a}},
		{[]string{"Tag.1.Key", "k", "Tag.1.Value", "w"}, nil},
		{[]string{"NetworkInterfaceId.1", a, "NetworkInterfaceId.2", own}, []string{a, own}},
		{[]string{"ServiceManaged", "true"}, nil},
		{[]string{"Ipv6Address.1", "2001:db8::5"}, nil},
	} {
		var got []string
		for _, o := range interfaces(s, c.params...) {
			got = append(got, o.NetworkInterfaceID)
		}
		same := len(got) == len(c.want)
		for i := range got {
			same = same && got[i] == c.want[i]
		}
		if !same {
			t.Errorf("%q: %q, want %q", c.params, got, c.want)
		}
	}
	s.Refusals(t, "DescribeNetworkInterfaces", nil, []actiontest.Refusal{
		{"status", []string{"Status", "Gone"}, 400, "InvalidParameter", ""},
		{"type", []string{"Type", "Third"}, 400, "InvalidParameter", ""},
		{"primary address", []string{"PrimaryIpAddress", "x"}, 400, "InvalidParameter", ""},
		{"private address", []string{"PrivateIpAddress.1", "x"}, 400, "InvalidParameter", ""},
		{"IPv6 address", []string{"Ipv6Address.1", "x"}, 400, "InvalidParameter", ""},
	})
	if all := interfaces(s.As(s.Other)); len(all) != 0 {
		t.Errorf("another account sees %d", len(all))
	}
}

// TestTypeLimits: an instance of ecs.g7.large has so many interfaces, and each so
// many addresses, as the type allows.
func TestTypeLimits(t *testing.T) {
	s := actiontest.Start(t)
	instance := s.Running()
	own := primary(s, instance)
	s.Refuse(403, "InvalidOperation.Ipv4CountExceeded", "", "AssignPrivateIpAddresses", "NetworkInterfaceId", own, "SecondaryPrivateIpAddressCount", "49")
	many := create(s, "SecondaryPrivateIpAddressCount", "40")
	s.Refuse(403, "InvalidOperation.Ipv4CountExceeded", "", "AttachNetworkInterface", "NetworkInterfaceId", many, "InstanceId", instance)
	attached := 1
	for range 20 {
		id := create(s)
		_, err := s.Send("AttachNetworkInterface", "NetworkInterfaceId", id, "InstanceId", instance)
		if err != nil {
			actiontest.Refused(t, err, "EniPerInstanceLimitExceeded", 403)
			break
		}
		s.Settle()
		attached++
	}
	if attached != 3 {
		t.Errorf("%d interfaces are attached, want 3", attached)
	}
}
