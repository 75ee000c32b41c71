package assistant

import (
	"iter"
	"strconv"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/model/tag"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DescribeSendFileResults", (*Service).DescribeSendFileResults)

// DescribeSendFileResults lists the files that were sent with what became of
// them on each instance, newest first.
func (s *Service) DescribeSendFileResults(c *action.Call, in *api.DescribeSendFileResultsRequest) (*api.DescribeSendFileResultsResponse, error) {
	if err := checkTags(in.Tag); err != nil {
		return nil, err
	}
	page, err := s.page(c, in.PageNumber, in.PageSize, in.MaxResults, in.NextToken)
	if err != nil {
		return nil, err
	}
	snap := s.DB.Snapshot()
	tags, groups := tag.NewFilter(snap, in.Tag), resource.NewGroupFilter(snap, c.Caller.Account, in.ResourceGroupID)
	var invocation, instance ecs.Key
	known := true
	if in.InvokeID != "" {
		k, ok := ecs.ParseID(ecs.KindFileTransfer, in.InvokeID)
		invocation, known = k, known && ok && k.Region() == c.RegionCode()
	}
	if in.InstanceID != "" {
		k, ok := ecs.ParseID(ecs.KindInstance, in.InstanceID)
		instance, known = k, known && ok && k.Region() == c.RegionCode()
	}
	source := func(below ecs.Key) iter.Seq2[ecs.Key, *ecs.FileTransfer] {
		switch {
		case !known:
			return func(func(ecs.Key, *ecs.FileTransfer) bool) {}
		case invocation != 0:
			return func(yield func(ecs.Key, *ecs.FileTransfer) bool) {
				if f, ok := state.FileTransfers.Get(snap, invocation); ok && (below == 0 || invocation < below) {
					yield(invocation, f)
				}
			}
		case instance != 0:
			return func(yield func(ecs.Key, *ecs.FileTransfer) bool) {
				for _, r := range state.ResultsByInstance.Descend(snap, uint64(instance), 0) {
					if f, ok := state.FileTransfers.Get(snap, r.Invocation); ok && (below == 0 || r.Invocation < below) && !yield(r.Invocation, f) {
						return
					}
				}
			}
		}
		if groups.Given() {
			key, ok := groups.Key()
			if !ok {
				return func(func(ecs.Key, *ecs.FileTransfer) bool) {}
			}
			return state.FileTransfersByResourceGroup.Descend(snap, key, below)
		}
		if key, ok := tags.Key(c.Caller.Account, c.RegionCode()); ok {
			return state.FileTransfersByTag.Descend(snap, key, below)
		}
		return state.FileTransfersByAccount.Descend(snap, state.Scope(c.Caller.Account, c.RegionCode()), below)
	}
	rows, total, next := action.List(page, source, func(k ecs.Key, r *ecs.FileTransfer) bool {
		if r.Account != c.Caller.Account || k.Region() != c.RegionCode() || !groups.Match(r.ResourceGroup) || in.Name != "" && in.Name != r.Name || !tags.Match(r.Tags) {
			return false
		}
		list := results(snap, k)
		if in.InvocationStatus != "" && overall(list).String() != in.InvocationStatus {
			return false
		}
		return instance == 0 || containsFunc(list, func(r *ecs.InvocationResult) bool { return r.Instance == instance })
	}, -1)
	out := &api.DescribeSendFileResultsResponse{PageNumber: int64(page.Number), PageSize: int64(page.Size), TotalCount: int64(total), NextToken: next}
	out.Invocations.Invocation = make([]api.DescribeSendFileResultsInvocation, len(rows))
	for i, r := range rows {
		showFile(&out.Invocations.Invocation[i], snap, r.Key, r.Record, instance)
	}
	return out, nil
}

func showFile(o *api.DescribeSendFileResultsInvocation, v state.View, k ecs.Key, r *ecs.FileTransfer, instance ecs.Key) {
	list := results(v, k)
	o.InvokeID, o.Name, o.Description, o.TargetDir = ecs.ID(ecs.KindFileTransfer, k), r.Name, r.Description, r.Dir
	o.Content, o.ContentType = string(r.Data), "PlainText"
	if r.Base64 {
		o.Content, o.ContentType = encode(string(r.Data), ""), "Base64"
	}
	o.FileOwner, o.FileGroup, o.FileMode, o.Overwrite = r.Owner, r.Group, r.Mode, strconv.FormatBool(r.Overwrite)
	o.CreationTime, o.InvocationStatus, o.VmCount = ecs.Second(r.Created), overall(list).String(), len(list)
	o.Tags.Tag = tag.Show(v, r.Tags)
	for _, e := range list {
		if instance != 0 && e.Instance != instance {
			continue
		}
		o.InvokeInstances.InvokeInstance = append(o.InvokeInstances.InvokeInstance, api.DescribeSendFileResultsInvocationInvokeInstance{
			InstanceID: ecs.ID(ecs.KindInstance, e.Instance), InvocationStatus: e.Status.String(), CreationTime: ecs.Second(e.Created), StartTime: ecs.Second(e.Started),
			FinishTime: ecs.Second(e.Finished), UpdateTime: ecs.Second(e.Updated), ErrorCode: v.Str(e.ErrorCode), ErrorInfo: v.Str(e.ErrorInfo),
		})
	}
}
