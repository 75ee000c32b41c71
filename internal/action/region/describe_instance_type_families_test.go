package region_test

import (
	"slices"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

func TestDescribeInstanceTypeFamilies(t *testing.T) {
	s := start(t)
	list := func(params ...string) (ids []string) {
		t.Helper()
		out, err := actiontest.Try[api.DescribeInstanceTypeFamiliesResponse](s, "DescribeInstanceTypeFamilies", params...)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range out.InstanceTypeFamilies.InstanceTypeFamily {
			if want, ok := s.Catalog.Family(f.InstanceTypeFamilyID); !ok || f.Generation != want.Generation {
				t.Errorf("%+v", f)
			}
			ids = append(ids, f.InstanceTypeFamilyID)
		}
		return ids
	}
	beijing := list("RegionId", "cn-beijing")
	for _, id := range []string{"ecs.s2", "ecs.n1", "ecs.g7", "ecs.gn7"} {
		if !slices.Contains(beijing, id) {
			t.Errorf("no %s in cn-beijing", id)
		}
	}
	if nanjing := list("RegionId", "cn-nanjing"); slices.Contains(nanjing, "ecs.g7") || !slices.Contains(nanjing, "ecs.g6") {
		t.Error("cn-nanjing sells g6 and not g7")
	}
	if first := list("RegionId", "cn-beijing", "Generation", "ecs-1"); !slices.Contains(first, "ecs.s2") || slices.Contains(first, "ecs.g7") {
		t.Errorf("ecs-1: %v", first)
	}
	if none := list("RegionId", "cn-beijing", "Generation", "ecs-99"); len(none) != 0 {
		t.Errorf("ecs-99: %v", none)
	}
}

func TestDescribeInstanceTypeFamiliesRefusals(t *testing.T) {
	start(t).Refusals(t, "DescribeInstanceTypeFamilies", nil, []actiontest.Refusal{
		{"no region", nil, 400, "MissingParameter", ""},
		{"unknown region", []string{"RegionId", "cn-nowhere"}, 404, "InvalidRegionId.NotFound", ""},
		{"generation", []string{"RegionId", "cn-beijing", "Generation", "new"}, 400, "InvalidParameter", ""},
		{"half a generation", []string{"RegionId", "cn-beijing", "Generation", "ecs-"}, 400, "InvalidParameter", ""},
	})
}
