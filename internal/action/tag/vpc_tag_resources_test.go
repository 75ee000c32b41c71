package tag_test

import (
	"strings"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

// Tags that the VPC product sets are those that the network's own actions show.
func TestVPCTagResources(t *testing.T) {
	s := actiontest.Start(t)
	vpc := s.VPC()
	good := append(ids(vpc), "ResourceType", "vpc", "Tag.1.Key", "k", "Tag.1.Value", "v")
	s.Do("Vpc.TagResources", good...)
	if v := actiontest.Call[api.DescribeVpcsResponse](s, "DescribeVpcs", "Tag.1.Key", "k").VPCs.VPC; len(v) != 1 || v[0].Tags.Tag[0].Value != "v" {
		t.Errorf("%+v", v)
	}
	s.Do("Vpc.TagResources", append(actiontest.Tags(19), append(ids(vpc), "ResourceType", "Vpc")...)...)
	refusals := []actiontest.Refusal{
		{"type unknown", []string{"ResourceType", "instance"}, 400, "InvalidInstanceType.NotFound", ""},
		{"type of which there is none", []string{"ResourceType", "HAVIP"}, 400, "InvalidInstanceIds.NotFound", ""},
		{"id unknown", []string{"ResourceId.2", "vpc-x"}, 400, "InvalidInstanceIds.NotFound", ""},
		{"id of another type", []string{"ResourceType", "VSWITCH"}, 400, "InvalidInstanceIds.NotFound", ""},
		{"other region", []string{"RegionId", "cn-beijing"}, 400, "InvalidInstanceIds.NotFound", ""},
		{"ids over 50", ids(times(51, vpc)...), 400, "SizeLimitExceeded.ResourceId", ""},
		{"tags over 20", actiontest.Tags(21), 400, "SizeLimitExceeded.TagNum", ""},
		{"key", []string{"Tag.1.Key", "aliyun"}, 400, "InvalidTagKey", ""},
		{"value", []string{"Tag.1.Value", strings.Repeat("v", 129)}, 400, "InvalidTagValue", ""},
		{"key twice", []string{"Tag.2.Key", "k"}, 400, "Forbidden.TagKey.Duplicated", ""},
	}
	s.Refusals(t, "Vpc.TagResources", good, append(refusals,
		actiontest.Refusal{"no room", []string{"Tag.1.Key", "another"}, 400, "QuotaExceeded.TagNum", ""}))
	s.As(s.Other).Refuse(400, "InvalidInstanceIds.NotFound", "", "Vpc.TagResources", good...)
	s.Refusals(t, "Vpc.ListTagResources", good, append(refusals,
		actiontest.Refusal{"results", []string{"MaxResults", "51"}, 400, "InvalidParameter", ""},
		actiontest.Refusal{"no results", []string{"MaxResults", "0"}, 400, "InvalidParameter", ""},
		actiontest.Refusal{"token", []string{"NextToken", "x"}, 400, "InvalidParameter.NextToken", ""}))
	s.Refuse(403, "BothEmpty.TagsAndResources", "", "Vpc.ListTagResources", "ResourceType", "VPC")
}
