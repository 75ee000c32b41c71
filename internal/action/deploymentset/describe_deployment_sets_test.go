package deploymentset_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

func TestDescribeDeploymentSets(t *testing.T) {
	s := actiontest.Start(t)
	a := create(s, "DeploymentSetName", "web-a")
	b := create(s, "DeploymentSetName", "web-b", "Strategy", "LowLatency")
	c := create(s, "Strategy", "AvailabilityGroup")
	create(s.As(s.Other))
	create(s.As(s.In("cn-beijing")), "RegionId", "cn-beijing")
	for _, e := range []struct {
		params []string
		want   []string
	}{
		{nil, []string{c, b, a}},
		{[]string{"DeploymentSetIds", fmt.Sprintf(`["%s","%s","ds-x"]`, a, c)}, []string{c, a}},
		{[]string{"Strategy", "LowLatency"}, []string{b}},
		{[]string{"Strategy", "Availability"}, []string{a}},
		{[]string{"Strategy", "x"}, nil},
		{[]string{"DeploymentSetName", "web-a"}, []string{a}},
		{[]string{"DeploymentSetName", "web*"}, []string{b, a}},
		{[]string{"Domain", "Default", "Granularity", "Host", "NetworkType", "vpc"}, []string{c, b, a}},
		{[]string{"Domain", "x"}, nil},
		{[]string{"Granularity", "Rack"}, nil},
		{[]string{"PageSize", "2", "PageNumber", "2"}, []string{a}},
	} {
		var got []string
		for _, d := range list(s, e.params...) {
			got = append(got, d.DeploymentSetID)
		}
		if strings.Join(got, " ") != strings.Join(e.want, " ") {
			t.Errorf("%v: %v, want %v", e.params, got, e.want)
		}
	}
	r := actiontest.Call[api.DescribeDeploymentSetsResponse](s, "DescribeDeploymentSets", "PageSize", "1")
	if r.TotalCount != 3 || r.PageSize != 1 || r.PageNumber != 1 || r.RegionID != "cn-hangzhou" {
		t.Errorf("%+v", r)
	}
	s.Refusals(t, "DescribeDeploymentSets", nil, []actiontest.Refusal{
		{"too many", []string{"DeploymentSetIds", `["x"` + strings.Repeat(`,"x"`, 100) + `]`}, 403, "InvalidDeploymentSetIds.TooManyInput", ""},
		{"no list", []string{"DeploymentSetIds", a}, 400, "InvalidParameter", ""},
		{"page", []string{"PageNumber", "0"}, 400, "InvalidParameter", ""},
		{"page size", []string{"PageSize", "51"}, 400, "InvalidParameter", ""},
		{"type", []string{"Type", "x"}, 400, "UnsupportedOperation.NotImplemented", ""},
	})
}
