package vpc_test

import (
	"errors"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

// TestPackerNetwork replays what Packer's plugin calls to make and remove the
// network around the instance that it builds an image with: every action under the
// version of ECS, waited for by the states it looks at, and deletes tried again as
// long as one of the codes that it knows says that something is in the way.
func TestPackerNetwork(t *testing.T) {
	s := actiontest.Start(t)
	region := []string{"RegionId", "cn-hangzhou"}
	with := func(params ...string) []string { return append(params, region...) }
	waited := func(what, want string, look func() string) {
		t.Helper()
		for range 20 {
			if look() == want {
				return
			}
			s.Settle()
		}
		t.Fatalf("%s is %q, want %q", what, look(), want)
	}

	vpc := actiontest.Call[api.CreateVpcResponse](s, "Ecs.CreateVpc", with("CidrBlock", "172.16.0.0/16", "VpcName", "packer", "ClientToken", "u1")...).VPCID
	waited("the VPC", "Available", func() string {
		return actiontest.Call[api.DescribeVpcsResponse](s, "Ecs.DescribeVpcs", with("VpcId", vpc)...).VPCs.VPC[0].Status
	})
	zones := actiontest.Call[api.DescribeZonesResponse](s, "Ecs.DescribeZones", region...).Zones.Zone
	zone := ""
	for _, z := range zones {
		if z.ZoneID == "cn-hangzhou-h" {
			zone = z.ZoneID
		}
	}
	vswitch := actiontest.Call[api.CreateVSwitchResponse](s, "Ecs.CreateVSwitch", with("ClientToken", "u2", "CidrBlock", "172.16.0.0/24", "ZoneId", zone, "VpcId", vpc, "VSwitchName", "packer")...).VSwitchID
	waited("the vSwitch", "Available", func() string {
		return actiontest.Call[api.DescribeVSwitchesResponse](s, "Ecs.DescribeVSwitches", with("VpcId", vpc, "VSwitchId", vswitch)...).VSwitches.VSwitch[0].Status
	})
	group := actiontest.Call[api.CreateSecurityGroupResponse](s, "Ecs.CreateSecurityGroup", with("VpcId", vpc, "SecurityGroupName", "packer", "ClientToken", "u3")...).SecurityGroupID
	s.Do("Ecs.AuthorizeSecurityGroupEgress", with("SecurityGroupId", group, "IpProtocol", "all", "PortRange", "-1/-1", "NicType", "internet", "DestCidrIp", "0.0.0.0/0")...)
	s.Do("Ecs.AuthorizeSecurityGroup", with("SecurityGroupId", group, "IpProtocol", "all", "PortRange", "-1/-1", "NicType", "internet", "SourceCidrIp", "0.0.0.0/0")...)

	instance := s.Running("VSwitchId", vswitch, "SecurityGroupId", group)
	eip := actiontest.Call[api.AllocateEipAddressResponse](s, "Ecs.AllocateEipAddress", with("InternetChargeType", "PayByTraffic", "Bandwidth", "5", "ClientToken", "u4")...)
	status := func() string {
		e := actiontest.Call[api.DescribeEipAddressesResponse](s, "Ecs.DescribeEipAddresses", with("AllocationId", eip.AllocationID)...).EIPAddresses.EIPAddress
		if len(e) != 1 || e[0].IPAddress != eip.EIPAddress {
			t.Fatalf("%+v", e)
		}
		return e[0].Status
	}
	waited("the elastic IP", "Available", status)
	s.Do("Ecs.AssociateEipAddress", "AllocationId", eip.AllocationID, "InstanceId", instance)
	waited("the elastic IP", "InUse", status)
	if got := s.See(instance).EIPAddress.IPAddress; got != eip.EIPAddress {
		t.Errorf("the instance shows %s", got)
	}

	// What is in the way is said in codes that the plugin tries again after.
	retried := []string{
		"DependencyViolation", "DependencyViolation.Instance", "DependencyViolation.RouteEntry", "DependencyViolation.SecurityGroup", "DependencyViolation.VSwitch",
		"DependencyViolation.HaVip", "TaskConflict", "IncorrectInstanceStatus.Initializing",
	}
	blocked := func(action string, params ...string) {
		t.Helper()
		_, err := s.Send(action, params...)
		e, ok := errors.AsType[*api.Error](err)
		for _, code := range retried {
			if ok && e.Code == code {
				return
			}
		}
		t.Errorf("%s %v: %v, want one of the codes that are tried again after", action, params, err)
	}
	blocked("Ecs.DeleteSecurityGroup", with("SecurityGroupId", group)...)
	blocked("Ecs.DeleteVSwitch", "VSwitchId", vswitch)
	blocked("Ecs.DeleteVpc", "VpcId", vpc)

	s.Do("Ecs.UnassociateEipAddress", "AllocationId", eip.AllocationID, "InstanceId", instance)
	waited("the elastic IP", "Available", status)
	s.Do("Ecs.ReleaseEipAddress", "AllocationId", eip.AllocationID)
	s.Do("Ecs.DeleteInstance", "InstanceId", instance, "Force", "true")
	s.Settle()
	s.Do("Ecs.DeleteSecurityGroup", with("SecurityGroupId", group)...)
	s.Do("Ecs.DeleteVSwitch", "VSwitchId", vswitch)
	s.Do("Ecs.DeleteVpc", "VpcId", vpc)
	if n := actiontest.Call[api.DescribeVpcsResponse](s, "Ecs.DescribeVpcs", with("VpcId", vpc)...).TotalCount; n != 0 {
		t.Errorf("%d VPCs are left", n)
	}
	s.NothingLeft()
}
