package assistant

import (
	"iter"
	"slices"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DescribeCloudAssistantStatus", (*Service).DescribeCloudAssistantStatus)

// agentVersion is what the assistant of an instance calls itself: new enough for
// everything that clients ask a version for.
const agentVersion = "2.2.3.857"

// DescribeCloudAssistantStatus tells on which instances commands can be run: on
// those that run Linux, and run.
func (s *Service) DescribeCloudAssistantStatus(c *action.Call, in *api.DescribeCloudAssistantStatusRequest) (*api.DescribeCloudAssistantStatusResponse, error) {
	page, err := s.page(c, in.PageNumber, in.PageSize, in.MaxResults, in.NextToken)
	if err != nil {
		return nil, err
	}
	snap := s.DB.Snapshot()
	keys, _, err := instances(c, snap, in.InstanceID, 100)
	if err != nil {
		return nil, err
	}
	source := named(snap, keys)
	if len(keys) == 0 {
		source = func(below ecs.Key) iter.Seq2[ecs.Key, *ecs.Instance] {
			return state.InstancesByAccount.Descend(snap, state.Scope(c.Caller.Account, c.RegionCode()), below)
		}
	}
	if len(keys) > 0 && in.MaxResults == nil && in.NextToken == "" { // all that are named, whatever the page
		page.Number, page.Size = 1, max(len(keys), page.Size)
	}
	rows, total, next := action.List(page, source, func(_ ecs.Key, r *ecs.Instance) bool {
		return r.Account == c.Caller.Account && (in.OSType == "" || in.OSType == osType(s.windows(snap, r)))
	}, -1)
	out := &api.DescribeCloudAssistantStatusResponse{PageNumber: int64(page.Number), PageSize: int64(page.Size), TotalCount: int64(total), NextToken: next}
	list := make([]api.DescribeCloudAssistantStatusInstanceCloudAssistantStatus, len(rows))
	for i, r := range rows {
		s.showStatus(&list[i], snap, r.Key, r.Record, c.Now.Unix())
	}
	out.InstanceCloudAssistantStatusSet.InstanceCloudAssistantStatus = list
	return out, nil
}

// named gives instances, newest first.
func named(v state.View, keys []ecs.Key) func(below ecs.Key) iter.Seq2[ecs.Key, *ecs.Instance] {
	slices.Sort(keys)
	return func(below ecs.Key) iter.Seq2[ecs.Key, *ecs.Instance] {
		return func(yield func(ecs.Key, *ecs.Instance) bool) {
			for _, k := range slices.Backward(keys) {
				if r, ok := state.Instances.Get(v, k); ok && (below == 0 || k < below) && !yield(k, r) {
					return
				}
			}
		}
	}
}

func (s *Service) showStatus(o *api.DescribeCloudAssistantStatusInstanceCloudAssistantStatus, v state.View, k ecs.Key, r *ecs.Instance, now int64) {
	windows := s.windows(v, r)
	o.InstanceID, o.OSType, o.CloudAssistantStatus = ecs.ID(ecs.KindInstance, k), osType(windows), "false"
	if r.Status() == ecs.Running && !windows {
		o.CloudAssistantStatus, o.CloudAssistantVersion = "true", agentVersion
		o.LastHeartbeatTime = ecs.Second(now - now%60)
	}
	var last int64
	for _, e := range state.ResultsByInstance.Ascend(v, uint64(k), 0) {
		switch {
		case e.Status == ecs.InvocationRunning || e.Status == ecs.InvocationStopping:
			o.ActiveTaskCount++
		case e.Status.Ended() || e.Repeats > 0:
			o.InvocationCount++
		}
		last = max(last, e.Started)
	}
	o.LastInvokedTime = ecs.Second(last)
}
