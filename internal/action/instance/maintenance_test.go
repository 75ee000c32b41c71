package instance_test

import (
	"slices"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

func TestMaintenanceAttributes(t *testing.T) {
	s := actiontest.Start(t)
	const modify, describe = "ModifyInstanceMaintenanceAttributes", "DescribeInstanceMaintenanceAttributes"
	a, b := s.Instance(), s.Instance()
	get := func(params ...string) *api.DescribeInstanceMaintenanceAttributesResponse {
		t.Helper()
		return actiontest.Call[api.DescribeInstanceMaintenanceAttributesResponse](s, describe, append([]string{"RegionId", "cn-hangzhou"}, params...)...)
	}
	one := get("InstanceId.1", a).MaintenanceAttributes.MaintenanceAttribute[0]
	if one.InstanceID != a || one.ActionOnMaintenance.Value != "AutoRecover" || one.ActionOnMaintenance.DefaultValue != "AutoRecover" || one.NotifyOnMaintenance || len(one.MaintenanceWindows.MaintenanceWindow) != 0 {
		t.Errorf("%+v", one)
	}
	s.Do(modify, "RegionId", "cn-hangzhou", "InstanceId.1", a, "ActionOnMaintenance", "Stop", "NotifyOnMaintenance", "true",
		"MaintenanceWindow.1.StartTime", "22:00:00", "MaintenanceWindow.1.EndTime", "02:00:00")
	s.Do(modify, "RegionId", "cn-hangzhou", "InstanceId.1", a, "InstanceId.2", b, "NotifyOnMaintenance", "false")
	s.Do(modify, "RegionId", "cn-hangzhou", "InstanceId.1", a, "NotifyOnMaintenance", "true")
	one = get("InstanceId.1", a).MaintenanceAttributes.MaintenanceAttribute[0]
	if one.ActionOnMaintenance.Value != "Stop" || !one.NotifyOnMaintenance || len(one.MaintenanceWindows.MaintenanceWindow) != 1 ||
		one.MaintenanceWindows.MaintenanceWindow[0].StartTime != "22:00:00" || one.MaintenanceWindows.MaintenanceWindow[0].EndTime != "02:00:00" {
		t.Errorf("%+v", one)
	}
	for _, by := range [][]string{nil, {"InstanceId.1", a, "InstanceId.2", b}} {
		var ids []string
		for _, page := range []string{"1", "2", "3"} {
			got := get(append(by, "PageSize", "1", "PageNumber", page)...)
			if got.TotalCount != 2 || got.PageSize != 1 {
				t.Errorf("%d, %d", got.TotalCount, got.PageSize)
			}
			for _, m := range got.MaintenanceAttributes.MaintenanceAttribute {
				ids = append(ids, m.InstanceID)
			}
		}
		if len(ids) != 2 || !slices.Contains(ids, a) || !slices.Contains(ids, b) {
			t.Errorf("%v", ids)
		}
	}
	s.Refusals(t, modify, []string{"RegionId", "cn-hangzhou", "InstanceId.1", a, "NotifyOnMaintenance", "true"}, []actiontest.Refusal{
		{"action", []string{"ActionOnMaintenance", "Pray"}, 403, "InvalidParameter", ""},
		{"half a window", []string{"MaintenanceWindow.1.StartTime", "02:00:00"}, 403, "InvalidParameter", ""},
		{"half an hour", []string{"MaintenanceWindow.1.StartTime", "02:30:00", "MaintenanceWindow.1.EndTime", "04:00:00"}, 403, "InvalidParameter", ""},
		{"a day", []string{"MaintenanceWindow.1.StartTime", "02:00:00", "MaintenanceWindow.1.EndTime", "02:00:00"}, 403, "InvalidParameter", ""},
		{"no hour", []string{"MaintenanceWindow.1.StartTime", "02:00:00", "MaintenanceWindow.1.EndTime", "24:00:00"}, 403, "InvalidParameter", ""},
		{"no such", []string{"InstanceId.2", "i-none"}, 404, "InvalidInstanceId.NotFound", ""},
	})
	s.Refuse(403, "InvalidParameter", "", modify, "RegionId", "cn-hangzhou", "NotifyOnMaintenance", "true")
	s.Refuse(404, "InvalidInstanceId.NotFound", noInstance, describe, "RegionId", "cn-hangzhou", "InstanceId.1", "i-none")
	s.As(s.Other).Refuse(404, "InvalidInstanceId.NotFound", noInstance, describe, "RegionId", "cn-hangzhou", "InstanceId.1", a)
	s.Refuse(403, "InvalidParameter", "", describe, "RegionId", "cn-hangzhou", "PageSize", "101")
	s.Refuse(403, "InvalidParameter", "", describe, "RegionId", "cn-hangzhou", "PageNumber", "-99999999999999")
}

func TestAttachmentAttributes(t *testing.T) {
	s := actiontest.Start(t)
	const modify, describe = "ModifyInstanceAttachmentAttributes", "DescribeInstanceAttachmentAttributes"
	a, b := s.Instance(), s.Instance()
	s.Do(modify, "RegionId", "cn-hangzhou", "InstanceId", a, "PrivatePoolOptions.MatchCriteria", "None")
	got := actiontest.Call[api.DescribeInstanceAttachmentAttributesResponse](s, describe, "RegionId", "cn-hangzhou", "InstanceIds", list(a, b))
	if i := got.Instances.Instance; len(i) != 2 || i[0].InstanceID != a || i[0].PrivatePoolOptionsMatchCriteria != "None" || i[1].PrivatePoolOptionsMatchCriteria != "Open" || i[0].PrivatePoolOptionsID != "" || got.TotalCount != 2 {
		t.Errorf("%+v", got)
	}
	s.Do(modify, "RegionId", "cn-hangzhou", "InstanceId", a, "PrivatePoolOptions.MatchCriteria", "Open")
	got = actiontest.Call[api.DescribeInstanceAttachmentAttributesResponse](s, describe, "RegionId", "cn-hangzhou", "InstanceIds", list(a, b), "PageSize", "1", "PageNumber", "1")
	if i := got.Instances.Instance; len(i) != 1 || i[0].PrivatePoolOptionsMatchCriteria != "Open" || got.TotalCount != 2 || got.PageSize != 1 {
		t.Errorf("%+v", got)
	}
	s.Refusals(t, modify, []string{"RegionId", "cn-hangzhou", "InstanceId", a, "PrivatePoolOptions.MatchCriteria", "Open"}, []actiontest.Refusal{
		{"criteria", []string{"PrivatePoolOptions.MatchCriteria", "Any"}, 400, "InvalidParameter", ""},
		{"a pool without target", []string{"PrivatePoolOptions.Id", "eap-1"}, 400, "InvalidParameter", ""},
		{"no pool", []string{"PrivatePoolOptions.MatchCriteria", "Target"}, 400, "MissingParameter", ""},
		{"no such pool", []string{"PrivatePoolOptions.MatchCriteria", "Target", "PrivatePoolOptions.Id", "eap-1"}, 404, "Invalid.PrivatePoolOptions.Id", ""},
	})
	absent(s, a, modify, "RegionId", "cn-hangzhou", "PrivatePoolOptions.MatchCriteria", "Open")
	s.Refuse(404, "InvalidInstanceIds.NotFound", "", describe, "RegionId", "cn-hangzhou", "InstanceIds", list("i-none"))
	s.Refuse(400, "InvalidParameter", "", describe, "RegionId", "cn-hangzhou", "InstanceIds", "i-none")
	s.Refuse(400, "InvalidParameter", "", describe, "RegionId", "cn-hangzhou", "InstanceIds", list(a), "PageSize", "101")
}
