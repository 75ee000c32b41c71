package ecstest

import (
	"context"
	"testing"
	"time"

	"github.com/openecs/openecs/api"
)

// TestMainJob is the way of the tutorial: create, wait, start, wait, address.
func TestMainJob(t *testing.T) {
	s := Start(t)
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	net := s.network(t)
	made, err := s.Client.CreateInstance(ctx, &api.CreateInstanceRequest{
		RegionID: "cn-hangzhou", InstanceType: "ecs.g7.large", ImageID: "aliyun_3_x64_20G_alibase_20240819.vhd",
		SecurityGroupID: net.group, VSwitchID: net.vswitch, InternetMaxBandwidthOut: new(5), SystemDisk: api.CreateInstanceRequestSystemDisk{Category: "cloud_essd"},
	})
	if err != nil {
		t.Fatal(err)
	}
	id := made.InstanceID
	if _, err := s.Client.WaitInstance(ctx, "cn-hangzhou", id, "Stopped"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Client.StartInstance(ctx, &api.StartInstanceRequest{InstanceID: id}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Client.WaitInstance(ctx, "cn-hangzhou", id, "Running"); err != nil {
		t.Fatal(err)
	}
	ip, err := s.Client.AllocatePublicIpAddress(ctx, &api.AllocatePublicIpAddressRequest{InstanceID: id})
	if err != nil {
		t.Fatal(err)
	}
	seen, err := s.Client.FindInstance(ctx, "cn-hangzhou", id)
	if err != nil {
		t.Fatal(err)
	}
	if got := seen.PublicIPAddress.IPAddress; len(got) != 1 || got[0] != ip.IPAddress || ip.IPAddress == "" {
		t.Errorf("public address %v, want %s", got, ip.IPAddress)
	}
	if _, err := s.Client.DeleteInstance(ctx, &api.DeleteInstanceRequest{InstanceID: id, Force: new(true)}); err != nil {
		t.Fatal(err)
	}
	for {
		seen, err := s.Client.FindInstance(ctx, "cn-hangzhou", id)
		if err != nil {
			t.Fatal(err)
		}
		if seen == nil {
			break
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// TestStatesInOrder reads every state of an instance's life in turn.
func TestStatesInOrder(t *testing.T) {
	s := Start(t, At(time.Date(2026, 8, 9, 5, 0, 0, 0, time.UTC)), Stepped())
	ctx := context.Background()
	net := s.network(t)
	made, err := s.Client.CreateInstance(ctx, &api.CreateInstanceRequest{
		RegionID: "cn-hangzhou", InstanceType: "ecs.g7.large", ImageID: "aliyun_3_x64_20G_alibase_20240819.vhd",
		SecurityGroupID: net.group, VSwitchID: net.vswitch, SystemDisk: api.CreateInstanceRequestSystemDisk{Category: "cloud_essd"},
	})
	if err != nil {
		t.Fatal(err)
	}
	id := made.InstanceID
	want := func(status string) {
		t.Helper()
		s.Advance(t, 0)
		i, err := s.Client.FindInstance(ctx, "cn-hangzhou", id)
		if err != nil {
			t.Fatal(err)
		}
		if i.Status != status {
			t.Fatalf("%s, want %s", i.Status, status)
		}
	}
	step := func() {
		t.Helper()
		if !s.Step(id) {
			t.Fatal("nothing to step")
		}
	}
	want("Pending")
	step()
	want("Stopped")
	if _, err := s.Client.StartInstance(ctx, &api.StartInstanceRequest{InstanceID: id}); err != nil {
		t.Fatal(err)
	}
	want("Starting")
	step()
	want("Running")
	if _, err := s.Client.StopInstance(ctx, &api.StopInstanceRequest{InstanceID: id}); err != nil {
		t.Fatal(err)
	}
	want("Stopping")
	step()
	want("Stopped")
}

type testNetwork struct{ vpc, vswitch, group string }

func (s *Server) network(t *testing.T) testNetwork {
	t.Helper()
	ctx := context.Background()
	vpc, err := s.Client.CreateVpc(ctx, &api.CreateVpcRequest{RegionID: "cn-hangzhou", CidrBlock: "192.168.0.0/16"})
	if err != nil {
		t.Fatal(err)
	}
	vsw, err := s.Client.CreateVSwitch(ctx, &api.CreateVSwitchRequest{RegionID: "cn-hangzhou", VPCID: vpc.VPCID, ZoneID: "cn-hangzhou-h", CidrBlock: "192.168.0.0/24"})
	if err != nil {
		t.Fatal(err)
	}
	sg, err := s.Client.CreateSecurityGroup(ctx, &api.CreateSecurityGroupRequest{RegionID: "cn-hangzhou", VPCID: vpc.VPCID})
	if err != nil {
		t.Fatal(err)
	}
	return testNetwork{vpc.VPCID, vsw.VSwitchID, sg.SecurityGroupID}
}
