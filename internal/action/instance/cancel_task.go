package instance

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "CancelTask", (*Service).CancelTask)

// CancelTask ends an import or an export of an image. The image that was being
// imported fails: its time is up.
func (s *Service) CancelTask(c *action.Call, req *api.CancelTaskRequest) (*api.CancelTaskResponse, error) {
	err := s.DB.Update(c.Context, func(tx *state.Tx) error {
		k, t, err := findTask(c, tx, req.TaskID)
		switch {
		case err != nil:
			return err
		case !cancelsAction(tx.Str(t.Action)):
			return api.Errorf(api.CodeInvalidTaskIdTaskActionNotSupport, "The specified task action not support.")
		case t.Status() != ecs.TaskProcessing:
			return api.Errorf(api.CodeInvalidTaskIdIncorrectTaskStatus, "The specified task status is not invalid.")
		}
		next := *t
		next.Cancelled, next.Finished = true, tx.Now().Unix()
		next.Work.Done, next.Work.Failure, next.Work.Percent = t.Work.Gen, tx.Sym("it was cancelled"), 0
		state.Tasks.Put(tx, k, &next)
		if tx.Str(t.Action) != "ImportImage" {
			return nil
		}
		if i, ok := state.Images.Get(tx, t.Image); ok && i.Work.Doing(ecs.WorkCreate) {
			image := *i
			image.Work.Deadline = tx.Now().UnixMilli()
			state.Images.Put(tx, t.Image, &image)
			tx.Wake(byte(ecs.KindImage), t.Image)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &api.CancelTaskResponse{}, nil
}
