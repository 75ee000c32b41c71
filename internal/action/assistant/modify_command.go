package assistant

import (
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "ModifyCommand", (*Service).ModifyCommand)

// ModifyCommand changes what describes a command, for invocations to come.
// CommandContent has no effect any more, as documented; too long it is refused
// still.
func (s *Service) ModifyCommand(c *action.Call, in *api.ModifyCommandRequest) (*api.ModifyCommandResponse, error) {
	k, _, err := find(c, s.DB.Snapshot(), in.CommandID)
	if err != nil {
		return nil, err
	}
	if err := checkLabels(in.Name, in.Description, in.WorkingDir, in.Launcher); err != nil {
		return nil, err
	}
	if len(in.CommandContent) > maxKept {
		return nil, tooLong()
	}
	timeout, err := seconds(in.Timeout, 0)
	if err != nil {
		return nil, err
	}
	return &api.ModifyCommandResponse{}, s.DB.Update(c.Context, func(tx *state.Tx) error {
		r, ok := state.Commands.Get(tx, k)
		if !ok {
			return api.Errorf(api.CodeInvalidCmdIdNotFound, "The specified command ID does not exist.").WithStatus(404)
		}
		n := *r
		for _, f := range []struct {
			name, value string
			to          *string
		}{{"Name", in.Name, &n.Name}, {"Description", in.Description, &n.Description}, {"WorkingDir", in.WorkingDir, &n.Dir}} {
			if c.Has(f.name) && (f.name != "Name" || f.value != "") {
				*f.to = strings.Clone(f.value)
			}
		}
		if timeout != 0 {
			n.Timeout = timeout
		}
		state.Commands.Put(tx, k, &n)
		return nil
	})
}
