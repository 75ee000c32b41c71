package launchtemplate_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/openecs/openecs/api"
)

const image = "aliyun_3_x64_20G_alibase_20240819.vhd"

// network makes a VPC's parts that instances need.
func (h *harness) network() (vswitch string, groups [3]string) {
	h.T.Helper()
	vpc := call[api.CreateVpcResponse](h, "CreateVpc", "CidrBlock", "192.168.0.0/16").VPCID
	vswitch = call[api.CreateVSwitchResponse](h, "CreateVSwitch", "VpcId", vpc, "ZoneId", "cn-hangzhou-h", "CidrBlock", "192.168.0.0/24").VSwitchID
	for i := range groups {
		groups[i] = call[api.CreateSecurityGroupResponse](h, "CreateSecurityGroup", "VpcId", vpc).SecurityGroupID
	}
	return vswitch, groups
}

// run runs one instance and shows it with its disks, the system disk first.
func (h *harness) run(params ...string) api.DescribeInstancesInstance {
	h.T.Helper()
	ids := call[api.RunInstancesResponse](h, "RunInstances", params...).InstanceIDSets.InstanceIDSet
	if len(ids) != 1 {
		h.T.Fatalf("%d instances", len(ids))
	}
	h.Advance(time.Minute)
	return call[api.DescribeInstancesResponse](h, "DescribeInstances", "InstanceIds", fmt.Sprintf("[%q]", ids[0])).Instances.Instance[0]
}

// TestRunInstancesFromTemplate runs instances of a template: what the request
// gives wins, what it does not give or gives empty is the template's, and the
// version is the one named or the default one.
func TestRunInstancesFromTemplate(t *testing.T) {
	h := start(t)
	vswitch, groups := h.network()
	id := h.create("web", "ImageId", image, "InstanceType", "ecs.g7.large", "VSwitchId", vswitch, "SecurityGroupIds.1", groups[0],
		"SecurityGroupIds.2", groups[1], "SystemDisk.Category", "cloud_essd", "SystemDisk.Size", "60", "InstanceName", "of-template",
		"Description", "first version", "HostName", "web", "InternetMaxBandwidthOut", "5", "Tag.1.Key", "env", "Tag.1.Value", "test", "Tag.2.Key", "team",
		"DataDisk.1.Size", "100", "DataDisk.1.Category", "cloud_essd", "NetworkType", "vpc", "DeletionProtection", "true")
	h.add(id, "ImageId", image, "InstanceType", "ecs.g7.xlarge", "VSwitchId", vswitch, "SecurityGroupId", groups[2], "SystemDisk.Category", "cloud_essd",
		"Description", "second version")

	i := h.run("LaunchTemplateId", id)
	if i.Status != "Running" || i.ImageID != image || i.InstanceType != "ecs.g7.large" || i.VPCAttributes.VSwitchID != vswitch || i.InstanceName != "of-template" ||
		i.Description != "first version" || i.HostName != "web" || i.InternetMaxBandwidthOut != 5 || len(i.PublicIPAddress.IPAddress) != 1 || !i.DeletionProtection {
		t.Errorf("of the default version: %+v", i)
	}
	if got := i.SecurityGroupIDs.SecurityGroupID; !slices.Equal(got, groups[:2]) {
		t.Errorf("in groups %v, want %v", got, groups[:2])
	}
	if got := i.Tags.Tag; !slices.Equal(got, []api.ResourceTag{{TagKey: "env", TagValue: "test"}, {TagKey: "team"}}) {
		t.Errorf("tags %v", got)
	}

	i = h.run("LaunchTemplateName", "web", "InstanceType", "ecs.g7.2xlarge", "SecurityGroupId", groups[2], "InstanceName", "mine", "Description", "",
		"InternetMaxBandwidthOut", "0", "Tag.1.Key", "colour", "Tag.1.Value", "red", "DeletionProtection", "false", "LaunchTemplateVersion", "1")
	if i.InstanceType != "ecs.g7.2xlarge" || i.InstanceName != "mine" || i.Description != "first version" || i.HostName != "web" || i.InternetMaxBandwidthOut != 0 ||
		len(i.PublicIPAddress.IPAddress) != 0 || i.DeletionProtection {
		t.Errorf("with parameters of its own: %+v", i)
	}
	if got := i.SecurityGroupIDs.SecurityGroupID; !slices.Equal(got, groups[2:]) {
		t.Errorf("in groups %v, want %v", got, groups[2:])
	}
	if got := i.Tags.Tag; !slices.Equal(got, []api.ResourceTag{{TagKey: "colour", TagValue: "red"}}) {
		t.Errorf("tags %v", got)
	}

	if i = h.run("LaunchTemplateId", id, "LaunchTemplateName", "web", "LaunchTemplateVersion", "2"); i.InstanceType != "ecs.g7.xlarge" || i.Description != "second version" || i.HostName == "web" {
		t.Errorf("of version 2: %+v", i)
	}
	call[api.ModifyLaunchTemplateDefaultVersionResponse](h, "ModifyLaunchTemplateDefaultVersion", "LaunchTemplateId", id, "DefaultVersionNumber", "2")
	if i = h.run("LaunchTemplateId", id); i.Description != "second version" {
		t.Errorf("of the new default version: %+v", i)
	}
	call[api.DeleteLaunchTemplateResponse](h, "DeleteLaunchTemplate", "LaunchTemplateId", id)
	if got := call[api.DescribeInstancesResponse](h, "DescribeInstances").TotalCount; got != 4 {
		t.Errorf("%d instances outlive the template", got)
	}
}

