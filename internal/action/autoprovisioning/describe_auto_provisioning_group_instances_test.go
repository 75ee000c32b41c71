package autoprovisioning_test

import (
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

func TestDescribeAutoProvisioningGroupInstances(t *testing.T) {
	s := actiontest.Start(t)
	s.Instance() // of no group
	id, r := create(s, good(s, "TotalTargetCapacity", "3", "PayAsYouGoTargetCapacity", "3")...)
	if l := members(s, id, "PageSize", "2", "PageNumber", "2"); len(l) != 1 || l[0].InstanceID != r[0].InstanceIDs.InstanceID[0] {
		t.Errorf("%+v", l)
	}
	s.Settle()
	s.Do("DeleteInstance", "InstanceId", r[0].InstanceIDs.InstanceID[2], "Force", "true")
	s.Settle()
	l := members(s, id)
	if len(l) != 2 || l[0].InstanceType != actiontest.InstanceType || l[0].ZoneID != actiontest.Zone || l[0].CPU != 2 || l[0].Memory != 8192 || !l[0].IOOptimized ||
		l[0].NetworkType != "vpc" || l[0].OSType != "linux" || l[0].Status != "Running" || l[0].RegionID != "cn-hangzhou" || l[0].IsSpot || l[0].CreationTime != "2026-08-09T05:00Z" {
		t.Errorf("%+v", l)
	}
	s.Refuse(404, "InvalidAutoProvisioningGroupId.NotFound", "", "DescribeAutoProvisioningGroupInstances", "AutoProvisioningGroupId", "apg-1")
	s.As(s.Other).Refuse(404, "InvalidAutoProvisioningGroupId.NotFound", "", "DescribeAutoProvisioningGroupInstances", "AutoProvisioningGroupId", id)
	s.Refuse(400, "InvalidParameter", "", "DescribeAutoProvisioningGroupInstances", "AutoProvisioningGroupId", id, "PageSize", "101")
}

// TestMembersOfACustomImage: what instances of a custom image run is told too.
func TestMembersOfACustomImage(t *testing.T) {
	s := actiontest.Start(t)
	from := s.Stopped()
	image := actiontest.Call[api.CreateImageResponse](s, "CreateImage", "InstanceId", from).ImageID
	s.Settle()
	id, _ := create(s, good(s, "LaunchConfiguration.ImageId", image)...)
	if l := members(s, id); len(l) != 1 || l[0].OSType != "linux" {
		t.Errorf("%+v", l)
	}
}
