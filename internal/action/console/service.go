// Package console is the actions that show an instance's console: what it wrote,
// its screen, and where to reach it.
//
// What a host knows is read while the request waits, by a Reader that package
// service hands over: the reconciler, which alone sees hosts. The package imports
// no other group.
package console

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/compute"
	"github.com/openecs/openecs/internal/state"
)

// Service is what the actions work on.
type Service struct {
	DB       *state.DB
	Consoles Reader

	mu      sync.Mutex
	shown   map[ecs.Key]time.Time // screens, and when; those of the last interval at least
	sweepAt int                   // how many of them it takes to forget old ones
}

// Reader reads consoles of instances from their hosts. Its errors are
// compute.ErrNoConsole, compute.ErrConsoleOff, and others, which pass.
type Reader interface {
	Console(ctx context.Context, k ecs.Key, limit int) (text []byte, written time.Time, err error)
	Screenshot(ctx context.Context, k ecs.Key) (png []byte, err error)
}

var actions = action.Set[Service]{Version: "2014-05-26"}

// Actions are the group's actions, bound to a service.
func (s *Service) Actions() action.Group { return actions.Bind(s) }

// running finds a running instance. One that does not exist is 404
// InvalidParameter, one in another state 405 IncorrectInstanceStatus.
func (s *Service) running(c *action.Call, id string) (ecs.Key, error) {
	k, r, err := action.Instance(c, s.DB.Snapshot(), id)
	if err != nil {
		return 0, api.Errorf(api.CodeInvalidParameter, "The specified InstanceId does not exist.").WithStatus(404)
	}
	if r.Want.Deleted || r.Status() != ecs.Running {
		return 0, wrongState()
	}
	return k, nil
}

func wrongState() *api.Error {
	return api.Errorf(api.CodeIncorrectInstanceStatus, "The current status of the resource does not support this operation.").WithStatus(405)
}

// refused is how a console that cannot be read is answered.
func refused(err error) error {
	switch {
	case errors.Is(err, compute.ErrNoConsole):
		return api.Errorf(api.CodeNotSupported, "The host of the instance does not show consoles.")
	case errors.Is(err, compute.ErrConsoleOff):
		return wrongState()
	}
	return api.Errorf(api.CodeServiceUnavailable, "The host of the instance cannot be asked at the moment. Please try again later.").WithCause(err)
}
