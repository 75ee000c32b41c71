package eip_test

import (
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// Each private address of an interface can have an elastic IP, which goes with it.
func TestSecondaryAddresses(t *testing.T) {
	s := actiontest.Start(t)
	i := s.Running()
	nic := ecs.ID(ecs.KindNetworkInterface, actiontest.Record(s, state.Instances, i).Interface)
	s.Do("AssignPrivateIpAddresses", "NetworkInterfaceId", nic, "PrivateIpAddress.1", "192.168.0.99")
	s.Settle()
	own, _ := allocate(s)
	second, _ := allocate(s)
	third, _ := allocate(s)
	on := func(id, private string) []string {
		return []string{"AllocationId", id, "InstanceId", nic, "InstanceType", "NetworkInterface", "PrivateIpAddress", private}
	}
	s.Do("AssociateEipAddress", on(second, "192.168.0.99")...)
	s.Do("AssociateEipAddress", "AllocationId", own, "InstanceId", i)
	s.Settle()
	want(s, own, "InUse", i)
	want(s, second, "InUse", nic)
	if e := see(s, second); e.PrivateIPAddress != "192.168.0.99" {
		t.Errorf("%+v", e)
	}
	if got := s.See(i).EIPAddress.AllocationID; got != own {
		t.Errorf("the instance shows %s, want %s", got, own)
	}
	s.Refuse(400, "InvalidAssociation.Duplicated", "", "AssociateEipAddress", on(third, "192.168.0.99")...)
	s.Refuse(400, "InvalidParameter", "", "AssociateEipAddress", on(third, "192.168.0.98")...)
	shown := map[string]string{}
	sets := actiontest.Call[api.DescribeNetworkInterfacesResponse](s, "DescribeNetworkInterfaces", "NetworkInterfaceId.1", nic).NetworkInterfaceSets.NetworkInterfaceSet[0].PrivateIPSets.PrivateIPSet
	for _, p := range sets {
		shown[p.PrivateIPAddress] = p.AssociatedPublicIP.AllocationID
	}
	if len(sets) != 2 || shown["192.168.0.99"] != second || shown[sets[0].PrivateIPAddress] != own {
		t.Errorf("%v", shown)
	}
	if got, err := s.Send("UnassignPrivateIpAddresses", "NetworkInterfaceId", nic, "PrivateIpAddress.1", "192.168.0.99"); err != nil {
		t.Fatalf("%s %v", got, err)
	}
	s.Settle()
	want(s, second, "Available", "")
	want(s, own, "InUse", i)
	s.Do("AssignPrivateIpAddresses", "NetworkInterfaceId", nic, "PrivateIpAddress.1", "192.168.0.99")
	s.Settle()
	s.Do("AssociateEipAddress", on(second, "192.168.0.99")...)
	s.Settle()
	s.Do("DeleteInstance", "InstanceId", i, "Force", "true")
	s.Settle()
	for _, id := range []string{own, second} {
		want(s, id, "Available", "")
		s.Do("ReleaseEipAddress", "AllocationId", id)
	}
	s.NothingLeft()
}
