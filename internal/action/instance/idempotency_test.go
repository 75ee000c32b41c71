package instance_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

func (b *bench) create(changes ...string) string {
	b.T.Helper()
	out, err := b.call("CreateInstance", with(b.good(), changes...))
	if err != nil {
		b.T.Fatal(err)
	}
	return out["InstanceId"].(string)
}

func (b *bench) total() int {
	b.T.Helper()
	out, err := b.Client.DescribeInstances(context.Background(), &api.DescribeInstancesRequest{RegionID: "cn-hangzhou"})
	if err != nil {
		b.T.Fatal(err)
	}
	return out.TotalCount
}

// TestOneTokenMakesOneInstance sends 64 requests with one token at once.
func TestOneTokenMakesOneInstance(t *testing.T) {
	b := newBench(t)
	ids := make([]string, 64)
	var wg sync.WaitGroup
	for i := range ids {
		wg.Go(func() {
			out, err := b.call("CreateInstance", with(b.good(), "ClientToken", "one"))
			if err != nil {
				t.Error(err)
				return
			}
			ids[i] = out["InstanceId"].(string)
		})
	}
	wg.Wait()
	slices.Sort(ids)
	if made := slices.Compact(ids); len(made) != 1 || b.total() != 1 {
		t.Errorf("%v; %d instances", made, b.total())
	}
}

func TestTokens(t *testing.T) {
	start := time.Date(2026, 8, 9, 5, 0, 0, 0, time.UTC)
	b := newBench(t, actiontest.At(start))
	b.refused("CreateInstance", with(b.good(), "ClientToken", "t", "DryRun", "true"), 400, "DryRunOperation") // consumes none
	first := b.create("ClientToken", "t")
	if again := b.create("ClientToken", "t"); again != first {
		t.Errorf("%s, then %s", first, again)
	}
	b.refused("CreateInstance", with(b.good(), "ClientToken", "t", "InstanceName", "other"), 403, "IdempotentParameterMismatch")
	if _, err := b.call("RunInstances", with(b.good(), "ClientToken", "t")); err != nil {
		t.Errorf("the same token on another action: %v", err)
	}
	if b.total() != 2 {
		t.Errorf("%d instances, want 2", b.total())
	}
	// It answers the same after the instance is gone, until a day has passed.
	b.Advance(time.Minute)
	if _, err := b.call("DeleteInstance", map[string]string{"InstanceId": first}); err != nil {
		t.Fatal(err)
	}
	b.Advance(23 * time.Hour)
	if again := b.create("ClientToken", "t"); again != first {
		t.Errorf("after its deletion: %s, want %s", again, first)
	}
	b.Advance(2 * time.Hour)
	if again := b.create("ClientToken", "t"); again == first {
		t.Error("a token of yesterday is still known")
	}
}

func TestSubscription(t *testing.T) {
	for _, c := range []struct{ bought, period, unit, want string }{
		{"2026-08-09T05:00:00Z", "1", "Month", "2026-09-09T16:00Z"}, // 13:00 UTC+8
		{"2026-01-31T02:00:00Z", "1", "Month", "2026-02-28T16:00Z"},
		{"2026-08-09T05:00:00Z", "2", "Week", "2026-08-23T16:00Z"},
	} {
		at, err := time.Parse(time.RFC3339, c.bought)
		if err != nil {
			t.Fatal(err)
		}
		b := newBench(t, actiontest.At(at))
		out, err := b.call("CreateInstance", with(b.good(), "InstanceChargeType", "PrePaid", "Period", c.period, "PeriodUnit", c.unit))
		if err != nil {
			t.Fatal(err)
		}
		order, _ := out["OrderId"].(string)
		price, _ := out["TradePrice"].(float64)
		if len(order) != 15 || strings.Trim(order, "0123456789") != "" || price <= 0 {
			t.Errorf("order %q, price %v", order, price)
		}
		id := out["InstanceId"].(string)
		i, err := b.Client.FindInstance(context.Background(), "cn-hangzhou", id)
		if err != nil {
			t.Fatal(err)
		}
		if i.ExpiredTime != c.want || i.InstanceChargeType != "PrePaid" {
			t.Errorf("bought %s for %s %s: expires %s, want %s", c.bought, c.period, c.unit, i.ExpiredTime, c.want)
		}
		b.Advance(time.Minute)
		b.refused("DeleteInstance", map[string]string{"InstanceId": id}, 403, "ChargeTypeViolation")
	}
}

