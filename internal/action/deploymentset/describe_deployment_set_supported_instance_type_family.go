package deploymentset

import (
	"slices"
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/compute"
)

var _ = action.Handle(&actions, "DescribeDeploymentSetSupportedInstanceTypeFamily", (*Service).DescribeDeploymentSetSupportedInstanceTypeFamily)

// DescribeDeploymentSetSupportedInstanceTypeFamily lists the families of the
// region whose instances may be in a deployment set, in one string.
func (s *Service) DescribeDeploymentSetSupportedInstanceTypeFamily(c *action.Call, in *api.DescribeDeploymentSetSupportedInstanceTypeFamilyRequest) (*api.DescribeDeploymentSetSupportedInstanceTypeFamilyResponse, error) {
	if _, ok := ecs.ParseDeploymentStrategy(in.Strategy); !ok {
		return nil, api.Errorf(api.CodeInvalidParameterStrategy, "The specified parameter Strategy is not valid")
	}
	zones := s.Catalog.Zones(c.Region.ID)
	var families []string
	for _, f := range s.Catalog.Families() {
		if compute.DeploymentSetTakes(f.Burstable) && slices.ContainsFunc(zones, func(z *catalog.Zone) bool { return z.SellsFamily(f) }) {
			families = append(families, f.ID)
		}
	}
	return &api.DescribeDeploymentSetSupportedInstanceTypeFamilyResponse{InstanceTypeFamilies: strings.Join(families, ",")}, nil
}
