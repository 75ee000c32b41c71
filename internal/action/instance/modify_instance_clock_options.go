package instance

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/compute"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "ModifyInstanceClockOptions", (*Service).ModifyInstanceClockOptions)

// ModifyInstanceClockOptions turns the hardware clock of an instance off, as it
// is: no instance type here has one that could be turned on, and DescribeInstanceTypes
// says so.
func (s *Service) ModifyInstanceClockOptions(c *action.Call, req *api.ModifyInstanceClockOptionsRequest) (*api.ModifyInstanceClockOptionsResponse, error) {
	once, err := c.Once(req.ClientToken, req.DryRun)
	if err != nil {
		return nil, err
	}
	err = action.FirstOf([]action.Check{
		{req.PtpStatus == "", api.CodeMissingParameter, `The input parameter "PtpStatus" that is mandatory for processing this request is not supplied.`},
		{!action.OneOf(req.PtpStatus, "enabled", "disabled"), api.CodeInvalidParameterPtpStatus, `The specified parameter "PtpStatus" is not valid.`},
	})
	if err != nil {
		return nil, err
	}
	out := &api.ModifyInstanceClockOptionsResponse{}
	if task, found, err := once.EarlierOne(s.DB.Snapshot(), c.Now); err != nil || found {
		out.TaskID = ecs.ID(ecs.KindTask, task)
		return out, err
	}
	return out, s.one(c, req.InstanceID, req.DryRun, change{
		check: func(r *ecs.Instance) error {
			if err := in(r, ecs.Running, ecs.Stopped); err != nil {
				return err
			}
			if req.PtpStatus == "enabled" {
				return api.Errorf(api.CodeInvalidInstanceTypeNotSupportEnablePtp, "The specified instance type does not support PTP.")
			}
			return nil
		},
		apply: func(tx *state.Tx, k ecs.Key, r *ecs.Instance) error {
			task, err := once.DoOne(tx, func() (ecs.Key, error) { return compute.DoneTask(tx, k, r, "ModifyInstanceClockOptions"), nil })
			out.TaskID = ecs.ID(ecs.KindTask, task)
			return err
		},
	})
}