// TestRunInstancesFromTemplateToken answers a retry as before, though the
// template has gone.
func TestRunInstancesFromTemplateToken(t *testing.T) {
	h := start(t)
	vswitch, groups := h.network()
	id := h.create("web", "ImageId", image, "InstanceType", "ecs.g7.large", "VSwitchId", vswitch, "SecurityGroupId", groups[0], "SystemDisk.Category", "cloud_essd")
	request := []string{"LaunchTemplateId", id, "ClientToken", "t1"}
	first := call[api.RunInstancesResponse](h, "RunInstances", request...).InstanceIDSets.InstanceIDSet
	call[api.DeleteLaunchTemplateResponse](h, "DeleteLaunchTemplate", "LaunchTemplateId", id)
	if again := call[api.RunInstancesResponse](h, "RunInstances", request...).InstanceIDSets.InstanceIDSet; !slices.Equal(again, first) {
		t.Errorf("again: %v, first: %v", again, first)
	}
	h.refuse(403, "IdempotentParameterMismatch", "RunInstances", append(request, "LaunchTemplateVersion", "1")...)
}

func TestRunInstancesFromTemplateRefusals(t *testing.T) {
	h := start(t)
	vswitch, groups := h.network()
	whole := []string{"ImageId", image, "InstanceType", "ecs.g7.large", "VSwitchId", vswitch, "SecurityGroupId", groups[0], "SystemDisk.Category", "cloud_essd"}
	id := h.create("web", whole...)
	bare := h.create("bare")
	wrong := h.create("wrong", append(whole, "ImageId", "m-none", "KeyPairName", "none")...)
	nics := h.create("nics", append(whole, "NetworkInterface.1.VSwitchId", "vsw-none")...)
	h.table("RunInstances", []string{"LaunchTemplateId", id}, []refusal{
		{[]string{"LaunchTemplateId", "lt-none"}, 404, "InvalidLaunchTemplate.NotFound"},
		{[]string{"LaunchTemplateId", "", "LaunchTemplateName", "none"}, 404, "InvalidLaunchTemplate.NotFound"},
		{[]string{"LaunchTemplateName", "bare"}, 404, "InvalidLaunchTemplate.NotFound"},
		{[]string{"LaunchTemplateVersion", "2"}, 404, "InvalidLaunchTemplateVersion.NotFound"},
		{[]string{"LaunchTemplateVersion", "$Default"}, 400, "InvalidParameter"},
		{[]string{"InstanceType", "ecs.none"}, 400, "InvalidInstanceType.ValueNotSupported"},
		{[]string{"DryRun", "true"}, 400, "DryRunOperation"},
		// What a template holds is checked now.
		{[]string{"LaunchTemplateId", bare}, 400, "MissingParameter"},
		{[]string{"LaunchTemplateId", bare, "InstanceType", "ecs.g7.large"}, 400, "MissingParameter"},
		{[]string{"LaunchTemplateId", wrong}, 404, "InvalidImageId.NotFound"},
		{[]string{"LaunchTemplateId", wrong, "ImageId", image}, 404, "InvalidKeyPairName.NotFound"},
		{[]string{"LaunchTemplateId", nics}, 404, "InvalidVSwitchId.NotFound"},
	})
	h.refuse(404, "InvalidLaunchTemplateVersion.NotFound", "RunInstances", append(whole, "LaunchTemplateVersion", "1")...)
	h.stranger().refuse(404, "InvalidLaunchTemplate.NotFound", "RunInstances", "LaunchTemplateId", id)
	if got := call[api.DescribeInstancesResponse](h, "DescribeInstances").TotalCount; got != 0 {
		t.Errorf("refusals made %d instances", got)
	}
}
