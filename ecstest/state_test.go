package ecstest

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/client"
)

const shop = `version: 1
region: cn-hangzhou
vpcs:
  - {VpcName: main, CidrBlock: 192.168.0.0/16, Tag: {team: shop}}
vswitches:
  - {VSwitchName: zone-h, VpcId: main, ZoneId: cn-hangzhou-h, CidrBlock: 192.168.0.0/24}
security-groups:
  - SecurityGroupName: web
    VpcId: main
    rules:
      - {IpProtocol: tcp, PortRange: 80/80, SourceCidrIp: 0.0.0.0/0}
      - {IpProtocol: tcp, PortRange: 22/22, SourceGroupId: admin}
      - {direction: egress, IpProtocol: udp, PortRange: 53/53, DestCidrIp: 10.0.0.0/8, Policy: drop, Priority: 7}
  - {SecurityGroupName: admin, VpcId: main}
key-pairs:
  - {KeyPairName: me, PublicKeyBody: ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC2hhEoegtfugwSGD3LdemtTc9YzSXlQr9jwNgP2OW5J1WcHq3jhLkIGW3hp0khY2Vy+/zU52TGo1wQ3AA9GXNYFOoUHxqCiQNl4KNSOhtjJC9V3Q95uecwHfKLmcOC8tbT2HDR2Bko6vWiHpcTQ3tDSK5U7y8KowiXiBESltvSbthRaPCk10dV3KJ3Sj8Wg5qIcFhVaQvHYg6HB9rpNsy2u2BZWw2mUcRDoWxtdhgvo4+vMDrp1/8L8pinT2pm3NQte8WR9VztFYTquwNVsJ5E2zydkf9RXLSHf9mS3UNO4zk7oJJXntNYE0CE7Qg857mn1TLWYX2BIQkQH8saSFpn me}
instances:
  - InstanceName: web-1
    InstanceType: ecs.g7.large
    ImageId: aliyun_3_x64_20G_alibase_20240819.vhd
    VSwitchId: zone-h
    SecurityGroupIds: [web, admin]
    KeyPairName: me
    UserData: c2VjcmV0
    InternetMaxBandwidthOut: 5
    SystemDisk: {Category: cloud_essd, Size: 40}
    DataDisk:
      - {Category: cloud_essd, Size: 100, DiskName: data}
    Tag: {team: shop}
  - InstanceName: web-2
    InstanceType: ecs.g7.large
    ImageId: aliyun_3_x64_20G_alibase_20240819.vhd
    VSwitchId: zone-h
    SecurityGroupId: web
    SystemDisk: {Category: cloud_essd}
    PrivateIpAddress: 192.168.0.77
    status: Stopped
disks:
  - {DiskName: spare, ZoneId: cn-hangzhou-h, DiskCategory: cloud_essd, Size: 20}
  - {DiskName: more, ZoneId: cn-hangzhou-h, DiskCategory: cloud_essd, Size: 30, attach: {InstanceId: web-2}}
eips:
  - {Name: front, Bandwidth: 10, associate: {InstanceId: web-2}}
`

// described is what the Describe actions answer about everything in a region.
func (s *Server) described(t *testing.T) string {
	t.Helper()
	ctx, region := t.Context(), "cn-hangzhou"
	var b strings.Builder
	add := func(v any, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.MarshalIndent(v, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			if !strings.Contains(line, `"RequestID"`) && !strings.Contains(line, `"RequestId"`) {
				b.WriteString(line)
			}
		}
	}
	add(s.Client.DescribeVpcs(ctx, &api.DescribeVpcsRequest{RegionID: region}))
	add(s.Client.DescribeVSwitches(ctx, &api.DescribeVSwitchesRequest{RegionID: region}))
	groups, err := s.Client.DescribeSecurityGroups(ctx, &api.DescribeSecurityGroupsRequest{RegionID: region})
	add(groups, err)
	for _, g := range groups.SecurityGroups.SecurityGroup {
		add(s.Client.DescribeSecurityGroupAttribute(ctx, &api.DescribeSecurityGroupAttributeRequest{RegionID: region, SecurityGroupID: g.SecurityGroupID}))
	}
	add(s.Client.DescribeKeyPairs(ctx, &api.DescribeKeyPairsRequest{RegionID: region}))
	instances, err := s.Client.DescribeInstances(ctx, &api.DescribeInstancesRequest{RegionID: region})
	add(instances, err)
	for _, i := range instances.Instances.Instance {
		add(s.Client.DescribeUserData(ctx, &api.DescribeUserDataRequest{RegionID: region, InstanceID: i.InstanceID}))
	}
	add(s.Client.DescribeDisks(ctx, &api.DescribeDisksRequest{RegionID: region}))
	add(s.Client.DescribeNetworkInterfaces(ctx, &api.DescribeNetworkInterfacesRequest{RegionID: region}))
	add(s.Client.DescribeEipAddresses(ctx, &api.DescribeEipAddressesRequest{RegionID: region}))
	return b.String()
}

