package assistant

import (
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "InvokeCommand", (*Service).InvokeCommand)

// InvokeCommand runs a command that was kept on instances.
func (s *Service) InvokeCommand(c *action.Call, in *api.InvokeCommandRequest) (*api.InvokeCommandResponse, error) {
	if err := checkToken(in.ClientToken); err != nil {
		return nil, err
	}
	snap := s.DB.Snapshot()
	if k, found, err := once(c, in.ClientToken).EarlierOne(snap, c.Now); err != nil || found {
		return &api.InvokeCommandResponse{InvokeID: ecs.ID(ecs.KindInvocation, k)}, err
	}
	k, kept, err := find(c, snap, in.CommandID)
	if err != nil {
		return nil, err
	}
	cmd := *kept
	if in.WorkingDir != "" {
		if err := checkDir(in.WorkingDir); err != nil {
			return nil, err
		}
		cmd.Dir = strings.Clone(in.WorkingDir)
	}
	if cmd.Timeout, err = seconds(in.Timeout, cmd.Timeout); err != nil {
		return nil, err
	}
	h := how{
		action: "InvokeCommand", token: in.ClientToken, instances: in.InstanceID, resourceTags: in.ResourceTag, tags: in.Tag, parameters: in.Parameters,
		mode: in.RepeatMode, frequency: in.Frequency, user: in.Username, password: in.WindowsPasswordName, termination: in.TerminationMode,
		launcher: in.Launcher, container: in.ContainerID, containerName: in.ContainerName, delivery: in.OssOutputDelivery, group: in.ResourceGroupID,
	}
	p, err := s.plan(c, snap, &cmd, &h, maxKept)
	if err != nil {
		return nil, err
	}
	p.rec.Kept = true
	invocation, err := s.start(c, &h, p, func(tx *state.Tx) (ecs.Key, error) {
		_, r, err := find(c, tx, in.CommandID)
		if err != nil {
			return 0, err
		}
		n := *r
		n.Invocations++
		state.Commands.Put(tx, k, &n)
		return k, nil
	})
	if err != nil {
		return nil, err
	}
	return &api.InvokeCommandResponse{InvokeID: ecs.ID(ecs.KindInvocation, invocation)}, nil
}
