package clients

import (
	"fmt"
	"testing"

	ecsv2 "github.com/alibabacloud-go/ecs-20140526/v7/client"
	"github.com/alibabacloud-go/tea/tea"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/resourcemanager"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/tag"

	"github.com/openecs/openecs/ecstest"
)

// The life of tags, by ECS's own actions.
func TestV2Tags(t *testing.T) {
	s, n := start(t)
	c := v2(t, s, s.AccessKeySecret)
	ids := []*string{&n.group}
	set := &ecsv2.TagResourcesRequest{RegionId: new(region), ResourceType: new("securitygroup"), ResourceId: ids, Tag: []*ecsv2.TagResourcesRequestTag{
		{Key: new("env"), Value: new("test")}, {Key: new("team"), Value: new("")},
	}}
	if _, err := c.TagResources(set); err != nil {
		t.Fatal(err)
	}
	list := func() map[string]string {
		t.Helper()
		got, err := c.ListTagResources(&ecsv2.ListTagResourcesRequest{RegionId: new(region), ResourceType: new("securitygroup"), ResourceId: ids})
		if err != nil {
			t.Fatal(err)
		}
		out := map[string]string{}
		for _, r := range got.Body.TagResources.TagResource {
			if *r.ResourceId != n.group || *r.ResourceType != "securitygroup" {
				t.Errorf("%v", r)
			}
			out[*r.TagKey] = *r.TagValue
		}
		return out
	}
	if got := list(); len(got) != 2 || got["env"] != "test" || got["team"] != "" {
		t.Errorf("tags %v", got)
	}
	if _, err := c.UntagResources(&ecsv2.UntagResourcesRequest{RegionId: new(region), ResourceType: new("securitygroup"), ResourceId: ids, TagKey: []*string{new("env")}}); err != nil {
		t.Fatal(err)
	}
	if got := list(); len(got) != 1 {
		t.Errorf("tags %v", got)
	}
	set.ResourceType = new("instance")
	_, err := c.TagResources(set)
	v2Refused(t, err, "InvalidResourceId.NotFound", 404)
}

// What was deprecated long ago is called all the same.
func TestV2OlderTags(t *testing.T) {
	s, n := start(t)
	c := v2(t, s, s.AccessKeySecret)
	if _, err := c.AddTags(&ecsv2.AddTagsRequest{RegionId: new(region), ResourceType: new("securitygroup"), ResourceId: &n.group, Tag: []*ecsv2.AddTagsRequestTag{{Key: new("env"), Value: new("test")}}}); err != nil {
		t.Fatal(err)
	}
	got, err := c.DescribeTags(&ecsv2.DescribeTagsRequest{RegionId: new(region)})
	if err != nil {
		t.Fatal(err)
	}
	if all := got.Body.Tags.Tag; len(all) != 1 || *all[0].TagKey != "env" || *all[0].ResourceTypeCount.Securitygroup != 1 {
		t.Errorf("%v", got.Body)
	}
	if _, err := c.RemoveTags(&ecsv2.RemoveTagsRequest{RegionId: new(region), ResourceType: new("securitygroup"), ResourceId: &n.group, Tag: []*ecsv2.RemoveTagsRequestTag{{Key: new("env")}}}); err != nil {
		t.Fatal(err)
	}
	if got, err = c.DescribeTags(&ecsv2.DescribeTagsRequest{RegionId: new(region)}); err != nil || tea.Int32Value(got.Body.TotalCount) != 0 {
		t.Errorf("%v, %v", got, err)
	}
}

