package instance_test

import (
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// The words of refusals that many actions share.
const (
	wrongStatus = "The current status of the resource does not support this operation."
	noInstance  = "The specified InstanceId does not exist."
	locked      = "The specified operation is denied as your instance is locked for security reasons."
	arrears     = "The specified operation is denied as your prepay instance is expired (prepay mode) or in arrears (afterpay mode)."
	dryRun      = "Request validation has been passed with DryRun flag set."
	batchDryRun = "This request is a dryrun request with successful result."
)

func record(s *actiontest.Service, id string) ecs.Instance {
	s.T.Helper()
	return actiontest.Record(s, state.Instances, id)
}

func lockAs(s *actiontest.Service, id string, lock ecs.Lock) {
	s.T.Helper()
	actiontest.Edit(s, state.Instances, id, func(r *ecs.Instance) { r.Locks = lock })
}

// absent holds an action on one instance to the refusal of identifiers that
// are not there for the caller.
func absent(s *actiontest.Service, id, action string, params ...string) {
	s.T.Helper()
	with := func(more ...string) []string { return append(params[:len(params):len(params)], more...) }
	s.Refuse(404, "InvalidInstanceId.NotFound", noInstance, action, with("InstanceId", "i-nothing")...)
	s.Refuse(404, "InvalidInstanceId.NotFound", noInstance, action, with("InstanceId", id, "RegionId", "cn-beijing")...)
	s.As(s.Other).Refuse(404, "InvalidInstanceId.NotFound", noInstance, action, with("InstanceId", id)...)
}

// states are all states, and that of an instance that is being released.
var states = []string{"Pending", "Starting", "Running", "Stopping", "Stopped", "Deleting"}

// wrongStates holds an action to 403 IncorrectInstanceStatus in every state but
// the one in which it works, dry run or not, and its batch form too.
func wrongStates(s *actiontest.Service, works, single, batch string) {
	s.T.Helper()
	for _, status := range states {
		if status == works {
			continue
		}
		id := s.InState(status)
		before := record(s, id)
		for _, dry := range []string{"false", "true"} {
			s.Refuse(403, "IncorrectInstanceStatus", wrongStatus, single, "InstanceId", id, "DryRun", dry)
			s.Refuse(403, "IncorrectInstanceStatus", "The current status of the resource "+id+" does not support this operation.",
				batch, "RegionId", "cn-hangzhou", "InstanceId.1", id, "DryRun", dry)
		}
		if got := record(s, id); got.Want != before.Want {
			s.T.Errorf("%s of a %s instance was refused and changed it: %+v", single, status, got.Want)
		}
	}
}
