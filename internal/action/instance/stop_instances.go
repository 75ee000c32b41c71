package instance

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
)

var _ = action.Handle(&actions, "StopInstances", (*Service).StopInstances)

// StopInstances stops up to 100 running instances.
func (s *Service) StopInstances(c *action.Call, in *api.StopInstancesRequest) (*api.StopInstancesResponse, error) {
	ch, err := s.stopping(in.StoppedMode, action.Flag(in.ForceStop))
	if err != nil {
		return nil, err
	}
	items, err := s.batch(c, in.InstanceID, in.BatchOptimization, in.DryRun, ch)
	if err != nil {
		return nil, err
	}
	out := &api.StopInstancesResponse{}
	for _, it := range items {
		out.InstanceResponses.InstanceResponse = append(out.InstanceResponses.InstanceResponse, api.StopInstancesInstanceResponse{
			InstanceID: it.id, Code: it.code, Message: it.message, PreviousStatus: it.previous, CurrentStatus: it.current,
		})
	}
	return out, nil
}
