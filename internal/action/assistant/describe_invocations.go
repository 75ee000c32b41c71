package assistant

import (
	"encoding/json"
	"iter"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/model/tag"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DescribeInvocations", (*Service).DescribeInvocations)

// DescribeInvocations lists invocations with what became of them on each
// instance, newest first. With an InstanceId the filters on the command and on
// the whole do not count, as documented.
func (s *Service) DescribeInvocations(c *action.Call, in *api.DescribeInvocationsRequest) (*api.DescribeInvocationsResponse, error) {
	if err := checkTags(in.Tag); err != nil {
		return nil, err
	}
	page, err := s.page(c, in.PageNumber, in.PageSize, in.MaxResults, in.NextToken)
	if err != nil {
		return nil, err
	}
	if action.Flag(in.IncludeOutput) && in.InvokeID == "" && in.InstanceID == "" {
		return nil, api.Errorf(api.CodeInvalidParameter, "IncludeOutput needs an InvokeId or an InstanceId.")
	}
	snap := s.DB.Snapshot()
	f := &invocationFilter{c: c, in: in, v: snap, tags: tag.NewFilter(snap, in.Tag), groups: resource.NewGroupFilter(snap, c.Caller.Account, in.ResourceGroupID)}
	rows, total, next := action.List(page, f.source(), f.match, -1)
	out := &api.DescribeInvocationsResponse{PageNumber: int64(page.Number), PageSize: int64(page.Size), TotalCount: int64(total), NextToken: next}
	out.Invocations.Invocation = make([]api.DescribeInvocationsInvocation, len(rows))
	for i, r := range rows {
		showInvocation(&out.Invocations.Invocation[i], snap, r.Key, r.Record, f.instance, in)
	}
	return out, nil
}

type invocationFilter struct {
	c        *action.Call
	in       *api.DescribeInvocationsRequest
	v        state.View
	tags     tag.Filter
	groups   resource.GroupFilter
	instance ecs.Key
	command  ecs.Key
}

// source gives the invocations by the narrowest index there is.
func (f *invocationFilter) source() func(below ecs.Key) iter.Seq2[ecs.Key, *ecs.Invocation] {
	none := func(ecs.Key) iter.Seq2[ecs.Key, *ecs.Invocation] { return func(func(ecs.Key, *ecs.Invocation) bool) {} }
	var invocation ecs.Key
	for _, id := range []struct {
		id   string
		kind ecs.Kind
		to   *ecs.Key
	}{{f.in.InvokeID, ecs.KindInvocation, &invocation}, {f.in.InstanceID, ecs.KindInstance, &f.instance}, {f.in.CommandID, ecs.KindCommand, &f.command}} {
		if id.id != "" {
			k, ok := ecs.ParseID(id.kind, id.id)
			if !ok || k.Region() != f.c.RegionCode() {
				return none
			}
			*id.to = k
		}
	}
	account, region := f.c.Caller.Account, f.c.RegionCode()
	return func(below ecs.Key) iter.Seq2[ecs.Key, *ecs.Invocation] {
		switch {
		case invocation != 0:
			return func(yield func(ecs.Key, *ecs.Invocation) bool) {
				if r, ok := state.Invocations.Get(f.v, invocation); ok && (below == 0 || invocation < below) {
					yield(invocation, r)
				}
			}
		case f.instance != 0: // an invocation has one result for an instance
			return func(yield func(ecs.Key, *ecs.Invocation) bool) {
				for _, r := range state.ResultsByInstance.Descend(f.v, uint64(f.instance), 0) {
					if below != 0 && r.Invocation >= below {
						continue
					}
					if inv, ok := state.Invocations.Get(f.v, r.Invocation); ok && !yield(r.Invocation, inv) {
						return
					}
				}
			}
		case f.command != 0:
			return state.InvocationsByCommand.Descend(f.v, uint64(f.command), below)
		}
		if f.groups.Given() {
			key, ok := f.groups.Key()
			if !ok {
				return none(0)
			}
			return state.InvocationsByResourceGroup.Descend(f.v, key, below)
		}
		if key, ok := f.tags.Key(account, region); ok {
			return state.InvocationsByTag.Descend(f.v, key, below)
		}
		return state.InvocationsByAccount.Descend(f.v, state.Scope(account, region), below)
	}
}

