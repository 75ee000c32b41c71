package ecstest

import (
	"testing"

	"github.com/openecs/openecs/internal/testkit"
)

// Request is an API request that the service has answered. It has
//
//	Seq, Time, RequestID     its number, when (by the service's clock) and its id
//	Product, Action, Region  "Ecs", "Vpc", …; "" when the action was not found
//	Account, KeyID, ARN      the caller
//	Params, Param(name)      the parameters, decoded and in order, secrets masked
//	Status, Code             of the answer; Status 0: the connection was dropped
//	Answer                   its body, secrets masked
type Request = testkit.Request

// Requests are the requests answered so far, in the order of their answers: the
// latest 14,000 at least, unless they have more than 64 MiB. Whoever has an
// answer finds its request here.
func (s *Server) Requests() []Request { return s.kit.Requests.Requests(testkit.Filter{}) }

// Calls are the requests of one action.
func (s *Server) Calls(action string) []Request {
	return s.kit.Requests.Requests(testkit.Filter{Action: action})
}

// ForgetRequests empties the list of Requests.
func (s *Server) ForgetRequests() { s.kit.Requests.Forget() }

// AssertNoErrors fails the test for each request that was refused or not
// answered.
func (s *Server) AssertNoErrors(tb testing.TB) {
	tb.Helper()
	for _, r := range s.kit.Requests.Requests(testkit.Filter{Refused: true}) {
		tb.Errorf("%s %s was refused: %d %s (request %s)", r.Product, r.Action, r.Status, r.Code, r.RequestID)
	}
}

// AssertCalled fails the test unless an action was called with all of these
// parameters, names and values in turn, and returns the last such request.
//
//	s.AssertCalled(t, "RunInstances", "Amount", "3", "InstanceType", "ecs.g7.large")
func (s *Server) AssertCalled(tb testing.TB, action string, params ...string) Request {
	tb.Helper()
	if len(params)%2 != 0 {
		tb.Fatalf("ecstest: AssertCalled needs names and values in turn")
	}
	calls := s.Calls(action)
	for i := len(calls) - 1; i >= 0; i-- {
		if has(&calls[i], params) {
			return calls[i]
		}
	}
	tb.Errorf("%s was not called with %q; it was called %d times", action, params, len(calls))
	for _, c := range calls {
		tb.Logf("  %v", c.Params)
	}
	return Request{}
}

func has(r *Request, params []string) bool {
	for i := 0; i < len(params); i += 2 {
		if r.Param(params[i]) != params[i+1] {
			return false
		}
	}
	return true
}

// AssertNotCalled fails the test if one of these actions was called.
func (s *Server) AssertNotCalled(tb testing.TB, actions ...string) {
	tb.Helper()
	for _, a := range actions {
		if n := len(s.Calls(a)); n > 0 {
			tb.Errorf("%s was called %d times", a, n)
		}
	}
}

// AssertInOrder fails the test unless these actions were called one after the
// other; others may lie between.
func (s *Server) AssertInOrder(tb testing.TB, actions ...string) {
	tb.Helper()
	all := s.Requests()
	next := 0
	for _, r := range all {
		if next < len(actions) && r.Action == actions[next] {
			next++
		}
	}
	if next < len(actions) {
		tb.Errorf("%s was not called after %q; these were called:", actions[next], actions[:next])
		for _, r := range all {
			tb.Logf("  %s", r.Action)
		}
	}
}
