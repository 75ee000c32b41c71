package instance_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/openecs/openecs/api"
)

// ids are the instances a DescribeInstances call lists, in its order.
func (b *bench) ids(p map[string]string) []string {
	b.T.Helper()
	p["RegionId"] = "cn-hangzhou"
	out, err := b.call("DescribeInstances", p)
	if err != nil {
		b.T.Fatalf("%v: %v", p, err)
	}
	var ids []string
	for _, i := range out["Instances"].(map[string]any)["Instance"].([]any) {
		ids = append(ids, i.(map[string]any)["InstanceId"].(string))
	}
	if n := int(out["TotalCount"].(float64)); p["NextToken"] == "" && p["MaxResults"] == "" && p["PageSize"] == "" && n != len(ids) {
		b.T.Errorf("%v: TotalCount %d with %d instances", p, n, len(ids))
	}
	return ids
}

func array(ids ...string) string {
	j, _ := json.Marshal(ids)
	return string(j)
}

func TestFilters(t *testing.T) {
	ctx := context.Background()
	b := newBench(t)
	plain := b.create()
	b.Advance(time.Hour)
	rich := b.create("InstanceName", "web-1", "Tag.1.Key", "env", "Tag.1.Value", "prod", "VSwitchId", b.small, "InternetMaxBandwidthOut", "5",
		"InstanceChargeType", "PrePaid", "Period", "1", "InstanceType", "ecs.g6.large", "HttpTokens", "required", "InternetChargeType", "PayByBandwidth")
	b.Advance(time.Hour)
	if _, err := b.Client.StartInstance(ctx, &api.StartInstanceRequest{InstanceID: rich}); err != nil {
		t.Fatal(err)
	}
	b.Advance(time.Minute)
	public, err := b.Client.AllocatePublicIpAddress(ctx, &api.AllocatePublicIpAddressRequest{InstanceID: rich})
	if err != nil {
		t.Fatal(err)
	}
	seen, err := b.Client.FindInstance(ctx, "cn-hangzhou", rich)
	if err != nil {
		t.Fatal(err)
	}
	private := seen.VPCAttributes.PrivateIPAddress.IPAddress[0]

	both, one, other, none := []string{rich, plain}, []string{rich}, []string{plain}, []string(nil)
	for _, c := range []struct {
		filter map[string]string
		want   []string
	}{
		{map[string]string{}, both}, // newest first
		{map[string]string{"InstanceIds": array(rich)}, one},
		{map[string]string{"InstanceIds": array(plain, rich, plain)}, both},
		{map[string]string{"InstanceIds": "[]"}, none},
		{map[string]string{"InstanceIds": "[null]"}, none},
		{map[string]string{"InstanceIds": array("i-nothing")}, none},
		{map[string]string{"InstanceId": rich}, both}, // nobody documents it
		{map[string]string{"Status": "Running"}, one},
		{map[string]string{"Status": "Stopped"}, other},
		{map[string]string{"Status": "Pending"}, none},
		{map[string]string{"VpcId": b.net.VPC}, both},
		{map[string]string{"VpcId": "vpc-none"}, none},
		{map[string]string{"VSwitchId": b.small}, one},
		{map[string]string{"VSwitchId": "vsw-none"}, none},
		{map[string]string{"SecurityGroupId": b.net.Group}, both},
		{map[string]string{"SecurityGroupId": b.otherGroup}, none},
		{map[string]string{"ZoneId": "cn-hangzhou-h"}, both},
		{map[string]string{"ZoneId": "cn-hangzhou-g"}, none},
		{map[string]string{"InstanceType": "ecs.g6.large"}, one},
		{map[string]string{"InstanceTypeFamily": "ecs.g7"}, other},
		{map[string]string{"ImageId": "aliyun_3_x64_20G_alibase_20240819.vhd"}, both},
		{map[string]string{"ImageId": "none"}, none},
		{map[string]string{"InstanceName": "web-1"}, one},
		{map[string]string{"InstanceName": "web*"}, one},
		{map[string]string{"InstanceName": "*"}, both},
		{map[string]string{"InstanceName": "[w]eb-1"}, none},
		{map[string]string{"InstanceName": plain}, other},
		{map[string]string{"Tag.1.Key": "env"}, one},
		{map[string]string{"Tag.1.Key": "env", "Tag.1.Value": "prod"}, one},
		{map[string]string{"Tag.1.Key": "env", "Tag.1.Value": "test"}, none},
		{map[string]string{"Tag.1.Key": "env", "Tag.2.Key": "no"}, none},
		{map[string]string{"InstanceChargeType": "PrePaid"}, one},
		{map[string]string{"InstanceChargeType": "PostPaid"}, other},
		{map[string]string{"InternetChargeType": "PayByBandwidth"}, one},
		{map[string]string{"InstanceNetworkType": "vpc"}, both},
		{map[string]string{"InstanceNetworkType": "classic"}, none},
		{map[string]string{"PublicIpAddresses": array(public.IPAddress)}, one},
		{map[string]string{"PublicIpAddresses": array("198.18.77.77")}, none},
		{map[string]string{"PrivateIpAddresses": array(private)}, one},
		{map[string]string{"InnerIpAddresses": array(private)}, none},
		{map[string]string{"EipAddresses": array(public.IPAddress)}, none},
		{map[string]string{"IoOptimized": "true"}, both},
		{map[string]string{"IoOptimized": "false"}, none},
		{map[string]string{"LockReason": "financial"}, none},
		{map[string]string{"KeyPairName": "kp"}, none},
		{map[string]string{"HttpTokens": "required"}, one},
		{map[string]string{"HttpEndpoint": "enabled"}, both},
		{map[string]string{"DeviceAvailable": "true"}, both},
		{map[string]string{"Filter.1.Key": "CreationStartTime", "Filter.1.Value": "2026-08-09T05:30Z"}, one},
		{map[string]string{"Filter.1.Key": "CreationEndTime", "Filter.1.Value": "2026-08-09T05:30Z"}, other},
		{map[string]string{"Filter.1.Key": "ExpiredEndTime", "Filter.1.Value": "2027-01-01T00:00Z"}, one},
		{map[string]string{"Status": "Running", "Tag.1.Key": "env", "VSwitchId": b.small, "InstanceIds": array(rich, plain)}, one},
		{map[string]string{"VSwitchId": b.small, "InstanceIds": array(plain)}, none},
	} {
		if got := b.ids(c.filter); !slices.Equal(got, c.want) {
			t.Errorf("%v: %v, want %v", c.filter, got, c.want)
		}
	}
	hundred := make([]string, 101)
	for i := range hundred {
		hundred[i] = fmt.Sprintf("i-%d", i)
	}
	base := map[string]string{"RegionId": "cn-hangzhou"}
	for _, c := range []struct {
		changes []string
		status  int
		code    string
	}{
		{[]string{"InstanceIds", "i-1"}, 400, "InvalidParameter"},
		{[]string{"InstanceIds", "['i-1']"}, 400, "InvalidParameter"},
		{[]string{"InstanceIds", array(hundred...)}, 400, "InvalidParameter"},
		{[]string{"PageNumber", "0"}, 400, "InvalidParameter"},
		{[]string{"PageSize", "0"}, 400, "InvalidParameter"},
		{[]string{"PageSize", "101"}, 400, "InvalidParameter"},
		{[]string{"PageSize", "abc"}, 400, "InvalidParameter"},
		{[]string{"MaxResults", "abc"}, 400, "InvalidParameter.MaxResults"},
		{[]string{"NextToken", "forged"}, 400, "InvalidParameter.NextToken"},
		{[]string{"Status", "Lost"}, 404, "InvalidStatus.NotFound"},
		{[]string{"InstanceChargeType", "x"}, 404, "InvalidInstanceChargeType.NotFound"},
		{[]string{"InternetChargeType", "x"}, 404, "InvalidInternetChargeType.ValueNotSupported"},
		{[]string{"LockReason", "x"}, 404, "InvalidLockReason.NotFound"},
		{[]string{"InstanceNetworkType", "x"}, 404, "InvalidNetworkType.NotFound"},
		{[]string{"Filter.1.Key", "x", "Filter.1.Value", "y"}, 404, "InvalidFilterKey.NotFound"},
		{[]string{"Filter.1.Key", "CreationEndTime", "Filter.1.Value", "y"}, 404, "InvalidFilterValue"},
		{[]string{"Tag.1.Value", "y"}, 400, "InvalidTag.Mismatch"},
		{[]string{"HpcClusterId", "x"}, 400, "InvalidHpcClusterId.NotFound"},
		{[]string{"PublicIpAddresses", "x"}, 400, "InvalidParameter"},
		{[]string{"DryRun", "true"}, 400, "DryRunOperation"},
	} {
		b.refused("DescribeInstances", with(base, c.changes...), c.status, c.code)
	}
}

