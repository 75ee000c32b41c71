package clients

import (
	"context"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/ecstest"
)

const (
	region       = "cn-hangzhou"
	zone         = "cn-hangzhou-k"
	instanceType = "ecs.g7.large"
	image        = "aliyun_3_x64_20G_alibase_20240819.vhd"
	description  = "a *~+ü b"
)

// network is where instances go.
type network struct{ vpc, vswitch, group string }

// start runs a service with a network of its own.
func start(t *testing.T) (*ecstest.Server, network) {
	t.Helper()
	s := ecstest.Start(t)
	ctx := t.Context()
	vpc, err := s.Client.CreateVpc(ctx, &api.CreateVpcRequest{RegionID: region, CidrBlock: "172.16.0.0/12"})
	if err != nil {
		t.Fatal(err)
	}
	until(t, "the VPC", func() bool {
		got, err := s.Client.DescribeVpcs(ctx, &api.DescribeVpcsRequest{RegionID: region, VPCID: vpc.VPCID})
		return err == nil && len(got.VPCs.VPC) == 1 && got.VPCs.VPC[0].Status == "Available"
	})
	vswitch, err := s.Client.CreateVSwitch(ctx, &api.CreateVSwitchRequest{
		RegionID: region, VPCID: vpc.VPCID, ZoneID: zone, CidrBlock: "172.16.0.0/24",
	})
	if err != nil {
		t.Fatal(err)
	}
	group, err := s.Client.CreateSecurityGroup(ctx, &api.CreateSecurityGroupRequest{RegionID: region, VPCID: vpc.VPCID})
	if err != nil {
		t.Fatal(err)
	}
	return s, network{vpc.VPCID, vswitch.VSwitchID, group.SecurityGroupID}
}

// hostPort is where a service listens, as the SDKs want it: without a scheme.
func hostPort(s *ecstest.Server) string { return strings.TrimPrefix(s.Endpoint, "http://") }

// until asks again and again until something is so, for 20 s at most.
func until(t *testing.T, what string, test func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for !test() {
		select {
		case <-ctx.Done():
			t.Fatalf("waited 20 s for %s", what)
		case <-time.After(5 * time.Millisecond):
		}
	}
}

var requestID = regexp.MustCompile(`^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$`)

// refusal is what an SDK tells of a refused call.
type refusal struct {
	code      string
	status    int
	requestID string
}

func (r refusal) check(t *testing.T, code string, status int) {
	t.Helper()
	if r.code != code || r.status != status {
		t.Errorf("refused with %d %s, want %d %s", r.status, r.code, status, code)
	}
	if !requestID.MatchString(r.requestID) {
		t.Errorf("%s: request id %q", r.code, r.requestID)
	}
}
