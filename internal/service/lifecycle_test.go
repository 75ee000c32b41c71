package service_test

import (
	"testing"
	"time"

	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/engine"
	"github.com/openecs/openecs/internal/engine/sim"
)

// life is an instance from its creation to its release.
func life(s *actiontest.Service) {
	s.T.Helper()
	id := s.Instance()
	s.Settle()
	s.Want(id, "Stopped")
	for _, step := range []struct{ action, want string }{
		{"StartInstance", "Running"}, {"RebootInstance", "Running"}, {"StopInstance", "Stopped"}, {"StartInstance", "Running"},
	} {
		s.Do(step.action, "InstanceId", id)
		s.Settle()
		s.Want(id, step.want)
	}
	s.Do("DeleteInstance", "InstanceId", id, "Force", "true")
	s.Settle()
	s.Want(id, "gone")
	s.NothingLeft()
}

func TestFailureAtEveryEngineCall(t *testing.T) { actiontest.EachFault(t, life) }

func TestRestartAfterEveryStep(t *testing.T) { actiontest.EachRestart(t, life) }

// TestNeverMade is an instance whose machine is never made: it stays Pending,
// and vanishes when its time is over, as on the real service.
func TestNeverMade(t *testing.T) {
	s := actiontest.Start(t)
	s.Sim.Inject(sim.Fault{Match: sim.Match{Op: sim.Provision}, When: sim.Never, Times: -1})
	id := s.Instance()
	s.Advance(9 * time.Minute)
	s.Want(id, "Pending")
	s.Refuse(403, "IncorrectInstanceStatus.Initializing", "", "DeleteInstance", "InstanceId", id, "Force", "true")
	s.Advance(2 * time.Minute)
	s.Want(id, "gone")
	s.NothingLeft()
}

// TestNoStock is an instance that cannot be made: it vanishes.
func TestNoStock(t *testing.T) {
	s := actiontest.Start(t)
	s.Sim.SetStock("cn-hangzhou-h", "ecs.g7.large", 0)
	id := s.Instance()
	s.Settle()
	s.Want(id, "gone")
	s.NothingLeft()
}

// TestUnreachableNeverReadsAsStopped cuts the host off while an instance runs.
func TestUnreachableNeverReadsAsStopped(t *testing.T) {
	s := actiontest.Start(t)
	id := s.Instance()
	s.Settle()
	s.Do("StartInstance", "InstanceId", id)
	s.Settle()
	s.Sim.Cut("cn-hangzhou-h")
	s.Restart()
	s.Settle()
	s.Want(id, "Running") // nobody has seen it stop
	s.Do("StopInstance", "InstanceId", id)
	s.Settle()
	s.Want(id, "Stopping")
	s.Sim.Mend("cn-hangzhou-h")
	s.Settle()
	s.Want(id, "Stopped")
}

// TestGuestPowersItselfOff shows drift: what the guest did is shown, not undone.
func TestGuestPowersItselfOff(t *testing.T) {
	s := actiontest.Start(t)
	id := s.Instance()
	s.Settle()
	s.Do("StartInstance", "InstanceId", id)
	s.Settle()
	if !s.Sim.PowerOff(engine.ID(s.Key(ecs.KindInstance, id))) {
		t.Fatal("the machine cannot be powered off")
	}
	s.Advance(time.Second)
	s.Want(id, "Stopped")
}
