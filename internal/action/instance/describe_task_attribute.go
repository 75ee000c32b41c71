package instance

import (
	"strconv"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
)

var _ = action.Handle(&actions, "DescribeTaskAttribute", (*Service).DescribeTaskAttribute)

// DescribeTaskAttribute shows how far a task has come. A task is one operation.
func (s *Service) DescribeTaskAttribute(c *action.Call, req *api.DescribeTaskAttributeRequest) (*api.DescribeTaskAttributeResponse, error) {
	snap := s.DB.Snapshot()
	_, t, err := findTask(c, snap, req.TaskID)
	if err != nil {
		return nil, err
	}
	out := &api.DescribeTaskAttributeResponse{
		CreationTime: ecs.Minute(t.Created), FinishedTime: ecs.Minute(t.Finished), RegionID: c.Region.ID, TaskID: req.TaskID,
		TaskAction: snap.Str(t.Action), TaskStatus: t.Status().String(), TotalCount: 1,
		TaskProcess: strconv.Itoa(int(t.Work.Percent)) + "%", SupportCancel: strconv.FormatBool(cancels(snap, t)),
	}
	var one api.DescribeTaskAttributeOperationProgress
	switch t.Status() {
	case ecs.TaskFinished:
		out.SuccessCount, out.TaskProcess, one.OperationStatus = 1, "100%", "Success"
	case ecs.TaskFailed, ecs.TaskDeleted:
		out.FailedCount, one.OperationStatus, one.ErrorCode, one.ErrorMsg = 1, "Failed", "OperationFailed", snap.Str(t.Work.Failure)
	default:
		return out, nil
	}
	if name, id := taskResource(t); id != "" {
		one.RelatedItemSet.RelatedItem = []api.DescribeTaskAttributeOperationProgressRelatedItem{{Name: name, Value: id}}
	}
	out.OperationProgressSet.OperationProgress = []api.DescribeTaskAttributeOperationProgress{one}
	return out, nil
}
