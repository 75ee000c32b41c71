package deploymentset_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

func TestDescribeDeploymentSetSupportedInstanceTypeFamily(t *testing.T) {
	s := actiontest.Start(t)
	list := strings.Split(actiontest.Call[api.DescribeDeploymentSetSupportedInstanceTypeFamilyResponse](s,
		"DescribeDeploymentSetSupportedInstanceTypeFamily", "Strategy", "LowLatency").InstanceTypeFamilies, ",")
	if !slices.Contains(list, "ecs.g7") || !slices.Contains(list, "ecs.c6") || slices.Contains(list, "ecs.t6") {
		t.Errorf("%v", list)
	}
	s.Refuse(400, "InvalidParameter.Strategy", "", "DescribeDeploymentSetSupportedInstanceTypeFamily", "Strategy", "x")
}
