package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openecs/openecs/api"
)

func TestWaitInstance(t *testing.T) {
	f := newFake(t)
	c := f.client(nil)
	f.instances["i-1"] = &fakeInstance{status: "Starting", next: []string{"Starting", "Starting", "Running"}}
	n := 0
	f.before = func(w http.ResponseWriter, _ string, _ *api.Params) bool {
		n++
		return n%2 == 0 && n < 6 && refuse(w, []int{400, 503}[n/2%2], "Throttling")
	}
	in, err := c.WaitInstance(t.Context(), "cn-hangzhou", "i-1", "Stopped", "Running")
	if err != nil || in.Status != "Running" {
		t.Fatalf("%+v, %v", in, err)
	}

	ctx, cancel := context.WithTimeout(t.Context(), 150*time.Millisecond)
	defer cancel()
	_, err = c.WaitInstance(ctx, "", "i-1", "Stopped")
	late, ok := errors.AsType[*DeadlineError](err)
	if !ok || !errors.Is(err, context.DeadlineExceeded) || late.Last != "Running" || late.InstanceID != "i-1" || late.Waited < 50*time.Millisecond {
		t.Errorf("%v", err)
	}

	cancelled, cancel := context.WithCancel(t.Context())
	time.AfterFunc(20*time.Millisecond, cancel)
	if _, err = c.WaitInstance(cancelled, "", "i-1", "Stopped"); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}

	looks := 0
	f.before = func(http.ResponseWriter, string, *api.Params) bool {
		if looks++; looks == 2 {
			delete(f.instances, "i-1")
		}
		return false
	}
	_, err = c.WaitInstance(t.Context(), "", "i-1", "Stopped")
	if gone, ok := errors.AsType[*VanishedError](err); !ok || !gone.Seen || !errors.Is(err, &api.Error{Code: "InvalidInstanceId.NotFound"}) {
		t.Errorf("%v %v", gone, err)
	}
	short, cancel := context.WithTimeout(t.Context(), 120*time.Millisecond)
	defer cancel()
	_, err = c.WaitInstance(short, "", "i-never", "Stopped")
	if gone, ok := errors.AsType[*VanishedError](err); !ok || gone.Seen {
		t.Error(err)
	}
	f.before = func(w http.ResponseWriter, _ string, _ *api.Params) bool { return refuse(w, 403, "Forbidden.RAM") }
	if _, err = c.WaitInstance(t.Context(), "", "i-1", "Stopped"); !errors.Is(err, &api.Error{Code: "Forbidden.RAM"}) {
		t.Error(err)
	}
}

func launchRequest(events *[]string) LaunchRequest {
	return LaunchRequest{Create: api.CreateInstanceRequest{InstanceType: "ecs.g7.large", InternetMaxBandwidthOut: new(5)},
		Progress: func(e LaunchEvent) {
			if events != nil {
				*events = append(*events, fmt.Sprint(e.Phase, " ", e.Status, " ", e.Done))
			}
		}}
}

func TestLaunch(t *testing.T) {
	f := newFake(t)
	var events []string
	got, err := f.client(nil).Launch(t.Context(), launchRequest(&events))
	if err != nil || got.InstanceID != "i-a" || got.Instance.Status != "Running" || got.PublicIPAddress != "203.0.113.7" ||
		got.RequestID != "R-CreateInstance" || got.ClientToken == "" || got.RegionID != "cn-hangzhou" {
		t.Fatalf("%+v, %v", got, err)
	}
	want := []string{"create  false", "create  true", "wait-stopped  false", "wait-stopped Pending false", "wait-stopped Stopped false", "wait-stopped Stopped true",
		"start Stopped false", "start Stopped true", "wait-running Stopped false", "wait-running Starting false", "wait-running Running false", "wait-running Running true",
		"address Running false", "address Running true", "describe Running false", "describe Running true"}
	if !slices.Equal(events, want) {
		t.Errorf("events:\n%s", strings.Join(events, "\n"))
	}
	again := launchRequest(nil)
	again.Create.ClientToken = got.ClientToken
	resumed, err := f.client(nil).Launch(t.Context(), again)
	if err != nil || resumed.InstanceID != "i-a" || len(f.instances) != 1 || f.count("StartInstance") != 1 || f.count("AllocatePublicIpAddress") != 1 {
		t.Errorf("resumed: %+v, %v", resumed, err)
	}
}

