package dedicatedhost

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "RedeployDedicatedHost", (*Service).RedeployDedicatedHost)

// RedeployDedicatedHost moves a host to other hardware. None of ours ever fails,
// so that nothing on it has to be moved: it is done at once.
func (s *Service) RedeployDedicatedHost(c *action.Call, in *api.RedeployDedicatedHostRequest) (*api.RedeployDedicatedHostResponse, error) {
	if !action.OneOf(in.MigrationType, "reboot", "live") {
		return nil, action.Invalid("MigrationType")
	}
	err := s.DB.Update(c.Context, func(tx *state.Tx) error {
		k, r, err := find(c, tx, in.DedicatedHostID)
		if err != nil {
			return err
		}
		next := *r
		next.RedeployedLast = tx.Now().Unix()
		state.DedicatedHosts.Put(tx, k, &next)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &api.RedeployDedicatedHostResponse{}, nil
}
