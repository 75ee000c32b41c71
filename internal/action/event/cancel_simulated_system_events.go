package event

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/event"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "CancelSimulatedSystemEvents", (*Service).CancelSimulatedSystemEvents)

// CancelSimulatedSystemEvents ends simulated events that are active, all that are
// named or none. One that has been cancelled stays so; one that ended otherwise is
// refused.
func (s *Service) CancelSimulatedSystemEvents(c *action.Call, in *api.CancelSimulatedSystemEventsRequest) (*api.CancelSimulatedSystemEventsResponse, error) {
	if len(in.EventID) > maxIDs {
		return nil, tooManyEvents()
	}
	return &api.CancelSimulatedSystemEventsResponse{}, s.DB.Update(c.Context, func(tx *state.Tx) error {
		for _, id := range in.EventID {
			k, e, ok := action.Find(c, tx, state.Events, ecs.KindEvent, account, id)
			switch {
			case !ok:
				return api.Errorf(api.CodeInvalidEventIdNotFound, "The specified EventId does not exist.")
			case !e.Simulated:
				return api.Errorf(api.CodeCannotCancelSystemEventNotSimulated, "The specified event is not a simulated one.")
			case e.Status.Active():
				event.Cancel(tx, k, e)
			case e.Status != ecs.EventCanceled:
				return invalid("EventId")
			}
		}
		return nil
	})
}
