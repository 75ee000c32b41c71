package tag_test

import (
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

// TestTagLife follows a tag through the generated client: set by ECS, changed by
// the Tag product, found by the instance's own action, gone with its resource.
func TestTagLife(t *testing.T) {
	s := actiontest.Start(t)
	ctx, i := t.Context(), s.Running()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	_, err := s.Client.TagResources(ctx, &api.TagResourcesRequest{RegionID: "cn-hangzhou", ResourceType: "instance", ResourceID: []string{i}, Tag: []api.Tag{{Key: "env", Value: "test"}}})
	must(err)
	_, err = s.Client.TagTagResources(ctx, &api.TagTagResourcesRequest{RegionID: "cn-hangzhou", ResourceARN: []string{"arn:acs:ecs:*:*:instance/" + i}, Tags: `{"env":"prod"}`})
	must(err)
	seen, err := s.Client.DescribeInstances(ctx, &api.DescribeInstancesRequest{RegionID: "cn-hangzhou", Tag: []api.Tag{{Key: "env", Value: "prod"}}})
	must(err)
	if len(seen.Instances.Instance) != 1 || seen.Instances.Instance[0].Tags.Tag[0].TagValue != "prod" || seen.Instances.Instance[0].Status != "Running" {
		t.Errorf("%+v", seen.Instances)
	}
	values, err := s.Client.ListTagValues(ctx, &api.ListTagValuesRequest{RegionID: "cn-hangzhou", Key: "env"})
	must(err)
	same(t, values.Values.Value, "prod")
	s.Do("DeleteInstance", "InstanceId", i, "Force", "true")
	s.Settle()
	keys, err := s.Client.ListTagKeys(ctx, &api.ListTagKeysRequest{RegionID: "cn-hangzhou"})
	must(err)
	if len(keys.Keys.Key) != 0 {
		t.Errorf("%+v", keys)
	}
	_, err = s.Client.TagResources(ctx, &api.TagResourcesRequest{RegionID: "cn-hangzhou", ResourceType: "instance", ResourceID: []string{i}, Tag: []api.Tag{{Key: "env"}}})
	actiontest.Refused(t, err, api.CodeInvalidResourceIdNotFound, 404)
}
