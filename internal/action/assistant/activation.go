package assistant

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// Bounds of activations.
const (
	maxActivations = 10 // of an account in a region
	maxRegistered  = 1000
	maxHours       = 876576
)

// findActivation finds an activation, or answers 404 InvalidActivationId.NotFound.
func findActivation(c *action.Call, v state.View, id string) (ecs.Key, *ecs.Activation, error) {
	for k, r := range state.ActivationsByID.Ascend(v, state.Hash(id), 0) {
		if ecs.ActivationID(k) == id && r.Account == c.Caller.Account && k.Region() == c.RegionCode() {
			return k, r, nil
		}
	}
	return 0, nil, api.Errorf(api.CodeInvalidActivationIdNotFound, "The specified ActivationId does not exist.")
}
