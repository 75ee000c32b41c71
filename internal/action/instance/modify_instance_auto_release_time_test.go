package instance_test

import (
	"testing"
	"time"

	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

func TestModifyInstanceAutoReleaseTime(t *testing.T) {
	s := actiontest.Start(t)
	const action = "ModifyInstanceAutoReleaseTime"
	id := s.Running()
	in := func(d time.Duration) string { return s.Clock.Now().Add(d).UTC().Format("2006-01-02T15:04:05Z") }
	s.Do(action, "InstanceId", id, "AutoReleaseTime", in(time.Hour+30*time.Second))
	if got, want := s.See(id).AutoReleaseTime, s.Clock.Now().Add(time.Hour).UTC().Format("2006-01-02T15:04Z"); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	s.Do(action, "InstanceId", id, "AutoReleaseTime", in(3*time.Hour)) // takes the first one's place
	s.Advance(2 * time.Hour)
	s.Want(id, "Running")
	s.Do(action, "InstanceId", id, "RegionId", "cn-hangzhou") // cancels it
	s.Advance(2 * time.Hour)
	s.Want(id, "Running")
	if got := s.See(id).AutoReleaseTime; got != "" || state.DueCount(s.DB().Snapshot()) != 1 { // the settlement of what it costs
		t.Errorf("%q", got)
	}
	s.Do("ModifyInstanceAttribute", "InstanceId", id, "DeletionProtection", "true") // does not hold it
	s.Do(action, "InstanceId", id, "AutoReleaseTime", in(time.Hour))
	s.Advance(59 * time.Minute)
	s.Want(id, "Running")
	s.Advance(2 * time.Minute)
	s.Want(id, "gone")
	s.NothingLeft()
}

func TestModifyInstanceAutoReleaseTimeRefusals(t *testing.T) {
	s := actiontest.Start(t, actiontest.Stepped())
	const action = "ModifyInstanceAutoReleaseTime"
	id := s.Running()
	in := func(d time.Duration) string { return s.Clock.Now().Add(d).UTC().Format("2006-01-02T15:04:05Z") }
	for _, at := range []string{"soon", "2026-13-01T00:00:00Z", in(29 * time.Minute), in(-time.Hour), in(3*366*24*time.Hour + time.Hour)} {
		s.Refuse(400, "InvalidAutoReleaseTime.Malformed", "", action, "InstanceId", id, "AutoReleaseTime", at)
	}
	s.Refuse(403, "ChargeTypeViolation", "", action, "InstanceId", s.Stopped(paid...), "AutoReleaseTime", in(time.Hour))
	const none = "The specified resource is not found."
	s.Refuse(404, "NoSuchResource", none, action, "InstanceId", "i-none")
	s.Refuse(404, "NoSuchResource", none, action, "InstanceId", id, "RegionId", "cn-beijing")
	s.As(s.Other).Refuse(404, "NoSuchResource", none, action, "InstanceId", id)
	s.Refuse(404, "NoSuchResource", none, action, "InstanceId", s.InState("Deleting"))
	s.Refuse(400, "MissingParameter", "", action)
	if got := actiontest.Record(s, state.Instances, id); got.AutoRelease != 0 || ecs.Minute(got.AutoRelease) != "" {
		t.Errorf("a refusal set %d", got.AutoRelease)
	}
}

// released makes an instance that goes when its time comes.
func released(s *actiontest.Service) {
	id := s.Instance()
	s.Settle()
	s.Do("StartInstance", "InstanceId", id)
	s.Settle()
	s.Do("ModifyInstanceAutoReleaseTime", "InstanceId", id, "AutoReleaseTime", s.Clock.Now().Add(time.Hour).UTC().Format("2006-01-02T15:04:05Z"))
	s.Advance(50 * time.Minute)
	s.Want(id, "Running")
	s.Advance(10 * time.Minute)
	s.Settle()
	s.Want(id, "gone")
	s.NothingLeft()
}

func TestAutoReleaseFaults(t *testing.T)   { actiontest.EachFault(t, released) }
func TestAutoReleaseRestarts(t *testing.T) { actiontest.EachRestart(t, released) }
