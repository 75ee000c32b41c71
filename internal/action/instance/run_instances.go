package instance

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
)

var _ = action.Handle(&actions, "RunInstances", (*Service).RunInstances)

// RunInstances makes up to 100 instances, all or none of them, and starts
// them. With bandwidth above 0 each gets a public address at once.
func (s *Service) RunInstances(c *action.Call, in *api.RunInstancesRequest) (*api.RunInstancesResponse, error) {
	if in.InstanceType == "" && in.LaunchTemplateID == "" && in.LaunchTemplateName == "" {
		return nil, noInstanceType()
	}
	made, err := s.create(c, in, true)
	if err != nil {
		return nil, err
	}
	out := &api.RunInstancesResponse{}
	for _, k := range made.keys {
		out.InstanceIDSets.InstanceIDSet = append(out.InstanceIDSets.InstanceIDSet, ecs.ID(ecs.KindInstance, k))
	}
	out.OrderID, out.TradePrice = made.order()
	return out, nil
}
