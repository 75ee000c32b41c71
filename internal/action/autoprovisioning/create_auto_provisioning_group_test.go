package autoprovisioning_test

import (
	"context"
	"strconv"
	"strings"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

// karpenter is what Karpenter's provider sends for a node: every parameter of its
// request, the empty ones too.
func karpenter(s *actiontest.Service, image string, types ...string) []string {
	n := s.Network()
	p := []string{
		"RegionId", "cn-hangzhou", "TotalTargetCapacity", "1", "SpotTargetCapacity", "0", "PayAsYouGoTargetCapacity", "1",
		"SpotAllocationStrategy", "lowest-price", "PayAsYouGoAllocationStrategy", "lowest-price", "ExcessCapacityTerminationPolicy", "termination",
		"AutoProvisioningGroupType", "instant", "LaunchConfiguration.ImageId", image, "LaunchConfiguration.UserData", "IyEvYmluL3NoCg==",
		"LaunchConfiguration.ResourceGroupId", "", "LaunchConfiguration.SecurityGroupIds.1", n.Group, "LaunchConfiguration.SystemDiskSize", "50",
		"LaunchConfiguration.KeyPairName", "", "LaunchConfiguration.Password", "", "LaunchConfiguration.PasswordInherit", "false",
		"LaunchConfiguration.Tag.1.Key", "karpenter.sh/nodeclaim", "LaunchConfiguration.Tag.1.Value", "default-x7",
		"LaunchConfiguration.DataDisk.1.Size", "100", "LaunchConfiguration.DataDisk.1.Device", "/dev/xvdb",
		"DataDiskConfig.1.DiskCategory", "cloud_nope", "DataDiskConfig.2.DiskCategory", "cloud_essd",
		"SystemDiskConfig.1.DiskCategory", "cloud_nope", "SystemDiskConfig.2.DiskCategory", "cloud_essd",
		"Tag.1.Key", "karpenter.k8s.alibabacloud/autoprovisiongroup", "Tag.1.Value", "true",
	}
	for i, t := range types {
		at := "LaunchTemplateConfig." + strconv.Itoa(i+1)
		p = append(p, at+".InstanceType", t, at+".VSwitchId", n.VSwitch, at+".WeightedCapacity", "1")
	}
	return p
}

// TestKarpenter replays Karpenter's request: the cheapest of its types is made,
// with disks of the first category that is to be had.
func TestKarpenter(t *testing.T) {
	s := actiontest.Start(t)
	id, results := create(s, karpenter(s, actiontest.Image, "ecs.g7.2xlarge", "ecs.g7.large", "ecs.g7.xlarge")...)
	if len(results) != 1 {
		t.Fatalf("%+v", results)
	}
	r := results[0]
	if len(r.InstanceIDs.InstanceID) != 1 || r.InstanceType != "ecs.g7.large" || r.ZoneID != actiontest.Zone || r.SpotStrategy != "NoSpot" || r.ErrorCode != "" || r.Amount != 1 {
		t.Fatalf("%+v", r)
	}
	s.Settle()
	i := s.See(r.InstanceIDs.InstanceID[0])
	if i.Status != "Running" || i.InstanceType != "ecs.g7.large" || len(i.Tags.Tag) != 1 || i.Tags.Tag[0].TagKey != "karpenter.sh/nodeclaim" {
		t.Errorf("%+v", i)
	}
	for _, d := range actiontest.Call[api.DescribeDisksResponse](s, "DescribeDisks", "InstanceId", i.InstanceID).Disks.Disk {
		if d.Category != "cloud_essd" || d.Type == "system" && d.Size != 50 || d.Type == "data" && (d.Size != 100 || d.Device != "/dev/xvdb") {
			t.Errorf("%+v", d)
		}
	}
	g := see(s, id)
	if len(g.Tags.Tag) != 1 || g.TargetCapacitySpecification.TotalTargetCapacity != 1 || len(g.LaunchTemplateConfigs.LaunchTemplateConfig) != 3 {
		t.Errorf("%+v", g)
	}
	// What can never work is told in the answer, not refused.
	_, results = create(s, karpenter(s, "nope", "ecs.g7.large")...)
	if len(results) != 1 || results[0].ErrorCode != "InvalidImageId.NotFound" || results[0].ErrorMsg == "" || results[0].InstanceType != "ecs.g7.large" ||
		results[0].ZoneID != actiontest.Zone || len(results[0].InstanceIDs.InstanceID) != 0 {
		t.Errorf("%+v", results)
	}
}

func TestStrategies(t *testing.T) {
	s := actiontest.Start(t)
	n := s.Network()
	two := good(s, "LaunchTemplateConfig.2.InstanceType", "ecs.g7.xlarge", "LaunchTemplateConfig.2.VSwitchId", n.VSwitch)
	what := func(params ...string) string {
		t.Helper()
		_, results := create(s, append(two, params...)...)
		var out []string
		for _, r := range results {
			out = append(out, r.InstanceType+":"+strconv.Itoa(len(r.InstanceIDs.InstanceID))+r.ErrorCode)
		}
		return strings.Join(out, " ")
	}
	for _, e := range []struct {
		params []string
		want   string
	}{
		{nil, "ecs.g7.large:1"},
		{[]string{"LaunchTemplateConfig.2.WeightedCapacity", "4"}, "ecs.g7.xlarge:1"}, // less for a unit of capacity
		{[]string{"PayAsYouGoAllocationStrategy", "prioritized", "LaunchTemplateConfig.1.Priority", "2", "LaunchTemplateConfig.2.Priority", "1"}, "ecs.g7.xlarge:1"},
		{[]string{"TotalTargetCapacity", "5", "PayAsYouGoTargetCapacity", "5", "LaunchTemplateConfig.1.WeightedCapacity", "2"}, "ecs.g7.large:3"},
		{[]string{"TotalTargetCapacity", "3", "DefaultTargetCapacityType", "PayAsYouGo"}, "ecs.g7.large:3"},
		{[]string{"TotalTargetCapacity", "3", "PayAsYouGoTargetCapacity", "3", "LaunchTemplateConfig.1.MaxQuantity", "1"}, "ecs.g7.large:1 ecs.g7.xlarge:2"},
		{[]string{"LaunchTemplateConfig.1.VSwitchId", "vsw-nope"}, "ecs.g7.xlarge:1 ecs.g7.large:0InvalidVSwitchId.NotFound"},
		{[]string{"LaunchTemplateConfig.1.ImageId", "nope"}, "ecs.g7.xlarge:1 ecs.g7.large:0InvalidImageId.NotFound"},
		{[]string{"TotalTargetCapacity", "150", "PayAsYouGoTargetCapacity", "150"}, "ecs.g7.large:150"},
	} {
		if got := what(e.params...); got != e.want {
			t.Errorf("%v: %q, want %q", e.params, got, e.want)
		}
	}
}

// A vSwitch that runs out of addresses gives what it has; the next config the rest.
func TestShortage(t *testing.T) {
	s := actiontest.Start(t)
	small, large := s.VSwitch(s.Network().VPC, "192.168.1.0/29"), s.Network().VSwitch
	p := good(s, "TotalTargetCapacity", "6", "PayAsYouGoTargetCapacity", "6", "LaunchTemplateConfig.1.VSwitchId", small)
	if id, _ := create(s, p...); len(members(s, id)) != 4 || see(s, id).State != "error" {
		t.Errorf("%d members, want the 4 there are addresses for: %+v", len(members(s, id)), see(s, id))
	} else {
		s.Do("DeleteAutoProvisioningGroup", "AutoProvisioningGroupId", id, "TerminateInstances", "true")
		s.Settle()
	}
	id, results := create(s, append(p, "MinTargetCapacity", "5")...)
	if len(members(s, id)) != 0 || len(results) != 1 || results[0].ErrorCode != "OperationDenied.NoStock" {
		t.Errorf("less than MinTargetCapacity: %+v", results)
	}
	s.Settle()
	s.NothingLeft()
	id, results = create(s, append(p, "MinTargetCapacity", "5", "LaunchTemplateConfig.2.InstanceType", "ecs.g7.xlarge", "LaunchTemplateConfig.2.VSwitchId", large)...)
	if len(results) != 2 || results[0].Amount != 4 || results[1].Amount != 2 || see(s, id).State != "fulfilled" {
		t.Errorf("%+v", results)
	}
}

func TestTemplateAndToken(t *testing.T) {
	s := actiontest.Start(t)
	n := s.Network()
	lt := actiontest.Call[api.CreateLaunchTemplateResponse](s, "CreateLaunchTemplate", "LaunchTemplateName", "node", "ImageId", actiontest.Image,
		"InstanceType", actiontest.InstanceType, "SecurityGroupId", n.Group, "VSwitchId", n.VSwitch, "SystemDisk.Category", "cloud_essd").LaunchTemplateID
	p := []string{"AutoProvisioningGroupType", "request", "TotalTargetCapacity", "1", "PayAsYouGoTargetCapacity", "1", "LaunchTemplateId", lt, "ClientToken", "t"}
	id, results := create(s, p...)
	if again, _ := create(s, p...); again != id || len(results) != 0 || len(members(s, id)) != 1 {
		t.Errorf("%s %s %+v", id, again, results)
	}
	if g := see(s, id); g.LaunchTemplateID != lt || g.LaunchTemplateVersion != "1" || g.AutoProvisioningGroupType != "request" {
		t.Errorf("%+v", g)
	}
	s.Refuse(403, "IdempotentParameterMismatch", "", "CreateAutoProvisioningGroup", append(p, "TotalTargetCapacity", "2", "PayAsYouGoTargetCapacity", "2")...)
	if _, r := create(s, "AutoProvisioningGroupType", "instant", "TotalTargetCapacity", "1", "PayAsYouGoTargetCapacity", "1", "LaunchTemplateId", lt, "LaunchTemplateVersion", "9"); len(r) != 1 ||
		r[0].ErrorCode != "InvalidLaunchTemplateVersion.NotFound" {
		t.Errorf("%+v", r)
	}
	// The same request through the generated client.
	out, err := s.Client.CreateAutoProvisioningGroup(context.Background(), &api.CreateAutoProvisioningGroupRequest{
		RegionID: "cn-hangzhou", AutoProvisioningGroupType: "instant", TotalTargetCapacity: "1", PayAsYouGoTargetCapacity: "1", LaunchTemplateID: lt,
	})
	if err != nil || len(out.LaunchResults.LaunchResult) != 1 || out.LaunchResults.LaunchResult[0].Amount != 1 {
		t.Errorf("%+v %v", out, err)
	}
}

func TestExpiration(t *testing.T) {
	s := actiontest.Start(t)
	until := func(terminate string) (group, instance string) {
		id, r := create(s, good(s, "ValidUntil", "2026-08-09T06:00:00Z", "TerminateInstancesWithExpiration", terminate)...)
		return id, r[0].InstanceIDs.InstanceID[0]
	}
	a, ai := until("true")
	b, bi := until("false")
	s.Advance(2 * 60 * 60e9)
	s.Want(ai, "gone")
	s.Want(bi, "Running")
	for _, id := range []string{a, b} {
		if g := see(s, id); g.Status != "deleted" || g.ValidUntil != "2026-08-09T06:00:00Z" || len(members(s, id)) != 0 {
			t.Errorf("%+v", g)
		}
		s.Refuse(400, "OperationDenied", "", "ModifyAutoProvisioningGroup", "AutoProvisioningGroupId", id, "AutoProvisioningGroupName", "late")
	}
}

func TestCreateAutoProvisioningGroupRefusals(t *testing.T) {
	s := actiontest.Start(t)
	n := s.Network()
	refusals := []actiontest.Refusal{
		{"no capacity", []string{"TotalTargetCapacity", ""}, 400, "MissingParameter", ""},
		{"nothing to launch", []string{"LaunchConfiguration.ImageId", "", "LaunchConfiguration.SecurityGroupId", "", "LaunchConfiguration.SystemDiskCategory", ""}, 400, "MissingParameter", ""},
		{"excess", []string{"ExcessCapacityTerminationPolicy", "x"}, 400, "InvalidFleetExcessCapacityTerminationPolicy.ValueNotSupported", ""},
		{"template", []string{"LaunchTemplateId", "lt-1"}, 404, "InvalidLaunchTemplate.NotFound", ""},
		{"resource group", []string{"ResourceGroupId", "rg-1"}, 404, "InvalidResourceGroup.NotFound", ""},
		{"token", []string{"ClientToken", strings.Repeat("x", 65)}, 400, "InvalidClientToken.ValueNotSupported", ""},
		{"tag", []string{"Tag.1.Key", "aliyun"}, 400, "InvalidTagKey.Malformed", ""},
		{"tags", actiontest.Tags(21), 403, "QuotaExceed.Tags", ""},
	}
	for _, bad := range [][]string{
		{"TotalTargetCapacity", "0"}, {"TotalTargetCapacity", "x"}, {"TotalTargetCapacity", "1001"}, {"PayAsYouGoTargetCapacity", "-1"}, {"PayAsYouGoTargetCapacity", "2"},
		{"SpotTargetCapacity", "1"}, {"MinTargetCapacity", "0"}, {"MinTargetCapacity", "2"}, {"AutoProvisioningGroupType", "x"}, {"AutoProvisioningGroupName", "1"}, {"Description", "http://x"},
		{"DefaultTargetCapacityType", "x"}, {"PayAsYouGoAllocationStrategy", "diversified"}, {"SpotAllocationStrategy", "prioritized"},
		{"SpotInstanceInterruptionBehavior", "x"}, {"SpotInstancePoolsToUseCount", "0"}, {"MaxSpotPrice", "-1"}, {"ResourcePoolOptions.Strategy", "x"},
		{"ValidFrom", "x"}, {"ValidUntil", "x"}, {"ValidUntil", "2020-01-01T00:00:00Z"}, {"LaunchTemplateConfig.1.WeightedCapacity", "0"},
		{"LaunchTemplateConfig.1.MaxPrice", "-1"}, {"LaunchTemplateConfig.1.Priority", "-1"}, {"LaunchTemplateConfig.1.MaxQuantity", "0"},
	} {
		refusals = append(refusals, actiontest.Refusal{bad[0] + "=" + bad[1], bad, 400, "InvalidParameter", ""})
	}
	var many []string
	for i := range 21 {
		many = append(many, "LaunchTemplateConfig."+strconv.Itoa(i+1)+".InstanceType", actiontest.InstanceType)
	}
	refusals = append(refusals, actiontest.Refusal{"configs over 20", many, 400, "InvalidParameter", ""})
	for _, no := range [][]string{
		{"SpotTargetCapacity", "1", "PayAsYouGoTargetCapacity", "0", "SpotAllocationStrategy", "diversified"},
		{"PayAsYouGoTargetCapacity", "0", "SpotInstancePoolsToUseCount", "2"},
		{"ExecutionMode", "x"}, {"HibernationOptionsConfigured", "true"}, {"PrePaidOptions.SpecifyCapacityDistribution.1.MinTargetCapacity", "1"},
		{"ResourcePoolOptions.Strategy", "PrivatePoolOnly"}, {"ResourcePoolOptions.PrivatePoolIds.1", "eap-1"}, {"ValidFrom", "2027-01-01T00:00:00Z"},
		{"LaunchTemplateConfig.1.Cores.1", "2"}, {"LaunchTemplateConfig.1.Memories.1", "4"}, {"LaunchTemplateConfig.1.Architectures.1", "x"},
		{"LaunchTemplateConfig.1.BurstablePerformance", "x"}, {"LaunchTemplateConfig.1.InstanceFamilyLevel", "x"}, {"LaunchTemplateConfig.1.ExcludedInstanceTypes.1", "x"},
	} {
		refusals = append(refusals, actiontest.Refusal{"no " + no[0] + "=" + no[1], no, 400, "UnsupportedOperation.NotImplemented", ""})
	}
	s.Refusals(t, "CreateAutoProvisioningGroup", good(s), refusals)
	lt := actiontest.Call[api.CreateLaunchTemplateResponse](s, "CreateLaunchTemplate", "LaunchTemplateName", "node", "ImageId", actiontest.Image, "SecurityGroupId", n.Group).LaunchTemplateID
	s.Refuse(400, "UnsupportedOperation.NotImplemented", "", "CreateAutoProvisioningGroup", good(s, "LaunchTemplateId", lt, "DataDiskConfig.1.DiskCategory", "cloud_essd")...)
	s.NothingLeft()
}
