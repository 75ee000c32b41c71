package instance

import (
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DescribeTasks", (*Service).DescribeTasks)

// DescribeTasks lists the tasks of a region, newest first. A TaskStatus other
// than Finished, Processing and Failed asks for nothing, as documented.
func (s *Service) DescribeTasks(c *action.Call, req *api.DescribeTasksRequest) (*api.DescribeTasksResponse, error) {
	from, fromOK := ecs.ParseTime(req.StartTime)
	to, toOK := ecs.ParseTime(req.EndTime)
	var ids []string
	if req.TaskIDs != "" {
		ids = strings.Split(req.TaskIDs, ",")
	}
	switch {
	case req.StartTime != "" && !fromOK:
		return nil, action.Invalid("StartTime")
	case req.EndTime != "" && !toOK:
		return nil, action.Invalid("EndTime")
	case len(ids) > 100:
		return nil, action.Invalid("TaskIds")
	}
	page, err := s.Pager.Page(c, action.PageRequest{PageNumber: req.PageNumber, PageSize: req.PageSize, DefaultSize: 10, MaxSize: 100})
	if err != nil {
		return nil, err
	}
	snap := s.DB.Snapshot()
	group, isGroup := ecs.ParseTaskGroupID(req.TaskGroupID)
	match := func(k ecs.Key, t *ecs.Task) bool {
		at := time.Unix(t.Created, 0)
		status := t.Status().String()
		_, resource := taskResource(t)
		return t.Account == c.Caller.Account && k.Region() == c.Region.Code &&
			(req.TaskGroupID == "" || isGroup && t.Group == group) &&
			(ids == nil || slices.Contains(ids, ecs.ID(ecs.KindTask, k))) &&
			(len(req.ResourceIDs) == 0 || slices.Contains(req.ResourceIDs, resource)) &&
			(req.TaskAction == "" || req.TaskAction == snap.Str(t.Action)) &&
			(!slices.Contains([]string{"Finished", "Processing", "Failed"}, req.TaskStatus) || req.TaskStatus == status) &&
			(req.StartTime == "" || !at.Before(from)) && (req.EndTime == "" || !at.After(to))
	}
	scope := state.Scope(c.Caller.Account, c.Region.Code)
	rows, total, _ := action.List(page, func(below ecs.Key) iter.Seq2[ecs.Key, *ecs.Task] {
		return state.TasksByAccount.Descend(snap, scope, below)
	}, match, -1)
	out := &api.DescribeTasksResponse{PageNumber: page.Number, PageSize: page.Size, RegionID: c.Region.ID, TotalCount: total}
	for _, r := range rows {
		t := r.Record
		_, resource := taskResource(t)
		out.TaskSet.Task = append(out.TaskSet.Task, api.DescribeTasksTask{
			CreationTime: ecs.Minute(t.Created), FinishedTime: ecs.Minute(t.Finished), ResourceID: resource,
			SupportCancel: strconv.FormatBool(cancels(snap, t)), TaskAction: snap.Str(t.Action), TaskID: ecs.ID(ecs.KindTask, r.Key), TaskStatus: t.Status().String(),
		})
	}
	return out, nil
}
