package assistant

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/tag"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "CreateCommand", (*Service).CreateCommand)

// CreateCommand keeps a command for InvokeCommand.
func (s *Service) CreateCommand(c *action.Call, in *api.CreateCommandRequest) (*api.CreateCommandResponse, error) {
	if err := checkToken(in.ClientToken); err != nil {
		return nil, err
	}
	b := body{
		name: in.Name, description: in.Description, typ: in.Type, content: in.CommandContent, encoding: in.ContentEncoding, dir: in.WorkingDir,
		launcher: in.Launcher, timeout: in.Timeout, parameters: action.Flag(in.EnableParameter), base64: true, limit: maxKept,
	}
	cmd, err := b.record()
	if err == nil {
		err = checkTags(in.Tag)
	}
	if err == nil {
		err = checkGroup(c, s.DB.Snapshot(), in.ResourceGroupID)
	}
	if err != nil {
		return nil, err
	}
	req := once(c, in.ClientToken)
	var k ecs.Key
	err = s.DB.Update(c.Context, func(tx *state.Tx) (err error) {
		k, err = req.DoOne(tx, func() (ecs.Key, error) {
			k, rec := tx.NewKey(c.RegionCode()), *cmd
			if rec.ResourceGroup, err = group(tx, c, in.ResourceGroupID); err != nil {
				return 0, err
			}
			rec.Account, rec.Created, rec.Tags = c.Caller.Account, tx.Now().Unix(), tag.Store(tx, in.Tag)
			return k, room(tx, c, func() { state.Commands.Put(tx, k, &rec) })
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	return &api.CreateCommandResponse{CommandID: ecs.ID(ecs.KindCommand, k)}, nil
}

// find finds a command that was kept.
func find(c *action.Call, v state.View, id string) (ecs.Key, *ecs.Command, error) {
	k, r, ok := action.Find(c, v, state.Commands, ecs.KindCommand, func(r *ecs.Command) uint64 { return r.Account }, id)
	if !ok {
		return 0, nil, api.Errorf(api.CodeInvalidCmdIdNotFound, "The specified command ID does not exist.").WithStatus(404)
	}
	return k, r, nil
}
