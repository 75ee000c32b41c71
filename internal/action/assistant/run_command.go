package assistant

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/tag"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "RunCommand", (*Service).RunCommand)

// RunCommand makes a command and runs it on instances. Without KeepCommand the
// command leaves nothing but its invocation.
func (s *Service) RunCommand(c *action.Call, in *api.RunCommandRequest) (*api.RunCommandResponse, error) {
	if err := checkToken(in.ClientToken); err != nil {
		return nil, err
	}
	if k, found, err := once(c, in.ClientToken).EarlierOne(s.DB.Snapshot(), c.Now); err != nil || found {
		return s.ran(k), err
	}
	keep := action.Flag(in.KeepCommand)
	b := body{
		name: in.Name, description: in.Description, typ: in.Type, content: in.CommandContent, encoding: in.ContentEncoding, dir: in.WorkingDir,
		launcher: in.Launcher, timeout: in.Timeout, parameters: action.Flag(in.EnableParameter), limit: maxOnce,
	}
	if keep {
		b.limit = maxKept
	}
	cmd, err := b.record()
	if err != nil {
		return nil, err
	}
	h := how{
		action: "RunCommand", token: in.ClientToken, instances: in.InstanceID, resourceTags: in.ResourceTag, tags: in.Tag, parameters: in.Parameters,
		mode: in.RepeatMode, frequency: in.Frequency, user: in.Username, password: in.WindowsPasswordName, termination: in.TerminationMode,
		container: in.ContainerID, containerName: in.ContainerName, delivery: in.OssOutputDelivery, group: in.ResourceGroupID,
	}
	p, err := s.plan(c, s.DB.Snapshot(), cmd, &h, b.limit)
	if err != nil {
		return nil, err
	}
	p.rec.Kept = keep
	k, err := s.start(c, &h, p, func(tx *state.Tx) (_ ecs.Key, err error) {
		k := tx.NewKey(c.RegionCode())
		if !keep {
			return k, nil
		}
		rec := *cmd
		if rec.ResourceGroup, err = group(tx, c, in.ResourceGroupID); err != nil {
			return 0, err
		}
		rec.Account, rec.Created, rec.Tags, rec.Invocations = c.Caller.Account, tx.Now().Unix(), tag.Store(tx, in.Tag), 1
		return k, room(tx, c, func() { state.Commands.Put(tx, k, &rec) })
	})
	if err != nil {
		return nil, err
	}
	return s.ran(k), nil
}

func (s *Service) ran(k ecs.Key) *api.RunCommandResponse {
	out := &api.RunCommandResponse{InvokeID: ecs.ID(ecs.KindInvocation, k)}
	if inv, ok := state.Invocations.Get(s.DB.Snapshot(), k); ok {
		out.CommandID = ecs.ID(ecs.KindCommand, inv.Command)
	}
	return out
}

// room makes a command if an account may have one more in the region.
func room(tx *state.Tx, c *action.Call, put func()) error {
	if state.CommandsByAccount.Count(tx, state.Scope(c.Caller.Account, c.RegionCode())) >= maxCommands {
		return api.Errorf(api.CodeCmdCountExceedQuota, "The total number of commands in the current region exceeds the quota.")
	}
	put()
	return nil
}
