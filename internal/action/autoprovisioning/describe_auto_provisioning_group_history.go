package autoprovisioning

import (
	"iter"
	"strings"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
)

var _ = action.Handle(&actions, "DescribeAutoProvisioningGroupHistory", (*Service).DescribeAutoProvisioningGroupHistory)

// DescribeAutoProvisioningGroupHistory lists the scheduling tasks of a group: the
// one that delivered its capacity, with what came of each config.
func (s *Service) DescribeAutoProvisioningGroupHistory(c *action.Call, in *api.DescribeAutoProvisioningGroupHistoryRequest) (*api.DescribeAutoProvisioningGroupHistoryResponse, error) {
	snap := s.DB.Snapshot()
	k, r, err := find(c, snap, in.AutoProvisioningGroupID)
	if err != nil {
		return nil, err
	}
	from, err := bound("StartTime", in.StartTime)
	if err != nil {
		return nil, err
	}
	to, err := bound("EndTime", in.EndTime)
	if err != nil {
		return nil, err
	}
	page, err := s.Pager.Page(c, action.PageRequest{PageNumber: in.PageNumber, PageSize: in.PageSize, DefaultSize: 10, MaxSize: 100})
	if err != nil {
		return nil, err
	}
	at := time.Unix(r.Created, 0)
	task := func(ecs.Key) iter.Seq2[ecs.Key, *ecs.ProvisioningGroup] {
		return func(yield func(ecs.Key, *ecs.ProvisioningGroup) bool) {
			if (from.IsZero() || !at.Before(from)) && (to.IsZero() || !at.After(to)) {
				yield(k, r)
			}
		}
	}
	rows, total, _ := action.List(page, task, nil, -1)
	out := &api.DescribeAutoProvisioningGroupHistoryResponse{PageNumber: page.Number, PageSize: page.Size, TotalCount: total}
	list := &out.AutoProvisioningGroupHistories.AutoProvisioningGroupHistory
	for range rows {
		o := api.DescribeAutoProvisioningGroupHistoryAutoProvisioningGroupHistory{
			TaskID: "apg-task-" + strings.TrimPrefix(in.AutoProvisioningGroupID, "apg-"), StartTime: ecs.Second(r.Created), LastEventTime: ecs.Second(r.Created), Status: "success",
		}
		made := false
		for _, l := range r.Launches {
			a := api.DescribeAutoProvisioningGroupHistoryAutoProvisioningGroupHistoryActivityDetail{Status: "Successful"}
			if len(l.Instances) == 0 {
				a.Status, a.Detail = "Failed", snap.Str(l.Code)+": "+l.Message
			} else {
				made = true
				ids := make([]string, len(l.Instances))
				for i, k := range l.Instances {
					ids[i] = ecs.ID(ecs.KindInstance, k)
				}
				a.Detail = `New ECS instances "` + strings.Join(ids, ", ") + `" created.`
			}
			o.ActivityDetails.ActivityDetail = append(o.ActivityDetails.ActivityDetail, a)
		}
		if !made {
			o.Status = "failed"
		}
		*list = append(*list, o)
	}
	return out, nil
}

// bound reads an end of a range of time; zero for none.
func bound(name, value string) (time.Time, error) {
	if value == "" {
		return time.Time{}, nil
	}
	t, ok := ecs.ParseTime(value)
	if !ok {
		return time.Time{}, action.Invalid(name)
	}
	return t, nil
}
