package instance

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
)

var _ = action.Handle(&actions, "RebootInstances", (*Service).RebootInstances)

// RebootInstances restarts up to 100 running instances.
func (s *Service) RebootInstances(c *action.Call, in *api.RebootInstancesRequest) (*api.RebootInstancesResponse, error) {
	items, err := s.batch(c, in.InstanceID, in.BatchOptimization, in.DryRun, rebooting(action.Flag(in.ForceReboot)))
	if err != nil {
		return nil, err
	}
	out := &api.RebootInstancesResponse{}
	for _, it := range items {
		out.InstanceResponses.InstanceResponse = append(out.InstanceResponses.InstanceResponse, api.RebootInstancesInstanceResponse{
			InstanceID: it.id, Code: it.code, Message: it.message, PreviousStatus: it.previous, CurrentStatus: it.current,
		})
	}
	return out, nil
}
