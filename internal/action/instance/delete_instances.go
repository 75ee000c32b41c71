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
	once, err := c.Once(in.ClientToken, in.DryRun)
	if err != nil {
		return nil, err
	}
	ch := deleting(c.Now, in.Force, in.ForceStop, in.TerminateSubscription)
	if action.Flag(in.DryRun) {
		if _, err := s.checkAll(c, in.InstanceID, ch); err != nil {
			return nil, plural(err)
		}
		return nil, batchDryRun()
	}
	err = s.DB.Update(c.Context, func(tx *state.Tx) error {
		_, err := once.Do(tx, func() ([]ecs.Key, error) {
			for _, id := range distinct(in.InstanceID) {
				if _, err := applyOne(c, tx, id, ch); err != nil {
					return nil, plural(err)
				}
			}
			return nil, nil
		})
		return err
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