// TestSaveAndSeed: what is saved and loaded again is described the same.
func TestSaveAndSeed(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "shop.yaml")
	if err := os.WriteFile(file, []byte(shop), 0o600); err != nil {
		t.Fatal(err)
	}
	s := Start(t, NoSocket(), At(start0), Seed(file))
	id := ""
	out, err := s.Client.DescribeInstances(t.Context(), &api.DescribeInstancesRequest{RegionID: "cn-hangzhou", InstanceName: "web-1"})
	if err != nil || len(out.Instances.Instance) != 1 {
		t.Fatalf("%+v, %v", out, err)
	}
	id = out.Instances.Instance[0].InstanceID
	if got := s.status(t, id); got != "Running" {
		t.Errorf("%s", got)
	}
	// It is a service like any: what the seed made can be worked with.
	s.Advance(t, time.Hour)
	if _, err := s.Client.StopInstance(t.Context(), &api.StopInstanceRequest{InstanceID: id}); err != nil {
		t.Fatal(err)
	}
	s.Advance(t, time.Minute)
	if got := s.status(t, id); got != "Stopped" {
		t.Errorf("%s", got)
	}
	if _, err := s.Client.StartInstance(t.Context(), &api.StartInstanceRequest{InstanceID: id}); err != nil {
		t.Fatal(err)
	}
	s.Advance(t, time.Minute)
	s.create(t, testNetwork{"", out.Instances.Instance[0].VPCAttributes.VSwitchID, out.Instances.Instance[0].SecurityGroupIDs.SecurityGroupID[0]})
	s.Advance(t, time.Minute)

	saved := filepath.Join(dir, "saved.yaml")
	s.Save(t, saved)
	want := s.described(t)
	text, _ := os.ReadFile(saved)
	again := Start(t, NoSocket(), At(start0.Add(2*time.Hour)), Seed(saved))
	if got := again.described(t); got != want {
		t.Errorf("described otherwise:\n%s\nthe file:\n%s", diff(want, got), text)
	}
	twice := filepath.Join(dir, "twice.yaml")
	again.Save(t, twice)
	if b, _ := os.ReadFile(twice); string(b) != string(text) {
		t.Errorf("saved otherwise:\n%s", diff(string(text), string(b)))
	}
	// What was seeded is what Reset goes back to.
	again.create(t, testNetwork{"", out.Instances.Instance[0].VPCAttributes.VSwitchID, out.Instances.Instance[0].SecurityGroupIDs.SecurityGroupID[0]})
	again.Advance(t, time.Minute)
	again.Reset(t)
	again.Advance(t, time.Minute)
	if got := again.described(t); got != want {
		t.Errorf("after Reset:\n%s", diff(want, got))
	}
}

// TestSeedImagesAndAccounts: an image made of an instance in the file, an instance
// made of that, and resources of another account.
func TestSeedImagesAndAccounts(t *testing.T) {
	s := Start(t, NoSocket(), At(start0), OtherAccount("other", "secret", 77))
	s.SeedYAML(t, shop+`images:
  - {ImageName: golden, InstanceId: web-1}
`)
	out, err := s.Client.DescribeImages(t.Context(), &api.DescribeImagesRequest{RegionID: "cn-hangzhou", ImageOwnerAlias: "self"})
	if err != nil || len(out.Images.Image) != 1 || out.Images.Image[0].ImageName != "golden" || out.Images.Image[0].Status != "Available" {
		t.Errorf("%+v, %v", out, err)
	}
	if data, err := s.kit.Save(); err != nil || !strings.Contains(string(data), "# not in this file: 1 of image") {
		t.Errorf("%v: %s", err, data)
	}
	s.SeedYAML(t, "version: 1\nregion: cn-hangzhou\nvpcs: [{VpcName: main}, {VpcName: main, account: 77}]")
	for _, c := range []*client.Client{s.Client, s.ClientFor("other", "secret")} {
		if out, err := c.DescribeVpcs(t.Context(), &api.DescribeVpcsRequest{RegionID: "cn-hangzhou"}); err != nil || out.TotalCount != 1 {
			t.Errorf("%+v, %v", out, err)
		}
	}
}

// diff is the lines that differ.
func diff(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	var out []string
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			out = append(out, "-"+x[i], "+"+y[i])
		}
	}
	if len(x) != len(y) {
		out = append(out, "and other lengths")
	}
	return strings.Join(out[:min(len(out), 60)], "\n")
}

