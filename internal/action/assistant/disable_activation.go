package assistant

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DisableActivation", (*Service).DisableActivation)

// DisableActivation has an activation register nothing any more. One that is
// disabled stays so.
func (s *Service) DisableActivation(c *action.Call, in *api.DisableActivationRequest) (*api.DisableActivationResponse, error) {
	out := &api.DisableActivationResponse{}
	return out, s.DB.Update(c.Context, func(tx *state.Tx) error {
		k, r, err := findActivation(c, tx, in.ActivationID)
		if err != nil {
			return err
		}
		next := *r
		next.Disabled = true
		state.Activations.Put(tx, k, &next)
		out.Activation = api.DisableActivationActivation{
			ActivationID: ecs.ActivationID(k), CreationTime: ecs.Second(r.Created), Description: r.Description, Disabled: true,
			InstanceCount: int(r.Instances), InstanceName: r.Name, IPAddressRange: r.Range, TimeToLiveInHours: r.Hours,
		}
		return nil
	})
}