func TestAutoRelease(t *testing.T) {
	start := time.Date(2026, 8, 9, 5, 0, 0, 0, time.UTC)
	b := newBench(t, actiontest.At(start))
	out, err := b.call("RunInstances", with(b.good(), "AutoReleaseTime", "2026-08-09T06:00:30Z", "DeletionProtection", "true"))
	if err != nil {
		t.Fatal(err)
	}
	id := out["InstanceIdSets"].(map[string]any)["InstanceIdSet"].([]any)[0].(string)
	b.Advance(59 * time.Minute)
	i, err := b.Client.FindInstance(context.Background(), "cn-hangzhou", id)
	if err != nil || i == nil || i.AutoReleaseTime != "2026-08-09T06:00Z" {
		t.Fatalf("%+v %v", i, err)
	}
	b.Advance(2 * time.Minute)
	if i, err := b.Client.FindInstance(context.Background(), "cn-hangzhou", id); err != nil || i != nil {
		t.Errorf("it is still there: %+v %v", i, err)
	}
}

// TestTutorial is the classic network of the tutorial.
func TestTutorial(t *testing.T) {
	b := newBench(t)
	base := map[string]string{
		"RegionId": "cn-beijing", "ImageId": "ubuntu1404_64_40G_cloudinit_20160727.raw", "InstanceType": "ecs.n1.small", "IoOptimized": "optimized",
		"SystemDisk.Category": "cloud_ssd", "SecurityGroupId": b.classic, "InternetMaxBandwidthOut": "1",
	}
	for _, typ := range []string{"ecs.n1.small", "ecs.s2.large"} {
		out, err := b.call("CreateInstance", with(base, "InstanceType", typ))
		if err != nil {
			t.Errorf("%s: %v", typ, err)
			continue
		}
		i, err := b.Client.FindInstance(context.Background(), "cn-beijing", out["InstanceId"].(string))
		if err != nil {
			t.Fatal(err)
		}
		if i.InstanceNetworkType != "classic" || len(i.InnerIPAddress.IPAddress) != 1 || !strings.HasPrefix(i.InnerIPAddress.IPAddress[0], "10.") ||
			i.VPCAttributes.VPCID != "" || len(i.VPCAttributes.PrivateIPAddress.IPAddress) != 0 || len(i.PublicIPAddress.IPAddress) != 0 || i.ZoneID == "" {
			t.Errorf("%s: %+v", typ, i)
		}
	}
	if _, err := b.call("CreateInstance", with(base, "InstanceChargeType", "PrePaid", "Period", "1")); err != nil {
		t.Error(err)
	}
	b.refused("CreateInstance", with(base, "InstanceType", "ecs.g7.large", "SystemDisk.Category", "cloud_essd"), 403, "InvalidResourceType.NotSupported")
	b.refused("CreateInstance", with(base, "VSwitchId", b.net.VSwitch), 400, "InvalidSecurityGroup.NetworkType")
	b.refused("CreateSecurityGroup", map[string]string{"RegionId": "cn-beijing", "VpcId": ""}, 403, "InvalidVpcId.NotFound")
	// After a failed create such a program asks for [null].
	out, err := b.call("DescribeInstances", map[string]string{"RegionId": "cn-beijing", "InstanceIds": "[null]"})
	if err != nil || len(out["Instances"].(map[string]any)["Instance"].([]any)) != 0 {
		t.Errorf("%v %v", out, err)
	}
}

