package tag_test

import (
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

func TestVPCListTagResources(t *testing.T) {
	s := actiontest.Start(t)
	var want []string
	for range 5 {
		want = append([]string{s.VPC("Tag.1.Key", "a", "Tag.2.Key", "b", "Tag.2.Value", "x")}, want...)
	}
	var got []string
	token := ""
	for pages := 1; ; pages++ {
		p := actiontest.Call[api.VPCListTagResourcesResponse](s, "Vpc.ListTagResources", "ResourceType", "VPC", "Tag.1.Key", "b", "MaxResults", "2", "NextToken", token)
		for i, r := range p.TagResources.TagResource {
			if r.ResourceType != "VPC" {
				t.Errorf("%+v", r)
			}
			if i%2 == 0 {
				got = append(got, r.ResourceID)
			}
		}
		if token = p.NextToken; token == "" {
			if pages != 3 {
				t.Errorf("%d pages", pages)
			}
			break
		}
	}
	same(t, got, want...)
	same(t, listed(s, "Vpc", "ResourceType", "VPC", "ResourceId.1", want[0], "Tag.1.Key", "b", "Tag.1.Value", "y"))
	same(t, listed(s.As(s.Other), "Vpc", "ResourceType", "VPC", "Tag.1.Key", "b"))
}
