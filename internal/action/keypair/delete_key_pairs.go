package keypair

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/compute"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DeleteKeyPairs", (*Service).DeleteKeyPairs)

// maxDelete is how many key pairs one request deletes.
const maxDelete = 100

// DeleteKeyPairs deletes key pairs, all or none of them. One that is attached
// to an instance stays.
func (s *Service) DeleteKeyPairs(c *action.Call, in *api.DeleteKeyPairsRequest) (*api.DeleteKeyPairsResponse, error) {
	names, err := list(in.KeyPairNames)
	switch {
	case err != nil || len(names) == 0:
		return nil, api.Errorf(api.CodeInvalidKeyPairNamesValueNotSupported, `The specified parameter "KeyPairNames" is not valid.`)
	case len(names) > maxDelete:
		return nil, api.Errorf(api.CodeInstanceKeyPairLimitExceeded, "Exceeding the allowed amount of key pairs which will be deleted.")
	}
	if _, err := deletable(c, s.DB.Snapshot(), names); err != nil {
		return nil, err
	}
	err = s.DB.Update(c.Context, func(tx *state.Tx) error {
		keys, err := deletable(c, tx, names)
		if err != nil {
			return err
		}
		for _, k := range keys {
			state.KeyPairs.Delete(tx, k)
		}
		return nil
	})
	return &api.DeleteKeyPairsResponse{}, err
}

// deletable finds key pairs, or refuses one that is not there or is in use.
func deletable(c *action.Call, v state.View, names []string) ([]ecs.Key, error) {
	keys := make([]ecs.Key, 0, len(names))
	for _, name := range names {
		k, r, err := action.KeyPair(c, v, name)
		if err != nil {
			return nil, api.Errorf(api.CodeInvalidKeyPairNameNotFound, "The specified KeyPairName %s does not exist.", name).WithStatus(400)
		}
		if compute.KeyPairInUse(v, r.Account, k.Region(), r.Name) {
			return nil, api.Errorf(api.CodeInvalidParameterKeypairAlreadyAttachedInstance, "The key pair %s is attached to an instance and cannot be deleted.", name)
		}
		keys = append(keys, k)
	}
	return keys, nil
}
