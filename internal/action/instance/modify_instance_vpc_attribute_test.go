package instance_test

import (
	"slices"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

// rested makes an instance that was running once and is stopped.
func rested(s *actiontest.Service, params ...string) string {
	s.T.Helper()
	id := s.Running(params...)
	s.Do("StopInstance", "InstanceId", id)
	s.Quiet()
	s.Step(id)
	s.Want(id, "Stopped")
	return id
}

func TestModifyInstanceVpcAttribute(t *testing.T) {
	s := actiontest.Start(t)
	const action = "ModifyInstanceVpcAttribute"
	id := rested(s)
	address := func() string { return s.See(id).VPCAttributes.PrivateIPAddress.IPAddress[0] }
	boot := func() {
		s.Do("StartInstance", "InstanceId", id)
		s.Settle()
		s.Do("StopInstance", "InstanceId", id)
		s.Settle()
	}
	home := s.Network().VSwitch
	before := address()
	s.Do(action, "InstanceId", id, "VSwitchId", home, "PrivateIpAddress", "192.168.0.77")
	if address() != "192.168.0.77" || record(s, id).Want.SpecGen != 1 {
		t.Errorf("%s", address())
	}
	s.Refuse(400, "InvalidPrivateIp.Changing", "Previous action is not finished yet.", action, "InstanceId", id, "VSwitchId", home)
	if other := s.Instance("PrivateIpAddress", before); s.See(other) == nil {
		t.Error("the address was not given back")
	}
	boot()
	if got := record(s, id).Seen.BootSpecGen; got != 1 {
		t.Errorf("the boot used SpecGen %d", got)
	}
	s.Do(action, "InstanceId", id, "VSwitchId", home)
	if got := address(); got == "192.168.0.77" {
		t.Error("no other address")
	}
	boot()
	second := s.VSwitch(s.Network().VPC, "192.168.1.0/24")
	s.Do(action, "InstanceId", id, "VSwitchId", second, "PrivateIpAddress", "192.168.1.9")
	if got := s.See(id).VPCAttributes; got.VSwitchID != second || got.PrivateIPAddress.IPAddress[0] != "192.168.1.9" {
		t.Errorf("%+v", got)
	}
	boot()
	vpc := s.VPC("CidrBlock", "10.0.0.0/8")
	far, group := s.VSwitch(vpc, "10.1.0.0/16"), s.Group("VpcId", vpc)
	s.Do(action, "InstanceId", id, "VSwitchId", far, "VpcId", vpc, "SecurityGroupId.1", group)
	got := s.See(id)
	if got.VPCAttributes.VPCID != vpc || got.VPCAttributes.VSwitchID != far || !slices.Equal(got.SecurityGroupIDs.SecurityGroupID, []string{group}) {
		t.Errorf("%+v %v", got.VPCAttributes, got.SecurityGroupIDs)
	}
	boot()
	s.Do("DeleteInstance", "InstanceId", id)
	s.Settle()
	if n := state.InstanceOptions.Len(s.DB().Snapshot()); n != 0 {
		t.Errorf("%d rows of options are left", n)
	}
}

func TestModifyInstanceVpcAttributeRefusals(t *testing.T) {
	s := actiontest.Start(t, actiontest.Stepped())
	const action = "ModifyInstanceVpcAttribute"
	ids := map[string]string{"rested": rested(s, "PrivateIpAddress", "192.168.0.50"), "two": rested(s), "locked": rested(s), "classic": s.Classic()}
	for _, status := range states {
		ids[status] = s.InState(status)
	}
	s.Update(func(tx *state.Tx) {
		k := s.Key(ecs.KindInstance, ids["two"])
		state.Interfaces.Put(tx, tx.NewKey(k.Region()), &ecs.NetworkInterface{Account: actiontest.Account, Instance: k})
	})
	lockAs(s, ids["locked"], ecs.LockSecurity)
	n := s.Network()
	other := s.VPC("CidrBlock", "10.0.0.0/8")
	far, group := s.VSwitch(other, "10.1.0.0/16"), s.Group("VpcId", other)
	away := s.VSwitch(n.VPC, "192.168.9.0/24", "ZoneId", "cn-hangzhou-g")
	enterprise := s.Group("VpcId", other, "SecurityGroupType", "enterprise")
	full := s.Group("VpcId", other)
	fill(s, full)
	const status = "The current status of instance does not support this operation."
	for _, c := range []struct {
		id            string
		params        []string
		status        int
		code, message string
	}{
		{"Pending", nil, 400, "IncorrectInstanceStatus", status},
		{"Starting", nil, 400, "IncorrectInstanceStatus", status},
		{"Running", nil, 400, "IncorrectInstanceStatus", status},
		{"Stopping", nil, 400, "IncorrectInstanceStatus", status},
		{"Deleting", nil, 400, "IncorrectInstanceStatus", status},
		{"Stopped", nil, 400, "IncorrectInstanceStatus", status}, // never started
		{"classic", nil, 400, "OperationDenied", "Specified operation is denied as your instance is not in VPC."},
		{"locked", nil, 403, "OperationDenied", ""},
		{"rested", []string{"PrivateIpAddress", "192.168.0"}, 400, "InvalidPrivateIpAddress.Malformed", "Specified private IP address is malformed."},
		{"rested", []string{"PrivateIpAddress", "192.168.1.1"}, 400, "InvalidPrivateIpAddress.Mismatch", "Specified private IP address is not in the CIDR block of virtual switch."},
		{"rested", []string{"PrivateIpAddress", "192.168.0.50"}, 400, "InvalidPrivateIpAddress.Duplicated", "error new ip is the same with old ip"},
		{"rested", []string{"PrivateIpAddress", s.See(ids["Running"]).VPCAttributes.PrivateIPAddress.IPAddress[0]}, 400, "InvalidPrivateIpAddress.Duplicated", ""},
		{"rested", []string{"PrivateIpAddress", "192.168.0.255"}, 403, "InvalidVSwitchId.IpInvalid", ""},
		{"rested", []string{"VSwitchId", "vsw-none"}, 404, "InvalidVSwitchId.NotFound", "Specified virtual switch does not exist."},
		{"rested", []string{"VSwitchId", far}, 404, "InvalidVSwitchId.NotFound", "Specified virtual switch is not found in current VPC."},
		{"rested", []string{"VSwitchId", away}, 400, "InvalidVSwitchId.Mismatch", "Specified instance and virtual switch are not in the same zone."},
		{"rested", []string{"VpcId", other}, 400, "MissingParameter", ""},
		{"rested", []string{"SecurityGroupId.1", n.Group}, 400, "InvalidParameter", ""},
		{"rested", []string{"VpcId", "vpc-none", "SecurityGroupId.1", group}, 404, "InvalidVpcId.NotFound", ""},
		{"rested", []string{"VpcId", other, "SecurityGroupId.1", group}, 404, "InvalidVSwitch.NotBelongToVpc", ""},
		{"rested", []string{"VpcId", other, "VSwitchId", far, "SecurityGroupId.1", "sg-none"}, 404, "InvalidSecurityGroupId.NotFound", ""},
		{"rested", []string{"VpcId", other, "VSwitchId", far, "SecurityGroupId.1", n.Group}, 404, "InvalidSecurityGroupVpc.NotBelongToOneVpc", ""},
		{"rested", []string{"VpcId", other, "VSwitchId", far, "SecurityGroupId.1", s.Group()}, 404, "InvalidSecurityGroupType.NotSupportClassic", ""},
		{"rested", []string{"VpcId", other, "VSwitchId", far, "SecurityGroupId.1", full}, 403, "SecurityGroupInstanceLimitExceed", ""},
		{"rested", []string{"VpcId", other, "VSwitchId", far, "SecurityGroupId.1", group, "SecurityGroupId.2", enterprise}, 404, "EnterpriseGroupLimited.MutliGroupType", ""},
		{"two", []string{"VpcId", other, "VSwitchId", far, "SecurityGroupId.1", group}, 403, "OperationDenied", ""},
	} {
		s.Refuse(c.status, c.code, c.message, action, append([]string{"RegionId", s.Region(ids[c.id]), "InstanceId", ids[c.id], "VSwitchId", n.VSwitch}, c.params...)...)
	}
	absent(s, ids["rested"], action, "VSwitchId", n.VSwitch)
}

// What holds an instance to its vSwitch or its VPC is refused, and an elastic IP
// of its interface follows to the new address.
func TestModifyInstanceVpcAttributeHeld(t *testing.T) {
	s := actiontest.Start(t)
	const action = "ModifyInstanceVpcAttribute"
	n, id := s.Network(), rested(s)
	second := s.VSwitch(n.VPC, "192.168.1.0/24")
	vpc := s.VPC("CidrBlock", "10.0.0.0/8")
	far, group := s.VSwitch(vpc, "10.1.0.0/16"), s.Group("VpcId", vpc)
	pass := func() { s.Advance(network.PhaseTime) }
	away := []string{"InstanceId", id, "VSwitchId", far, "VpcId", vpc, "SecurityGroupId.1", group}

	vip := actiontest.Call[api.CreateHaVipResponse](s, "CreateHaVip", "VSwitchId", n.VSwitch).HaVipID
	pass()
	s.Do("AssociateHaVip", "HaVipId", vip, "InstanceId", id)
	pass()
	s.Refuse(403, "OperationDenied", "The instance is a member of a HaVip of its vSwitch.", action, "InstanceId", id, "VSwitchId", second)
	s.Do("UnassociateHaVip", "HaVipId", vip, "InstanceId", id)
	pass()

	table := ecs.ID(ecs.KindRouteTable, s.Key(ecs.KindVPC, n.VPC))
	s.Do("CreateRouteEntry", "RouteTableId", table, "DestinationCidrBlock", "10.0.0.0/8", "NextHopId", id)
	pass()
	s.Refuse(403, "OperationDenied", "The instance is the next hop of a route entry of its VPC.", action, away...)
	s.Do("DeleteRouteEntry", "RouteTableId", table, "DestinationCidrBlock", "10.0.0.0/8")
	pass()

	eip := actiontest.Call[api.AllocateEipAddressResponse](s, "AllocateEipAddress", "RegionId", "cn-hangzhou").AllocationID
	nic := ecs.ID(ecs.KindNetworkInterface, record(s, id).Interface)
	s.Do("AssociateEipAddress", "AllocationId", eip, "InstanceId", nic, "InstanceType", "NetworkInterface")
	s.Settle()
	s.Do(action, "InstanceId", id, "VSwitchId", n.VSwitch, "PrivateIpAddress", "192.168.0.99")
	if got := actiontest.Record(s, state.EIPs, eip).Private.String(); got != "192.168.0.99" {
		t.Errorf("the elastic IP stands for %s", got)
	}
}
