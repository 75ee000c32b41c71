package main

import (
	"regexp"
	"strings"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/ecstest"
)

// TestRun runs the program against a service that lives as long as the test.
func TestRun(t *testing.T) {
	s := ecstest.Start(t)
	group, err := s.Client.CreateSecurityGroup(t.Context(), &api.CreateSecurityGroupRequest{RegionID: region})
	if err != nil {
		t.Fatal(err)
	}
	create := api.CreateInstanceRequest{
		RegionID: region, InstanceType: "ecs.n1.small", ImageID: "ubuntu1404_64_40G_cloudinit_20160727.raw", IOOptimized: "optimized",
		SystemDisk: api.CreateInstanceRequestSystemDisk{Category: "cloud_ssd"}, SecurityGroupID: group.SecurityGroupID,
	}
	var out strings.Builder
	if err := run(t.Context(), s.Client, &create, &out); err != nil {
		t.Fatal(err)
	}
	want := regexp.MustCompile(`^order \d+: i-\w+ for \d+(\.\d+)?\ni-\w+ is Running at [\d.]+ until \S+\nrenewed until \S+\npay-as-you-go, [\d.]+ CNY given back\ndone\n$`)
	if !want.MatchString(out.String()) {
		t.Errorf("wrote %q, want %s", out.String(), want)
	}
}
