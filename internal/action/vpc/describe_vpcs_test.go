package vpc_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

func TestDescribeVpcsFilters(t *testing.T) {
	s := actiontest.Start(t)
	a := create(s, "VpcName", "alpha", "Tag.1.Key", "env", "Tag.1.Value", "test").VPCID
	b := create(s, "VpcName", "beta", "Tag.1.Key", "env", "Tag.1.Value", "prod").VPCID
	beijing := create(s, "RegionId", "cn-beijing").VPCID
	for _, c := range []struct {
		name   string
		params []string
		want   []string
	}{
		{"all, newest first", nil, []string{b, a}},
		{"region", []string{"RegionId", "cn-beijing"}, []string{beijing}},
		{"id", []string{"VpcId", a}, []string{a}},
		{"ids", []string{"VpcId", a + "," + b}, []string{b, a}},
		{"id unknown", []string{"VpcId", "vpc-nothing"}, nil},
		{"id of another region", []string{"VpcId", beijing}, nil},
		{"name", []string{"VpcName", "beta"}, []string{b}},
		{"name unknown", []string{"VpcName", "gamma"}, nil},
		{"tag", []string{"Tag.1.Key", "env", "Tag.1.Value", "test"}, []string{a}},
		{"tag key", []string{"Tag.1.Key", "env"}, []string{b, a}},
		{"tag unknown", []string{"Tag.1.Key", "other"}, nil},
		{"default", []string{"IsDefault", "true"}, nil},
		{"not default", []string{"IsDefault", "false"}, []string{b, a}},
		{"owner", []string{"VpcOwnerId", "1234567890123456"}, []string{b, a}},
		{"another owner", []string{"VpcOwnerId", "7"}, nil},
		{"IPv6", []string{"EnableIpv6", "true"}, nil},
		{"DHCP options", []string{"DhcpOptionsSetId", "dopt-x"}, nil},
		{"advanced features", []string{"AdvancedFeature", "true"}, nil},
		{"page 2 of 1", []string{"PageSize", "1", "PageNumber", "2"}, []string{a}},
		{"beyond the end", []string{"PageSize", "50", "PageNumber", "2"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, v := range list(s.With(t), c.params...) {
				got = append(got, v.VPCID)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
	if page := actiontest.Call[api.DescribeVpcsResponse](s, "DescribeVpcs", "PageSize", "1"); page.TotalCount != 2 || page.PageSize != 1 {
		t.Errorf("counts %+v", page)
	}
}

func TestDescribeVpcsRefusals(t *testing.T) {
	s := actiontest.Start(t)
	s.Refusals(t, "DescribeVpcs", hangzhou, []actiontest.Refusal{
		{"region absent", []string{"RegionId", ""}, 400, "MissingParameter", ""},
		{"page 0", []string{"PageNumber", "0"}, 400, "InvalidParameter", `The specified parameter "PageNumber" is not valid.`},
		{"page size 0", []string{"PageSize", "0"}, 400, "InvalidParameter", `The specified parameter "PageSize" is not valid.`},
		{"page size 51", []string{"PageSize", "51"}, 400, "InvalidParameter", `The specified parameter "PageSize" is not valid.`},
		{"page no number", []string{"PageNumber", "abc"}, 400, "InvalidParameter", ""},
		{"ids over 20", []string{"VpcId", strings.Repeat("vpc-x,", 20) + "vpc-x"}, 400, "InvalidVpcIdNumber.NotSupported", "The number of vpcIds exceeds the limit."},
		{"resource group", []string{"ResourceGroupId", "rg-x"}, 400, "InvalidResourceGroupId", "The specified ResourceGroupId does not exist."},
		{"tag key", []string{"Tag.1.Key", "", "Tag.1.Value", "x"}, 400, "InvalidTagKey", "The tag keys are not valid."},
		{"tags over 20", actiontest.Tags(21), 400, "InvalidTagKey", "The tag keys are not valid."},
		{"tag value", []string{"Tag.1.Key", "k", "Tag.1.Value", "http://x"}, 400, "InvalidTagValue", "The tag values are not valid."},
		{"dry run", []string{"DryRun", "true"}, 400, "DryRunOperation", ""},
	})
}
