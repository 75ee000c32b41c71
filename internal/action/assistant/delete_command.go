package assistant

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DeleteCommand", (*Service).DeleteCommand)

// DeleteCommand deletes a command that is not being run. Its invocations stay.
func (s *Service) DeleteCommand(c *action.Call, in *api.DeleteCommandRequest) (*api.DeleteCommandResponse, error) {
	k, _, err := find(c, s.DB.Snapshot(), in.CommandID)
	if err != nil {
		return nil, err
	}
	return &api.DeleteCommandResponse{}, s.DB.Update(c.Context, func(tx *state.Tx) error {
		if _, _, err := find(c, tx, in.CommandID); err != nil {
			return err
		}
		if running(tx, k) {
			return api.Errorf(api.CodeOperationForbidden, "The operation is not permitted.").WithStatus(403)
		}
		state.Commands.Delete(tx, k)
		return nil
	})
}

// running reports whether a run of a command goes on or is to begin.
func running(v state.View, command ecs.Key) bool {
	for _, r := range state.ResultsByCommand.Ascend(v, uint64(command), 0) {
		if !r.Status.Ended() {
			return true
		}
	}
	return false
}
