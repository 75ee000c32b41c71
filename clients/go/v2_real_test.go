package clients

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	openapi "github.com/alibabacloud-go/darabonba-openapi/v2/client"
	ecs "github.com/alibabacloud-go/ecs-20140526/v7/client"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/client"
	"github.com/openecs/openecs/internal/engine/incus/incustest"
)

// realService is `openecs serve --engine incus` on a throwaway Incus daemon.
func realService(t *testing.T) (*incustest.Daemon, *ecs.Client, network) {
	t.Helper()
	d := incustest.Start(t)
	dir := t.TempDir()
	openecs, ready := filepath.Join(dir, "openecs"), filepath.Join(dir, "ready.json")
	build := exec.Command("go", "build", "-o", openecs, "./cmd/openecs")
	build.Dir = "../.."
	for _, c := range []*exec.Cmd{build, exec.Command(openecs, "image", "build", "--incus-socket", d.Socket)} {
		if out, err := c.CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", c, err, out)
		}
	}
	serve := exec.Command(openecs, "serve", "--data-dir", filepath.Join(dir, "data"), "--listen", "127.0.0.1:0", "--ready-file", ready,
		"--engine", "incus", "--incus-socket", d.Socket, "--incus-image", "*=small", "--exit-with-parent")
	serve.Env = append(os.Environ(), "OPENECS_ACCESS_KEY_ID=LTAIrealinstances", "OPENECS_ACCESS_KEY_SECRET=secretofrealinstances00")
	serve.Stderr = t.Output()
	if err := serve.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		serve.Process.Signal(syscall.SIGTERM)
		if err := serve.Wait(); err != nil {
			t.Errorf("serve ended with %v", err)
		}
	})
	var at struct{ Endpoint string }
	until(t, "the service", func() bool {
		b, err := os.ReadFile(ready)
		return err == nil && json.Unmarshal(b, &at) == nil
	})
	ours, err := client.New(client.Config{Endpoint: at.Endpoint, Region: region, AccessKeyID: "LTAIrealinstances", AccessKeySecret: "secretofrealinstances00"})
	if err != nil {
		t.Fatal(err)
	}
	theirs, err := ecs.NewClient(&openapi.Config{
		AccessKeyId: new("LTAIrealinstances"), AccessKeySecret: new("secretofrealinstances00"), RegionId: new(region),
		Endpoint: new(strings.TrimPrefix(at.Endpoint, "http://")), Protocol: new("http"),
	})
	if err != nil {
		t.Fatal(err)
	}
	return d, theirs, makeNetwork(t, ours)
}

func makeNetwork(t *testing.T, c *client.Client) network {
	t.Helper()
	ctx := t.Context()
	vpc, err := c.CreateVpc(ctx, &api.CreateVpcRequest{RegionID: region, CidrBlock: "172.16.0.0/12"})
	if err != nil {
		t.Fatal(err)
	}
	until(t, "the VPC", func() bool {
		got, err := c.DescribeVpcs(ctx, &api.DescribeVpcsRequest{RegionID: region, VPCID: vpc.VPCID})
		return err == nil && len(got.VPCs.VPC) == 1 && got.VPCs.VPC[0].Status == "Available"
	})
	vswitch, err := c.CreateVSwitch(ctx, &api.CreateVSwitchRequest{RegionID: region, VPCID: vpc.VPCID, ZoneID: zone, CidrBlock: "172.16.0.0/24"})
	if err != nil {
		t.Fatal(err)
	}
	group, err := c.CreateSecurityGroup(ctx, &api.CreateSecurityGroupRequest{RegionID: region, VPCID: vpc.VPCID})
	if err != nil {
		t.Fatal(err)
	}
	return network{vpc.VPCID, vswitch.VSwitchID, group.SecurityGroupID}
}

// An instance that exists, by the official SDK from its creation to its end: it runs a command inside, and nothing of
// it is left on the host.
func TestV2RealInstance(t *testing.T) {
	d, c, n := realService(t)
	began := time.Now()
	made, err := c.RunInstances(&ecs.RunInstancesRequest{
		RegionId: new(region), ImageId: new(image), InstanceType: new("ecs.g7.large"), SecurityGroupId: &n.group, VSwitchId: &n.vswitch,
		HostName: new("alpha"), Password: new("Hunter2!x"), Amount: new(int32(1)),
		SystemDisk: &ecs.RunInstancesRequestSystemDisk{Category: new("cloud_essd"), Size: new("40")},
	})
	if err != nil {
		t.Fatal(err)
	}
	id := *made.Body.InstanceIdSets.InstanceIdSet[0]
	v2Wait(t, c, id, "Running")
	t.Logf("Running %v after the request", time.Since(began))

	run, err := c.RunCommand(&ecs.RunCommandRequest{
		RegionId: new(region), Type: new("RunShellScript"), CommandContent: new("hostname"), InstanceId: []*string{&id},
	})
	if err != nil {
		t.Fatal(err)
	}
	var output string
	until(t, "the command", func() bool {
		got, err := c.DescribeInvocationResults(&ecs.DescribeInvocationResultsRequest{RegionId: new(region), InvokeId: run.Body.InvokeId})
		if err != nil {
			t.Fatal(err)
		}
		all := got.Body.Invocation.InvocationResults.InvocationResult
		if len(all) != 1 || *all[0].InvocationStatus != "Success" {
			return false
		}
		output = *all[0].Output
		return true
	})
	if b, err := base64.StdEncoding.DecodeString(output); err != nil || string(b) != "alpha\n" {
		t.Errorf("hostname says %q, %v", b, err)
	}

	if _, err := c.StopInstance(&ecs.StopInstanceRequest{InstanceId: &id}); err != nil {
		t.Fatal(err)
	}
	v2Wait(t, c, id, "Stopped")
	if _, err := c.DeleteInstance(&ecs.DeleteInstanceRequest{InstanceId: &id}); err != nil {
		t.Fatal(err)
	}
	until(t, "the end", func() bool { return len(v2Instances(t, c, id)) == 0 })
	for _, args := range [][]string{
		{"list", "-f", "csv", "-c", "n"}, {"storage", "volume", "list", incustest.Pool, "type=custom", "-f", "csv", "-c", "n"},
		{"query", "/1.0/networks?recursion=0"},
	} {
		out, err := d.Client(t.Context(), args...).Output()
		if err != nil || strings.TrimSpace(string(out)) != "" && !strings.Contains(string(out), "/1.0/networks/lo") || strings.Contains(string(out), "oecs") {
			t.Errorf("%v: left on the host: %s %v", args, out, err)
		}
	}
}
