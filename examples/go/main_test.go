package main

import (
	"errors"
	"regexp"
	"strings"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/ecstest"
)

// TestRun runs the program against a service that lives as long as the test.
func TestRun(t *testing.T) {
	s := ecstest.Start(t)
	create := network(t, s)
	create.InstanceType, create.ImageID = "ecs.g7.large", "aliyun_3_x64_20G_alibase_20240819.vhd"
	var out strings.Builder
	if err := run(t.Context(), s.Client, create, &out); err != nil {
		t.Fatal(err)
	}
	if want := regexp.MustCompile(`(?m)^i-\w+ is Running at \d+\.\d+\.\d+\.\d+$`); !want.MatchString(out.String()) {
		t.Errorf("wrote %q, want %s", out.String(), want)
	}
}

// TestRunRefused shows what a refusal looks like to a program.
func TestRunRefused(t *testing.T) {
	s := ecstest.Start(t)
	create := network(t, s)
	create.InstanceType, create.ImageID = "ecs.g7.large", "no-such-image"
	err := run(t.Context(), s.Client, create, new(strings.Builder))
	var refused *api.Error
	if !errors.As(err, &refused) || refused.Code != api.CodeInvalidImageIdNotFound || refused.Status != 404 || refused.RequestID == "" {
		t.Errorf("%v, want %s with status and request id", err, api.CodeInvalidImageIdNotFound)
	}
}

func network(t *testing.T, s *ecstest.Server) api.CreateInstanceRequest {
	t.Helper()
	vpc, err := s.Client.CreateVpc(t.Context(), &api.CreateVpcRequest{RegionID: "cn-hangzhou"})
	if err != nil {
		t.Fatal(err)
	}
	vswitch, err := s.Client.CreateVSwitch(t.Context(), &api.CreateVSwitchRequest{
		RegionID: "cn-hangzhou", VPCID: vpc.VPCID, ZoneID: "cn-hangzhou-k", CidrBlock: "172.16.0.0/24",
	})
	if err != nil {
		t.Fatal(err)
	}
	group, err := s.Client.CreateSecurityGroup(t.Context(), &api.CreateSecurityGroupRequest{RegionID: "cn-hangzhou", VPCID: vpc.VPCID})
	if err != nil {
		t.Fatal(err)
	}
	return api.CreateInstanceRequest{VSwitchID: vswitch.VSwitchID, SecurityGroupID: group.SecurityGroupID}
}
