package dedicatedhost_test

import (
	"context"
	"strings"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

func allocate(s *actiontest.Service, params ...string) []string {
	s.T.Helper()
	return actiontest.Call[api.AllocateDedicatedHostsResponse](s, "AllocateDedicatedHosts",
		append([]string{"DedicatedHostType", "ddh.g7", "ZoneId", actiontest.Zone}, params...)...).DedicatedHostIDSets.DedicatedHostID
}

func hosts(s *actiontest.Service, params ...string) []api.DescribeDedicatedHostsDedicatedHost {
	s.T.Helper()
	return actiontest.Call[api.DescribeDedicatedHostsResponse](s, "DescribeDedicatedHosts", params...).DedicatedHosts.DedicatedHost
}

func see(s *actiontest.Service, id string) api.DescribeDedicatedHostsDedicatedHost {
	s.T.Helper()
	l := hosts(s, "DedicatedHostIds", `["`+id+`"]`)
	if len(l) != 1 {
		s.T.Fatalf("%d hosts, want one", len(l))
	}
	return l[0]
}

func TestLifecycle(t *testing.T) {
	actiontest.EachRestart(t, func(s *actiontest.Service) {
		ctx := context.Background()
		made, err := s.Client.AllocateDedicatedHosts(ctx, &api.AllocateDedicatedHostsRequest{RegionID: "cn-hangzhou", DedicatedHostType: "ddh.g7"})
		if err != nil || len(made.DedicatedHostIDSets.DedicatedHostID) != 1 {
			s.T.Fatal(made, err)
		}
		id := made.DedicatedHostIDSets.DedicatedHostID[0]
		s.Do("ModifyDedicatedHostAttribute", "DedicatedHostId", id, "DedicatedHostName", "own")
		if h := see(s, id); h.DedicatedHostName != "own" || h.Status != "Available" {
			s.T.Errorf("%+v", h)
		}
		s.Do("ModifyDedicatedHostAutoReleaseTime", "DedicatedHostId", id, "AutoReleaseTime", "2026-08-10T05:00:00Z")
		s.Do("ReleaseDedicatedHost", "DedicatedHostId", id)
		if l := hosts(s); len(l) != 0 {
			s.T.Errorf("left: %+v", l)
		}
	})
}

func TestAllocateDedicatedHosts(t *testing.T) {
	s := actiontest.Start(t)
	p := []string{"Quantity", "2", "DedicatedHostName", "web", "Description", "front", "AutoPlacement", "off", "ActionOnMaintenance", "Stop", "NetworkAttributes.UdpTimeout", "60",
		"NetworkAttributes.SlbUdpTimeout", "70", "Tag.1.Key", "k", "Tag.1.Value", "v", "AutoReleaseTime", "2026-08-09T06:00:30Z", "ClientToken", "t"}
	ids := allocate(s, p...)
	if again := allocate(s, p...); strings.Join(again, " ") != strings.Join(ids, " ") || len(ids) != 2 {
		t.Fatalf("%v %v", ids, again)
	}
	s.Refuse(403, "IdempotentParameterMismatch", "", "AllocateDedicatedHosts", "DedicatedHostType", "ddh.g6", "ClientToken", "t")
	h := see(s, ids[0])
	if h.DedicatedHostName != "web" || h.Description != "front" || h.AutoPlacement != "off" || h.ActionOnMaintenance != "Stop" || h.NetworkAttributes.UdpTimeout != 60 ||
		h.NetworkAttributes.SlbUdpTimeout != 70 || h.Tags.Tag[0].TagKey != "k" || h.AutoReleaseTime != "2026-08-09T06:00:00Z" || h.ChargeType != "PostPaid" || h.ZoneID != actiontest.Zone ||
		h.Capacity.TotalVcpus != 128 || h.Capacity.AvailableMemory != 512 || h.Sockets != 2 || h.CPUOverCommitRatio != 1 || h.SupportedInstanceTypeFamilies.SupportedInstanceTypeFamily[0] != "ecs.g7" {
		t.Errorf("%+v", h)
	}
	s.Advance(2 * 60 * 60e9)
	if l := hosts(s); len(l) != 0 {
		t.Errorf("left after the release time: %+v", l)
	}
	allocate(s, "Quantity", "2")
	s.Refusals(t, "AllocateDedicatedHosts", []string{"DedicatedHostType", "ddh.g7", "ZoneId", actiontest.Zone}, []actiontest.Refusal{
		{"type empty", []string{"DedicatedHostType", ""}, 400, api.CodeMissingParameter, ""},
		{"type", []string{"DedicatedHostType", "ddh.x"}, 400, "InvalidDedicatedHostType.ValueNotSupported", ""},
		{"zone", []string{"ZoneId", "cn-x"}, 404, "InvalidZoneId.NotFound", ""},
		{"name", []string{"DedicatedHostName", "1"}, 400, "InvalidDedicatedHostName.Malformed", ""},
		{"description", []string{"Description", "x"}, 400, "InvalidDescription.Malformed", ""},
		{"placement", []string{"AutoPlacement", "x"}, 400, "InvalidParameter", ""},
		{"maintenance", []string{"ActionOnMaintenance", "x"}, 400, "InvalidParameter", ""},
		{"UDP", []string{"NetworkAttributes.UdpTimeout", "14"}, 400, "InvalidParameter.UdpTimeout", ""},
		{"SLB UDP", []string{"NetworkAttributes.SlbUdpTimeout", "311"}, 400, "InvalidParameter.SlbUdpTimeout", ""},
		{"quantity", []string{"Quantity", "0"}, 400, "InvalidParameter", ""},
		{"minimum", []string{"MinQuantity", "2"}, 400, "InvalidParameter", ""},
		{"charge type", []string{"ChargeType", "x"}, 400, "InvalidChargeType.ValueNotSupported", ""},
		{"period absent", []string{"ChargeType", "PrePaid"}, 400, "MissingParamter", ""},
		{"period", []string{"ChargeType", "PrePaid", "Period", "10"}, 400, "InvalidParameter", ""},
		{"period unit", []string{"ChargeType", "PrePaid", "Period", "1", "PeriodUnit", "Week"}, 400, "InvalidPeriodUnit.ValueNotSupported", ""},
		{"renewal", []string{"ChargeType", "PrePaid", "Period", "1", "AutoRenew", "true", "AutoRenewPeriod", "4"}, 400, "InvalidAutoRenewPeriod.ValueNotSupported", ""},
		{"release", []string{"AutoReleaseTime", "2026-08-09T07:10:00Z"}, 400, "InvalidAutoReleaseTime.Malformed", ""},
		{"ratio", []string{"CpuOverCommitRatio", "2"}, 400, "InvalidParameter", ""},
		{"cluster", []string{"DedicatedHostClusterId", "dc-1"}, 404, "InvalidDedicatedHostClusterId.NotFound", ""},
		{"resource group", []string{"ResourceGroupId", "rg-1"}, 404, "InvalidResourceGroup.NotFound", ""},
		{"tag", []string{"Tag.1.Key", "aliyun"}, 400, "InvalidTagKey.Malformed", ""},
		{"token", []string{"ClientToken", strings.Repeat("x", 65)}, 400, "InvalidClientToken.ValueNotSupported", ""},
		{"quota", []string{"Quantity", "99"}, 400, "QuotaExceed.AfterpayDedicatedHost", ""},
	})
	allocate(s, "Quantity", "2", "ChargeType", "PrePaid", "Period", "1") // subscriptions take none of the quota
	allocate(s, "Quantity", "98")
	s.Refuse(400, "QuotaExceed.AfterpayDedicatedHost", "", "AllocateDedicatedHosts", "DedicatedHostType", "ddh.g7", "ZoneId", actiontest.Zone)
}

func TestDescribeDedicatedHosts(t *testing.T) {
	s := actiontest.Start(t)
	cluster := actiontest.Call[api.CreateDedicatedHostClusterResponse](s, "CreateDedicatedHostCluster", "ZoneId", actiontest.Zone).DedicatedHostClusterID
	a, b := allocate(s, "DedicatedHostName", "web-a", "Tag.1.Key", "k")[0], allocate(s, "DedicatedHostType", "ddh.g6", "DedicatedHostClusterId", cluster)[0]
	for _, e := range []struct {
		params []string
		want   []string
	}{
		{nil, []string{b, a}}, {[]string{"Status", "Available"}, []string{b, a}}, {[]string{"Status", "Creating"}, nil}, {[]string{"LockReason", "financial"}, nil},
		{[]string{"ZoneId", actiontest.Zone}, []string{b, a}}, {[]string{"DedicatedHostName", "web-a"}, []string{a}}, {[]string{"DedicatedHostType", "ddh.g6"}, []string{b}},
		{[]string{"DedicatedHostClusterId", cluster}, []string{b}}, {[]string{"DedicatedHostClusterId", "dc-1"}, nil}, {[]string{"Tag.1.Key", "k"}, []string{a}},
		{[]string{"ResourceGroupId", "rg-1"}, nil}, {[]string{"PageSize", "1", "PageNumber", "2"}, []string{a}}, {[]string{"MaxResults", "1"}, []string{b}},
	} {
		var got []string
		for _, h := range hosts(s, e.params...) {
			got = append(got, h.DedicatedHostID)
		}
		if strings.Join(got, " ") != strings.Join(e.want, " ") {
			t.Errorf("%v: %v, want %v", e.params, got, e.want)
		}
	}
	if h := hosts(s, "QueryInventory", "false")[0]; h.Capacity.TotalVcpus != 104 || h.Capacity.AvailableVcpus != 0 {
		t.Errorf("%+v", h.Capacity)
	}
	if l := hosts(s.As(s.Other)); len(l) != 0 {
		t.Errorf("another account sees %+v", l)
	}
	s.Refusals(t, "DescribeDedicatedHosts", nil, []actiontest.Refusal{
		{"identifiers", []string{"DedicatedHostIds", "dh-1"}, 403, "InvalidDedicatedHostIds.Malformed", ""},
		{"too many", []string{"DedicatedHostIds", `["x"` + strings.Repeat(`,"x"`, 100) + `]`}, 400, "InvalidParameter.DedicatedHostIds", ""},
		{"status", []string{"Status", "x"}, 400, "InvalidStatus.ValueNotSupported", ""},
		{"lock", []string{"LockReason", "x"}, 404, "InvalidLockReason.NotFound", ""},
		{"zone", []string{"ZoneId", "x"}, 400, "InvalidZone.NotFound", ""},
		{"sockets", []string{"SocketDetails", "x"}, 400, "InvalidParameter", ""},
		{"no sockets", []string{"SocketDetails", "All"}, 400, "UnsupportedOperation.NotImplemented", ""},
	})
	types := actiontest.Call[api.DescribeDedicatedHostTypesResponse](s, "DescribeDedicatedHostTypes", "SupportedInstanceTypeFamily", "ecs.g6").DedicatedHostTypes.DedicatedHostType
	if len(types) != 2 || types[0].DedicatedHostType != "ddh.g6" || types[1].CPUOverCommitRatioRange != "1-5" || types[0].TotalVcpus != 104 {
		t.Errorf("%+v", types)
	}
}

func TestChangeDedicatedHost(t *testing.T) {
	s := actiontest.Start(t)
	id := allocate(s, "DedicatedHostType", "ddh.g6s")[0]
	at := []string{"DedicatedHostId", id}
	s.Do("ModifyDedicatedHostAttribute", append(at, "CpuOverCommitRatio", "2.5", "AutoPlacement", "off")...)
	if h := see(s, id); h.CPUOverCommitRatio != 2.5 || h.Capacity.TotalVcpus != 260 || h.AutoPlacement != "off" {
		t.Errorf("%+v", h)
	}
	s.Refusals(t, "ModifyDedicatedHostAttribute", at, []actiontest.Refusal{
		{"unknown", []string{"DedicatedHostId", "dh-1"}, 404, "InvalidDedicatedHostId.NotFound", ""},
		{"name", []string{"DedicatedHostName", "1"}, 400, "InvalidDedicatedHostName.Malformed", ""},
		{"description", []string{"Description", "x"}, 400, "InvalidDescription.Malformed", ""},
		{"UDP", []string{"NetworkAttributes.UdpTimeout", "1"}, 400, "InvalidParameter.UdpTimeout", ""},
		{"SLB UDP", []string{"NetworkAttributes.SlbUdpTimeout", "1"}, 400, "InvalidParameter.SlbUdpTimeout", ""},
		{"ratio", []string{"CpuOverCommitRatio", "6"}, 400, "InvalidParameter", ""},
		{"cluster", []string{"DedicatedHostClusterId", "dc-1"}, 404, "InvalidDedicatedHostClusterId.NotFound", ""},
	})
	s.Do("RedeployDedicatedHost", at...)
	s.Refuse(404, "InvalidDedicatedHostId.NotFound", "", "RedeployDedicatedHost", "DedicatedHostId", "dh-1")
	s.Refuse(400, "InvalidParameter", "", "RedeployDedicatedHost", append(at, "MigrationType", "x")...)
	s.Do("ModifyDedicatedHostAutoReleaseTime", append(at, "AutoReleaseTime", "2026-08-09T06:00:00Z")...)
	s.Refuse(400, "InvalidAutoReleaseTime.Malformed", "", "ModifyDedicatedHostAutoReleaseTime", append(at, "AutoReleaseTime", "x")...)
	s.Refuse(404, "NoSuchResource", "", "ModifyDedicatedHostAutoReleaseTime", "DedicatedHostId", "dh-1")
	s.Do("ModifyDedicatedHostAutoReleaseTime", at...)
	s.Advance(2 * 60 * 60e9)
	if see(s, id).AutoReleaseTime != "" {
		t.Error("the release time stays")
	}
	s.As(s.Other).Refuse(404, "InvalidDedicatedHostId.NotFound", "", "ReleaseDedicatedHost", at...)
	s.Do("ReleaseDedicatedHost", at...)
}

func TestSubscription(t *testing.T) {
	s := actiontest.Start(t)
	id := allocate(s, "ChargeType", "PrePaid", "Period", "1")[0]
	post := allocate(s)[0]
	at := []string{"DedicatedHostIds", id}
	if h := see(s, id); h.ChargeType != "PrePaid" || h.SaleCycle != "Month" || h.ExpiredTime == "2099-12-31T15:59Z" {
		t.Errorf("%+v", h)
	}
	before := see(s, id).ExpiredTime
	out := actiontest.Call[api.RenewDedicatedHostsResponse](s, "RenewDedicatedHosts", append(at, "Period", "1", "PeriodUnit", "Year")...)
	if out.OrderID == "" || see(s, id).ExpiredTime <= before {
		t.Errorf("%+v %s", out, see(s, id).ExpiredTime)
	}
	s.Refusals(t, "RenewDedicatedHosts", append(at, "Period", "1"), []actiontest.Refusal{
		{"unknown", []string{"DedicatedHostIds", "dh-1"}, 400, "InvalidDedicatedHostId.NotFound", ""},
		{"pay-as-you-go", []string{"DedicatedHostIds", post}, 403, "ChargeTypeViolation", ""},
		{"period", []string{"Period", "10"}, 400, "InvalidPeriod", ""},
		{"unit", []string{"PeriodUnit", "x"}, 400, "InvalidPeriodUnit.ValueNotSupported", ""},
	})
	renewal := func() api.DescribeDedicatedHostAutoRenewDedicatedHostRenewAttribute {
		return actiontest.Call[api.DescribeDedicatedHostAutoRenewResponse](s, "DescribeDedicatedHostAutoRenew", at...).DedicatedHostRenewAttributes.DedicatedHostRenewAttribute[0]
	}
	if r := renewal(); r.RenewalStatus != "Normal" || r.AutoRenewEnabled {
		t.Errorf("%+v", r)
	}
	s.Do("ModifyDedicatedHostAutoRenewAttribute", append(at, "AutoRenew", "true", "Duration", "2", "PeriodUnit", "Week", "AutoRenewWithEcs", "StopRenewWithEcs")...)
	if r := renewal(); r.RenewalStatus != "AutoRenewal" || r.Duration != 2 || r.PeriodUnit != "Week" || r.AutoRenewWithEcs != "StopRenewWithEcs" {
		t.Errorf("%+v", r)
	}
	for _, action := range []string{"DescribeDedicatedHostAutoRenew", "ModifyDedicatedHostAutoRenewAttribute"} {
		s.Refusals(t, action, at, []actiontest.Refusal{
			{"too many", []string{"DedicatedHostIds", "x" + strings.Repeat(",x", 100)}, 403, "InvalidParameter.ToManyDedicatedHostIds", ""},
			{"unknown", []string{"DedicatedHostIds", "dh-1"}, 403, "InvalidParameter.InvalidDedicatedHostId", ""},
			{"pay-as-you-go", []string{"DedicatedHostIds", post}, 403, "ChargeTypeViolation", ""},
		})
	}
	s.Refuse(403, "InvalidParameter.Duration", "", "ModifyDedicatedHostAutoRenewAttribute", append(at, "AutoRenew", "true", "Duration", "4")...)
	s.Refuse(403, "InvalidParameter.RenewalStatus", "", "ModifyDedicatedHostAutoRenewAttribute", append(at, "RenewalStatus", "x")...)
	s.Refuse(403, "InvalidPeriodUnit.ValueNotSupported", "", "ModifyDedicatedHostAutoRenewAttribute", append(at, "PeriodUnit", "x")...)
	s.Refuse(400, "ChargeTypeViolation", "", "ReleaseDedicatedHost", "DedicatedHostId", id)
	s.Refuse(403, "ChargeTypeViolation", "", "ModifyDedicatedHostAutoReleaseTime", "DedicatedHostId", id)

	charge := []string{"DedicatedHostIds", `["` + post + `"]`, "Period", "1"}
	s.Refuse(400, "DryRunOperation", "", "ModifyDedicatedHostsChargeType", append(charge, "DryRun", "true")...)
	s.Do("ModifyDedicatedHostsChargeType", charge...)
	if see(s, post).ChargeType != "PrePaid" {
		t.Error("it did not become a subscription")
	}
	s.Do("ModifyDedicatedHostsChargeType", append(charge, "DedicatedHostChargeType", "PostPaid", "DetailFee", "true")...)
	s.Refusals(t, "ModifyDedicatedHostsChargeType", charge, []actiontest.Refusal{
		{"unknown", []string{"DedicatedHostIds", `["dh-1"]`}, 400, "InvalidParameter.InstanceIds", ""},
		{"too many", []string{"DedicatedHostIds", `["x"` + strings.Repeat(`,"x"`, 20) + `]`}, 400, "InstancesIdQuotaExceed", ""},
		{"charge type", []string{"DedicatedHostChargeType", "x"}, 400, "InvalidInstanceChargeType.ValueNotSupported", ""},
		{"already", []string{"DedicatedHostChargeType", "PostPaid"}, 400, "InvalidInstanceChargeType.ValueNotSupported", ""},
		{"unpaid", []string{"AutoPay", "false"}, 400, "UnsupportedOperation.NotImplemented", ""},
	})
	s.Do("ReleaseDedicatedHost", "DedicatedHostId", id, "TerminateSubscription", "true")
}

func TestClusters(t *testing.T) {
	s := actiontest.Start(t)
	good := []string{"ZoneId", actiontest.Zone, "DedicatedHostClusterName", "web", "Description", "front", "Tag.1.Key", "k"}
	id := actiontest.Call[api.CreateDedicatedHostClusterResponse](s, "CreateDedicatedHostCluster", good...).DedicatedHostClusterID
	host := allocate(s, "DedicatedHostClusterId", id)[0]
	list := func(params ...string) []api.DescribeDedicatedHostClustersDedicatedHostCluster {
		return actiontest.Call[api.DescribeDedicatedHostClustersResponse](s, "DescribeDedicatedHostClusters", params...).DedicatedHostClusters.DedicatedHostCluster
	}
	s.Do("ModifyDedicatedHostClusterAttribute", "DedicatedHostClusterId", id, "DedicatedHostClusterName", "back")
	l := list("DedicatedHostClusterIds", `["`+id+`"]`, "DedicatedHostClusterName", "back", "ZoneId", actiontest.Zone, "Tag.1.Key", "k")
	if len(l) != 1 || l[0].DedicatedHostIDs.DedicatedHostID[0] != host || l[0].DedicatedHostClusterCapacity.TotalVcpus != 128 || l[0].Description != "front" || l[0].ZoneID != actiontest.Zone {
		t.Errorf("%+v", l)
	}
	for _, none := range [][]string{{"Status", "x"}, {"LockReason", "x"}, {"ZoneId", "x"}, {"PageNumber", "2"}, {"ResourceGroupId", "rg-1"}} {
		if l := list(none...); len(l) != 0 {
			t.Errorf("%v: %+v", none, l)
		}
	}
	s.Refusals(t, "CreateDedicatedHostCluster", good, []actiontest.Refusal{
		{"zone", []string{"ZoneId", "x"}, 404, "InvalidZoneId.NotFound", ""},
		{"name", []string{"DedicatedHostClusterName", "1"}, 400, "InvalidParameter", ""},
		{"tag", []string{"Tag.1.Key", "aliyun"}, 400, "InvalidTagKey.Malformed", ""},
		{"tag value", []string{"Tag.1.Value", "http://x"}, 400, "InvalidTagValue.Malformed", ""},
		{"tag twice", []string{"Tag.2.Key", "k"}, 400, "Duplicate.TagKey", ""},
		{"resource group", []string{"ResourceGroupId", "rg-1"}, 404, "InvalidResourceGroup.NotFound", ""},
		{"dry run", []string{"DryRun", "true"}, 400, "DryRunOperation", ""},
	})
	s.Refuse(400, "InvalidDescription.Malformed", "", "ModifyDedicatedHostClusterAttribute", "DedicatedHostClusterId", id, "Description", "x")
	s.Refuse(404, "InvalidDedicatedHostClusterId.NotFound", "", "ModifyDedicatedHostClusterAttribute", "DedicatedHostClusterId", "dc-1")
	s.Refuse(400, "InvalidParameter.Conflict", "", "AllocateDedicatedHosts", "DedicatedHostType", "ddh.g7", "ZoneId", "cn-hangzhou-i", "DedicatedHostClusterId", id)
	s.Refuse(403, "DependencyViolation.DedicatedHost", "", "DeleteDedicatedHostCluster", "DedicatedHostClusterId", id)
	s.Do("ReleaseDedicatedHost", "DedicatedHostId", host)
	s.Do("DeleteDedicatedHostCluster", "DedicatedHostClusterId", id)
	s.Refuse(404, "InvalidDedicatedHostClusterId.NotFound", "", "DeleteDedicatedHostCluster", "DedicatedHostClusterId", id)
}
