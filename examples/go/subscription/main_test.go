package main

import (
	"regexp"
	"strings"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/ecstest"
	"github.com/openecs/openecs/internal/shapetest"
)

func TestMain(m *testing.M) { shapetest.Main(m) }

// TestRun runs the program against a service that lives as long as the test.
func TestRun(t *testing.T) {
	s := ecstest.Start(t)
	ctx := t.Context()
	vpc, err := s.Client.CreateVpc(ctx, &api.CreateVpcRequest{RegionID: region})
	if err != nil {
		t.Fatal(err)
	}
	vswitch, err := s.Client.CreateVSwitch(ctx, &api.CreateVSwitchRequest{RegionID: region, VPCID: vpc.VPCID, ZoneID: "cn-hangzhou-k", CidrBlock: "172.16.0.0/24"})
	if err != nil {
		t.Fatal(err)
	}
	group, err := s.Client.CreateSecurityGroup(ctx, &api.CreateSecurityGroupRequest{RegionID: region, VPCID: vpc.VPCID})
	if err != nil {
		t.Fatal(err)
	}
	create := api.CreateInstanceRequest{
		RegionID: region, InstanceType: "ecs.g7.large", ImageID: "aliyun_3_x64_20G_alibase_20240819.vhd",
		SystemDisk: api.CreateInstanceRequestSystemDisk{Category: "cloud_essd"}, VSwitchID: vswitch.VSwitchID, SecurityGroupID: group.SecurityGroupID,
	}
	var out strings.Builder
	if err := run(ctx, s.Client, &create, &out); err != nil {
		t.Fatal(err)
	}
	want := regexp.MustCompile(`^order \d+: i-\w+ for \d+(\.\d+)?\ni-\w+ is Running at [\d.]+ until \S+\nrenewed until \S+\npay-as-you-go, [\d.]+ CNY given back\ndone\n$`)
	if !want.MatchString(out.String()) {
		t.Errorf("wrote %q, want %s", out.String(), want)
	}
}
