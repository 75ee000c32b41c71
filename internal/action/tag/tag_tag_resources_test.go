package tag_test

import (
	"strings"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

// The Tag product tags resources of all products and kinds at once.
func TestTagProduct(t *testing.T) {
	s := actiontest.Start(t)
	all := everything(s)
	var names []string
	for _, o := range all {
		names = append(names, arn(o))
	}
	out := actiontest.Call[api.TagTagResourcesResponse](s, "Tag.TagResources", append(numbered("ResourceARN", names), "Tags", `{"k1":"v1","k2":""}`)...)
	if len(out.FailedResources.FailedResource) != 0 {
		t.Errorf("%+v", out)
	}
	for _, o := range all {
		same(t, tagsOf(s, o), "k1=v1", "k2=")
	}
	same(t, product(s), names...)
	same(t, product(s, "Tags", `{"k1":"v1"}`, "Category", "custom"), names...)
	same(t, product(s, "Category", "System"))
	same(t, product(s, "Tags", `{"k1":"v2"}`))
	same(t, product(s, "ResourceARN.1", names[4], "ResourceARN.2", "arn:acs:vpc:*:*:vpc/vpc-x"), names[4])
	same(t, product(s.As(s.Other)))
	var got []string // in pages that cross kinds
	for token := ""; ; {
		p := actiontest.Call[api.TagListTagResourcesResponse](s, "Tag.ListTagResources", "PageSize", "4", "NextToken", token)
		for _, r := range p.TagResources {
			got = append(got, r.ResourceARN)
		}
		if token = p.NextToken; token == "" {
			break
		}
		if len(got) != 4 {
			t.Errorf("%d on a page", len(got))
		}
	}
	same(t, got, names...)
	s.Do("Tag.UntagResources", append(numbered("ResourceARN", names), "TagKey.1", "k1", "TagKey.2", "never")...)
	for _, o := range all {
		same(t, tagsOf(s, o), "k2=")
	}
}

// product is what ListTagResources of the Tag product finds.
func product(s *actiontest.Service, params ...string) (out []string) {
	s.T.Helper()
	for _, r := range actiontest.Call[api.TagListTagResourcesResponse](s, "Tag.ListTagResources", params...).TagResources {
		out = append(out, r.ResourceARN)
		if len(r.Tags) == 0 || r.Tags[0].Category != "Custom" {
			s.T.Errorf("%+v", r)
		}
	}
	return out
}

// What can be tagged is, and what cannot is told.
func TestTagProductFailures(t *testing.T) {
	s := actiontest.Start(t)
	vpc := s.VPC()
	full := s.VPC(actiontest.Tags(20)...)
	names := numbered("ResourceARN", []string{"arn:acs:vpc:*:*:vpc/" + full, "arn:acs:vpc:*:*:vpc/" + vpc, "arn:acs:ecs:*:*:instance/i-x", "arn:acs:ecs:*:*:ddh/dh-x"})
	out := actiontest.Call[api.TagTagResourcesResponse](s, "Tag.TagResources", append(names, "Tags", `{"k":"v"}`)...)
	var got []string
	for _, f := range out.FailedResources.FailedResource {
		got = append(got, f.ResourceARN+" "+f.Result.Code)
	}
	same(t, got, names[1]+" QuotaExceed.TagsPerResource", names[5]+" InvalidResourceId.NotFound", names[7]+" InvalidResourceId.NotFound")
	same(t, tagsOf(s, one{"Vpc", "VPC", vpc}), "k=v")
	gone := actiontest.Call[api.TagUntagResourcesResponse](s, "Tag.UntagResources", append(names, "TagKey.1", "k1")...)
	if f := gone.FailedResources.FailedResource; len(f) != 2 || f[0].ResourceARN != names[5] || f[0].Result.Code != "InvalidResourceId.NotFound" || f[0].Result.Message == "" {
		t.Errorf("%+v", f)
	}
}

func TestTagProductRefusals(t *testing.T) {
	s := actiontest.Start(t)
	name := "arn:acs:vpc:*:*:vpc/" + s.VPC()
	arns := []actiontest.Refusal{
		{"owner", []string{"OwnerId", "7"}, 403, "NoPermission.Operator", ""},
		{"ARNs over 50", numbered("ResourceARN", times(51, name)), 403, "NumberExceed.ResourceIds", ""},
		{"no ARN", []string{"ResourceARN.1", "vpc-x"}, 400, "InvalidResourceARN.FormatError", ""},
		{"ARN of nothing", []string{"ResourceARN.1", "arn:acs:vpc:*:*:vpc/"}, 400, "InvalidResourceARN.FormatError", ""},
		{"ARN of another cloud", []string{"ResourceARN.1", "arn:aws:vpc:*:*:vpc/vpc-x"}, 400, "InvalidResourceARN.FormatError", ""},
		{"ARN region", []string{"ResourceARN.1", "arn:acs:vpc:cn-beijing:*:vpc/vpc-x"}, 400, "InvalidResourceARN.Region", ""},
		{"ARN account", []string{"ResourceARN.1", "arn:acs:vpc:*:42:vpc/vpc-x"}, 400, "InvalidResourceARN.Account", ""},
		{"ARN service", []string{"ResourceARN.1", "arn:acs:nas:*:*:vpc/vpc-x"}, 400, "InvalidParameter.ServiceCode", ""},
	}
	typ := func(status int) actiontest.Refusal {
		return actiontest.Refusal{"ARN type", []string{"ResourceARN.1", "arn:acs:vpc:*:*:instance/i-x"}, status, "InvalidParameter.ResourceType", ""}
	}
	tags := []actiontest.Refusal{
		{"tags no JSON", []string{"Tags", `{k:v}`}, 400, "InvalidParameter.Tags", ""},
		{"tags no map", []string{"Tags", `["k"]`}, 400, "InvalidParameter.Tags", ""},
		{"tags of numbers", []string{"Tags", `{"k":1}`}, 400, "InvalidParameter.Tags", ""},
		{"tags of null", []string{"Tags", `{"k":null}`}, 400, "InvalidParameter.Tags", ""},
		{"tags none", []string{"Tags", `{}`}, 400, "InvalidParameter.Tags", ""},
		{"tags over 10", []string{"Tags", `{"1":"","2":"","3":"","4":"","5":"","6":"","7":"","8":"","9":"","10":"","11":""}`}, 403, "NumberExceed.Tags", ""},
		{"tag key", []string{"Tags", `{"acs:x":""}`}, 400, "InvalidParameter.TagKey", ""},
		{"tag key twice", []string{"Tags", `{"k":"a","k":"b"}`}, 403, "Duplicate.TagKey", ""},
	}
	long := `{"k":"` + strings.Repeat("v", 129) + `"}`
	good := []string{"ResourceARN.1", name, "Tags", `{"k":"v"}`}
	s.Refusals(t, "Tag.TagResources", good, append(append(arns, tags...), typ(400),
		actiontest.Refusal{"tag value", []string{"Tags", long}, 400, "InvalidParameter.TagValue", ""}))
	s.Refusals(t, "Tag.ListTagResources", good, append(append(arns, tags...), typ(403),
		actiontest.Refusal{"tag value", []string{"Tags", long}, 403, "InvalidParameter.TagValue", ""},
		actiontest.Refusal{"category", []string{"Category", "x"}, 403, "InvalidParameter.Category", ""},
		actiontest.Refusal{"page size", []string{"PageSize", "1001"}, 400, "InvalidParameter", ""},
		actiontest.Refusal{"token", []string{"NextToken", "x"}, 403, "Invalid.NextToken", ""}))
	s.Refusals(t, "Tag.UntagResources", []string{"ResourceARN.1", name, "TagKey.1", "k"}, append(arns, typ(400),
		actiontest.Refusal{"keys over 10", numbered("TagKey", times(11, "k")), 403, "NumberExceed.Tags", ""},
		actiontest.Refusal{"key", []string{"TagKey.1", "acs:x"}, 400, "InvalidParameter.TagKey", ""},
		actiontest.Refusal{"key twice", []string{"TagKey.2", "k"}, 403, "Duplicate.TagKey", ""}))
}