func (f *invocationFilter) match(k ecs.Key, r *ecs.Invocation) bool {
	if r.Account != f.c.Caller.Account || k.Region() != f.c.RegionCode() || !f.groups.Match(r.ResourceGroup) || !f.tags.Match(r.Tags) || f.command != 0 && r.Command != f.command {
		return false
	}
	list := results(f.v, k)
	if f.instance != 0 {
		return containsFunc(list, func(r *ecs.InvocationResult) bool { return r.Instance == f.instance })
	}
	in := f.in
	if !matchName(in.CommandName, r.Name) || in.CommandType != "" && r.Type.String() != in.CommandType || in.RepeatMode != "" && r.Mode.String() != in.RepeatMode {
		return false
	}
	status := overall(list)
	if w := in.InvokeStatus; w != "" && w != status.String() && w != status.Old() {
		return false
	}
	return in.Timed == nil || *in.Timed == timed(r, status)
}

// timed reports whether runs of an invocation still begin by themselves.
func timed(r *ecs.Invocation, status ecs.InvocationStatus) bool {
	return r.Mode != ecs.RepeatOnce && !status.Ended() && status != ecs.InvocationStopping
}

func showInvocation(o *api.DescribeInvocationsInvocation, v state.View, k ecs.Key, r *ecs.Invocation, instance ecs.Key, in *api.DescribeInvocationsRequest) {
	list := results(v, k)
	status := overall(list)
	o.InvokeID, o.CommandID, o.CommandName, o.CommandDescription = ecs.ID(ecs.KindInvocation, k), ecs.ID(ecs.KindCommand, r.Command), r.Name, r.Description
	o.CommandType, o.CommandContent, o.WorkingDir, o.Username = r.Type.String(), encode(r.Content, in.ContentEncoding), r.Dir, r.User
	o.Timeout, o.Frequency, o.RepeatMode, o.Timed, o.TerminationMode = int64(r.Timeout), r.Frequency, r.Mode.String(), timed(r, status), termination(r)
	o.CreationTime, o.InvocationStatus, o.InvokeStatus = ecs.Second(r.Created), status.String(), status.Old()
	o.Parameters = "{}"
	if len(r.Parameters) > 0 {
		m := map[string]string{}
		for _, p := range r.Parameters {
			m[p.Name] = p.Value
		}
		if b, err := json.Marshal(m); err == nil {
			o.Parameters = string(b)
		}
	}
	o.Tags.Tag = tag.Show(v, r.Tags)
	for _, e := range list {
		if instance != 0 && e.Instance != instance {
			continue
		}
		x := api.DescribeInvocationsInvocationInvokeInstance{
			InstanceID: ecs.ID(ecs.KindInstance, e.Instance), InvocationStatus: e.Status.String(), InstanceInvokeStatus: e.Status.Old(), Repeats: int(e.Repeats),
			CreationTime: ecs.Second(e.Created), StartTime: ecs.Second(e.Started), FinishTime: ecs.Second(e.Finished), StopTime: ecs.Second(e.Stopped),
			UpdateTime: ecs.Second(e.Updated), ExitCode: int64(e.ExitCode), ErrorCode: v.Str(e.ErrorCode), ErrorInfo: v.Str(e.ErrorInfo), Dropped: int(e.Dropped),
			Timed: timed(r, e.Status),
		}
		if action.Flag(in.IncludeOutput) {
			x.Output = encode(string(e.Output), in.ContentEncoding)
		}
		o.InvokeInstances.InvokeInstance = append(o.InvokeInstances.InvokeInstance, x)
	}
}
