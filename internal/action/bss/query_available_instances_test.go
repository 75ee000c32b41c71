package bss_test

import (
	"slices"
	"testing"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

func query(s *actiontest.Service, params ...string) *api.QueryAvailableInstancesResponse {
	s.T.Helper()
	return actiontest.Call[api.QueryAvailableInstancesResponse](s, "QueryAvailableInstances", params...)
}

func inBeijing(s *actiontest.Service) string {
	s.T.Helper()
	vpc := s.VPC()
	vswitch := actiontest.Call[api.CreateVSwitchResponse](s, "CreateVSwitch", "VpcId", vpc, "ZoneId", "cn-beijing-h", "CidrBlock", "172.16.0.0/24").VSwitchID
	return actiontest.Call[api.CreateInstanceResponse](s, "CreateInstance", "InstanceType", actiontest.InstanceType, "ImageId", actiontest.Image,
		"SecurityGroupId", s.Group("VpcId", vpc), "VSwitchId", vswitch, "SystemDisk.Category", "cloud_essd").InstanceID
}

func TestQueryAvailableInstances(t *testing.T) {
	s := actiontest.Start(t)
	used := s.Running()
	s.Advance(time.Hour)
	paid := s.Running()
	north := inBeijing(s.As(s.In("cn-beijing")))
	ends := s.Clock.Now().Add(30 * 24 * time.Hour).Truncate(time.Second)
	actiontest.Edit(s, state.Instances, paid, func(r *ecs.Instance) {
		r.ChargeType, r.Expires, r.AutoRenew, r.RenewUnit = ecs.PrePaid, ends.Unix(), 3, ecs.Month
	})
	now, later := ecs.Second(s.Clock.Now().Unix()), ecs.Second(ends.Unix())
	for _, c := range []struct {
		params []string
		want   []string
	}{
		{nil, []string{paid, used, north}},
		{[]string{"ProductCode", "ecs", "Region", "cn-hangzhou"}, []string{paid, used}},
		{[]string{"ProductCode", "ecs", "ProductType", "ecs"}, []string{paid, used, north}},
		{[]string{"ProductCode", "rds"}, nil},
		{[]string{"ProductType", "vipcloudfw"}, nil},
		{[]string{"Region", "cn-shanghai"}, nil},
		{[]string{"SubscriptionType", "Subscription"}, []string{paid}},
		{[]string{"SubscriptionType", "PayAsYouGo"}, []string{used, north}},
		{[]string{"RenewStatus", "AutoRenewal"}, []string{paid}},
		{[]string{"RenewStatus", "ManualRenewal"}, nil},
		{[]string{"InstanceIDs", used + "," + north}, []string{used, north}},
		{[]string{"InstanceIDs", "i-nothing"}, nil},
		{[]string{"CreateTimeStart", now}, []string{paid, north}},
		{[]string{"CreateTimeEnd", "2026-08-09T05:30:00Z"}, []string{used}},
		{[]string{"EndTimeEnd", later}, []string{paid}},
		{[]string{"EndTimeEnd", now}, nil},
		{[]string{"EndTimeStart", later}, []string{paid, used, north}},
		{[]string{"PageSize", "2"}, []string{paid, used}},
		{[]string{"PageSize", "2", "PageNum", "2"}, []string{north}},
	} {
		out := query(s, c.params...)
		var got []string
		for _, i := range out.Data.InstanceList {
			got = append(got, i.InstanceID)
		}
		if !slices.Equal(got, c.want) || !out.Success {
			t.Errorf("%v: %v, want %v", c.params, got, c.want)
		}
	}
	if out := query(s, "PageSize", "1"); out.Data.TotalCount != 3 || out.Data.PageNum != 1 || out.Data.PageSize != 1 {
		t.Errorf("%+v", out.Data)
	}
	one := query(s, "InstanceIDs", paid).Data.InstanceList[0]
	want := api.QueryAvailableInstancesDataInstanceList{
		InstanceID: paid, OwnerID: actiontest.Account, ProductCode: "ecs", ProductType: "ecs", Region: "cn-hangzhou",
		CreateTime: one.CreateTime, EndTime: later, Status: "Normal", SubStatus: "Normal", SubscriptionType: "Subscription",
		RenewStatus: "AutoRenewal", RenewalDuration: 3, RenewalDurationUnit: "M",
	}
	if one != want {
		t.Errorf("got  %+v\nwant %+v", one, want)
	}
	if out := query(s.As(s.Other)); len(out.Data.InstanceList) != 0 {
		t.Errorf("another account sees %+v", out.Data)
	}
}

func TestQueryAvailableInstancesExpired(t *testing.T) {
	s := actiontest.Start(t)
	id := s.Running()
	actiontest.Edit(s, state.Instances, id, func(r *ecs.Instance) { r.ChargeType, r.Expires = ecs.PrePaid, s.Clock.Now().Unix() })
	if one := query(s).Data.InstanceList[0]; one.Status != "Expired" || one.StopTime != one.EndTime || one.RenewStatus != "ManualRenewal" {
		t.Errorf("%+v", one)
	}
}

func TestQueryAvailableInstancesRefusals(t *testing.T) {
	s := actiontest.Start(t)
	ids := "i-1"
	for range 100 {
		ids += ",i-1"
	}
	for _, params := range [][]string{
		{"PageNum", "0"}, {"PageSize", "0"}, {"PageSize", "301"}, {"SubscriptionType", "Free"}, {"RenewStatus", "Never"},
		{"CreateTimeStart", "yesterday"}, {"CreateTimeEnd", "2026"}, {"EndTimeStart", "x"}, {"EndTimeEnd", "x"}, {"InstanceIDs", ids},
	} {
		s.Refuse(400, api.CodeInvalidParameter, "", "QueryAvailableInstances", params...)
	}
}