// TestPaging walks a list both ways while instances come and go.
func TestPaging(t *testing.T) {
	b := newBench(t)
	if _, err := b.call("RunInstances", with(b.good(), "Amount", "45")); err != nil {
		t.Fatal(err)
	}
	all := []string{}
	for page := 1; page <= 5; page++ {
		all = append(all, b.ids(map[string]string{"PageNumber": fmt.Sprint(page), "PageSize": "10"})...)
	}
	if slices.Sort(all); len(slices.Compact(all)) != 45 {
		t.Errorf("%d instances on five pages", len(all))
	}
	seen := map[string]int{}
	p := map[string]string{"RegionId": "cn-hangzhou", "MaxResults": "10"}
	var token string
	for {
		out, err := b.call("DescribeInstances", p)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range out["Instances"].(map[string]any)["Instance"].([]any) {
			seen[i.(map[string]any)["InstanceId"].(string)]++
		}
		b.create() // newer than the page: not seen
		next, _ := out["NextToken"].(string)
		if next == "" {
			break
		}
		token = next
		p = with(p, "NextToken", next)
	}
	if len(seen) != 45 {
		t.Errorf("%d instances seen, want 45", len(seen))
	}
	for id, n := range seen {
		if n != 1 {
			t.Errorf("%s was seen %d times", id, n)
		}
	}
	b.refused("DescribeInstances", with(p, "NextToken", token, "Status", "Running"), 400, "InvalidParameter.NextToken")
	b.refused("DescribeInstances", with(p, "NextToken", token, "RegionId", "cn-beijing"), 400, "InvalidParameter.NextToken")
	b.refused("DescribeInstances", with(p, "NextToken", token[:len(token)-2]+"AA"), 400, "InvalidParameter.NextToken")
	_, err := b.Other.DescribeInstances(context.Background(), &api.DescribeInstancesRequest{RegionID: "cn-hangzhou", MaxResults: new(10), NextToken: token})
	if e, ok := err.(*api.Error); !ok || e.Code != "InvalidParameter.NextToken" {
		t.Errorf("another account's token: %v", err)
	}
	if n := len(b.ids(map[string]string{"MaxResults": "1"})); n != 10 { // clamped
		t.Errorf("%d instances", n)
	}
}

