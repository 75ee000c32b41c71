package instance_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
)

// TestDescribeInstanceAttribute holds every field to what DescribeInstances
// shows, or to what the real service sends for nothing.
func TestDescribeInstanceAttribute(t *testing.T) {
	s := actiontest.Start(t, actiontest.Stepped())
	const action = "DescribeInstanceAttribute"
	id := s.InState("Running", "InternetMaxBandwidthOut", "5", "InstanceName", "web", "Description", "a web server")
	ip := actiontest.Call[api.AllocatePublicIpAddressResponse](s, "AllocatePublicIpAddress", "InstanceId", id).IPAddress
	lockAs(s, id, ecs.LockSecurity)
	d := s.See(id)
	got := actiontest.Call[api.DescribeInstanceAttributeResponse](s, action, "InstanceId", id)
	want := &api.DescribeInstanceAttributeResponse{
		RequestID: got.RequestID, CPU: 2, Memory: 8192, CreationTime: "2026-08-09T05:00Z", Description: "a web server",
		ExpiredTime: "2099-12-31T15:59Z", HostName: d.HostName, ImageID: "aliyun_3_x64_20G_alibase_20240819.vhd", InstanceChargeType: "PostPaid",
		InstanceID: id, InstanceName: "web", InstanceNetworkType: "vpc", InstanceType: "ecs.g7.large", InternetChargeType: "PayByTraffic",
		InternetMaxBandwidthIn: 10, InternetMaxBandwidthOut: 5, IOOptimized: "optimized", RegionID: "cn-hangzhou", SerialNumber: d.SerialNumber,
		Status: "Running", StoppedMode: "Not-applicable", ZoneID: "cn-hangzhou-h",
	}
	want.InnerIPAddress.IPAddress = []string{}
	want.OperationLocks.LockReason = []api.DescribeInstanceAttributeLockReason{{LockReason: "security"}}
	want.PublicIPAddress.IPAddress = []string{ip}
	want.SecurityGroupIDs.SecurityGroupID = []string{s.Network().Group}
	want.VPCAttributes.VPCID, want.VPCAttributes.VSwitchID = s.Network().VPC, s.Network().VSwitch
	want.VPCAttributes.PrivateIPAddress.IPAddress = d.VPCAttributes.PrivateIPAddress.IPAddress
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	absent(s, id, action)

	classic := s.Classic()
	c := actiontest.Call[api.DescribeInstanceAttributeResponse](s, action, "RegionId", "cn-beijing", "InstanceId", classic)
	if c.InstanceNetworkType != "classic" || len(c.InnerIPAddress.IPAddress) != 1 || c.VPCAttributes.VPCID != "" || c.Status != "Stopped" ||
		c.StoppedMode != "KeepCharging" || c.InternetMaxBandwidthIn != -1 {
		t.Errorf("%+v", c)
	}
}
