package securitygroup_test

import (
	"slices"
	"testing"

	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

func join(s *actiontest.Service, instance, group string) {
	s.T.Helper()
	s.Do("JoinSecurityGroup", "InstanceId", instance, "SecurityGroupId", group)
}

func TestJoinAndLeave(t *testing.T) {
	s := actiontest.Start(t)
	n := s.Network()
	id, second := s.Stopped(), s.Group("VpcId", n.VPC)
	groups := func() []string { return s.See(id).SecurityGroupIDs.SecurityGroupID }
	join(s, id, second)
	if got := groups(); !slices.Equal(got, []string{n.Group, second}) {
		t.Errorf("joined: %v", got)
	}
	if g := list(s, "SecurityGroupId", second)[0]; g.EcsCount != 1 || g.AvailableInstanceAmount != 1999 {
		t.Errorf("joined: %+v", g)
	}
	s.Do("StartInstance", "InstanceId", id)
	s.Settle()
	s.Want(id, "Running")
	s.Do("LeaveSecurityGroup", "InstanceId", id, "SecurityGroupId", n.Group)
	if got := groups(); !slices.Equal(got, []string{second}) {
		t.Errorf("left: %v", got)
	}
	s.Refuse(403, "InstanceLastSecurityGroup", "The specified security group is the last security group for the instance.", "LeaveSecurityGroup",
		"InstanceId", id, "SecurityGroupId", second)
	s.Do("DeleteSecurityGroup", "SecurityGroupId", n.Group)
}

func TestJoinRefusals(t *testing.T) {
	s := actiontest.Start(t)
	n := s.Network()
	id, second := s.Stopped(), s.Group("VpcId", n.VPC)
	good := []string{"RegionId", "cn-hangzhou", "InstanceId", id, "SecurityGroupId", second}
	s.Refusals(t, "JoinSecurityGroup", good, append(membership,
		actiontest.Refusal{"already a member", []string{"SecurityGroupId", n.Group}, 403, "InvalidInstanceId.AlreadyExists", "The specified instance already exists in the specified security group."},
		actiontest.Refusal{"another VPC", []string{"SecurityGroupId", s.Group("VpcId", s.VPC())}, 400, "InvalidInstanceId.Mismatch", "Specified instance and security group are not in the same VPC."},
		actiontest.Refusal{"classic", []string{"SecurityGroupId", s.Group()}, 400, "InvalidInstanceId.Mismatch", "Specified instance and security group are not in the same VPC."},
		actiontest.Refusal{"enterprise", []string{"SecurityGroupId", s.Group("VpcId", n.VPC, "SecurityGroupType", "enterprise")}, 400, "InvalidOperation.MultiGroupType", "The specified instance can't join different types of security group."},
	))
	s.As(s.Other).Refuse(404, "InvalidSecurityGroupId.NotFound", "", "JoinSecurityGroup", good...)
	if got := s.See(id).SecurityGroupIDs.SecurityGroupID; !slices.Equal(got, []string{n.Group}) {
		t.Errorf("refused requests joined %v", got)
	}
	for range 4 {
		join(s, id, s.Group("VpcId", n.VPC))
	}
	s.Refuse(400, "InstanceSecurityGroupLimitExceeded", "Exceeding the allowed amount of security groups that an instance can be in.", "JoinSecurityGroup", good...)
}

func TestLeaveRefusals(t *testing.T) {
	s := actiontest.Start(t)
	n := s.Network()
	id, second, third := s.Stopped(), s.Group("VpcId", n.VPC), s.Group("VpcId", n.VPC)
	join(s, id, second)
	good := []string{"RegionId", "cn-hangzhou", "InstanceId", id, "SecurityGroupId", second}
	s.Refusals(t, "LeaveSecurityGroup", good, append(membership,
		actiontest.Refusal{"not a member", []string{"SecurityGroupId", third}, 400, "InvalidSecurityGroupAssociation.NotFound", "The specified instance is not associated with the specified security group."},
	))
	s.As(s.Other).Refuse(404, "InvalidSecurityGroupId.NotFound", "", "LeaveSecurityGroup", good...)
}

// membership is the refusals that joining and leaving share.
var membership = []actiontest.Refusal{
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
	s := actiontest.Start(t, actiontest.Stepped()) // the members need not come to life
	id := s.Stopped()
	vpc := s.Network().VPC
	vswitch, full := s.VSwitch(vpc, "192.168.16.0/20"), s.Group("VpcId", vpc)
	for range 20 {
		s.Do("RunInstances", "Amount", "100", "InstanceType", actiontest.InstanceType,
			"ImageId", actiontest.Image, "SecurityGroupId", full, "VSwitchId", vswitch, "SystemDisk.Category", "cloud_essd")
	}
	if g := list(s, "SecurityGroupId", full)[0]; g.EcsCount != 2000 || g.AvailableInstanceAmount != 0 {
		t.Errorf("full group %+v", g)
	}
	s.Refuse(403, "SecurityGroupInstanceLimitExceeded", "The maximum number of instances in a security group is exceeded.", "JoinSecurityGroup",
		"InstanceId", id, "SecurityGroupId", full)
}

// TestMemberStates refuses in every state but Running and Stopped.
func TestMemberStates(t *testing.T) {
	s := actiontest.Start(t, actiontest.Stepped())
	n := s.Network()
	id, second := s.Instance(), s.Group("VpcId", n.VPC)
	member := []string{"InstanceId", id, "SecurityGroupId", second}
	busy := func(status string) {
		t.Helper()
		s.Quiet()
		s.Want(id, status)
		for _, action := range []string{"JoinSecurityGroup", "LeaveSecurityGroup"} {
			s.Refuse(403, "IncorrectInstanceStatus", "The current status of the resource does not support this operation.", action, member...)
		}
	}
	step := func(status string) {
		t.Helper()
		s.Step(id)
		s.Want(id, status)
	}
	settled := func() {
		t.Helper()
		s.Do("JoinSecurityGroup", member...)
		s.Do("LeaveSecurityGroup", member...)
	}
	busy("Pending")
	step("Stopped")
	settled()
	s.Do("StartInstance", "InstanceId", id)
	busy("Starting")
	step("Running")
	settled()
	s.Do("StopInstance", "InstanceId", id)
	busy("Stopping")
}

// TestMemberInterface joins and leaves with a secondary interface.
func TestMemberInterface(t *testing.T) {
	s := actiontest.Start(t)
	n := s.Network()
	instance, second := s.Stopped(), s.Group("VpcId", n.VPC)
	var id string
	s.Update(func(tx *state.Tx) {
		k := tx.NewKey(1)
		id = ecs.ID(ecs.KindNetworkInterface, k)
		state.Interfaces.Put(tx, k, &ecs.NetworkInterface{
			Account: actiontest.Account, VPC: s.Key(ecs.KindVPC, n.VPC), VSwitch: s.Key(ecs.KindVSwitch, n.VSwitch), IP: 192<<24 | 168<<16 | 77, Groups: []ecs.Key{s.Key(ecs.KindSecurityGroup, n.Group)},
		})
	})
	primary := ecs.ID(ecs.KindNetworkInterface, actiontest.Record(s, state.Instances, instance).Interface)
	good := []string{"RegionId", "cn-hangzhou", "NetworkInterfaceId", id, "SecurityGroupId", second}
	groups := func() int { return len(actiontest.Record(s, state.Interfaces, id).Groups) }
	s.Do("JoinSecurityGroup", good...)
	if groups() != 2 {
		t.Errorf("in %d groups", groups())
	}
	s.Refuse(403, "InvalidInstanceId.AlreadyExists", "", "JoinSecurityGroup", good...)
	s.Refuse(403, "InvalidOperation.VpcMismatch", "", "JoinSecurityGroup", append(good, "SecurityGroupId", s.Group("VpcId", s.VPC()))...)
	for _, action := range []string{"JoinSecurityGroup", "LeaveSecurityGroup"} {
		s.Refuse(403, "InvalidOperation.InvalidEniType", "", action, append(good, "NetworkInterfaceId", primary)...)
		params := append(good, "SecurityGroupId", s.As(s.Other).Group())
		s.As(s.Other).Refuse(404, "InvalidEniId.NotFound", "", action, params...)
	}
	s.Do("LeaveSecurityGroup", good...)
	s.Refuse(403, "InstanceLastSecurityGroup", "", "LeaveSecurityGroup", append(good, "SecurityGroupId", n.Group)...)
	if groups() != 1 {
		t.Errorf("in %d groups", groups())
	}
}