// TestEveryField checks an ordinary instance's answer, field by field.
func TestEveryField(t *testing.T) {
	b := newBench(t)
	id := b.create()
	b.Advance(time.Minute)
	body, err := b.Send("DescribeInstances", "InstanceIds", array(id))
	if err != nil {
		t.Fatal(err)
	}
	var out struct {
		Instances struct{ Instance []map[string]any }
	}
	if err := json.Unmarshal(body, &out); err != nil {
		t.Fatal(err)
	}
	i := out.Instances.Instance[0]
	for name, want := range map[string]any{
		"ExpiredTime": "2099-12-31T15:59Z", "CreationTime": "2026-08-09T05:00Z", "StartTime": "", "AutoReleaseTime": "", "Status": "Stopped",
		"InternetMaxBandwidthOut": 0., "InternetMaxBandwidthIn": -1., "InternetChargeType": "PayByTraffic", "InstanceChargeType": "PostPaid",
		"SpotStrategy": "NoSpot", "SaleCycle": "", "Cpu": 2., "Memory": 8192., "DeviceAvailable": true, "Recyclable": false, "VlanId": "",
		"ClusterId": "", "InstanceNetworkType": "vpc", "OSType": "linux", "IoOptimized": true, "DeletionProtection": false, "KeyPairName": "",
		"InstanceName": id, "RegionId": "cn-hangzhou", "ZoneId": "cn-hangzhou-h", "InstanceTypeFamily": "ecs.g7", "GPUAmount": 0., "GPUSpec": "",
	} {
		if i[name] != want {
			t.Errorf("%s is %v, want %v", name, i[name], want)
		}
	}
	eip := i["EipAddress"].(map[string]any)
	if eip["IpAddress"] != "" || eip["AllocationId"] != "" || eip["InternetChargeType"] != "" {
		t.Errorf("EipAddress %v", eip)
	}
	b.refused("DescribeInstanceStatus", map[string]string{"RegionId": "cn-hangzhou", "PageSize": "51"}, 400, "InvalidParameter")
	b.refused("DescribeInstanceStatus", map[string]string{"RegionId": "cn-hangzhou", "ZoneId": "x"}, 404, "InvalidZoneId.NotFound")
	b.refused("DescribeInstanceAttribute", map[string]string{"InstanceId": "i-none"}, 404, "InvalidInstanceId.NotFound")
}
