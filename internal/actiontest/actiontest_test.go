package actiontest_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

func TestStates(t *testing.T) {
	for mode, opts := range map[string][]actiontest.Option{"auto": nil, "stepped": {actiontest.Stepped()}} {
		t.Run(mode, func(t *testing.T) {
			s := actiontest.Start(t, opts...)
			for _, status := range []string{"Pending", "Stopped", "Starting", "Running", "Stopping"} {
				s.Want(s.InState(status), status)
			}
			s.Want(s.InState("Deleting"), "Stopping")
			s.Want(s.Classic(), "Stopped")
			s.Settle()
			s.Want(s.Stopped(), "Stopped")
		})
	}
}

func TestCallers(t *testing.T) {
	s := actiontest.Start(t)
	vpc := s.Network().VPC
	for name, c := range map[string]*actiontest.Service{"other account": s.As(s.Other), "other region": s.As(s.In("cn-beijing"))} {
		if n := actiontest.Call[api.DescribeVpcsResponse](c, "DescribeVpcs").TotalCount; n != 0 {
			t.Errorf("%s sees %d VPCs", name, n)
		}
		c.Refuse(404, "InvalidVpcId.NotFound", "", "DescribeVpcAttribute", "VpcId", vpc)
	}
	_, err := s.Other.DescribeVpcAttribute(context.Background(), &api.DescribeVpcAttributeRequest{VPCID: vpc})
	actiontest.Refused(t, err, api.CodeInvalidVpcIdNotFound, 404)
}

func TestRestart(t *testing.T) {
	s := actiontest.Start(t)
	id, db := s.Running(), s.DB()
	s.Restart()
	if s.DB() == db {
		t.Error("the same service still runs")
	}
	s.Want(id, "Running")
	s.Do("StopInstance", "InstanceId", id)
	s.RestartWithoutMachines()
	s.Settle()
	s.Want(id, "Stopped")
}

func TestRecords(t *testing.T) {
	s := actiontest.Start(t)
	id := s.Stopped("InstanceName", "one")
	actiontest.Edit(s, state.Instances, id, func(r *ecs.Instance) { r.Name = "two" })
	if got := actiontest.Record(s, state.Instances, id).Name; got != "two" || s.See(id).InstanceName != "two" {
		t.Errorf("%q, shown as %q", got, s.See(id).InstanceName)
	}
	began := s.Clock.Now()
	s.Advance(time.Hour)
	if d := s.Clock.Now().Sub(began); d != time.Hour {
		t.Errorf("advanced by %s", d)
	}
}

// recorder is a test that may fail.
type recorder struct {
	testing.TB
	said    []string
	cleanup []func()
}

func (r *recorder) Cleanup(f func()) { r.cleanup = append(r.cleanup, f) }

func (r *recorder) end() {
	for _, f := range slices.Backward(r.cleanup) {
		f()
	}
}

func (r *recorder) Helper() {}

func (r *recorder) Errorf(format string, args ...any) {
	r.said = append(r.said, fmt.Sprintf(format, args...))
}

// TestFails shows that the harness can: each of these must be reported.
func TestFails(t *testing.T) {
	s := actiontest.Start(t)
	s.Stopped()
	for want, f := range map[string]func(s *actiontest.Service){
		"want 404 InvalidVpcId.NotFound": func(s *actiontest.Service) {
			s.Refuse(404, "InvalidVpcId.NotFound", "", "DescribeVpcs")
		},
		"want 403 InvalidVpcId.NotFound": func(s *actiontest.Service) {
			s.Refuse(403, "InvalidVpcId.NotFound", "", "DescribeVpcAttribute", "VpcId", "vpc-x")
		},
		"want 404 Some.Code": func(s *actiontest.Service) {
			s.Refuse(404, "Some.Code", "", "DescribeVpcAttribute", "VpcId", "vpc-x")
		},
		"<nil>, want 400 X": func(s *actiontest.Service) { actiontest.Refused(s.T, nil, "X", 400) },
		"machines are left": func(s *actiontest.Service) { s.NothingLeft() },
	} {
		r := &recorder{TB: t}
		f(s.With(r))
		if !strings.Contains(strings.Join(r.said, "\n"), want) {
			t.Errorf("wanted %q to be reported, got %q", want, r.said)
		}
	}
}

// TestWrongAnswerFails spoils answers between the service and a client.
func TestWrongAnswerFails(t *testing.T) {
	for _, c := range []struct{ name, action, old, new, want string }{
		{"right", "DescribeVpcs", "", "", ""},
		{"a container less", "DescribeVpcs", `,"Vpcs":{"Vpc":[]}`, ``, "Vpcs is absent"},
		{"a wrong type", "DescribeVpcs", `"TotalCount":0`, `"TotalCount":"0"`, "TotalCount: is"},
		{"an unknown field", "DescribeVpcs", `{`, `{"Code":"200",`, "Code is not documented"},
		{"another request", "DescribeVpcs", `"RequestId":"`, `"RequestId":"0`, "in the header"},
		{"right refusal", "DescribeVpcAttribute", "", "", ""},
		{"a code of nowhere", "DescribeVpcAttribute", `"Code":"`, `"Code":"Un`, "docs/errors.tsv has no Un"},
		{"no recommendation", "DescribeVpcAttribute", `"Recommend":`, `"Advice":`, "Recommend is absent"},
		{"no message", "DescribeVpcAttribute", `"Message":"`, `"Message":"","X":"`, "Message is empty"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := &recorder{TB: t}
			s := actiontest.Start(r)
			defer r.end()
			s.Spoil(func(h http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
					h.ServeHTTP(spoiler{w, c.old, c.new}, req)
				})
			})
			s.Send(c.action, "VpcId", "vpc-x")
			if said := strings.Join(r.said, "\n"); (said == "") != (c.want == "") || !strings.Contains(said, c.want) {
				t.Errorf("wanted %q to be reported, got %q", c.want, said)
			}
		})
	}
}

type spoiler struct {
	http.ResponseWriter
	old, new string
}

func (s spoiler) Write(p []byte) (int, error) {
	spoilt := string(p)
	if s.old != "" {
		spoilt = strings.Replace(spoilt, s.old, s.new, 1)
	}
	s.Header().Set("Content-Length", strconv.Itoa(len(spoilt)))
	_, err := s.ResponseWriter.Write([]byte(spoilt))
	return len(p), err
}

// life is an instance from beginning to end.
func life(s *actiontest.Service) {
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

func TestEachFault(t *testing.T)   { actiontest.EachFault(t, life) }
func TestEachRestart(t *testing.T) { actiontest.EachRestart(t, life) }

// BenchmarkStart starts and ends a service.
func BenchmarkStart(b *testing.B) {
	for b.Loop() {
		r := &recorder{TB: b}
		actiontest.Start(r)
		r.end()
	}
}
