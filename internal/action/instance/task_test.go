package instance_test

import (
	"slices"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// tasks writes tasks as imports and exports leave them: each under way,
// finished or failed.
func tasks(s *actiontest.Service) (ids map[string]string, image string) {
	s.T.Helper()
	ids = map[string]string{}
	s.Update(func(tx *state.Tx) {
		region, _ := s.Catalog.Region("cn-hangzhou")
		img := tx.NewKey(region.Code)
		image = ecs.ID(ecs.KindImage, img)
		for _, c := range []struct {
			name, action string
			work         ecs.Work
		}{
			{"failed", "ExportImage", ecs.Work{Op: ecs.WorkCreate, Gen: 1, Done: 1, Failure: tx.Sym("the bucket is gone")}},
			{"finished", "ExportImage", ecs.Work{Op: ecs.WorkCreate, Gen: 1, Done: 1}},
			{"moved", "ModifyDiskSpec", ecs.Work{Op: ecs.WorkCreate, Gen: 1}},
			{"under way", "ExportImage", ecs.Work{Op: ecs.WorkCreate, Gen: 1, Percent: 40}},
		} {
			k := tx.NewKey(region.Code)
			t := &ecs.Task{Account: actiontest.Account, Action: tx.Sym(c.action), Image: img, Created: tx.Now().Unix(), Work: c.work}
			if c.work.Settled() {
				t.Finished = tx.Now().Unix()
			}
			state.Tasks.Put(tx, k, t)
			ids[c.name] = ecs.ID(ecs.KindTask, k)
		}
	})
	return ids, image
}

func TestTasks(t *testing.T) {
	s := actiontest.Start(t)
	ids, image := tasks(s)
	names := func(params ...string) (out []string) {
		t.Helper()
		got := actiontest.Call[api.DescribeTasksResponse](s, "DescribeTasks", append([]string{"RegionId", "cn-hangzhou"}, params...)...)
		for _, task := range got.TaskSet.Task {
			for name, id := range ids {
				if id == task.TaskID {
					out = append(out, name)
				}
			}
		}
		return out
	}
	for _, c := range []struct{ params, want []string }{
		{nil, []string{"under way", "moved", "finished", "failed"}},
		{[]string{"TaskStatus", "Processing"}, []string{"under way", "moved"}},
		{[]string{"TaskStatus", "Finished"}, []string{"finished"}},
		{[]string{"TaskStatus", "Failed"}, []string{"failed"}},
		{[]string{"TaskStatus", "Waiting"}, []string{"under way", "moved", "finished", "failed"}},
		{[]string{"TaskAction", "ModifyDiskSpec"}, []string{"moved"}},
		{[]string{"TaskIds", ids["moved"] + "," + ids["failed"]}, []string{"moved", "failed"}},
		{[]string{"ResourceIds.1", image}, []string{"under way", "moved", "finished", "failed"}},
		{[]string{"ResourceIds.1", "m-none"}, nil},
		{[]string{"StartTime", "2027-01-01T00:00:00Z"}, nil},
		{[]string{"EndTime", "2026-01-01T00:00:00Z"}, nil},
		{[]string{"PageSize", "3", "PageNumber", "2"}, []string{"failed"}},
	} {
		if got := names(c.params...); !slices.Equal(got, c.want) {
			t.Errorf("%v: %v", c.params, got)
		}
	}
	see := func(name string) *api.DescribeTaskAttributeResponse {
		t.Helper()
		return actiontest.Call[api.DescribeTaskAttributeResponse](s, "DescribeTaskAttribute", "RegionId", "cn-hangzhou", "TaskId", ids[name])
	}
	if got := see("under way"); got.TaskStatus != "Processing" || got.TaskProcess != "40%" || got.SupportCancel != "true" || got.FinishedTime != "" {
		t.Errorf("%+v", got)
	}
	if got := see("finished"); got.TaskStatus != "Finished" || got.TaskProcess != "100%" || got.SuccessCount != 1 || got.SupportCancel != "false" || got.FinishedTime == "" {
		t.Errorf("%+v", got)
	}
	if got := see("failed"); got.TaskStatus != "Failed" || got.FailedCount != 1 || got.OperationProgressSet.OperationProgress[0].ErrorMsg != "the bucket is gone" {
		t.Errorf("%+v", got)
	}
	cancel := []string{"RegionId", "cn-hangzhou", "TaskId", ids["under way"]}
	s.Do("CancelTask", cancel...)
	if got := see("under way"); got.TaskStatus != "Deleted" || got.FailedCount != 1 || got.SupportCancel != "false" || got.FinishedTime == "" {
		t.Errorf("%+v", got)
	}
	const none = `The specified "TaskId" is not found.`
	s.Refusals(t, "CancelTask", cancel, []actiontest.Refusal{
		{"again", nil, 403, "InvalidTaskId.IncorrectTaskStatus", ""},
		{"of a disk", []string{"TaskId", ids["moved"]}, 403, "InvalidTaskId.TaskActionNotSupport", ""},
		{"none", []string{"TaskId", "t-none"}, 400, "InvalidTaskId.NotFound", none},
	})
	for _, action := range []string{"CancelTask", "DescribeTaskAttribute"} {
		s.Refuse(400, "InvalidTaskId.NotFound", none, action, "RegionId", "cn-beijing", "TaskId", ids["moved"])
		s.As(s.Other).Refuse(400, "InvalidTaskId.NotFound", none, action, cancel...)
	}
	s.Refusals(t, "DescribeTasks", []string{"RegionId", "cn-hangzhou"}, []actiontest.Refusal{
		{"start", []string{"StartTime", "soon"}, 400, "InvalidParameter", ""},
		{"end", []string{"EndTime", "late"}, 400, "InvalidParameter", ""},
		{"size", []string{"PageSize", "101"}, 400, "InvalidParameter", ""},
	})
}
