package instance_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

func TestDescribeInstanceStatus(t *testing.T) {
	s := actiontest.Start(t, actiontest.Stepped())
	const action = "DescribeInstanceStatus"
	var ids []string
	for _, status := range []string{"Pending", "Starting", "Running", "Stopping", "Stopped"} {
		ids = append(ids, s.InState(status))
	}
	list := func(params ...string) (got []string, out *api.DescribeInstanceStatusResponse) {
		t.Helper()
		out = actiontest.Call[api.DescribeInstanceStatusResponse](s, action, append([]string{"RegionId", "cn-hangzhou"}, params...)...)
		for _, i := range out.InstanceStatuses.InstanceStatus {
			got = append(got, i.InstanceID+" "+i.Status)
		}
		return got, out
	}
	all := []string{ids[4] + " Stopped", ids[3] + " Stopping", ids[2] + " Running", ids[1] + " Starting", ids[0] + " Pending"}
	for _, c := range []struct {
		params      []string
		want        []string
		size, total int
	}{
		{nil, all, 10, 5},
		{[]string{"PageSize", "50", "ZoneId", "cn-hangzhou-h"}, all, 50, 5},
		{[]string{"PageSize", "2", "PageNumber", "2"}, all[2:4], 2, 5},
		{[]string{"PageSize", "2", "PageNumber", "9"}, nil, 2, 5},
		{[]string{"InstanceId.1", ids[1], "InstanceId.2", ids[4], "InstanceId.3", "i-nothing"}, []string{all[0], all[3]}, 10, 2},
		{[]string{"ZoneId", "cn-hangzhou-i"}, nil, 10, 0},
		{[]string{"RegionId", "cn-beijing", "InstanceId.1", ids[1]}, nil, 10, 0},
		{[]string{"ClusterId", "c-1"}, nil, 10, 0},
	} {
		if got, out := list(c.params...); !slices.Equal(got, c.want) || out.PageSize != c.size || out.TotalCount != c.total {
			t.Errorf("%v: %v of %d, pages of %d", c.params, got, out.TotalCount, out.PageSize)
		}
	}

	for _, p := range [][2]string{{"PageSize", "51"}, {"PageSize", "0"}, {"PageNumber", "0"}} {
		s.Refuse(400, "InvalidParameter", `The specified parameter "`+p[0]+`" is not valid.`, action, "RegionId", "cn-hangzhou", p[0], p[1])
	}
	s.Refuse(400, "InvalidParameter", "", action, "RegionId", "cn-hangzhou", "PageSize", "abc")
	s.Refuse(400, "InvalidParameter", "", action, "RegionId", "cn-hangzhou", "PageNumber", "abc")
	zone := "The ZoneId provided does not exist in our records."
	s.Refuse(404, "InvalidZoneId.NotFound", zone, action, "RegionId", "cn-hangzhou", "ZoneId", "cn-nowhere-a")
	s.Refuse(404, "InvalidZoneId.NotFound", zone, action, "RegionId", "cn-beijing", "ZoneId", "cn-hangzhou-h")
	s.Refuse(403, "Abs.InvalidInstanceIds.MalFormed", "The specified instanceIds is not valid.", action, "RegionId", "cn-hangzhou", "InstanceId.1", strings.Repeat("i", 65))
	many := []string{"RegionId", "cn-hangzhou"}
	for n := range 101 {
		many = append(many, "InstanceId."+strconv.Itoa(n+1), "i-"+strconv.Itoa(n))
	}
	s.Refuse(403, "InvalidParameter.TooManyInstanceIds", "Instance ids cannot be more than 100.", action, many...)
}
