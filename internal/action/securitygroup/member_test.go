package securitygroup_test

import (
	"slices"
	"testing"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/ecstest"
)

type net struct{ vpc, vswitch, group string }

// network makes a VPC with a vSwitch and a group.
func (h *harness) network() net {
	h.t.Helper()
	n := net{vpc: h.vpc()}
	n.vswitch = call[api.CreateVSwitchResponse](h, "Vpc", "CreateVSwitch", "VpcId", n.vpc, "ZoneId", "cn-hangzhou-h", "CidrBlock", "172.16.0.0/24").VSwitchID
	n.group = h.create("VpcId", n.vpc)
	return n
}

// instance makes an instance in the network, which ends Stopped.
func (h *harness) instance(n net) string {
	h.t.Helper()
	return call[api.CreateInstanceResponse](h, "Ecs", "CreateInstance", "InstanceType", "ecs.g7.large",
		"ImageId", "aliyun_3_x64_20G_alibase_20240819.vhd", "SecurityGroupId", n.group, "VSwitchId", n.vswitch, "SystemDisk.Category", "cloud_essd").InstanceID
}

func (h *harness) shown(instance string) api.DescribeInstancesInstance {
	h.t.Helper()
	list := call[api.DescribeInstancesResponse](h, "Ecs", "DescribeInstances", "InstanceIds", `["`+instance+`"]`).Instances.Instance
	if len(list) != 1 {
		h.t.Fatalf("%d instances %s", len(list), instance)
	}
	return list[0]
}

// stopped makes an instance and waits until it can change.
func (h *harness) stopped(n net) string {
	h.t.Helper()
	id := h.instance(n)
	h.wait("the instance is Stopped", func() bool { return h.shown(id).Status == "Stopped" })
	return id
}

func (h *harness) wait(what string, ok func() bool) {
	h.t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !ok(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			h.t.Fatalf("waited in vain until %s", what)
		}
	}
}

func (h *harness) join(instance, group string) {
	h.t.Helper()
	call[api.JoinSecurityGroupResponse](h, "Ecs", "JoinSecurityGroup", "InstanceId", instance, "SecurityGroupId", group)
}

func TestJoinAndLeave(t *testing.T) {
	h := start(t)
	n := h.network()
	id, second := h.stopped(n), h.create("VpcId", n.vpc)
	groups := func() []string { return h.shown(id).SecurityGroupIDs.SecurityGroupID }
	h.join(id, second)
	if got := groups(); !slices.Equal(got, []string{n.group, second}) {
		t.Errorf("joined: %v", got)
	}
	if g := h.list("SecurityGroupId", second)[0]; g.EcsCount != 1 || g.AvailableInstanceAmount != 1999 {
		t.Errorf("joined: %+v", g)
	}
	call[api.StartInstanceResponse](h, "Ecs", "StartInstance", "InstanceId", id)
	h.wait("the instance is Running", func() bool { return h.shown(id).Status == "Running" })
	call[api.LeaveSecurityGroupResponse](h, "Ecs", "LeaveSecurityGroup", "InstanceId", id, "SecurityGroupId", n.group)
	if got := groups(); !slices.Equal(got, []string{second}) {
		t.Errorf("left: %v", got)
	}
	h.refuse("Ecs", "LeaveSecurityGroup", 403, "InstanceLastSecurityGroup", "The specified security group is the last security group for the instance.",
		"InstanceId", id, "SecurityGroupId", second)
	call[api.DeleteSecurityGroupResponse](h, "Ecs", "DeleteSecurityGroup", "SecurityGroupId", n.group)
}

func TestJoinRefusals(t *testing.T) {
	h := start(t, withStranger())
	n := h.network()
	id, second := h.stopped(n), h.create("VpcId", n.vpc)
	good := []string{"RegionId", "cn-hangzhou", "InstanceId", id, "SecurityGroupId", second}
	h.table("Ecs", "JoinSecurityGroup", good, append(membership,
		refusal{"already a member", []string{"SecurityGroupId", n.group}, 403, "InvalidInstanceId.AlreadyExists", "The specified instance already exists in the specified security group."},
		refusal{"another VPC", []string{"SecurityGroupId", h.create("VpcId", h.vpc())}, 400, "InvalidInstanceId.Mismatch", "Specified instance and security group are not in the same VPC."},
		refusal{"classic", []string{"SecurityGroupId", h.create()}, 400, "InvalidInstanceId.Mismatch", "Specified instance and security group are not in the same VPC."},
		refusal{"enterprise", []string{"SecurityGroupId", h.create("VpcId", n.vpc, "SecurityGroupType", "enterprise")}, 400, "InvalidOperation.MultiGroupType", "The specified instance can't join different types of security group."},
	))
	_, err := h.send(h.stranger(), "Ecs", "JoinSecurityGroup", good)
	h.refused(err, "Ecs", "JoinSecurityGroup", 404, "InvalidSecurityGroupId.NotFound", "", good)
	if got := h.shown(id).SecurityGroupIDs.SecurityGroupID; !slices.Equal(got, []string{n.group}) {
		t.Errorf("refused requests joined %v", got)
	}
	for range 4 {
		h.join(id, h.create("VpcId", n.vpc))
	}
	h.refuse("Ecs", "JoinSecurityGroup", 400, "InstanceSecurityGroupLimitExceeded", "Exceeding the allowed amount of security groups that an instance can be in.", good...)
}

