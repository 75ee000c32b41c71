package deploymentset_test

import (
	"fmt"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

// zone is what a set says of its room in actiontest's zone.
func zone(s *actiontest.Service, id string) (used, available int) {
	s.T.Helper()
	for _, c := range see(s, id).Capacities.Capacity {
		if c.ZoneID == actiontest.Zone {
			return c.UsedAmount, c.AvailableAmount
		}
	}
	s.T.Fatal("the zone is not shown")
	return 0, 0
}

// A set takes 20 instances in a zone, of which another set or another zone knows nothing.
func TestRoom(t *testing.T) {
	s := actiontest.Start(t)
	id := create(s)
	good := run(s, "DeploymentSetId", id)
	s.Do("RunInstances", append(good, "Amount", "18")...)
	s.Refuse(403, "QuotaExceed.DeploymentSetInstanceQuotaFull", "", "RunInstances", append(good, "Amount", "3")...)
	s.Refuse(403, "QuotaExceed.DeploymentSetInstanceQuotaFull", "", "RunInstances", append(good, "Amount", "5", "MinAmount", "3", "DryRun", "true")...)
	made := actiontest.Call[api.RunInstancesResponse](s, "RunInstances", append(good, "Amount", "5", "MinAmount", "1")...).InstanceIDSets.InstanceIDSet
	if len(made) != 2 {
		t.Errorf("%d made, want the 2 there is room for", len(made))
	}
	if used, free := zone(s, id); used != 20 || free != 0 {
		t.Errorf("%d used, %d free", used, free)
	}
	s.Refuse(403, "QuotaExceed.DeploymentSetInstanceQuotaFull", "", "CreateInstance", good...)
	s.Do("CreateInstance", run(s, "DeploymentSetId", create(s))...)
	w := s.VSwitch(s.Network().VPC, "192.168.1.0/24", "ZoneId", "cn-hangzhou-i")
	s.Do("RunInstances", append(good, "VSwitchId", w)...)
	s.Settle()
	if i := s.See(made[0]); i.DeploymentSetID != id || i.DeploymentSetGroupNo != 0 {
		t.Errorf("%+v", i)
	}
	s.Do("DeleteInstance", "InstanceId", made[0], "Force", "true")
	s.Settle()
	s.Do("CreateInstance", good...)
}

// Instances that ask for no group are spread over the groups; each takes 20 in a zone.
func TestGroups(t *testing.T) {
	s := actiontest.Start(t)
	id := create(s, "Strategy", "AvailabilityGroup", "GroupCount", "2")
	good := run(s, "DeploymentSetId", id)
	made := actiontest.Call[api.RunInstancesResponse](s, "RunInstances", append(good, "Amount", "4")...).InstanceIDSets.InstanceIDSet
	groups := ""
	for _, i := range made {
		groups += fmt.Sprint(s.See(i).DeploymentSetGroupNo)
	}
	if groups != "1212" {
		t.Errorf("groups %s", groups)
	}
	s.Do("RunInstances", append(good, "Amount", "18", "DeploymentSetGroupNo", "2")...)
	s.Refuse(403, "QuotaExceed.DeploymentSetInstanceQuotaFull", "", "RunInstances", append(good, "DeploymentSetGroupNo", "2")...)
	s.Do("RunInstances", append(good, "Amount", "18")...)
	s.Refuse(403, "QuotaExceed.DeploymentSetInstanceQuotaFull", "", "RunInstances", good...)
	if used, free := zone(s, id); used != 40 || free != 0 {
		t.Errorf("%d used, %d free", used, free)
	}
}

func TestMembersRefused(t *testing.T) {
	s := actiontest.Start(t)
	set, grouped := create(s), create(s, "Strategy", "AvailabilityGroup", "GroupCount", "2")
	for _, action := range []string{"RunInstances", "CreateInstance"} {
		s.Refusals(t, action, run(s), []actiontest.Refusal{
			{"unknown", []string{"DeploymentSetId", "ds-1"}, 404, "DeploymentSet.NotFound", ""},
			{"group without set", []string{"DeploymentSetGroupNo", "1"}, 404, "InvalidParameter.DeploymentSetGroupNo", ""},
			{"set without groups", []string{"DeploymentSetId", set, "DeploymentSetGroupNo", "1"}, 404, "InvalidParameter.DeploymentSetGroupNo", ""},
			{"group 0", []string{"DeploymentSetId", grouped, "DeploymentSetGroupNo", "0"}, 404, "InvalidParameter.DeploymentSetGroupNo", ""},
			{"group too high", []string{"DeploymentSetId", grouped, "DeploymentSetGroupNo", "3"}, 404, "InvalidParameter.DeploymentSetGroupNo", ""},
			{"burstable", []string{"DeploymentSetId", set, "InstanceType", "ecs.t6-c1m1.large"}, 403, "InvalidInstanceType.NotSupported", ""},
		})
	}
}

func TestMembersOfAnotherAccount(t *testing.T) {
	s := actiontest.Start(t)
	id := create(s)
	o := s.As(s.Other)
	vpc := o.VPC("CidrBlock", "192.168.0.0/16")
	o.Refuse(404, "DeploymentSet.NotFound", "", "RunInstances", "InstanceType", actiontest.InstanceType, "ImageId", actiontest.Image,
		"SecurityGroupId", o.Group("VpcId", vpc), "VSwitchId", o.VSwitch(vpc, "192.168.0.0/24"), "SystemDisk.Category", "cloud_essd", "DeploymentSetId", id)
}
