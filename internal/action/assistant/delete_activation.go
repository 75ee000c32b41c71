package assistant

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DeleteActivation", (*Service).DeleteActivation)

// DeleteActivation deletes an activation and shows it for the last time.
func (s *Service) DeleteActivation(c *action.Call, in *api.DeleteActivationRequest) (*api.DeleteActivationResponse, error) {
	out := &api.DeleteActivationResponse{}
	return out, s.DB.Update(c.Context, func(tx *state.Tx) error {
		k, r, err := findActivation(c, tx, in.ActivationID)
		if err != nil {
			return err
		}
		state.Activations.Delete(tx, k)
		out.Activation = api.DeleteActivationActivation{
			ActivationID: ecs.ActivationID(k), CreationTime: ecs.Second(r.Created), Description: r.Description, InstanceCount: int(r.Instances),
			InstanceName: r.Name, IPAddressRange: r.Range, TimeToLiveInHours: r.Hours,
		}
		return nil
	})
}
