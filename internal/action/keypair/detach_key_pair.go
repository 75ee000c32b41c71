package keypair

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/model/compute"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DetachKeyPair", (*Service).DetachKeyPair)

// DetachKeyPair detaches a key pair from up to 50 Linux instances. From its
// next boot on a guest takes its password again. Each instance is refused by
// itself; one that has another pair, or none, is refused.
func (s *Service) DetachKeyPair(c *action.Call, in *api.DetachKeyPairRequest) (*api.DetachKeyPairResponse, error) {
	ids, err := instanceIDs(in.InstanceIDs)
	if err != nil {
		return nil, err
	}
	if _, _, err := action.KeyPair(c, s.DB.Snapshot(), in.KeyPairName); err != nil {
		return nil, err
	}
	out := &api.DetachKeyPairResponse{}
	var results []result
	err = s.DB.Update(c.Context, func(tx *state.Tx) error {
		_, pair, err := action.KeyPair(c, tx, in.KeyPairName)
		if err != nil {
			return err
		}
		out.KeyPairName = pair.Name
		results = results[:0]
		for _, id := range ids {
			k, r, err := s.instance(c, tx, id)
			if err == nil && tx.Str(r.KeyPair) != pair.Name {
				err = api.Errorf(api.CodeInvalidKeyPairNameNotFound, "The key pair is not attached to the instance.")
			}
			if err == nil {
				compute.SetKeyPair(tx, k, r, "")
			}
			results = append(results, result{id, err})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	out.TotalCount, out.FailCount = counts(results)
	for _, r := range results {
		code, message, success := r.show()
		out.Results.Result = append(out.Results.Result, api.DetachKeyPairResult{InstanceID: r.id, Code: code, Message: message, Success: success})
	}
	return out, nil
}
