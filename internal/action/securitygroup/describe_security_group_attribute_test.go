package securitygroup_test

import (
	"strconv"
	"testing"

	"github.com/openecs/openecs/internal/actiontest"
)

func TestDescribeSecurityGroupAttribute(t *testing.T) {
	s := actiontest.Start(t)
	vpc := s.VPC()
	id := s.Group("VpcId", vpc, "SecurityGroupName", "web", "Description", "front")
	for port := 1; port <= 25; port++ {
		p := strconv.Itoa(port)
		authorize(s, id, "IpProtocol", "tcp", "PortRange", p+"/"+p, "SourceCidrIp", "10.0.0.0/8")
	}
	o := attribute(s, id)
	if o.SecurityGroupID != id || o.VPCID != vpc || o.RegionID != "cn-hangzhou" || o.SecurityGroupName != "web" || o.Description != "front" ||
		o.InnerAccessPolicy != "Accept" || o.NextToken != "" || len(o.Permissions.Permission) != 25 || o.Permissions.Permission[0].PortRange != "25/25" {
		t.Errorf("%+v", o)
	}
	for _, c := range []struct {
		direction, nic string
		want           int
	}{{"all", "", 25}, {"ingress", "", 25}, {"egress", "", 0}, {"ingress", "intranet", 25}, {"", "internet", 0}} {
		if n := len(ruleList(s, id, "Direction", c.direction, "NicType", c.nic, "Attribute", "snapshotPolicyIds")); n != c.want {
			t.Errorf("direction %q, card %q: %d rules, want %d", c.direction, c.nic, n, c.want)
		}
	}

	seen, pages, token := map[string]bool{}, 0, ""
	for ; pages < 10; pages++ {
		o := attribute(s, id, "MaxResults", "10", "NextToken", token)
		for _, r := range o.Permissions.Permission {
			seen[r.PortRange] = true
		}
		if token = o.NextToken; token == "" {
			break
		}
	}
	if len(seen) != 25 || pages != 2 {
		t.Errorf("%d rules after %d further pages", len(seen), pages)
	}

	s.Refusals(t, "DescribeSecurityGroupAttribute", []string{"RegionId", "cn-hangzhou", "SecurityGroupId", id}, []actiontest.Refusal{
		{"region absent", []string{"RegionId", ""}, 400, "MissingParameter.RegionId", ""},
		{"group absent", []string{"SecurityGroupId", ""}, 400, "MissingParameter", ""},
		{"group unknown", []string{"SecurityGroupId", "sg-x"}, 404, "InvalidSecurityGroupId.NotFound", "The specified SecurityGroupId does not exist."},
		{"other region", []string{"RegionId", "cn-beijing"}, 404, "InvalidSecurityGroupId.NotFound", ""},
		{"attribute", []string{"Attribute", "x"}, 400, "InvalidParameter.AttributeNotSupported", "The specified value for parameter Attribute is not supported. Valid values: snapshotPolicyIds."},
		{"direction", []string{"Direction", "up"}, 400, "InvalidParamter", "Invalid Parameter."},
		{"card", []string{"NicType", "wan"}, 400, "InvalidNicType.ValueNotSupported", "The specified NicType does not exist."},
		{"token", []string{"NextToken", "forged"}, 400, "InValidParameter.NextToken", "The parameter NextToken is invalid."},
	})
	params := []string{"SecurityGroupId", id}
	s.As(s.Other).Refuse(404, "InvalidSecurityGroupId.NotFound", "", "DescribeSecurityGroupAttribute", params...)
}
