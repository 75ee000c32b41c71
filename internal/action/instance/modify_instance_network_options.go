package instance

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/compute"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "ModifyInstanceNetworkOptions", (*Service).ModifyInstanceNetworkOptions)

// ModifyInstanceNetworkOptions gives an instance's bandwidth to network and disks
// as its type does by default: no instance type here has other weightings.
func (s *Service) ModifyInstanceNetworkOptions(c *action.Call, req *api.ModifyInstanceNetworkOptionsRequest) (*api.ModifyInstanceNetworkOptionsResponse, error) {
	err := action.FirstOf([]action.Check{
		{req.InstanceID == "", api.CodeMissingParameter, `The input parameter "InstanceId" that is mandatory for processing this request is not supplied.`},
		{req.BandwidthWeighting == "", api.CodeMissingParameter, `The input parameter "BandwidthWeighting" that is mandatory for processing this request is not supplied.`},
		{!action.OneOf(req.BandwidthWeighting, "Default", "Vpc-L1", "Ebs-L1"), api.CodeInvalidParameter, `The specified parameter "BandwidthWeighting" is not valid.`},
	})
	if err != nil {
		return nil, err
	}
	out := &api.ModifyInstanceNetworkOptionsResponse{}
	return out, s.one(c, req.InstanceID, nil, change{
		check: func(r *ecs.Instance) error {
			if err := in(r, ecs.Running, ecs.Stopped); err != nil {
				return err
			}
			if req.BandwidthWeighting != "Default" {
				return api.Errorf(api.CodeInvalidInstanceTypeNotSupported, "The specified instance type does not support BandwidthWeighting.")
			}
			return nil
		},
		apply: func(tx *state.Tx, k ecs.Key, r *ecs.Instance) error {
			out.TaskID = ecs.ID(ecs.KindTask, compute.DoneTask(tx, k, r, "ModifyInstanceNetworkOptions"))
			return nil
		},
	})
}
