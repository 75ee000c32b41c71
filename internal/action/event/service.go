// Package event is the actions on system events of instances and disks: what
// happened, what is announced, and drills that only announce.
//
// Events of things that happen are recorded by the reconciler, through package
// model/event. Package service binds the package; it imports no other group.
package event

import (
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// Service is what the actions work on.
type Service struct {
	DB    *state.DB
	Pager *action.Pager
}

var actions = action.Set[Service]{Version: "2014-05-26"}

// Actions are the group's actions, bound to a service.
func (s *Service) Actions() action.Group { return actions.Bind(s) }

func account(e *ecs.Event) uint64 { return e.Account }

// What a request may name at most.
const (
	maxIDs   = 100
	maxTypes = 30
)

// invalid is how all actions on events refuse a parameter.
func invalid(name string) error {
	return api.Errorf(api.CodeInvalidParameter, "The specified parameter %q is not valid.", name).WithStatus(403)
}

func tooManyEvents() error {
	return api.Errorf(api.CodeEventIdLimitExceeded, "There are more than %d EventId.N.", maxIDs)
}

// page reads page numbers.
func (s *Service) page(c *action.Call, in action.PageRequest) (action.Page, error) {
	in.DefaultSize, in.MaxSize, in.MinResults, in.MaximumResults = 10, 100, 1, 100
	if in.MaxResults == nil && in.NextToken != "" {
		in.MaxResults = new(10)
	}
	if in.MaxResults != nil && (*in.MaxResults < 1 || *in.MaxResults > 100) {
		return action.Page{}, invalid("MaxResults")
	}
	page, err := s.Pager.Page(c, in)
	if err != nil {
		return page, invalid("PageNumber, PageSize, NextToken")
	}
	return page, nil
}

// span is a range of time, both ends in it; nil is no end.
type span struct{ from, to *int64 }

// newSpan reads the two ends of a range.
func newSpan(name, start, end string) (r span, err error) {
	for _, e := range []struct {
		name, text string
		to         **int64
	}{{".Start", start, &r.from}, {".End", end, &r.to}} {
		if e.text == "" {
			continue
		}
		t, ok := ecs.ParseTime(e.text)
		if !ok {
			return r, invalid(name + e.name)
		}
		*e.to = new(t.Unix())
	}
	if r.from != nil && r.to != nil && *r.to < *r.from {
		return r, api.Errorf(api.CodeInvalidParameterTimeEndBeforeStart, "The end of %s is before its start.", name)
	}
	return r, nil
}

func (r span) any() bool { return r.from == nil && r.to == nil }

func (r span) has(at int64) bool {
	return (r.from == nil || at >= *r.from) && (r.to == nil || at <= *r.to)
}

// future reads an instant that has not passed: 403 InvalidNotBefore.Passed.
func future(text string, now time.Time) (time.Time, error) {
	t, ok := ecs.ParseTime(text)
	switch {
	case !ok:
		return t, invalid("NotBefore")
	case t.Before(now):
		return t, api.Errorf(api.CodeInvalidNotBeforePassed, "The specified NotBefore has passed.")
	}
	return t, nil
}