func TestLeaveRefusals(t *testing.T) {
	h := start(t, withStranger())
	n := h.network()
	id, second, third := h.stopped(n), h.create("VpcId", n.vpc), h.create("VpcId", n.vpc)
	h.join(id, second)
	good := []string{"RegionId", "cn-hangzhou", "InstanceId", id, "SecurityGroupId", second}
	h.table("Ecs", "LeaveSecurityGroup", good, append(membership,
		refusal{"not a member", []string{"SecurityGroupId", third}, 400, "InvalidSecurityGroupAssociation.NotFound", "The specified instance is not associated with the specified security group."},
	))
	_, err := h.send(h.stranger(), "Ecs", "LeaveSecurityGroup", good)
	h.refused(err, "Ecs", "LeaveSecurityGroup", 404, "InvalidSecurityGroupId.NotFound", "", good)
}

// membership is the refusals that joining and leaving share.
var membership = []refusal{
	{"group absent", []string{"SecurityGroupId", ""}, 400, "MissingParameter", ""},
	{"group unknown", []string{"SecurityGroupId", "sg-x"}, 404, "InvalidSecurityGroupId.NotFound", "The specified SecurityGroupId does not exist."},
	{"another region", []string{"RegionId", "cn-beijing"}, 404, "InvalidSecurityGroupId.NotFound", "The specified SecurityGroupId does not exist."},
	{"instance unknown", []string{"InstanceId", "i-x"}, 404, "InvalidInstanceId.NotFound", ""},
	{"instance and interface", []string{"NetworkInterfaceId", "eni-x"}, 403, "InvalidParam.EniIdAndInstanceId.Conflict",
		"InstanceId and NetworkInterfaceId cannot be specified at the same time."},
	{"neither", []string{"InstanceId", ""}, 400, "InvalidInstanceId.Malformed", `The specified parameter "InstanceId" is not valid.`},
	{"interface unknown", []string{"InstanceId", "", "NetworkInterfaceId", "eni-x"}, 404, "InvalidEniId.NotFound", "The specified NetworkInterfaceId does not exist."},
	{"interface without region", []string{"InstanceId", "", "NetworkInterfaceId", "eni-x", "RegionId", ""}, 400, "MissingParameter.RegionId",
		"The specified RegionId should not be null."},
}

// TestJoinFull fills a group to its 2,000 members.
func TestJoinFull(t *testing.T) {
	h := start(t, ecstest.Stepped()) // the members need not come to life
	n := net{vpc: h.vpc()}
	n.vswitch = call[api.CreateVSwitchResponse](h, "Vpc", "CreateVSwitch", "VpcId", n.vpc, "ZoneId", "cn-hangzhou-h", "CidrBlock", "172.16.0.0/20").VSwitchID
	full := h.create("VpcId", n.vpc)
	n.group = h.create("VpcId", n.vpc)
	id := h.instance(n)
	h.wait("the instance is Stopped", func() bool { h.s.Step(id); return h.shown(id).Status == "Stopped" })
	for range 20 {
		call[api.RunInstancesResponse](h, "Ecs", "RunInstances", "Amount", "100", "InstanceType", "ecs.g7.large",
			"ImageId", "aliyun_3_x64_20G_alibase_20240819.vhd", "SecurityGroupId", full, "VSwitchId", n.vswitch, "SystemDisk.Category", "cloud_essd")
	}
	if g := h.list("SecurityGroupId", full)[0]; g.EcsCount != 2000 || g.AvailableInstanceAmount != 0 {
		t.Errorf("full group %+v", g)
	}
	h.refuse("Ecs", "JoinSecurityGroup", 403, "SecurityGroupInstanceLimitExceeded", "The maximum number of instances in a security group is exceeded.",
		"InstanceId", id, "SecurityGroupId", full)
}

// TestMemberStates refuses in every state but Running and Stopped.
func TestMemberStates(t *testing.T) {
	h := start(t, ecstest.Stepped())
	n := h.network()
	id, second := h.instance(n), h.create("VpcId", n.vpc)
	member := []string{"InstanceId", id, "SecurityGroupId", second}
	busy := func(status string) {
		t.Helper()
		h.wait(status, func() bool { return h.shown(id).Status == status })
		for _, action := range []string{"JoinSecurityGroup", "LeaveSecurityGroup"} {
			h.refuse("Ecs", action, 403, "IncorrectInstanceStatus", "The current status of the resource does not support this operation.", member...)
		}
	}
	step := func(status string) {
		t.Helper()
		h.wait(status, func() bool { h.s.Step(id); return h.shown(id).Status == status })
	}
	settled := func() {
		t.Helper()
		call[api.JoinSecurityGroupResponse](h, "Ecs", "JoinSecurityGroup", member...)
		call[api.LeaveSecurityGroupResponse](h, "Ecs", "LeaveSecurityGroup", member...)
	}
	busy("Pending")
	step("Stopped")
	settled()
	call[api.StartInstanceResponse](h, "Ecs", "StartInstance", "InstanceId", id)
	busy("Starting")
	step("Running")
	settled()
	call[api.StopInstanceResponse](h, "Ecs", "StopInstance", "InstanceId", id)
	busy("Stopping")
}
