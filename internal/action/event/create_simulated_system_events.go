package event

import (
	"slices"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/event"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "CreateSimulatedSystemEvents", (*Service).CreateSimulatedSystemEvents)

// CreateSimulatedSystemEvents announces an event of one type to each of some
// instances, or to none of them. Nothing happens to the instances.
func (s *Service) CreateSimulatedSystemEvents(c *action.Call, in *api.CreateSimulatedSystemEventsRequest) (*api.CreateSimulatedSystemEventsResponse, error) {
	typ, ok := ecs.ParseEventType(in.EventType)
	switch {
	case len(in.InstanceID) > maxIDs:
		return nil, api.Errorf(api.CodeInstanceIdLimitExceeded, "There are more than %d InstanceId.N.", maxIDs).WithStatus(403)
	case !ok || typ == ecs.FailureDelete || typ == ecs.SpotInterruption:
		return nil, invalid("EventType")
	}
	at, err := future(in.NotBefore, c.Now)
	if err != nil {
		return nil, err
	}
	out := &api.CreateSimulatedSystemEventsResponse{}
	return out, s.DB.Update(c.Context, func(tx *state.Tx) error {
		var instances, made []ecs.Key
		for _, id := range in.InstanceID {
			k, r, err := action.Instance(c, tx, id)
			if err != nil || r.Want.Deleted {
				return api.Errorf(api.CodeInvalidInstanceIdNotFound, "The specified InstanceId does not exist.").WithStatus(404)
			}
			if !slices.Contains(instances, k) {
				instances = append(instances, k)
			}
		}
		active := 0
		for _, e := range state.EventsActive.Ascend(tx, state.Scope(c.Caller.Account, c.RegionCode()), 0) {
			if e.Simulated && e.Account == c.Caller.Account {
				active++
			}
		}
		if active+len(instances) > event.MaxSimulated {
			return api.Errorf(api.CodeSimulatedEventLimitExceeded, "The number of active simulated system events exceeds the limit of %d.", event.MaxSimulated)
		}
		for _, k := range instances {
			made = append(made, event.Simulate(tx, k, c.Caller.Account, typ, at))
		}
		for _, k := range made {
			out.EventIDSet.EventID = append(out.EventIDSet.EventID, ecs.ID(ecs.KindEvent, k))
		}
		return nil
	})
}
