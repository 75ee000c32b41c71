package eip_test

import (
	"context"
	"math/rand/v2"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

func allocate(s *actiontest.Service, params ...string) (id, ip string) {
	s.T.Helper()
	out := actiontest.Call[api.AllocateEipAddressResponse](s, "AllocateEipAddress", append([]string{"RegionId", "cn-hangzhou"}, params...)...)
	return out.AllocationID, out.EIPAddress
}

func see(s *actiontest.Service, id string) api.DescribeEipAddressesEIPAddress {
	s.T.Helper()
	out := actiontest.Call[api.DescribeEipAddressesResponse](s, "DescribeEipAddresses", "RegionId", "cn-hangzhou", "AllocationId", id)
	if len(out.EIPAddresses.EIPAddress) != 1 {
		s.T.Fatalf("%s: %+v", id, out)
	}
	return out.EIPAddresses.EIPAddress[0]
}

func want(s *actiontest.Service, id, status, target string) {
	s.T.Helper()
	if e := see(s, id); e.Status != status || e.InstanceID != target {
		s.T.Errorf("%s is %s of %q, want %s of %q", id, e.Status, e.InstanceID, status, target)
	}
}

func TestLifecycle(t *testing.T) {
	s := actiontest.Start(t, actiontest.Stepped())
	ctx := context.Background()
	made, err := s.Client.AllocateEipAddress(ctx, &api.AllocateEipAddressRequest{RegionID: "cn-hangzhou", Name: "web", Bandwidth: "10", Tag: []api.Tag{{Key: "k", Value: "v"}}})
	if err != nil {
		t.Fatal(err)
	}
	id, i := made.AllocationID, s.Running()
	want(s, id, "Available", "")
	bind := &api.AssociateEipAddressRequest{AllocationID: id, InstanceID: i, InstanceType: "EcsInstance", ClientToken: "once"}
	for range 2 { // the second one is the same request again
		if _, err := s.Client.AssociateEipAddress(ctx, bind); err != nil {
			t.Fatal(err)
		}
	}
	want(s, id, "Associating", i)
	if e := s.See(i).EIPAddress; e.AllocationID != "" {
		t.Errorf("shown too early: %+v", e)
	}
	s.Quiet()
	s.Step(id)
	want(s, id, "InUse", i)
	if e := s.See(i).EIPAddress; e.AllocationID != id || e.IPAddress != made.EIPAddress || e.Bandwidth != 10 || !e.IsSupportUnassociate {
		t.Errorf("%+v", e)
	}
	found := actiontest.Call[api.DescribeInstancesResponse](s, "DescribeInstances", "EipAddresses", `["`+made.EIPAddress+`"]`)
	if found.TotalCount != 1 || found.Instances.Instance[0].InstanceID != i {
		t.Errorf("by address: %+v", found)
	}
	s.Refuse(400, "IncorrectEipStatus", "", "ReleaseEipAddress", "AllocationId", id)
	s.Refuse(400, "IncorrectEipStatus", "", "AssociateEipAddress", "AllocationId", id, "InstanceId", i)
	other, _ := allocate(s)
	s.Refuse(400, "InvalidAssociation.Duplicated", "", "AssociateEipAddress", "AllocationId", other, "InstanceId", i)
	if _, err := s.Client.UnassociateEipAddress(ctx, &api.UnassociateEipAddressRequest{AllocationID: id, InstanceID: i}); err != nil {
		t.Fatal(err)
	}
	want(s, id, "Unassociating", i)
	s.Quiet()
	s.Step(id)
	want(s, id, "Available", "")
	if _, err := s.Client.ReleaseEipAddress(ctx, &api.ReleaseEipAddressRequest{AllocationID: id}); err != nil {
		t.Fatal(err)
	}
	s.Refuse(404, "InvalidAllocationId.NotFound", "", "ReleaseEipAddress", "AllocationId", id)
}

func TestDeletedInstanceLeavesItsEIP(t *testing.T) {
	s := actiontest.Start(t)
	id, ip := allocate(s)
	i := s.Running()
	s.Do("Ecs.AssociateEipAddress", "AllocationId", id, "InstanceId", i) // as Packer calls it
	s.Settle()
	want(s, id, "InUse", i)
	s.Do("DeleteInstance", "InstanceId", i, "Force", "true")
	s.Settle()
	want(s, id, "Available", "")
	if e := see(s, id); e.IPAddress != ip {
		t.Errorf("%+v", e)
	}
	s.NothingLeft()
}

func TestChanges(t *testing.T) {
	s := actiontest.Start(t)
	id, _ := allocate(s)
	s.Do("ModifyEipAddressAttribute", "AllocationId", id, "Name", "front", "Description", "a door", "Bandwidth", "20")
	s.Do("SetHighDefinitionMonitorLogStatus", "RegionId", "cn-hangzhou", "InstanceId", id, "InstanceType", "EIP", "LogProject", "p", "LogStore", "l", "Status", "ON")
	s.Do("DeletionProtection", "RegionId", "cn-hangzhou", "InstanceId", id, "Type", "EIP", "ProtectionEnable", "true")
	s.Do("Vpc.TagResources", "RegionId", "cn-hangzhou", "ResourceType", "EIP", "ResourceId.1", id, "Tag.1.Key", "k", "Tag.1.Value", "v")
	e := see(s, id)
	if e.Name != "front" || e.Description != "a door" || e.Bandwidth != "20" || e.HDMonitorStatus != "ON" || !e.DeletionProtection || len(e.Tags.Tag) != 1 {
		t.Errorf("%+v", e)
	}
	log := actiontest.Call[api.DescribeHighDefinitionMonitorLogAttributeResponse](s, "DescribeHighDefinitionMonitorLogAttribute", "RegionId", "cn-hangzhou", "InstanceId", id)
	if log.LogProject != "p" || log.LogStore != "l" {
		t.Errorf("%+v", log)
	}
	s.Refuse(400, "InvalidOperation.DeletionProtection", "", "ReleaseEipAddress", "AllocationId", id)
	s.Do("DeletionProtection", "RegionId", "cn-hangzhou", "InstanceId", id, "Type", "EIP", "ProtectionEnable", "false")
	s.Do("ReleaseEipAddress", "AllocationId", id)
}

func TestRefusals(t *testing.T) {
	s := actiontest.Start(t)
	id, ip := allocate(s)
	s.Refusals(t, "AllocateEipAddress", []string{"RegionId", "cn-hangzhou"}, []actiontest.Refusal{
		{"bandwidth 0", []string{"Bandwidth", "0"}, 400, "InvalidParameter", ""},
		{"bandwidth 501", []string{"Bandwidth", "501"}, 400, "InvalidParameter", ""},
		{"bandwidth by traffic", []string{"Bandwidth", "201", "InternetChargeType", "PayByTraffic"}, 400, "InvalidParameter", ""},
		{"internet charge", []string{"InternetChargeType", "x"}, 400, "InvalidParameter", ""},
		{"paid in advance", []string{"InstanceChargeType", "PrePaid"}, 400, "UnsupportedOperation.NotImplemented", ""},
		{"group", []string{"ResourceGroupId", "rg-x"}, 400, "InvalidResourceGroupId", ""},
		{"taken", []string{"IpAddress", ip}, 400, "ReserveIpFail", ""},
		{"name", []string{"Name", "http://x"}, 400, "InvalidParameter", ""},
		{"ISP", []string{"ISP", "x"}, 400, "InvalidParameter", ""},
		{"zone", []string{"Zone", "x"}, 400, "InvalidParameter", ""},
	})
	i := s.Stopped("InternetMaxBandwidthOut", "5")
	s.Do("AllocatePublicIpAddress", "InstanceId", i)
	free := s.Stopped()
	s.Refusals(t, "AssociateEipAddress", []string{"AllocationId", id, "InstanceId", free}, []actiontest.Refusal{
		{"no such EIP", []string{"AllocationId", "eip-x"}, 404, "InvalidAllocationId.NotFound", ""},
		{"no such instance", []string{"InstanceId", "i-x"}, 404, "InvalidInstanId.NotFound", ""},
		{"type", []string{"InstanceType", "x"}, 400, "InvalidInstanceType.ValueNotSupported", ""},
		{"no load balancer", []string{"InstanceType", "SlbInstance"}, 404, "InvalidInstanId.NotFound", ""},
		{"mode", []string{"Mode", "BINDED"}, 400, "InvalidParameter", ""},
		{"another region", []string{"InstanceRegionId", "cn-beijing"}, 400, "InvalidParameter.Mismatch", ""},
		{"public address", []string{"InstanceId", i}, 400, "EIP_CAN_NOT_ASSOCIATE_WITH_PUBLIC_IP", ""},
		{"pending", []string{"InstanceId", s.Instance()}, 400, "IncorrectInstanceStatus", ""},
		{"dry run", []string{"DryRun", "true"}, 400, "DryRunOperation", ""},
	})
	s.Settle()
	s.Refusals(t, "UnassociateEipAddress", []string{"AllocationId", id}, []actiontest.Refusal{
		{"not bound", nil, 400, "IncorrectEipStatus", ""},
		{"type", []string{"InstanceType", "x"}, 400, "InvalidInstanceType.ValueNotSupported", ""},
	})
	s.Do("AssociateEipAddress", "AllocationId", id, "InstanceId", free)
	s.Settle()
	s.Refuse(400, "InvalidInstanceId.NotFound", "", "UnassociateEipAddress", "AllocationId", id, "InstanceId", i)
	s.Refuse(400, "InvalidBindingStatus", "", "UnassociateEipAddress", "AllocationId", id, "InstanceType", "Nat")
	s.Do("ModifyInstanceNetworkSpec", "InstanceId", i, "InternetMaxBandwidthOut", "6")
	s.Refuse(400, "BandwidthUpgradeDenied.EipBoundInstance", "", "ModifyInstanceNetworkSpec", "InstanceId", free, "InternetMaxBandwidthOut", "6")
	s.Refusals(t, "DescribeEipAddresses", []string{"RegionId", "cn-hangzhou"}, []actiontest.Refusal{
		{"charge type", []string{"ChargeType", "x"}, 400, "InvalidChargeType.ValueNotSupported", ""},
		{"lock", []string{"LockReason", "x"}, 404, "InvalidLockReason.NotFound", ""},
		{"associated", []string{"AssociatedInstanceType", "x"}, 400, "InvalidIAssociatedInstanceType.ValueNotSupported", ""},
		{"page size", []string{"PageSize", "101"}, 400, "InvalidParameter", ""},
	})
	s.As(s.Other).Refuse(404, "InvalidAllocationId.NotFound", "", "ReleaseEipAddress", "AllocationId", id)
}

func TestConvertAndReleasePublicAddress(t *testing.T) {
	s := actiontest.Start(t)
	i := s.Stopped("InternetMaxBandwidthOut", "5")
	s.Refuse(404, "InvalidInstance.IpAddressMissing", "", "ConvertNatPublicIpToEip", "RegionId", "cn-hangzhou", "InstanceId", i)
	ip := actiontest.Call[api.AllocatePublicIpAddressResponse](s, "AllocatePublicIpAddress", "InstanceId", i).IPAddress
	s.Do("ConvertNatPublicIpToEip", "RegionId", "cn-hangzhou", "InstanceId", i)
	got := s.See(i)
	if got.EIPAddress.IPAddress != ip || len(got.PublicIPAddress.IPAddress) != 0 || got.EIPAddress.Bandwidth != 5 {
		t.Errorf("%+v %+v", got.EIPAddress, got.PublicIPAddress)
	}
	s.Refuse(403, "OperationDenied", "", "ConvertNatPublicIpToEip", "RegionId", "cn-hangzhou", "InstanceId", i)
	j := s.Stopped("InternetMaxBandwidthOut", "5")
	ip = actiontest.Call[api.AllocatePublicIpAddressResponse](s, "AllocatePublicIpAddress", "InstanceId", j).IPAddress
	s.Refuse(404, "InvalidIpAddress.NotFound", "", "ReleasePublicIpAddress", "InstanceId", i, "PublicIpAddress", ip)
	s.Do("ReleasePublicIpAddress", "InstanceId", j, "PublicIpAddress", ip)
	if got := s.See(j); len(got.PublicIPAddress.IPAddress) != 0 {
		t.Errorf("%+v", got.PublicIPAddress)
	}
}

// story binds an elastic IP, lets its instance go, and finds it free again.
func story(s *actiontest.Service) {
	id, _ := allocate(s)
	i := s.Instance()
	s.Settle()
	s.Do("AssociateEipAddress", "AllocationId", id, "InstanceId", i)
	s.Settle()
	want(s, id, "InUse", i)
	s.Do("UnassociateEipAddress", "AllocationId", id)
	s.Settle()
	want(s, id, "Available", "")
	s.Do("ReleaseEipAddress", "AllocationId", id)
	s.Do("DeleteInstance", "InstanceId", i, "Force", "true")
	s.Settle()
	s.NothingLeft()
	if n := state.EIPs.Len(s.DB().Snapshot()); n != 0 {
		s.T.Errorf("%d elastic IPs are left", n)
	}
}

func TestEachFault(t *testing.T)   { actiontest.EachFault(t, story) }
func TestEachRestart(t *testing.T) { actiontest.EachRestart(t, story) }

// TestAddressesAreGivenOnce does 10,000 things at random. No public address may
// ever be two things' at a time, and the pool must count exactly those given.
func TestAddressesAreGivenOnce(t *testing.T) {
	s := actiontest.Start(t)
	r := rand.New(rand.NewPCG(1, 2))
	var eips, instances []string
	pick := func(list []string) string {
		if len(list) == 0 {
			return "none"
		}
		return list[r.IntN(len(list))]
	}
	try := func(action string, params ...string) { _, _ = s.Send(action, params...) } // refusals are as good: what must hold is checked below
	did := map[string]int{}
	for n := range 10000 {
		op := []string{"allocate", "associate", "unassociate", "release", "create", "delete", "public", "convert", "drop", "wait"}[r.IntN(10)]
		switch op {
		case "allocate":
			if len(eips) < 40 {
				id, _ := allocate(s)
				eips = append(eips, id)
			}
		case "associate":
			try("AssociateEipAddress", "AllocationId", pick(eips), "InstanceId", pick(instances))
		case "unassociate":
			try("UnassociateEipAddress", "AllocationId", pick(eips))
		case "release":
			id := pick(eips)
			if _, err := s.Send("ReleaseEipAddress", "AllocationId", id); err == nil {
				did["released"]++
			}
		case "create":
			if len(instances) < 20 {
				instances = append(instances, s.Instance("InternetMaxBandwidthOut", "5"))
			}
		case "delete":
			try("DeleteInstance", "InstanceId", pick(instances), "Force", "true")
		case "public":
			if _, err := s.Send("AllocatePublicIpAddress", "InstanceId", pick(instances)); err == nil {
				did["public"]++
			}
		case "convert":
			if _, err := s.Send("ConvertNatPublicIpToEip", "RegionId", "cn-hangzhou", "InstanceId", pick(instances)); err == nil {
				did["converted"]++
			}
		case "drop":
			if len(instances) == 0 {
				break
			}
			if i := s.See(pick(instances)); i != nil && len(i.PublicIPAddress.IPAddress) == 1 {
				try("ReleasePublicIpAddress", "InstanceId", i.InstanceID, "PublicIpAddress", i.PublicIPAddress.IPAddress[0])
			}
		case "wait":
			s.Settle()
		}
		eips, instances = nil, nil
		v := s.DB().Snapshot()
		has := map[ecs.IPv4]bool{}
		for k, e := range state.EIPs.Ascend(v, 0, 0) {
			eips = append(eips, ecs.ID(ecs.KindEIP, k))
			if has[e.Address] {
				t.Fatalf("step %d, %s: %v is given twice", n, op, e.Address)
			}
			has[e.Address] = true
			if e.Status() == ecs.EIPInUse {
				did["bound"]++
			}
		}
		for k, i := range state.Instances.Ascend(v, 0, 0) {
			instances = append(instances, ecs.ID(ecs.KindInstance, k))
			if i.PublicIP == 0 {
				continue
			}
			if has[i.PublicIP] {
				t.Fatalf("step %d, %s: %v is given twice", n, op, i.PublicIP)
			}
			has[i.PublicIP] = true
		}
		if n%100 == 0 {
			s.Update(func(tx *state.Tx) {
				if got := network.PublicTaken(tx); got != len(has) {
					t.Errorf("step %d: %d addresses are taken, %d are had", n, got, len(has))
				}
			})
		}
	}
	for _, what := range []string{"released", "public", "converted", "bound"} {
		if did[what] == 0 {
			t.Errorf("nothing was ever %s", what)
		}
	}
}
