package instance_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

func list(ids ...string) string { return `["` + strings.Join(ids, `","`) + `"]` }

func attach(s *actiontest.Service, role string, ids ...string) (codes []string) {
	s.T.Helper()
	out := actiontest.Call[api.AttachInstanceRamRoleResponse](s, "AttachInstanceRamRole", "RegionId", "cn-hangzhou", "RamRoleName", role, "InstanceIds", list(ids...))
	failed := 0
	for i, r := range out.AttachInstanceRAMRoleResults.AttachInstanceRAMRoleResult {
		codes = append(codes, r.Code)
		if r.InstanceID != ids[i] || r.Success != (r.Code == "200") {
			s.T.Errorf("%+v", r)
		}
		if !r.Success {
			failed++
		}
	}
	if out.TotalCount != len(ids) || out.FailCount != failed || out.RAMRoleName != role {
		s.T.Errorf("%+v", out)
	}
	return codes
}

func detach(s *actiontest.Service, role string, ids ...string) (codes []string) {
	s.T.Helper()
	out := actiontest.Call[api.DetachInstanceRamRoleResponse](s, "DetachInstanceRamRole", "RegionId", "cn-hangzhou", "RamRoleName", role, "InstanceIds", list(ids...))
	for _, r := range out.DetachInstanceRAMRoleResults.DetachInstanceRAMRoleResult {
		codes = append(codes, r.Code)
	}
	return codes
}

// roles are the roles that DescribeInstanceRamRole shows, and their total.
func roles(s *actiontest.Service, params ...string) (shown []string, total int) {
	s.T.Helper()
	out := actiontest.Call[api.DescribeInstanceRamRoleResponse](s, "DescribeInstanceRamRole", append([]string{"RegionId", "cn-hangzhou"}, params...)...)
	for _, r := range out.InstanceRAMRoleSets.InstanceRAMRoleSet {
		shown = append(shown, r.InstanceID+" "+r.RAMRoleName)
	}
	return shown, out.TotalCount
}

func TestInstanceRAMRoles(t *testing.T) {
	s := actiontest.Start(t)
	a, b, none := s.Running(), s.Instance("RamRoleName", "reader"), "i-none"
	if got := attach(s, "writer", a, b, none); !slices.Equal(got, []string{"200", "InvalidOperation.RamRoleAttached", "InvalidInstanceId.NotFound"}) {
		t.Error(got)
	}
	if got := attach(s, "writer", a); !slices.Equal(got, []string{"200"}) {
		t.Error(got)
	}
	if got, n := roles(s, "InstanceIds", list(a, b)); n != 2 || !slices.Equal(got, []string{a + " writer", b + " reader"}) {
		t.Error(got)
	}
	if got, n := roles(s, "RamRoleName", "reader"); n != 1 || !slices.Equal(got, []string{b + " reader"}) {
		t.Error(got)
	}
	if got, n := roles(s, "InstanceIds", list(a, b), "RamRoleName", "reader"); n != 1 || !slices.Equal(got, []string{b + " reader"}) {
		t.Error(got)
	}
	if got := detach(s, "reader", a, b, none); !slices.Equal(got, []string{"InvalidRamRole.NotFound", "200", "InvalidInstanceId.NotFound"}) {
		t.Error(got)
	}
	if got := detach(s, "", a, b); !slices.Equal(got, []string{"200", "200"}) {
		t.Error(got)
	}
	if got, n := roles(s, "InstanceIds", list(a, b)); n != 2 || !slices.Equal(got, []string{a + " ", b + " "}) {
		t.Error(got)
	}
	if got, n := roles(s, "RamRoleName", "reader"); n != 0 || len(got) != 0 {
		t.Error(got)
	}
	if got, _ := roles(s.As(s.Other), "RamRoleName", "writer"); len(got) != 0 {
		t.Error(got)
	}
	attach(s, "writer", a)
	s.Do("DeleteInstance", "InstanceId", a, "Force", "true")
	s.Settle()
	if got, n := roles(s, "RamRoleName", "writer"); n != 0 {
		t.Errorf("the role of an instance that is gone: %v", got)
	}
}

func TestDescribeInstanceRamRolePages(t *testing.T) {
	s := actiontest.Start(t)
	var ids []string
	for range 5 {
		ids = append(ids, s.Instance("RamRoleName", "reader"))
	}
	for _, by := range [][]string{{"InstanceIds", list(ids...)}, {"RamRoleName", "reader"}} {
		var all []string
		for page := 1; page <= 4; page++ {
			got, total := roles(s, append(by, "PageSize", "2", "PageNumber", strconv.Itoa(page))...)
			if total != 5 || len(got) != []int{2, 2, 1, 0}[page-1] {
				t.Errorf("page %d: %d of %d", page, len(got), total)
			}
			all = append(all, got...)
		}
		slices.Sort(all)
		if len(slices.Compact(all)) != 5 {
			t.Errorf("%v", all)
		}
	}
}

func TestRAMRoleRefusals(t *testing.T) {
	s := actiontest.Start(t)
	id, classic := s.Instance(), s.Classic()
	hangzhou := []string{"RegionId", "cn-hangzhou", "InstanceIds", list(id), "RamRoleName", "reader"}
	tooMany := list(slices.Repeat([]string{id}, 101)...)
	for _, action := range []string{"AttachInstanceRamRole", "DetachInstanceRamRole"} {
		for _, ids := range []string{"i-1", "[]", `[""]`, `{"a":1}`, tooMany} {
			s.Refuse(400, "InvalidInstanceIds.Malformed", "", action, append(hangzhou, "InstanceIds", ids)...)
		}
	}
	for _, name := range []string{"a role", strings.Repeat("r", 65), "role/x"} {
		s.Refuse(404, "InvalidRamRole.NotFound", "", "AttachInstanceRamRole", append(hangzhou, "RamRoleName", name)...)
		s.Refuse(404, "InvalidRamRole.NotFound", "", "CreateInstance", "InstanceType", actiontest.InstanceType, "ImageId", actiontest.Image,
			"SecurityGroupId", s.Network().Group, "VSwitchId", s.Network().VSwitch, "SystemDisk.Category", "cloud_essd", "RamRoleName", name)
	}
	s.Refuse(400, "UnsupportedOperation.NotImplemented", "", "AttachInstanceRamRole", append(hangzhou, "Policy", "{}")...)
	s.Refuse(403, "InvalidParameter.AllEmpty", "", "DescribeInstanceRamRole", "RegionId", "cn-hangzhou")
	s.Refuse(400, "InvalidInstanceIds.Malformed", "", "DescribeInstanceRamRole", append(hangzhou, "InstanceIds", tooMany)...)
	s.Refuse(404, "InvalidInstanceId.NotFound", "", "DescribeInstanceRamRole", append(hangzhou, "InstanceIds", list("i-none"))...)
	s.Refuse(400, "InvalidParameter", "", "DescribeInstanceRamRole", append(hangzhou, "PageSize", "51")...)
	s.Refuse(403, "InvalidNetworkType.MismatchRamRole", "", "DescribeInstanceRamRole", "RegionId", "cn-beijing", "InstanceIds", list(classic))
	got := actiontest.Call[api.AttachInstanceRamRoleResponse](s, "AttachInstanceRamRole", "RegionId", "cn-beijing", "InstanceIds", list(classic), "RamRoleName", "reader")
	if r := got.AttachInstanceRAMRoleResults.AttachInstanceRAMRoleResult; len(r) != 1 || r[0].Code != "InvalidNetworkType.MismatchRamRole" || got.FailCount != 1 {
		t.Errorf("%+v", got)
	}
}