// The life of a resource group: made, joined from ECS and by ResourceManager,
// found, emptied and deleted.
func TestV1ResourceGroup(t *testing.T) {
	s, n := start(t)
	c := managerV1(t, s)
	groups := func() []resourcemanager.ResourceGroup {
		t.Helper()
		got, err := c.ListResourceGroups(resourcemanager.CreateListResourceGroupsRequest())
		if err != nil {
			t.Fatal(err)
		}
		return got.ResourceGroups.ResourceGroup
	}
	first := groups()
	if len(first) != 1 || first[0].Name != "default" || first[0].Status != "OK" {
		t.Fatalf("groups at first: %+v", first)
	}
	create := resourcemanager.CreateCreateResourceGroupRequest()
	create.Name, create.DisplayName = "my-project", "my project"
	made, err := c.CreateResourceGroup(create)
	if err != nil {
		t.Fatal(err)
	}
	id := made.ResourceGroup.Id
	get := resourcemanager.CreateGetResourceGroupRequest()
	get.ResourceGroupId = id
	if got, err := c.GetResourceGroup(get); err != nil || got.ResourceGroup.Status != "OK" || len(got.ResourceGroup.RegionStatuses.RegionStatus) == 0 {
		t.Fatalf("%+v, %v", got, err)
	}
	join := &ecsv2.JoinResourceGroupRequest{RegionId: new(region), ResourceType: new("securitygroup"), ResourceId: &n.group, ResourceGroupId: &id}
	if _, err := v2(t, s, s.AccessKeySecret).JoinResourceGroup(join); err != nil {
		t.Fatal(err)
	}
	move := func(group string) {
		t.Helper()
		r := resourcemanager.CreateMoveResourcesRequest()
		r.ResourceGroupId = group
		r.Resources = &[]resourcemanager.MoveResourcesResources{
			{RegionId: region, Service: "vpc", ResourceType: "vpc", ResourceId: n.vpc}, {RegionId: region, Service: "ecs", ResourceType: "securitygroup", ResourceId: n.group},
		}
		got, err := c.MoveResources(r)
		if err != nil || len(got.Responses) != 2 || got.Responses[0].Status != "SUCCESS" || got.Responses[1].Status != "SUCCESS" {
			t.Fatalf("%+v, %v", got, err)
		}
	}
	move(id)
	list := resourcemanager.CreateListResourcesRequest()
	list.ResourceGroupId = id
	if got, err := c.ListResources(list); err != nil || got.TotalCount != 2 || got.Resources.Resource[0].ResourceId != n.group {
		t.Errorf("%+v, %v", got, err)
	}
	remove := resourcemanager.CreateDeleteResourceGroupRequest()
	remove.ResourceGroupId = id
	_, err = c.DeleteResourceGroup(remove)
	v1Refused(t, err, "DeleteConflict.ResourceGroup.Resource", 409)
	move(first[0].Id)
	if _, err := c.DeleteResourceGroup(remove); err != nil {
		t.Fatal(err)
	}
	_, err = c.GetResourceGroup(get)
	v1Refused(t, err, "EntityNotExists.ResourceGroup", 404)
	if len(groups()) != 1 {
		t.Errorf("groups at the end: %+v", groups())
	}
}

// managerV1 is ResourceManager of alibaba-cloud-sdk-go pointed at a service.
func managerV1(t *testing.T, s *ecstest.Server) *resourcemanager.Client {
	t.Helper()
	c, err := resourcemanager.NewClientWithAccessKey(region, s.AccessKeyID, s.AccessKeySecret)
	if err != nil {
		t.Fatal(err)
	}
	c.Domain = hostPort(s)
	t.Cleanup(c.Shutdown)
	return c
}

// The Tag product over the same tags.
func TestV1TagProduct(t *testing.T) {
	s, n := start(t)
	c, err := tag.NewClientWithAccessKey(region, s.AccessKeyID, s.AccessKeySecret)
	if err != nil {
		t.Fatal(err)
	}
	c.Domain = hostPort(s)
	t.Cleanup(c.Shutdown)
	names := []string{"arn:acs:vpc:*:*:vpc/" + n.vpc, fmt.Sprintf("arn:acs:ecs:%s:*:securitygroup/%s", region, n.group), "arn:acs:ecs:*:*:instance/i-x"}
	set := tag.CreateTagResourcesRequest()
	set.ResourceARN, set.Tags = &names, `{"env":"test"}`
	got, err := c.TagResources(set)
	if err != nil || len(got.FailedResources.FailedResource) != 1 || got.FailedResources.FailedResource[0].ResourceARN != names[2] {
		t.Fatalf("%+v, %v", got, err)
	}
	list := tag.CreateListTagResourcesRequest()
	list.Tags = `{"env":"test"}`
	if got, err := c.ListTagResources(list); err != nil || len(got.TagResources) != 2 || got.TagResources[0].Tags[0].Key != "env" {
		t.Errorf("%+v, %v", got, err)
	}
	keys, err := c.ListTagKeys(tag.CreateListTagKeysRequest())
	if err != nil || len(keys.Keys.Key) != 1 || keys.Keys.Key[0].Key != "env" {
		t.Errorf("%+v, %v", keys, err)
	}
	values := tag.CreateListTagValuesRequest()
	values.Key = "env"
	if got, err := c.ListTagValues(values); err != nil || len(got.Values.Value) != 1 || got.Values.Value[0] != "test" {
		t.Errorf("%+v, %v", got, err)
	}
	remove := tag.CreateUntagResourcesRequest()
	remove.ResourceARN, remove.TagKey = new(names[:2]), &[]string{"env"}
	if _, err := c.UntagResources(remove); err != nil {
		t.Fatal(err)
	}
	if got, err := c.ListTagResources(tag.CreateListTagResourcesRequest()); err != nil || len(got.TagResources) != 0 {
		t.Errorf("%+v, %v", got, err)
	}
}
