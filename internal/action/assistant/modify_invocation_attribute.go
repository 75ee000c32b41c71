package assistant

import (
	"encoding/base64"
	"slices"
	"strings"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/command"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "ModifyInvocationAttribute", (*Service).ModifyInvocationAttribute)

// ModifyInvocationAttribute changes what an invocation that goes on by a schedule
// or at boots runs, with which parameters and how often, and adds instances to it.
// Runs under way go on as they began. New content makes a new command, which is
// kept if the old one was.
func (s *Service) ModifyInvocationAttribute(c *action.Call, in *api.ModifyInvocationAttributeRequest) (*api.ModifyInvocationAttributeResponse, error) {
	if err := checkToken(in.ClientToken); err != nil {
		return nil, err
	}
	snap := s.DB.Snapshot()
	out, once := &api.ModifyInvocationAttributeResponse{}, once(c, in.ClientToken)
	if k, found, err := once.EarlierOne(snap, c.Now); err != nil || found {
		out.CommandID = ecs.ID(ecs.KindCommand, k)
		return out, err
	}
	k, inv, err := findInvocation(c, snap, in.InvokeID)
	if err != nil {
		return nil, err
	}
	m, err := s.modify(c, snap, k, inv, in)
	if err != nil {
		return nil, err
	}
	return out, s.DB.Update(c.Context, func(tx *state.Tx) error {
		cmd, err := once.DoOne(tx, func() (ecs.Key, error) { return m.write(tx, c, k) })
		out.CommandID = ecs.ID(ecs.KindCommand, cmd)
		return err
	})
}

func findInvocation(c *action.Call, v state.View, id string) (ecs.Key, *ecs.Invocation, error) {
	k, r, ok := action.Find(c, v, state.Invocations, ecs.KindInvocation, func(r *ecs.Invocation) uint64 { return r.Account }, id)
	if !ok {
		return 0, nil, api.Errorf(api.CodeInvalidInvokeIdNotFound, "The specified invoke ID does not exist.").WithStatus(404)
	}
	return k, r, nil
}

// modified is an invocation as it is to be.
type modified struct {
	plan
	content bool // it runs something else
	often   bool // at other times
}

// modify checks a change of an invocation.
func (s *Service) modify(c *action.Call, v state.View, k ecs.Key, inv *ecs.Invocation, in *api.ModifyInvocationAttributeRequest) (*modified, error) {
	if inv.Mode == ecs.RepeatOnce || overall(results(v, k)).Ended() {
		return nil, api.Errorf(api.CodeOperationForbidden, "Only an invocation that goes on by a schedule or at boots can be modified.").WithStatus(403)
	}
	m := &modified{plan: plan{rec: *inv}}
	limit := maxOnce
	if inv.Kept {
		limit = maxKept
	}
	if in.EnableParameter != nil {
		m.rec.EnableParameter = *in.EnableParameter
	}
	if in.CommandContent != "" {
		text, err := decode(in.CommandContent, in.ContentEncoding, false)
		if err != nil {
			return nil, err
		}
		if base64.StdEncoding.EncodedLen(len(text)) > limit {
			return nil, tooLong()
		}
		m.content = text != inv.Content
		m.rec.Content = strings.Clone(text)
	}
	if m.rec.EnableParameter {
		if err := checkParameters(m.rec.Content); err != nil {
			return nil, err
		}
	}
	if strings.TrimSpace(string(in.Parameters)) != "" {
		m.rec.Parameters = nil
		if err := m.fill(in.Parameters, &ecs.Command{Content: m.rec.Content, EnableParameter: m.rec.EnableParameter}, limit); err != nil {
			return nil, err
		}
	}
	return m, s.extend(c, v, k, m, in)
}

// extend checks the times, which only a schedule has, and the instances to add.
func (s *Service) extend(c *action.Call, v state.View, k ecs.Key, m *modified, in *api.ModifyInvocationAttributeRequest) error {
	if m.rec.Mode == ecs.RepeatPeriod {
		m.often = in.Frequency != "" && in.Frequency != m.rec.Frequency
		if m.often {
			m.rec.Frequency = strings.Clone(in.Frequency)
		}
		if m.often || len(in.InstanceID) > 0 { // as for a new one: a run must follow
			if err := m.when(c, &how{frequency: m.rec.Frequency}); err != nil {
				return err
			}
		}
		f, err := ecs.ParseFrequency(m.rec.Frequency)
		if err != nil {
			return err
		}
		m.next, _ = f.Next(time.Unix(m.rec.Created, 0), c.Now) // as the runs that follow are counted
	}
	if len(in.InstanceID) == 0 {
		return nil
	}
	if err := s.targets(c, v, &m.plan, &how{instances: in.InstanceID}); err != nil {
		return err
	}
	have := results(v, k)
	m.targets = slices.DeleteFunc(m.targets, func(i ecs.Key) bool {
		return slices.ContainsFunc(have, func(r *ecs.InvocationResult) bool { return r.Instance == i })
	})
	if len(have)+len(m.targets) > maxTargets {
		return api.Errorf(api.CodeInstanceIdsExceedLimit, "The number of instance IDs exceeds the upper limit.")
	}
	return nil
}

// write changes the invocation and says which command it is of then.
func (m *modified) write(tx *state.Tx, c *action.Call, k ecs.Key) (ecs.Key, error) {
	if _, ok := state.Invocations.Get(tx, k); !ok {
		return 0, api.Errorf(api.CodeInvalidInvokeIdNotFound, "The specified invoke ID does not exist.").WithStatus(404)
	}
	inv := m.rec
	if m.content {
		inv.Command = tx.NewKey(k.Region())
		if inv.Kept {
			err := room(tx, c, func() {
				state.Commands.Put(tx, inv.Command, &ecs.Command{
					Account: inv.Account, Name: inv.Name, Description: inv.Description, Type: inv.Type, Content: inv.Content, Dir: inv.Dir, Timeout: inv.Timeout,
					EnableParameter: inv.EnableParameter, Created: tx.Now().Unix(), Tags: inv.Tags, Invocations: 1,
				})
			})
			if err != nil {
				return 0, err
			}
		}
	}
	state.Invocations.Put(tx, k, &inv)
	for rk, r := range state.ResultsByInvocation.Ascend(tx, uint64(k), 0) {
		if r.Command != inv.Command {
			n := *r
			n.Command, n.Updated = inv.Command, tx.Now().Unix()
			state.Results.Put(tx, rk, &n)
		}
		if m.often {
			command.Reschedule(tx, rk, r, m.next)
		}
	}
	command.Trim(tx, inv.Account, k.Region(), len(m.targets))
	for _, target := range m.targets {
		if _, ok := state.Instances.Get(tx, target); !ok {
			return 0, noInstance()
		}
		command.New(tx, ecs.InvocationResult{Account: inv.Account, Invocation: k, Command: inv.Command, Instance: target}, k.Region(), inv.Mode, m.next)
	}
	return inv.Command, nil
}
