package event

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
)

var _ = action.Handle(&actions, "AcceptInquiredSystemEvent", (*Service).AcceptInquiredSystemEvent)

// AcceptInquiredSystemEvent agrees to what an event asks. Only events that ask,
// those of local disks and of moves to other hosts, are ever Inquiring, and there
// are none of them here.
func (s *Service) AcceptInquiredSystemEvent(_ *action.Call, in *api.AcceptInquiredSystemEventRequest) (*api.AcceptInquiredSystemEventResponse, error) {
	return nil, api.Errorf(api.CodeInvalidEventIdNoInquiringEventFound, "No inquiring event was found by the specified EventId %q.", in.EventID)
}
