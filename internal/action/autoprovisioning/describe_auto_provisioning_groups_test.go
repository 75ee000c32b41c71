package autoprovisioning_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/openecs/openecs/internal/actiontest"
)

func TestDescribeAutoProvisioningGroups(t *testing.T) {
	s := actiontest.Start(t)
	a, _ := create(s, good(s, "AutoProvisioningGroupName", "web-a", "Tag.1.Key", "k", "Tag.1.Value", "v")...)
	b, _ := create(s, good(s, "AutoProvisioningGroupName", "web-b", "MaxSpotPrice", "0.5", "SpotInstancePoolsToUseCount", "2", "SpotInstanceInterruptionBehavior", "terminate",
		"ValidUntil", "2026-08-09T06:00:00Z", "LaunchTemplateConfig.1.MaxPrice", "1.25", "LaunchTemplateConfig.1.Priority", "3", "TerminateInstances", "true",
		"ExcessCapacityTerminationPolicy", "termination", "LaunchTemplateConfig.1.WeightedCapacity", "1.5")...)
	g := see(s, b)
	f := g.LaunchTemplateConfigs.LaunchTemplateConfig[0]
	if g.MaxSpotPrice != 0.5 || g.SpotOptions.InstancePoolsToUseCount != 2 || g.SpotOptions.InstanceInterruptionBehavior != "terminate" || g.SpotOptions.AllocationStrategy != "lowest-price" ||
		g.PayAsYouGoOptions.AllocationStrategy != "lowest-price" || g.CreationTime != "2026-08-09T05:00:00Z" || g.RegionID != "cn-hangzhou" || !g.TerminateInstances ||
		g.ExcessCapacityTerminationPolicy != "termination" || g.TargetCapacitySpecification.PayAsYouGoTargetCapacity != 1 || g.TargetCapacitySpecification.DefaultTargetCapacityType != "Spot" ||
		f.MaxPrice != 1.25 || f.Priority != 3 || f.WeightedCapacity != 1.5 || f.InstanceType != actiontest.InstanceType || f.VSwitchID != s.Network().VSwitch {
		t.Errorf("%+v", g)
	}
	if g := see(s, a); g.ValidUntil != "2099-12-31T23:59:59Z" || g.ExcessCapacityTerminationPolicy != "no-termination" {
		t.Errorf("%+v", g)
	}
	s.Advance(2 * 60 * 60e9)
	for _, e := range []struct {
		params []string
		want   []string
	}{
		{nil, []string{b, a}},
		{[]string{"AutoProvisioningGroupId.1", a, "AutoProvisioningGroupId.2", "apg-1"}, []string{a}},
		{[]string{"AutoProvisioningGroupName", "web-b"}, []string{b}},
		{[]string{"AutoProvisioningGroupStatus.1", "active", "AutoProvisioningGroupStatus.2", "modifying"}, []string{a}},
		{[]string{"AutoProvisioningGroupStatus.1", "deleted"}, []string{b}},
		{[]string{"Tag.1.Key", "k", "Tag.1.Value", "v"}, []string{a}},
		{[]string{"Tag.1.Key", "k", "Tag.1.Value", "w"}, nil},
		{[]string{"ResourceGroupId", "rg-1"}, nil},
		{[]string{"PageSize", "1", "PageNumber", "2"}, []string{a}},
	} {
		var got []string
		for _, g := range list(s, e.params...) {
			got = append(got, g.AutoProvisioningGroupID)
		}
		if strings.Join(got, " ") != strings.Join(e.want, " ") {
			t.Errorf("%v: %v, want %v", e.params, got, e.want)
		}
	}
	if l := list(s.As(s.Other)); len(l) != 0 {
		t.Errorf("another account sees %+v", l)
	}
	var many []string
	for i := range 21 {
		many = append(many, "AutoProvisioningGroupId."+strconv.Itoa(i+1), a)
	}
	s.Refusals(t, "DescribeAutoProvisioningGroups", nil, []actiontest.Refusal{
		{"page", []string{"PageNumber", "0"}, 400, "InvalidParameter", ""},
		{"page size", []string{"PageSize", "101"}, 400, "InvalidParameter", ""},
		{"identifiers", many, 400, "InvalidParameter", ""},
		{"tags", actiontest.Tags(21), 400, "InvalidTagCount", ""},
		{"tag", []string{"Tag.1.Value", "v"}, 400, "InvalidTag.Mismatch", ""},
	})
}
