package autoprovisioning_test

import (
	"strings"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

func TestDescribeAutoProvisioningGroupHistory(t *testing.T) {
	s := actiontest.Start(t)
	history := func(id string, params ...string) []api.DescribeAutoProvisioningGroupHistoryAutoProvisioningGroupHistory {
		t.Helper()
		return actiontest.Call[api.DescribeAutoProvisioningGroupHistoryResponse](s, "DescribeAutoProvisioningGroupHistory",
			append([]string{"AutoProvisioningGroupId", id}, params...)...).AutoProvisioningGroupHistories.AutoProvisioningGroupHistory
	}
	id, r := create(s, good(s)...)
	h := history(id)
	if len(h) != 1 || h[0].Status != "success" || !strings.HasPrefix(h[0].TaskID, "apg-task-") || h[0].StartTime != "2026-08-09T05:00:00Z" || len(h[0].ActivityDetails.ActivityDetail) != 1 ||
		h[0].ActivityDetails.ActivityDetail[0].Status != "Successful" || !strings.Contains(h[0].ActivityDetails.ActivityDetail[0].Detail, r[0].InstanceIDs.InstanceID[0]) {
		t.Errorf("%+v", h)
	}
	failed, _ := create(s, good(s, "AutoProvisioningGroupType", "request", "LaunchConfiguration.ImageId", "nope")...)
	if h := history(failed); len(h) != 1 || h[0].Status != "failed" || h[0].ActivityDetails.ActivityDetail[0].Status != "Failed" ||
		!strings.Contains(h[0].ActivityDetails.ActivityDetail[0].Detail, "InvalidImageId.NotFound") {
		t.Errorf("%+v", h)
	}
	if h := history(id, "StartTime", "2026-08-09T05:00:01Z"); len(h) != 0 {
		t.Errorf("%+v", h)
	}
	if h := history(id, "EndTime", "2026-08-09T04:59:59Z"); len(h) != 0 {
		t.Errorf("%+v", h)
	}
	if h := history(id, "StartTime", "2026-08-09T05:00:00Z", "EndTime", "2026-08-09T05:00:00Z"); len(h) != 1 {
		t.Errorf("%+v", h)
	}
	if h := history(id, "PageNumber", "2"); len(h) != 0 {
		t.Errorf("%+v", h)
	}
	s.Refusals(t, "DescribeAutoProvisioningGroupHistory", []string{"AutoProvisioningGroupId", id}, []actiontest.Refusal{
		{"unknown", []string{"AutoProvisioningGroupId", "apg-1"}, 404, "InvalidAutoProvisioningGroupId.NotFound", ""},
		{"start", []string{"StartTime", "x"}, 400, "InvalidParameter", ""},
		{"end", []string{"EndTime", "x"}, 400, "InvalidParameter", ""},
		{"page size", []string{"PageSize", "101"}, 400, "InvalidParameter", ""},
	})
}
