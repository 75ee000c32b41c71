package actiontest

import (
	"context"
	"encoding/json"
	"errors"
	"testing"

	"github.com/openecs/openecs/api"
)

// Send calls an action by name; params are name, value, name, value …, and a later value of a name takes the place of
// an earlier one. The error is the service's refusal, an *api.Error.
func (s *Service) Send(action string, params ...string) (body []byte, err error) {
	p := new(api.Params)
	for i := 0; i+1 < len(params); i += 2 {
		p.Set(params[i], params[i+1])
	}
	body, _, err = s.Client.Call(context.Background(), "", action, p)
	return body, err
}

// Call is Send for a call that must succeed.
func Call[Response any](s *Service, action string, params ...string) *Response {
	s.T.Helper()
	body, err := s.Send(action, params...)
	if err != nil {
		s.T.Fatalf("%s %v: %v", action, params, err)
	}
	out := new(Response)
	s.must(json.Unmarshal(body, out))
	return out
}

// Do is Call for an answer that does not matter.
func (s *Service) Do(action string, params ...string) {
	s.T.Helper()
	Call[struct{}](s, action, params...)
}

// Refused fails the test unless err is a refusal with that code and status.
func Refused(t testing.TB, err error, code string, status int) {
	t.Helper()
	e, ok := errors.AsType[*api.Error](err)
	if !ok {
		t.Errorf("%v, want %d %s", err, status, code)
		return
	}
	if e.Code != code || e.Status != status || e.Message == "" || e.RequestID == "" {
		t.Errorf("%d %s: %q (request %q), want %d %s", e.Status, e.Code, e.Message, e.RequestID, status, code)
	}
}

// Refuse makes a call that must be refused so; message "" is any.
func (s *Service) Refuse(status int, code, message, action string, params ...string) {
	s.T.Helper()
	body, err := s.Send(action, params...)
	e, ok := errors.AsType[*api.Error](err)
	if !ok {
		s.T.Errorf("%s %v: %s %v, want %d %s", action, params, body, err, status, code)
		return
	}
	if e.Status != status || e.Code != code || e.Message == "" || message != "" && e.Message != message {
		s.T.Errorf("%s %v:\n got %d %s: %s\nwant %d %s: %s", action, params, e.Status, e.Code, e.Message, status, code, message)
	}
}

// Refusal is a request and how it must be refused.
type Refusal struct {
	Name    string
	Params  []string // on top of a request that would succeed
	Status  int
	Code    string
	Message string // "": any
}

// Refusals checks each refusal in a subtest, its parameters after those of a request that would succeed.
func (s *Service) Refusals(t *testing.T, action string, good []string, refusals []Refusal) {
	t.Helper()
	for _, r := range refusals {
		t.Run(r.Name, func(t *testing.T) {
			t.Helper()
			s.With(t).Refuse(r.Status, r.Code, r.Message, action, append(good[:len(good):len(good)], r.Params...)...)
		})
	}
}
