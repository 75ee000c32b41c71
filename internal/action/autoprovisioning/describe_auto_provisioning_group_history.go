package autoprovisioning

import (
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
)

var _ = action.Handle(&actions, "DescribeAutoProvisioningGroupHistory", (*Service).DescribeAutoProvisioningGroupHistory)

// DescribeAutoProvisioningGroupHistory lists the scheduling tasks of a group,
// newest first: the one that delivered its capacity, and those that kept it, with
// what came of each config.
func (s *Service) DescribeAutoProvisioningGroupHistory(c *action.Call, in *api.DescribeAutoProvisioningGroupHistoryRequest) (*api.DescribeAutoProvisioningGroupHistoryResponse, error) {
	snap := s.DB.Snapshot()
	_, r, err := find(c, snap, in.AutoProvisioningGroupID)
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
	tasks := append([]ecs.ProvisioningTask{{Began: r.Created, Last: r.Created, Launches: r.Launches}}, r.History...)
	slices.Reverse(tasks)
	task := func(ecs.Key) iter.Seq2[ecs.Key, *ecs.ProvisioningTask] {
		return func(yield func(ecs.Key, *ecs.ProvisioningTask) bool) {
			for i := range tasks {
				at := time.Unix(tasks[i].Began, 0)
				if (from.IsZero() || !at.Before(from)) && (to.IsZero() || !at.After(to)) && !yield(ecs.Key(i), &tasks[i]) {
					return
				}
			}
		}
	}
	rows, total, _ := action.List(page, task, nil, -1)
	out := &api.DescribeAutoProvisioningGroupHistoryResponse{PageNumber: page.Number, PageSize: page.Size, TotalCount: total}
	list := &out.AutoProvisioningGroupHistories.AutoProvisioningGroupHistory
	for _, row := range rows {
		t := row.Record
		o := api.DescribeAutoProvisioningGroupHistoryAutoProvisioningGroupHistory{
			TaskID: taskID(in.AutoProvisioningGroupID, r, t), StartTime: ecs.Second(t.Began), LastEventTime: ecs.Second(t.Last), Status: "success",
		}
		made := len(t.Removed) > 0
		if made {
			what := "removed from the group"
			if t.Released {
				what = "released"
			}
			o.ActivityDetails.ActivityDetail = append(o.ActivityDetails.ActivityDetail, api.DescribeAutoProvisioningGroupHistoryAutoProvisioningGroupHistoryActivityDetail{
				Status: "Successful", Detail: `ECS instances "` + idsOf(t.Removed) + `" ` + what + ".",
			})
		}
		for _, l := range t.Launches {
			a := api.DescribeAutoProvisioningGroupHistoryAutoProvisioningGroupHistoryActivityDetail{Status: "Successful"}
			if len(l.Instances) == 0 {
				a.Status, a.Detail = "Failed", snap.Str(l.Code)+": "+l.Message
			} else {
				made = true
				a.Detail = `New ECS instances "` + idsOf(l.Instances) + `" created.`
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

// taskID is the identifier of a task: the group's own for the first, and with the
// time for those after it, which are never two at one time.
func taskID(group string, r *ecs.ProvisioningGroup, t *ecs.ProvisioningTask) string {
	id := "apg-task-" + strings.TrimPrefix(group, "apg-")
	if t.Began == r.Created {
		return id
	}
	return id + "-" + strconv.FormatInt(t.Began, 36)
}

func idsOf(instances []ecs.Key) string {
	ids := make([]string, len(instances))
	for i, k := range instances {
		ids[i] = ecs.ID(ecs.KindInstance, k)
	}
	return strings.Join(ids, ", ")
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
