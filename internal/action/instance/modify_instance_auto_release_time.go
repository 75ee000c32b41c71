package instance

import (
	"errors"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/compute"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "ModifyInstanceAutoReleaseTime", (*Service).ModifyInstanceAutoReleaseTime)

// ModifyInstanceAutoReleaseTime sets the instant at which a pay-as-you-go
// instance is released, kept to the minute: half an hour to three years from
// now. Without AutoReleaseTime none is set any more.
func (s *Service) ModifyInstanceAutoReleaseTime(c *action.Call, req *api.ModifyInstanceAutoReleaseTimeRequest) (*api.ModifyInstanceAutoReleaseTimeResponse, error) {
	var at time.Time
	if req.AutoReleaseTime != "" {
		t, ok := ecs.ParseTime(req.AutoReleaseTime)
		if !ok || t.Before(c.Now.Add(30*time.Minute)) || t.After(c.Now.AddDate(3, 0, 0)) {
			return nil, api.Errorf(api.CodeInvalidAutoReleaseTimeMalformed, "The specified paramter autoReleaseTime is not valid.")
		}
		at = t.Truncate(time.Minute)
	}
	err := s.DB.Update(c.Context, func(tx *state.Tx) error {
		k, r, err := action.Instance(c, tx, req.InstanceID)
		switch {
		case errors.Is(err, &api.Error{Code: api.CodeInvalidInstanceIdNotFound}), err == nil && r.Want.Deleted:
			return api.Errorf(api.CodeNoSuchResource, "The specified resource is not found.").WithStatus(404)
		case err != nil:
			return err
		case r.ChargeType == ecs.PrePaid:
			return api.Errorf(api.CodeChargeTypeViolation, "The operation is not permitted due to charge type of the instance.").WithStatus(403)
		}
		compute.SetRelease(tx, k, r, at)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &api.ModifyInstanceAutoReleaseTimeResponse{}, nil
}
