package disk_test

import (
	"strings"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

func tasks(s *actiontest.Service, params ...string) []api.DescribeTasksTask {
	s.T.Helper()
	return actiontest.Call[api.DescribeTasksResponse](s, "DescribeTasks", params...).TaskSet.Task
}

// tasksOfDisks asks for a change of a disk and for a clone, and follows both by
// the tasks that are answered.
func tasksOfDisks(s *actiontest.Service) {
	source := s.DataDisk("Size", "500")
	i := s.Instance()
	s.Settle()
	s.Do("AttachDisk", "DiskId", source, "InstanceId", i)
	s.Settle()
	change := actiontest.Call[api.ModifyDiskSpecResponse](s, "ModifyDiskSpec", "DiskId", source, "PerformanceLevel", "PL2", "DiskCategory", "cloud_essd")
	s.Settle()
	group := actiontest.Call[api.CloneDisksResponse](s, "CloneDisks", "SourceDiskId", source, "DiskCategory", "cloud_essd", "Size", "2000", "MultiAttach", "Disabled", "DiskName", "clone").TaskGroupID
	s.Settle()
	if l := tasks(s, "TaskIds", change.TaskID); len(l) != 1 || l[0].TaskAction != "ModifyDiskSpec" || l[0].ResourceID != source || l[0].TaskStatus != "Finished" || l[0].SupportCancel != "false" {
		s.T.Errorf("%+v", l)
	}
	clone := disks(s, "DiskName", "clone")[0].DiskID
	l := tasks(s, "TaskGroupId", group)
	if len(l) != 1 || l[0].TaskAction != "CloneDisks" || l[0].ResourceID != clone || l[0].TaskStatus != "Finished" {
		s.T.Fatalf("%+v", l)
	}
	a := actiontest.Call[api.DescribeTaskAttributeResponse](s, "DescribeTaskAttribute", "TaskId", l[0].TaskID)
	if a.TaskStatus != "Finished" || a.TaskProcess != "100%" || a.SuccessCount != 1 || a.OperationProgressSet.OperationProgress[0].RelatedItemSet.RelatedItem[0].Name != "DiskId" {
		s.T.Errorf("%+v", a)
	}
	if l := tasks(s, "TaskGroupId", "tg-x"); len(l) != 0 {
		s.T.Errorf("%+v", l)
	}
	s.Refuse(403, "InvalidTaskId.TaskActionNotSupport", "", "CancelTask", "TaskId", change.TaskID)
	s.Do("DeleteDisk", "DiskId", clone)
	s.Do("DetachDisk", "DiskId", source, "InstanceId", i)
	s.Settle()
	s.Do("DeleteDisk", "DiskId", source)
	s.Do("DeleteInstance", "InstanceId", i, "Force", "true")
	s.Settle()
	s.NothingLeft()
}

func TestTasks(t *testing.T) {
	t.Run("restarts", func(t *testing.T) { actiontest.EachRestart(t, tasksOfDisks) })
	t.Run("faults", func(t *testing.T) { actiontest.EachFault(t, tasksOfDisks) })
}

// A task is under way as long as its disk is.
func TestTaskProcessing(t *testing.T) {
	s := actiontest.Start(t, actiontest.Stepped())
	disk := s.DataDisk()
	s.Settle()
	group := actiontest.Call[api.CloneDisksResponse](s, "CloneDisks", "SourceDiskId", disk, "DiskCategory", "cloud_essd", "Size", "2000", "MultiAttach", "Disabled", "DiskName", "clone").TaskGroupID
	s.Quiet()
	l := tasks(s, "TaskGroupId", group)
	if len(l) != 1 || l[0].TaskStatus != "Processing" || l[0].FinishedTime != "" {
		t.Fatalf("%+v", l)
	}
	if a := actiontest.Call[api.DescribeTaskAttributeResponse](s, "DescribeTaskAttribute", "TaskId", l[0].TaskID); a.TaskStatus != "Processing" || !strings.HasSuffix(a.TaskProcess, "%") || a.SuccessCount != 0 {
		t.Errorf("%+v", a)
	}
	s.Settle()
	if l := tasks(s, "TaskGroupId", group, "TaskStatus", "Finished"); len(l) != 1 || l[0].FinishedTime == "" {
		t.Errorf("%+v", l)
	}
}
