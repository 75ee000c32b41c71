package autoprovisioning_test

import (
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

// good is a request for one instance in actiontest's network.
func good(s *actiontest.Service, params ...string) []string {
	n := s.Network()
	return append([]string{
		"AutoProvisioningGroupType", "instant", "TotalTargetCapacity", "1", "PayAsYouGoTargetCapacity", "1",
		"LaunchConfiguration.ImageId", actiontest.Image, "LaunchConfiguration.SecurityGroupId", n.Group, "LaunchConfiguration.SystemDiskCategory", "cloud_essd",
		"LaunchTemplateConfig.1.InstanceType", actiontest.InstanceType, "LaunchTemplateConfig.1.VSwitchId", n.VSwitch,
	}, params...)
}

func create(s *actiontest.Service, params ...string) (id string, results []api.CreateAutoProvisioningGroupLaunchResult) {
	s.T.Helper()
	out := actiontest.Call[api.CreateAutoProvisioningGroupResponse](s, "CreateAutoProvisioningGroup", params...)
	return out.AutoProvisioningGroupID, out.LaunchResults.LaunchResult
}

func list(s *actiontest.Service, params ...string) []api.DescribeAutoProvisioningGroupsAutoProvisioningGroup {
	s.T.Helper()
	return actiontest.Call[api.DescribeAutoProvisioningGroupsResponse](s, "DescribeAutoProvisioningGroups", params...).AutoProvisioningGroups.AutoProvisioningGroup
}

func see(s *actiontest.Service, id string) api.DescribeAutoProvisioningGroupsAutoProvisioningGroup {
	s.T.Helper()
	l := list(s, "AutoProvisioningGroupId.1", id)
	if len(l) != 1 {
		s.T.Fatalf("%d groups, want one", len(l))
	}
	return l[0]
}

func members(s *actiontest.Service, id string, params ...string) []api.DescribeAutoProvisioningGroupInstancesInstance {
	s.T.Helper()
	return actiontest.Call[api.DescribeAutoProvisioningGroupInstancesResponse](s, "DescribeAutoProvisioningGroupInstances",
		append([]string{"AutoProvisioningGroupId", id}, params...)...).Instances.Instance
}

// lifecycle takes a group from its creation to the end of its instances.
func lifecycle(s *actiontest.Service) {
	id, results := create(s, good(s, "TotalTargetCapacity", "2", "PayAsYouGoTargetCapacity", "2")...)
	if len(results) != 1 || len(results[0].InstanceIDs.InstanceID) != 2 {
		s.T.Fatalf("%+v", results)
	}
	s.Settle()
	for _, i := range members(s, id) {
		if i.Status != "Running" {
			s.T.Errorf("%+v", i)
		}
	}
	if got := see(s, id); got.State != "fulfilled" || got.Status != "active" {
		s.T.Errorf("%+v", got)
	}
	s.Do("DeleteAutoProvisioningGroup", "AutoProvisioningGroupId", id, "TerminateInstances", "true")
	s.Settle()
	if l := list(s); len(l) != 0 {
		s.T.Errorf("left: %+v", l)
	}
	s.NothingLeft()
}

func TestLifecycle(t *testing.T) {
	t.Run("restarts", func(t *testing.T) { actiontest.EachRestart(t, lifecycle) })
	t.Run("faults", func(t *testing.T) { actiontest.EachFault(t, lifecycle) })
}