func TestRunInstances(t *testing.T) {
	b := newBench(t)
	out, err := b.Client.RunInstances(context.Background(), &api.RunInstancesRequest{
		RegionID: "cn-hangzhou", InstanceType: "ecs.g7.large", ImageFamily: "acs:alibaba_cloud_linux_3_2104_lts_x64", SecurityGroupID: b.net.Group,
		VSwitchID: b.net.VSwitch, SystemDisk: api.RunInstancesRequestSystemDisk{Category: "cloud_essd"}, Amount: new(100), InternetMaxBandwidthOut: new(1),
		InstanceName: "n-[9,4]-x", HostName: "h[1,3]",
	})
	if err != nil {
		t.Fatal(err)
	}
	ids := out.InstanceIDSets.InstanceIDSet
	if len(ids) != 100 {
		t.Fatalf("%d instances", len(ids))
	}
	seen := map[string]bool{}
	for n, id := range ids {
		i, err := b.Client.FindInstance(context.Background(), "cn-hangzhou", id)
		if err != nil {
			t.Fatal(err)
		}
		if len(i.PublicIPAddress.IPAddress) != 1 || seen[i.PublicIPAddress.IPAddress[0]] {
			t.Fatalf("%s: %v", id, i.PublicIPAddress.IPAddress)
		}
		seen[i.PublicIPAddress.IPAddress[0]] = true
		if n == 0 && (i.InstanceName != "n-0009-x" || i.HostName != "h001") || n == 99 && (i.InstanceName != "n-0108-x" || i.HostName != "h100") {
			t.Errorf("%d: %s %s", n, i.InstanceName, i.HostName)
		}
	}
	// All or none: the vSwitch has 252 addresses, 100 are taken.
	if _, err := b.call("RunInstances", with(b.good(), "Amount", "100")); err != nil {
		t.Fatal(err)
	}
	b.refused("RunInstances", with(b.good(), "Amount", "100"), 400, "QuotaExceeded.PrivateIpAddress")
	if b.total() != 200 {
		t.Errorf("%d instances, want 200", b.total())
	}
}

