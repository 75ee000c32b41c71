package instance

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DeleteInstances", (*Service).DeleteInstances)

// DeleteInstances releases up to 100 instances, all or none of them.
func (s *Service) DeleteInstances(c *action.Call, in *api.DeleteInstancesRequest) (*api.DeleteInstancesResponse, error) {
	if err := batchIDs(in.InstanceID); err != nil {
		if e, ok := err.(*api.Error); ok && e.Code == api.CodeAbsInvalidInstanceIdsMalFormed {
			return nil, api.Errorf(api.CodeInvalidInstanceIdsValueNotSupported, "%s", e.Message)
		}
		return nil, err
	}
	if !ecs.ValidClientToken(in.ClientToken) {
		return nil, api.Errorf(api.CodeInvalidClientTokenValueNotSupported, "The ClientToken provided is invalid.")
	}
	ch := deleting(c.Now, in.Force, in.ForceStop, in.TerminateSubscription)
	if flag(in.DryRun) {
		if _, err := s.checkAll(c, in.InstanceID, ch); err != nil {
			return nil, plural(err)
		}
		return nil, batchDryRun()
	}
	account, region := c.Caller.Account, c.RegionCode()
	var hash [16]byte
	if in.ClientToken != "" {
		hash = c.ParamsHash()
	}
	err := s.DB.Update(c.Context, func(tx *state.Tx) error {
		if in.ClientToken != "" {
			if _, found, err := tx.Token(account, region, c.Info.Name, in.ClientToken, hash); err != nil || found {
				return err
			}
		}
		for _, id := range distinct(in.InstanceID) {
			if _, err := applyOne(c, tx, id, ch); err != nil {
				return plural(err)
			}
		}
		tx.PutToken(account, region, c.Info.Name, in.ClientToken, hash, []byte{1}, tx.Now().Add(tokenLife))
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &api.DeleteInstancesResponse{}, nil
}

// plural gives the refusal of an absent instance the code that DeleteInstances
// has for it.
func plural(err error) error {
	if e, ok := err.(*api.Error); ok && e.Code == api.CodeInvalidInstanceIdNotFound {
		return api.Errorf(api.CodeInvalidInstanceIdsNotFound, "The specified InstanceIds does not exist.")
	}
	return err
}