// TestSeedRefuses: each with its line and a reason, and nothing has changed.
func TestSeedRefuses(t *testing.T) {
	s := Start(t, NoSocket(), At(start0))
	s.network(t)
	want := s.described(t)
	begin := "version: 1\nregion: cn-hangzhou\n"
	vpc := "vpcs: [{VpcName: main, CidrBlock: 192.168.0.0/16}]\n"
	for text, says := range map[string]string{
		"":                                   "empty",
		"[]":                                 "names with values",
		"version: 2":                         "version: 1",
		begin + "bogus: []":                  "line 3: there is no field bogus",
		begin + "vpcs: {}":                   "line 3: vpcs is a list",
		begin + "vpcs:\n  - 3":               "line 4: names with values",
		begin + "vpcs:\n  - {VpcNam: a}":     "line 4: CreateVpc has no parameter VpcNam",
		begin + "vpcs:\n  - {vpcName: a}":    "line 4: there is no field vpcName",
		begin + "vpcs:\n  - {EnableIpv6: q}": `line 4: EnableIpv6 cannot be "q"`,
		begin + "vpcs:\n  - {VpcName: a}\n  - {VpcName: a}":                                                                               `line 5: "a" is there on line 4`,
		begin + "vpcs:\n  - {VpcName: a, CidrBlock: 8.8.8.8/24}":                                                                          "line 4: CreateVpc: InvalidParameter",
		begin + "vpcs:\n  - {id: vpc-1, VpcName: a}":                                                                                      `line 4: "vpc-1" is no id`,
		begin + "vpcs:\n  - {created: yesterday}":                                                                                         `line 4: "yesterday" is no time`,
		begin + "vpcs:\n  - {created: 2030-01-01T00:00:00Z}":                                                                              "line 4: it was created at 2030",
		begin + "vpcs:\n  - {VpcName: *x}":                                                                                                "unknown anchor",
		begin + "vpcs:\n  - {VpcName: ~}":                                                                                                 "line 4",
		"version: 1\nvpcs:\n  - {VpcName: a}":                                                                                             `line 3: there is no region ""`,
		begin + vpc + "vswitches:\n  - {VpcId: other, ZoneId: cn-hangzhou-h, CidrBlock: 192.168.0.0/24}":                                  "line 5: CreateVSwitch: InvalidVpcId.NotFound",
		begin + vpc + "vswitches:\n  - {VpcId: main, ZoneId: cn-hangzhou-h, CidrBlock: 10.0.0.0/24}":                                      "line 5: CreateVSwitch: ",
		begin + vpc + "security-groups:\n  - VpcId: main\n    rules:\n      - {direction: up}":                                            `line 7: a direction is`,
		begin + vpc + "security-groups:\n  - VpcId: main\n    rules:\n      - {IpProtocol: xyz, PortRange: 1/1, SourceCidrIp: 0.0.0.0/0}": "line 7: AuthorizeSecurityGroup: ",
		begin + "instances:\n  - {InstanceType: ecs.bogus, ImageId: x, SecurityGroupId: y}":                                               "line 4: RunInstances: ",
		begin + "instances:\n  - {Amount: 2}":                                                                                             "line 4: an entry is one instance",
		begin + "instances:\n  - {status: Pending}":                                                                                       "line 4: a status is",
		begin + vpc + "---\na: b":                                                                                                         "second document",
	} {
		err := s.kit.Seed(t.Context(), []byte(text))
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v, want %q", text, err, says)
		}
	}
	if got := s.described(t); got != want {
		t.Errorf("a refused seed changed something:\n%s", diff(want, got))
	}
}

func TestLoose(t *testing.T) {
	for _, loose := range []bool{false, true} {
		opts := []Option{NoSocket()}
		if loose {
			opts = append(opts, Loose())
		}
		s := Start(t, opts...)
		net := s.network(t)
		run := func(image, typ string) error {
			_, err := s.once().RunInstances(t.Context(), &api.RunInstancesRequest{
				RegionID: "cn-hangzhou", InstanceType: typ, ImageID: image, SecurityGroupID: net.group, VSwitchID: net.vswitch,
				SystemDisk: api.RunInstancesRequestSystemDisk{Category: "cloud_essd"},
			})
			return err
		}
		if err := run("ami-123", "ecs.g7.large"); (err == nil) != loose {
			t.Errorf("loose %v: an image that does not exist: %v", loose, err)
		}
		if err := run("aliyun_3_x64_20G_alibase_20240819.vhd", "m5.large"); (err == nil) != loose {
			t.Errorf("loose %v: a type that does not exist: %v", loose, err)
		}
		if err := run("m-bp1nothing", "ecs.g7.large"); err == nil {
			t.Errorf("loose %v: a custom image that does not exist is taken", loose)
		}
	}
}
