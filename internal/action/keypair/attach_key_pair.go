package keypair

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/model/compute"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "AttachKeyPair", (*Service).AttachKeyPair)

// AttachKeyPair attaches a key pair to up to 50 Linux instances in place of
// the one they have. From its next boot on a guest takes the key and no
// password. Each instance is refused by itself.
func (s *Service) AttachKeyPair(c *action.Call, in *api.AttachKeyPairRequest) (*api.AttachKeyPairResponse, error) {
	ids, err := instanceIDs(in.InstanceIDs)
	if err != nil {
		return nil, err
	}
	if _, _, err := action.KeyPair(c, s.DB.Snapshot(), in.KeyPairName); err != nil {
		return nil, err
	}
	out := &api.AttachKeyPairResponse{}
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
			if err == nil {
				compute.SetKeyPair(tx, k, r, pair.Name)
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
		out.Results.Result = append(out.Results.Result, api.AttachKeyPairResult{InstanceID: r.id, Code: code, Message: message, Success: success})
	}
	return out, nil
}
