package autoprovisioning_test

import (
	"strings"
	"testing"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// keeping is a request for a group that keeps two instances.
func keeping(s *actiontest.Service, params ...string) []string {
	return good(s, append([]string{"AutoProvisioningGroupType", "maintain", "TotalTargetCapacity", "2", "PayAsYouGoTargetCapacity", "2"}, params...)...)
}

func history(s *actiontest.Service, id string) []api.DescribeAutoProvisioningGroupHistoryAutoProvisioningGroupHistory {
	s.T.Helper()
	return actiontest.Call[api.DescribeAutoProvisioningGroupHistoryResponse](s, "DescribeAutoProvisioningGroupHistory", "AutoProvisioningGroupId", id).
		AutoProvisioningGroupHistories.AutoProvisioningGroupHistory
}

// holds fails the test unless the group has this many instances, all of which run.
func holds(s *actiontest.Service, id string, n int) {
	s.T.Helper()
	l := members(s, id)
	if len(l) != n {
		s.T.Errorf("%d members, want %d", len(l), n)
	}
	for _, i := range l {
		if i.Status != "Running" {
			s.T.Errorf("%+v", i)
		}
	}
}

// kept takes a group that keeps its capacity through the loss of an instance and
// the loss of all, then to its end.
func kept(s *actiontest.Service) {
	id, results := create(s, keeping(s, "LaunchConfiguration.Password", "Secret-123")...)
	if len(results) != 0 {
		s.T.Errorf("%+v", results)
	}
	s.Settle()
	holds(s, id, 2)
	gone := members(s, id)[1].InstanceID
	s.Do("DeleteInstance", "InstanceId", gone, "Force", "true")
	s.Settle()
	holds(s, id, 2)
	for _, i := range members(s, id) {
		if i.InstanceID == gone {
			s.T.Errorf("%s was deleted", gone)
		}
		if got := s.See(i.InstanceID); got.InstanceType != actiontest.InstanceType {
			s.T.Errorf("%+v", got)
		}
	}
	for _, i := range members(s, id) {
		s.Do("DeleteInstance", "InstanceId", i.InstanceID, "Force", "true")
	}
	s.Settle()
	holds(s, id, 2)
	if g := see(s, id); g.State != "fulfilled" || g.Status != "active" || g.AutoProvisioningGroupType != "maintain" {
		s.T.Errorf("%+v", g)
	}
	made := 0
	for _, h := range history(s, id) {
		for _, a := range h.ActivityDetails.ActivityDetail {
			made += strings.Count(a.Detail, "i-")
		}
	}
	if made != 5 {
		s.T.Errorf("%d instances were made, want 5: %+v", made, history(s, id))
	}
	s.Do("DeleteAutoProvisioningGroup", "AutoProvisioningGroupId", id, "TerminateInstances", "true")
	s.Settle()
	s.NothingLeft()
}

func TestKept(t *testing.T) {
	t.Run("restarts", func(t *testing.T) { actiontest.EachRestart(t, kept) })
	t.Run("faults", func(t *testing.T) { actiontest.EachFault(t, kept) })
}

// An instance whose release time comes is replaced too, and one that leaves with
// the group is not.
func TestKeptUntil(t *testing.T) {
	s := actiontest.Start(t)
	id, _ := create(s, keeping(s, "ValidUntil", "2026-08-09T08:00:00Z", "LaunchConfiguration.AutoReleaseTime", "2026-08-09T06:00:00Z", "TerminateInstancesWithExpiration", "true")...)
	s.Settle()
	s.Advance(50 * time.Minute)
	holds(s, id, 2)
	first := members(s, id)
	s.Advance(4 * time.Minute)
	holds(s, id, 2)
	for _, i := range first {
		s.Do("ModifyInstanceAutoReleaseTime", "InstanceId", i.InstanceID, "AutoReleaseTime", "2026-08-09T06:30:00Z")
	}
	s.Advance(3 * time.Hour)
	for _, i := range first {
		s.Want(i.InstanceID, "gone")
	}
	if g := see(s, id); g.Status != "deleted" || len(members(s, id)) != 0 {
		t.Errorf("%+v", g)
	}
	s.NothingLeft()
}

// What is missing is delivered by the next config, up to the quantity of each, by
// the weights; what cannot be had is tried again.
func TestKeptShortage(t *testing.T) {
	s := actiontest.Start(t)
	small := s.VSwitch(s.Network().VPC, "192.168.1.0/29") // room for 4
	id, _ := create(s, keeping(s, "TotalTargetCapacity", "6", "PayAsYouGoTargetCapacity", "6", "LaunchTemplateConfig.1.VSwitchId", small)...)
	s.Settle()
	holds(s, id, 4)
	if g := see(s, id); g.State != "error" {
		t.Errorf("%+v", g)
	}
	s.Advance(time.Hour)
	holds(s, id, 4)
	if h := history(s, id); len(h) > 2 { // trying in vain for an hour is one entry
		t.Errorf("%d: %+v", len(h), h)
	}
	// The address that comes free is taken.
	s.Do("DeleteInstance", "InstanceId", members(s, id)[0].InstanceID, "Force", "true")
	s.Advance(2 * time.Minute)
	holds(s, id, 4)
	s.Do("ModifyAutoProvisioningGroup", "AutoProvisioningGroupId", id, "TotalTargetCapacity", "4", "PayAsYouGoTargetCapacity", "4")
	s.Settle()
	if g := see(s, id); g.State != "fulfilled" {
		t.Errorf("%+v", g)
	}
	s.Do("DeleteAutoProvisioningGroup", "AutoProvisioningGroupId", id, "TerminateInstances", "true")
	s.Settle()
	s.NothingLeft()
}

// A group whose template is gone says so, and keeps what it has.
func TestKeptTemplateGone(t *testing.T) {
	s := actiontest.Start(t)
	n := s.Network()
	lt := actiontest.Call[api.CreateLaunchTemplateResponse](s, "CreateLaunchTemplate", "LaunchTemplateName", "node", "ImageId", actiontest.Image,
		"InstanceType", actiontest.InstanceType, "SecurityGroupId", n.Group, "VSwitchId", n.VSwitch, "SystemDisk.Category", "cloud_essd").LaunchTemplateID
	id, _ := create(s, "TotalTargetCapacity", "2", "PayAsYouGoTargetCapacity", "2", "LaunchTemplateId", lt) // maintain is the default
	s.Settle()
	s.Do("DeleteInstance", "InstanceId", members(s, id)[0].InstanceID, "Force", "true")
	s.Settle()
	holds(s, id, 2)
	s.Do("DeleteLaunchTemplate", "LaunchTemplateId", lt)
	s.Do("DeleteInstance", "InstanceId", members(s, id)[0].InstanceID, "Force", "true")
	s.Advance(time.Hour)
	holds(s, id, 1)
	h := history(s, id)
	if len(h) != 3 || h[0].Status != "failed" || !strings.HasPrefix(h[0].ActivityDetails.ActivityDetail[0].Detail, "InvalidLaunchTemplate.NotFound") || h[0].LastEventTime <= h[0].StartTime {
		t.Errorf("%+v", h)
	}
	if h[0].TaskID == h[1].TaskID || h[1].TaskID == h[2].TaskID {
		t.Errorf("%+v", h)
	}
}

// A larger capacity is delivered; of a smaller one the newest instances leave,
// released or not as the policy says.
func TestKeptModified(t *testing.T) {
	s := actiontest.Start(t)
	id, _ := create(s, keeping(s)...)
	s.Settle()
	g := []string{"AutoProvisioningGroupId", id}
	modify := func(n string, params ...string) {
		t.Helper()
		s.Do("ModifyAutoProvisioningGroup", append(append(g, "TotalTargetCapacity", n, "PayAsYouGoTargetCapacity", n), params...)...)
		s.Settle()
	}
	modify("4")
	holds(s, id, 4)
	newest := members(s, id)[0].InstanceID
	modify("3")
	holds(s, id, 3)
	s.Want(newest, "Running") // no-termination
	second := members(s, id)[0].InstanceID
	modify("2", "ExcessCapacityTerminationPolicy", "termination")
	holds(s, id, 2)
	s.Want(second, "gone")
	if h := history(s, id); len(h) != 4 || !strings.Contains(h[0].ActivityDetails.ActivityDetail[0].Detail, second) || h[0].Status != "success" {
		t.Errorf("%+v", h)
	}
	// Instances of other types are of a weight of their own.
	modify("6", "LaunchTemplateConfig.1.InstanceType", "ecs.g7.xlarge", "LaunchTemplateConfig.1.VSwitchId", s.Network().VSwitch, "LaunchTemplateConfig.1.WeightedCapacity", "4")
	holds(s, id, 3)
	if i := members(s, id)[0]; i.InstanceType != "ecs.g7.xlarge" {
		t.Errorf("%+v", i)
	}
	if o := see(s, id); o.TargetCapacitySpecification.TotalTargetCapacity != 6 || len(o.LaunchTemplateConfigs.LaunchTemplateConfig) != 1 || o.LaunchTemplateConfigs.LaunchTemplateConfig[0].WeightedCapacity != 4 ||
		o.AutoProvisioningGroupType != "maintain" || o.State != "fulfilled" {
		t.Errorf("%+v", o)
	}
	s.Refusals(t, "ModifyAutoProvisioningGroup", g, []actiontest.Refusal{
		{"capacity", []string{"TotalTargetCapacity", "0"}, 400, "InvalidParameter", ""},
		{"too large", []string{"TotalTargetCapacity", "1001"}, 400, "InvalidParameter", ""},
		{"parts above the whole", []string{"PayAsYouGoTargetCapacity", "7"}, 400, "InvalidParameter", ""},
		{"weight", []string{"LaunchTemplateConfig.1.WeightedCapacity", "0"}, 400, "InvalidParameter", ""},
	})
	holds(s, id, 3)
}

// A mark alone delivers nothing, however often it is set.
func TestMarked(t *testing.T) {
	s := actiontest.Start(t)
	id, _ := create(s, keeping(s)...)
	s.Settle()
	k := s.Key(ecs.KindProvisioning, id)
	for range 3 {
		s.Update(func(tx *state.Tx) {
			r, _ := state.ProvisioningGroups.Get(tx, k)
			next := *r
			next.Short = true
			state.ProvisioningGroups.Put(tx, k, &next)
			tx.Wake(byte(ecs.KindProvisioning), k)
		})
		s.Restart()
		s.Settle()
		holds(s, id, 2)
	}
	if h := history(s, id); len(h) != 1 {
		t.Errorf("%+v", h)
	}
}