func TestLaunchParts(t *testing.T) {
	f := newFake(t)
	req := launchRequest(nil)
	req.NoStart, req.Extra = true, []api.Param{{Name: "InternetMaxBandwidthOut", Value: "0"}, {Name: "Odd", Value: "1"}}
	got, err := f.client(nil).Launch(t.Context(), req)
	if err != nil || got.Instance.Status != "Stopped" || got.PublicIPAddress != "" || f.count("StartInstance")+f.count("AllocatePublicIpAddress") != 0 {
		t.Errorf("%+v, %v", got, err)
	}
	if get(f.requests[0], "Odd") != "1" {
		t.Error("the extra parameter was not sent")
	}
}

// TestLaunchEachAnswerSpoilt makes every call fail once, after it took effect:
// with a 500, with a broken connection, and with so many of both that the call
// gives up. One instance is launched all the same.
func TestLaunchEachAnswerSpoilt(t *testing.T) {
	for _, action := range []string{"CreateInstance", "DescribeInstances", "StartInstance", "AllocatePublicIpAddress"} {
		for _, times := range []int{1, 2, 7} {
			for _, way := range []string{"500", "cut"} {
				t.Run(fmt.Sprint(action, times, way), func(t *testing.T) {
					t.Parallel()
					f := newFake(t)
					left := times
					f.after = func(w http.ResponseWriter, a string) bool {
						if a != action || left == 0 {
							return false
						}
						left--
						if way == "cut" {
							panic(http.ErrAbortHandler)
						}
						return refuse(w, 500, "InternalError")
					}
					got, err := f.client(nil).Launch(t.Context(), launchRequest(nil))
					if err != nil || got.Instance.Status != "Running" || got.PublicIPAddress == "" || len(f.instances) != 1 {
						t.Errorf("%+v, %v, %d instances", got, err, len(f.instances))
					}
				})
			}
		}
	}
}

func TestLaunchFails(t *testing.T) {
	for _, test := range []struct {
		name   string
		before func(f *fake) func(http.ResponseWriter, string, *api.Params) bool
		phase  Phase
		is     func(error) bool
		exists bool
	}{
		{"refused", func(*fake) func(http.ResponseWriter, string, *api.Params) bool {
			return func(w http.ResponseWriter, _ string, _ *api.Params) bool {
				return refuse(w, 403, "InvalidAccountStatus.NotEnoughBalance")
			}
		}, PhaseCreate, func(err error) bool { return errors.Is(err, &api.Error{Code: "InvalidAccountStatus.NotEnoughBalance"}) }, false},
		{"never made", func(f *fake) func(http.ResponseWriter, string, *api.Params) bool {
			return func(_ http.ResponseWriter, action string, _ *api.Params) bool {
				if action == "DescribeInstances" {
					f.instances["i-a"].status, f.instances["i-a"].next = "Pending", nil
				}
				return false
			}
		}, PhaseWaitStopped, func(err error) bool { _, ok := errors.AsType[*DeadlineError](err); return ok }, true},
		{"stops again", func(f *fake) func(http.ResponseWriter, string, *api.Params) bool {
			return func(_ http.ResponseWriter, action string, _ *api.Params) bool {
				if in := f.instances["i-a"]; in != nil && in.status == "Starting" {
					in.next = []string{"Stopped"}
				}
				return false
			}
		}, PhaseWaitRunning, func(err error) bool { return errors.Is(err, errNotStarted) }, true},
		{"released meanwhile", func(f *fake) func(http.ResponseWriter, string, *api.Params) bool {
			return func(_ http.ResponseWriter, action string, _ *api.Params) bool {
				if action == "StartInstance" {
					delete(f.instances, "i-a")
				}
				return false
			}
		}, PhaseStart, func(err error) bool { return errors.Is(err, &api.Error{Code: "InvalidInstanceId.NotFound"}) }, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := newFake(t)
			f.before = test.before(f)
			ctx, cancel := context.WithTimeout(t.Context(), 400*time.Millisecond)
			defer cancel()
			got, err := f.client(nil).Launch(ctx, launchRequest(nil))
			failed, ok := errors.AsType[*LaunchError](err)
			if !ok || failed.Phase != test.phase || !test.is(err) || (got.InstanceID != "") != test.exists || got.ClientToken == "" {
				t.Errorf("%+v, %v", got, err)
			}
		})
	}
}

func TestDeriveToken(t *testing.T) {
	if got := DeriveToken("abc", 7); got != "abc-7" {
		t.Error(got)
	}
	seen := map[string]bool{}
	for _, token := range []string{strings.Repeat("x", 64), strings.Repeat("x", 63), strings.Repeat("x", 62) + "y"} {
		for n := range 120 {
			got := DeriveToken(token, n)
			if len(got) > 64 || seen[got] || got != DeriveToken(token, n) {
				t.Errorf("%s %d: %s", token, n, got)
			}
			seen[got] = true
		}
	}
}
