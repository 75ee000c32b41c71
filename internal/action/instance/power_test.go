package instance_test

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

// TestStatesInOrder reads every state of a life, in order, through
// DescribeInstances.
func TestStatesInOrder(t *testing.T) {
	s := actiontest.Start(t, actiontest.Stepped())
	id := s.Instance()
	var seen []string
	look := func() { seen = append(seen, s.Status(id)) }
	look()
	s.Step(id)
	look()
	s.Do("StartInstance", "InstanceId", id)
	look()
	s.Quiet()
	look()
	s.Step(id)
	look()
	s.Do("StopInstance", "InstanceId", id)
	look()
	s.Quiet()
	s.Step(id)
	look()
	want := []string{"Pending", "Stopped", "Starting", "Running", "Stopping", "Stopped"}
	if seen = slices.Compact(seen); !slices.Equal(seen, want) {
		t.Errorf("%v, want %v", seen, want)
	}
}

// batches are the batch actions with one item for each instance, and the state
// in which each works.
var batches = []struct{ action, works, becomes string }{
	{"StartInstances", "Stopped", "Starting"},
	{"StopInstances", "Running", "Stopping"},
	{"RebootInstances", "Running", "Starting"},
}

// batchAnswer is the answer of each of them, by its items.
type batchAnswer struct {
	InstanceResponses struct {
		InstanceResponse []struct{ InstanceID, Code, Message, PreviousStatus, CurrentStatus string }
	}
}

// TestBatchRefusals holds the batch actions to the refusals that they share.
func TestBatchRefusals(t *testing.T) {
	s := actiontest.Start(t, actiontest.Stepped())
	for _, b := range batches {
		t.Run(b.action, func(t *testing.T) {
			s := s.With(t)
			id, wrong := s.InState(b.works), s.InState("Pending")
			call := func(params ...string) []string {
				return append([]string{"RegionId", "cn-hangzhou", "InstanceId.1", id}, params...)
			}
			many := []string{"RegionId", "cn-hangzhou"}
			for n := range 101 {
				many = append(many, "InstanceId."+strconv.Itoa(n+1), "i-"+strconv.Itoa(n))
			}
			s.Refuse(403, "InvalidParameter.TooManyInstanceIds", "Instance ids cannot be more than 100.", b.action, many...)
			s.Refuse(403, "Abs.InvalidInstanceIds.MalFormed", "The specified instanceIds is not valid.", b.action, call("InstanceId.2", strings.Repeat("i", 65))...)
			s.Refuse(400, "InvalidParameter", `The specified parameter "BatchOptimization" is not valid.`, b.action, call("BatchOptimization", "Fastest")...)
			for _, dry := range []string{"false", "true"} {
				s.Refuse(404, "InvalidInstanceId.NotFound", noInstance, b.action, call("InstanceId.2", "i-nothing", "DryRun", dry)...)
				s.Refuse(403, "IncorrectInstanceStatus", "The current status of the resource "+wrong+" does not support this operation.", b.action,
					call("InstanceId.2", wrong, "BatchOptimization", "AllTogether", "DryRun", dry)...)
			}
			s.Refuse(404, "InvalidInstanceId.NotFound", noInstance, b.action, call("RegionId", "cn-beijing")...)
			s.As(s.Other).Refuse(404, "InvalidInstanceId.NotFound", noInstance, b.action, call()...)
			s.Refuse(400, "DRYRUN.SUCCESS", batchDryRun, b.action, call("DryRun", "true")...)
			s.Refuse(400, "DRYRUN.SUCCESS", batchDryRun, b.action, call("InstanceId.2", "i-nothing", "BatchOptimization", "SuccessFirst", "DryRun", "true")...)
			if got := s.Status(id); got != b.works {
				t.Fatalf("refusals and dry runs made it %s", got)
			}
			_, err := s.Send(b.action, "RegionId", "cn-hangzhou")
			if e, ok := errors.AsType[*api.Error](err); !ok || e.Status != 400 || !strings.HasPrefix(e.Code, "MissingParameter") {
				t.Errorf("without identifiers: %v", err)
			}
		})
	}
}

// TestSuccessFirst asks for one that can, one that is in the wrong state and
// one that is not there.
func TestSuccessFirst(t *testing.T) {
	s := actiontest.Start(t, actiontest.Stepped())
	for _, b := range batches {
		t.Run(b.action, func(t *testing.T) {
			s := s.With(t)
			id, wrong := s.InState(b.works), s.InState("Pending")
			got := actiontest.Call[batchAnswer](s, b.action, "RegionId", "cn-hangzhou", "InstanceId.1", wrong, "InstanceId.2", id, "InstanceId.3", "i-nothing",
				"InstanceId.4", id, "BatchOptimization", "SuccessFirst").InstanceResponses.InstanceResponse
			want := []struct{ InstanceID, Code, Message, PreviousStatus, CurrentStatus string }{
				{wrong, "IncorrectInstanceStatus", wrongStatus, "Pending", "Pending"},
				{id, "200", "success", b.works, b.becomes},
				{"i-nothing", "InvalidInstanceId.NotFound", noInstance, "", ""},
			}
			if !slices.Equal(got, want) {
				t.Errorf("%+v", got)
			}
			s.Quiet()
			if got := s.Status(id); got != b.becomes {
				t.Errorf("%s, want %s", got, b.becomes)
			}
		})
	}
}

// TestAllTogether does all of them, or none.
func TestAllTogether(t *testing.T) {
	s := actiontest.Start(t, actiontest.Stepped())
	for _, b := range batches {
		t.Run(b.action, func(t *testing.T) {
			s := s.With(t)
			first, second := s.InState(b.works), s.InState(b.works)
			got := actiontest.Call[batchAnswer](s, b.action, "RegionId", "cn-hangzhou", "InstanceId.1", first, "InstanceId.2", second).InstanceResponses.InstanceResponse
			if len(got) != 2 || got[0].Code != "200" || got[1].PreviousStatus != b.works || got[1].CurrentStatus != b.becomes {
				t.Errorf("%+v", got)
			}
			for _, id := range []string{first, second} {
				if got := s.Status(id); got != b.becomes {
					t.Errorf("%s, want %s", got, b.becomes)
				}
			}
		})
	}
}

// TestRace has many ask the same at once: one of them is obeyed.
func TestRace(t *testing.T) {
	s := actiontest.Start(t, actiontest.Stepped())
	id := s.InState("Stopped")
	var wg sync.WaitGroup
	errs := make([]error, 16)
	for i := range errs {
		wg.Go(func() { _, errs[i] = s.Send("StartInstance", "InstanceId", id) })
	}
	wg.Wait()
	obeyed := 0
	for _, err := range errs {
		switch {
		case err == nil:
			obeyed++
		case !errors.Is(err, &api.Error{Code: api.CodeIncorrectInstanceStatus}):
			t.Error(err)
		}
	}
	if gen := record(s, id).Want.Gen; obeyed != 1 || gen != 1 {
		t.Errorf("%d were obeyed, generation %d", obeyed, gen)
	}
}