// TestMinAmount makes as many as there are addresses for.
func TestMinAmount(t *testing.T) {
	b := newBench(t)
	out, err := b.Client.RunInstances(context.Background(), &api.RunInstancesRequest{
		RegionID: "cn-hangzhou", InstanceType: "ecs.g7.large", ImageID: "aliyun_3_x64_20G_alibase_20240819.vhd", SecurityGroupID: b.net.Group,
		VSwitchID: b.small, SystemDisk: api.RunInstancesRequestSystemDisk{Category: "cloud_essd"}, Amount: new(10), MinAmount: new(2),
		InternetMaxBandwidthOut: new(1),
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(out.InstanceIDSets.InstanceIDSet); n != 4 || b.total() != 4 {
		t.Errorf("%d made, %d listed; the vSwitch has four addresses", n, b.total())
	}
	b.refused("RunInstances", with(b.good(), "VSwitchId", b.small, "Amount", "10", "MinAmount", "2"), 400, "QuotaExceeded.PrivateIpAddress")
}

func TestAddresses(t *testing.T) {
	ctx := context.Background()
	b := newBench(t)
	none := b.create()
	some := b.create("InternetMaxBandwidthOut", "5")
	b.Settle()
	b.refused("AllocatePublicIpAddress", map[string]string{"InstanceId": none}, 400, "AllocateIpInvalidInstanceBandwidth")
	b.refused("AllocatePublicIpAddress", map[string]string{"InstanceId": "i-none"}, 404, "InvalidInstanceId.NotFound")
	b.refused("AllocatePublicIpAddress", map[string]string{"InstanceId": some, "IpAddress": "8.8.8.8"}, 404, "InvalidIpAddress.NotFound")
	b.refused("AllocatePublicIpAddress", map[string]string{"InstanceId": some, "IpAddress": "x"}, 400, "InvalidIpAddress.Malformed")
	first, err := b.Client.AllocatePublicIpAddress(ctx, &api.AllocatePublicIpAddressRequest{InstanceID: some})
	if err != nil {
		t.Fatal(err)
	}
	again, err := b.Client.AllocatePublicIpAddress(ctx, &api.AllocatePublicIpAddressRequest{InstanceID: some})
	if err != nil || again.IPAddress != first.IPAddress {
		t.Errorf("%v %v, want %s", again, err, first.IPAddress)
	}
	b.refused("AllocatePublicIpAddress", map[string]string{"InstanceId": some, "IpAddress": "198.18.9.9"}, 403, "AllocatedAlready")
}

func TestPowerRefusals(t *testing.T) {
	ctx := context.Background()
	b := newBench(t)
	one := func(id string) map[string]string { return map[string]string{"InstanceId": id} }
	id := b.create()
	b.refused("DeleteInstance", one(id), 403, "IncorrectInstanceStatus.Initializing")
	b.refused("AllocatePublicIpAddress", one(id), 403, "IncorrectInstanceStatus")
	b.refused("StartInstance", one(id), 403, "IncorrectInstanceStatus")
	b.Advance(time.Minute)
	b.refused("StopInstance", one(id), 403, "IncorrectInstanceStatus")
	b.refused("RebootInstance", one(id), 403, "IncorrectInstanceStatus")
	b.refused("StartInstance", with(one(id), "DryRun", "true"), 400, "DryRunOperation")
	b.refused("StopInstance", with(one(id), "DryRun", "true"), 403, "IncorrectInstanceStatus")
	b.refused("StartInstance", with(one(id), "RegionId", "cn-beijing"), 404, "InvalidInstanceId.NotFound")
	b.refused("StartInstance", one("i-nothing"), 404, "InvalidInstanceId.NotFound")
	if _, err := b.call("StartInstance", one(id)); err != nil {
		t.Fatal(err)
	}
	b.Advance(time.Minute)
	b.refused("StartInstance", one(id), 403, "IncorrectInstanceStatus")
	b.refused("DeleteInstance", one(id), 403, "IncorrectInstanceStatus")
	b.refused("StopInstance", with(one(id), "StoppedMode", "x"), 400, "InvalidParameter")
	b.refused("StopInstance", with(one(id), "Hibernate", "true"), 403, "HibernationConfigured.NotEnabled")

	other := b.create("DeletionProtection", "true")
	b.Advance(time.Minute)
	b.refused("DeleteInstance", with(one(other), "Force", "true"), 403, "InvalidOperation.DeletionProtection")
	batch := map[string]string{"RegionId": "cn-hangzhou", "InstanceId.1": other, "InstanceId.2": "i-nothing"}
	b.refused("StartInstances", batch, 404, "InvalidInstanceId.NotFound")
	b.refused("StartInstances", with(batch, "InstanceId.2", id), 403, "IncorrectInstanceStatus")
	b.refused("StartInstances", with(batch, "InstanceId.2", "-", "DryRun", "true"), 400, "DRYRUN.SUCCESS")
	b.refused("StartInstances", with(batch, "BatchOptimization", "SuccessFirst", "DryRun", "true"), 400, "DRYRUN.SUCCESS")
	b.refused("DeleteInstances", with(batch, "InstanceId.1", id), 403, "IncorrectInstanceStatus")
	b.refused("DeleteInstances", map[string]string{"RegionId": "cn-hangzhou", "InstanceId.1": "i-nothing"}, 404, "InvalidInstanceIds.NotFound")
	many := map[string]string{"RegionId": "cn-hangzhou"}
	for n := range 101 {
		many["InstanceId."+decimal(n+1)] = id
	}
	b.refused("StopInstances", many, 403, "InvalidParameter.TooManyInstanceIds")
	out, err := b.Client.StartInstances(ctx, &api.StartInstancesRequest{RegionID: "cn-hangzhou", InstanceID: []string{other, "i-nothing", id}, BatchOptimization: "SuccessFirst"})
	if err != nil {
		t.Fatal(err)
	}
	got := out.InstanceResponses.InstanceResponse
	want := []api.StartInstancesInstanceResponse{
		{InstanceID: other, Code: "200", Message: "success", PreviousStatus: "Stopped", CurrentStatus: "Starting"},
		{InstanceID: "i-nothing", Code: "InvalidInstanceId.NotFound", Message: "The specified InstanceId does not exist."},
		{InstanceID: id, Code: "IncorrectInstanceStatus", Message: "The current status of the resource does not support this operation.", PreviousStatus: "Running", CurrentStatus: "Running"},
	}
	if !slices.Equal(got, want) {
		t.Errorf("%+v", got)
	}
}

func decimal(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return decimal(n/10) + string(rune('0'+n%10))
}

// TestEconomicalMode stops an instance without charges: its public address
// goes, and a start brings a new one.
func TestEconomicalMode(t *testing.T) {
	ctx := context.Background()
	b := newBench(t)
	out, err := b.call("RunInstances", with(b.good(), "InternetMaxBandwidthOut", "5"))
	if err != nil {
		t.Fatal(err)
	}
	id := out["InstanceIdSets"].(map[string]any)["InstanceIdSet"].([]any)[0].(string)
	see := func(status, mode string, addresses int) {
		t.Helper()
		b.Advance(time.Minute)
		i, err := b.Client.FindInstance(ctx, "cn-hangzhou", id)
		if err != nil {
			t.Fatal(err)
		}
		if i.Status != status || i.StoppedMode != mode || len(i.PublicIPAddress.IPAddress) != addresses {
			t.Errorf("%s %s %v, want %s %s and %d addresses", i.Status, i.StoppedMode, i.PublicIPAddress.IPAddress, status, mode, addresses)
		}
	}
	see("Running", "Not-applicable", 1)
	if _, err := b.Client.StopInstance(ctx, &api.StopInstanceRequest{InstanceID: id, StoppedMode: "StopCharging"}); err != nil {
		t.Fatal(err)
	}
	see("Stopped", "StopCharging", 0)
	if _, err := b.Client.StartInstance(ctx, &api.StartInstanceRequest{InstanceID: id}); err != nil {
		t.Fatal(err)
	}
	see("Running", "Not-applicable", 1)
	if _, err := b.Client.StopInstance(ctx, &api.StopInstanceRequest{InstanceID: id}); err != nil {
		t.Fatal(err)
	}
	see("Stopped", "KeepCharging", 1)
}

func TestModifyInstanceAttribute(t *testing.T) {
	ctx := context.Background()
	b := newBench(t)
	id := b.create()
	b.Advance(time.Minute)
	out, err := b.call("CreateSecurityGroup", map[string]string{"RegionId": "cn-hangzhou", "VpcId": b.net.VPC})
	if err != nil {
		t.Fatal(err)
	}
	second := out["SecurityGroupId"].(string)
	if _, err := b.Client.ModifyInstanceAttribute(ctx, &api.ModifyInstanceAttributeRequest{
		InstanceID: id, InstanceName: "web", Description: "a web server", HostName: "web-1", DeletionProtection: new(true), SecurityGroupIDs: []string{second},
	}); err != nil {
		t.Fatal(err)
	}
	i, err := b.Client.FindInstance(ctx, "cn-hangzhou", id)
	if err != nil {
		t.Fatal(err)
	}
	if i.InstanceName != "web" || i.Description != "a web server" || i.HostName != "web-1" || !i.DeletionProtection || !slices.Equal(i.SecurityGroupIDs.SecurityGroupID, []string{second}) {
		t.Errorf("%+v", i)
	}
	base := map[string]string{"InstanceId": id}
	for _, c := range []struct {
		changes []string
		status  int
		code    string
	}{
		{nil, 400, "InvalidParameter"},
		{[]string{"InstanceName", "x"}, 400, "InvalidInstanceName.Malformed"},
		{[]string{"Description", "http://x"}, 400, "InvalidDescription.Malformed"},
		{[]string{"HostName", "-"}, 400, "InvalidParameter"},
		{[]string{"HostName", "-x"}, 400, "InvalidHostName.Malformed"},
		{[]string{"Password", "weak"}, 400, "InvalidPassword.Malformed"},
		{[]string{"UserData", "?"}, 403, "InvalidUserData.Base64FormatInvalid"},
		{[]string{"UserData", userData(32<<10 + 1)}, 400, "InvalidUserData.SizeExceeded"},
		{[]string{"SecurityGroupIds.1", "sg-none"}, 404, "InvalidSecurityGroupId.NotFound"},
		{[]string{"SecurityGroupIds.1", b.otherGroup}, 404, "InvalidSecurityGroupVpc.NotBelongToOneVpc"},
		{[]string{"SecurityGroupIds.1", b.net.Group, "SecurityGroupIds.2", b.net.Group}, 404, "InvalidParameter.SecurityGroupIdRepeated"},
		{[]string{"CreditSpecification", "Standard"}, 400, "InvalidParameter.CreditSpecification"},
		{[]string{"Recyclable", "true"}, 400, "InvalidParameter.RecycleBin"},
		{[]string{"EnableJumboFrame", "true"}, 400, "InvalidParam.NotSupportJumboFrame"},
		{[]string{"InstanceId", "i-none", "InstanceName", "web"}, 404, "InvalidInstanceId.NotFound"},
	} {
		b.refused("ModifyInstanceAttribute", with(base, c.changes...), c.status, c.code)
	}
}

// TestOtherAccounts do not see each other's things.
func TestOtherAccounts(t *testing.T) {
	b := newBench(t)
	id := b.create()
	stranger := b.Other
	_, err := stranger.StartInstance(context.Background(), &api.StartInstanceRequest{InstanceID: id})
	if !errors.Is(err, &api.Error{Code: api.CodeInvalidInstanceIdNotFound}) {
		t.Errorf("%v", err)
	}
	if i, err := stranger.FindInstance(context.Background(), "cn-hangzhou", id); err != nil || i != nil {
		t.Errorf("%+v %v", i, err)
	}
}
