package instance

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
)

var _ = action.Handle(&actions, "StartInstances", (*Service).StartInstances)

// StartInstances starts up to 100 stopped instances.
func (s *Service) StartInstances(c *action.Call, in *api.StartInstancesRequest) (*api.StartInstancesResponse, error) {
	items, err := s.batch(c, in.InstanceID, in.BatchOptimization, in.DryRun, s.starting())
	if err != nil {
		return nil, err
	}
	out := &api.StartInstancesResponse{}
	for _, it := range items {
		out.InstanceResponses.InstanceResponse = append(out.InstanceResponses.InstanceResponse, api.StartInstancesInstanceResponse{
			InstanceID: it.id, Code: it.code, Message: it.message, PreviousStatus: it.previous, CurrentStatus: it.current,
		})
	}
	return out, nil
}
