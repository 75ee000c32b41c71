package assistant

import (
	"iter"
	"slices"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/model/tag"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DescribeInvocationResults", (*Service).DescribeInvocationResults)

// DescribeInvocationResults shows what became of invocations on each instance,
// newest first.
func (s *Service) DescribeInvocationResults(c *action.Call, in *api.DescribeInvocationResultsRequest) (*api.DescribeInvocationResultsResponse, error) {
	if err := checkTags(in.Tag); err != nil {
		return nil, err
	}
	page, err := s.page(c, in.PageNumber, in.PageSize, in.MaxResults, in.NextToken)
	if err != nil {
		return nil, err
	}
	if action.Flag(in.IncludeHistory) && in.InvokeID == "" {
		return nil, api.Errorf(api.CodeInvalidParameter, "IncludeHistory needs the InvokeId of a scheduled invocation.")
	}
	snap := s.DB.Snapshot()
	var instance, command, invocation ecs.Key
	known := true
	for _, f := range []struct {
		id   string
		kind ecs.Kind
		to   *ecs.Key
	}{{in.InstanceID, ecs.KindInstance, &instance}, {in.CommandID, ecs.KindCommand, &command}, {in.InvokeID, ecs.KindInvocation, &invocation}} {
		if f.id != "" {
			k, ok := ecs.ParseID(f.kind, f.id)
			*f.to = k
			known = known && ok && k.Region() == c.RegionCode()
		}
	}
	source := func(below ecs.Key) iter.Seq2[ecs.Key, *ecs.InvocationResult] {
		switch {
		case !known:
			return func(func(ecs.Key, *ecs.InvocationResult) bool) {}
		case invocation != 0 && action.Flag(in.IncludeHistory) && state.ResultsByRun.Count(snap, uint64(invocation)) > 0:
			return state.ResultsByRun.Descend(snap, uint64(invocation), below)
		case invocation != 0:
			return state.ResultsByInvocation.Descend(snap, uint64(invocation), below)
		case instance != 0:
			return state.ResultsByInstance.Descend(snap, uint64(instance), below)
		case command != 0:
			return state.ResultsByCommand.Descend(snap, uint64(command), below)
		}
		return state.ResultsByAccount.Descend(snap, state.Scope(c.Caller.Account, c.RegionCode()), below)
	}
	tags, groups := tag.NewFilter(snap, in.Tag), resource.NewGroupFilter(snap, c.Caller.Account, in.ResourceGroupID)
	match := func(_ ecs.Key, r *ecs.InvocationResult) bool {
		if r.Account != c.Caller.Account || r.File || instance != 0 && r.Instance != instance || command != 0 && r.Command != command {
			return false
		}
		if w := in.InvokeRecordStatus; w != "" && w != recordStatus(snap, r) && w != r.Status.String() {
			return false
		}
		if tags.Empty() && !groups.Given() {
			return true
		}
		inv, ok := state.Invocations.Get(snap, r.Invocation)
		return ok && tags.Match(inv.Tags) && groups.Match(inv.ResourceGroup)
	}
	rows, total, next := action.List(page, source, match, -1)
	out := &api.DescribeInvocationResultsResponse{}
	out.Invocation.PageNumber, out.Invocation.PageSize, out.Invocation.TotalCount, out.Invocation.NextToken = int64(page.Number), int64(page.Size), int64(total), next
	list := make([]api.DescribeInvocationResultsInvocationInvocationResult, len(rows))
	for i, r := range rows {
		showResult(&list[i], snap, r.Record, in.ContentEncoding)
	}
	out.Invocation.InvocationResults.InvocationResult = list
	return out, nil
}

// recordStatus is the status in the older words. What is scheduled is Running
// until it is stopped.
func recordStatus(v state.View, r *ecs.InvocationResult) string { return r.Status.Old() }

func showResult(o *api.DescribeInvocationResultsInvocationInvocationResult, v state.View, r *ecs.InvocationResult, encoding string) {
	o.CommandID, o.InvokeID, o.InstanceID = ecs.ID(ecs.KindCommand, r.Command), ecs.ID(ecs.KindInvocation, r.Invocation), ecs.ID(ecs.KindInstance, r.Instance)
	o.InvocationStatus, o.InvokeRecordStatus = r.Status.String(), recordStatus(v, r)
	o.StartTime, o.FinishedTime, o.StopTime = ecs.Second(r.Started), ecs.Second(r.Finished), ecs.Second(r.Stopped)
	o.ExitCode, o.ErrorCode, o.ErrorInfo = int64(r.ExitCode), v.Str(r.ErrorCode), v.Str(r.ErrorInfo)
	o.Output, o.Dropped, o.Repeats = encode(string(r.Output), encoding), int(r.Dropped), int(r.Repeats)
	o.TerminationMode = "ProcessTree"
	if inv, ok := state.Invocations.Get(v, r.Invocation); ok {
		o.Username = inv.User
		o.TerminationMode = termination(inv)
		o.Tags.Tag = tag.Show(v, inv.Tags)
	}
}

func termination(i *ecs.Invocation) string {
	if i.Process {
		return "Process"
	}
	return "ProcessTree"
}

// results are the current results of an invocation, in the order they were made.
func results(v state.View, k ecs.Key) (list []*ecs.InvocationResult) {
	for _, r := range state.ResultsByInvocation.Ascend(v, uint64(k), 0) {
		list = append(list, r)
	}
	return list
}

// overall is the status of the whole of an invocation.
func overall(list []*ecs.InvocationResult) ecs.InvocationStatus {
	each := make([]ecs.InvocationStatus, len(list))
	for i, r := range list {
		each[i] = r.Status
	}
	return ecs.OverallStatus(slices.Clip(each))
}
