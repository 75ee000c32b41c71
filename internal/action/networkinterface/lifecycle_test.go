package networkinterface_test

import (
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

func interfaces(s *actiontest.Service, params ...string) []api.DescribeNetworkInterfacesNetworkInterfaceSet {
	s.T.Helper()
	return actiontest.Call[api.DescribeNetworkInterfacesResponse](s, "DescribeNetworkInterfaces", params...).NetworkInterfaceSets.NetworkInterfaceSet
}

func create(s *actiontest.Service, params ...string) string {
	s.T.Helper()
	n := s.Network()
	return actiontest.Call[api.CreateNetworkInterfaceResponse](s, "CreateNetworkInterface",
		append([]string{"VSwitchId", n.VSwitch, "SecurityGroupId", n.Group}, params...)...).NetworkInterfaceID
}

func want(s *actiontest.Service, id, status, instance string) api.DescribeNetworkInterfacesNetworkInterfaceSet {
	s.T.Helper()
	all := interfaces(s, "NetworkInterfaceId.1", id)
	if status == "gone" {
		if len(all) != 0 {
			s.T.Fatalf("%s is there: %+v", id, all)
		}
		return api.DescribeNetworkInterfacesNetworkInterfaceSet{}
	}
	if len(all) != 1 || all[0].Status != status || all[0].InstanceID != instance {
		s.T.Fatalf("%s: %+v, want %s in %q", id, all, status, instance)
	}
	return all[0]
}

func primary(s *actiontest.Service, instance string) string {
	s.T.Helper()
	all := interfaces(s, "InstanceId", instance, "Type", "Primary")
	if len(all) != 1 {
		s.T.Fatalf("%s has %d primary interfaces", instance, len(all))
	}
	return all[0].NetworkInterfaceID
}

func free(s *actiontest.Service) int64 {
	s.T.Helper()
	return actiontest.Call[api.DescribeVSwitchesResponse](s, "DescribeVSwitches", "VSwitchId", s.Network().VSwitch).VSwitches.VSwitch[0].AvailableIPAddressCount
}

// TestLifecycle takes an interface from creation through an attachment to its end
// and watches every state on the way.
func TestLifecycle(t *testing.T) {
	s := actiontest.Start(t, actiontest.Stepped())
	instance := s.Running()
	before := free(s)
	id := create(s, "NetworkInterfaceName", "eni-1", "PrimaryIpAddress", "192.168.0.77", "SecondaryPrivateIpAddressCount", "2", "Tag.1.Key", "k", "Tag.1.Value", "v")
	o := want(s, id, "Available", "")
	if o.NetworkInterfaceName != "eni-1" || o.PrivateIPAddress != "192.168.0.77" || len(o.PrivateIPSets.PrivateIPSet) != 3 || o.Type != "Secondary" || len(o.Tags.Tag) != 1 || o.DeleteOnRelease {
		t.Errorf("%+v", o)
	}
	if n := free(s); n != before-3 {
		t.Errorf("%d addresses are free, want %d", n, before-3)
	}
	s.Do("AttachNetworkInterface", "NetworkInterfaceId", id, "InstanceId", instance)
	s.Quiet()
	want(s, id, "Attaching", instance)
	s.Step(id)
	want(s, id, "InUse", instance)
	s.Refuse(400, "InvalidOperation.InvalidEniState", "", "DeleteNetworkInterface", "NetworkInterfaceId", id)
	s.Do("DetachNetworkInterface", "NetworkInterfaceId", id, "InstanceId", instance)
	s.Quiet()
	want(s, id, "Detaching", instance)
	s.Do("DetachNetworkInterface", "NetworkInterfaceId", id, "InstanceId", instance)
	s.Step(id)
	want(s, id, "Available", "")
	s.Do("DeleteNetworkInterface", "NetworkInterfaceId", id)
	s.Quiet()
	want(s, id, "Deleting", "")
	s.Step(id)
	want(s, id, "gone", "")
	if n := free(s); n != before {
		t.Errorf("%d addresses are free, want %d", n, before)
	}
	s.Refuse(404, "InvalidEniId.NotFound", "", "DeleteNetworkInterface", "NetworkInterfaceId", id)
}

// life takes interfaces through all that is asynchronous, and ends with nothing
// left.
func life(s *actiontest.Service) {
	s.T.Helper()
	instance := s.Instance()
	stays, goes := create(s), create(s, "DeleteOnRelease", "true")
	s.Settle()
	for _, id := range []string{stays, goes} {
		s.Do("AttachNetworkInterface", "NetworkInterfaceId", id, "InstanceId", instance)
		s.Settle()
		want(s, id, "InUse", instance)
		s.Do("DetachNetworkInterface", "NetworkInterfaceId", id, "InstanceId", instance)
		s.Settle()
		want(s, id, "Available", "")
		s.Do("AttachNetworkInterface", "NetworkInterfaceId", id, "InstanceId", instance)
		s.Settle()
		if id == stays {
			s.Do("DetachNetworkInterface", "NetworkInterfaceId", stays, "InstanceId", instance)
			s.Settle()
		}
	}
	s.Do("AssignPrivateIpAddresses", "NetworkInterfaceId", goes, "SecondaryPrivateIpAddressCount", "2")
	s.Settle()
	s.Do("AttachNetworkInterface", "NetworkInterfaceId", stays, "InstanceId", instance)
	s.Do("DeleteInstance", "InstanceId", instance)
	s.Settle()
	s.Want(instance, "gone")
	want(s, goes, "gone", "")
	want(s, stays, "Available", "")
	s.Do("DeleteNetworkInterface", "NetworkInterfaceId", stays)
	s.Settle()
	s.NothingLeft()
	if n := free(s); n != 252 {
		s.T.Errorf("%d addresses are free", n)
	}
}

func TestLifeEachFault(t *testing.T) { actiontest.EachFault(t, life) }

func TestLifeEachRestart(t *testing.T) { actiontest.EachRestart(t, life) }
