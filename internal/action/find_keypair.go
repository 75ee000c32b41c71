package action

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/compute"
	"github.com/openecs/openecs/internal/state"
)

// KeyPair finds a key pair of the request's region by its name, or answers 404
// InvalidKeyPairName.NotFound.
func KeyPair(c *Call, v state.View, name string) (ecs.Key, *ecs.KeyPair, error) {
	k, r, ok := compute.KeyPair(v, c.Caller.Account, c.RegionCode(), name)
	if !ok {
		return 0, nil, api.Errorf(api.CodeInvalidKeyPairNameNotFound, "The specified KeyPairName does not exist.").WithStatus(404)
	}
	return k, r, nil
}
