package console_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"image/png"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/engine"
	"github.com/openecs/openecs/internal/engine/sim"
)

func decode(t *testing.T, s string) []byte {
	t.Helper()
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func output(s *actiontest.Service, id string, params ...string) (string, string) {
	s.T.Helper()
	out := actiontest.Call[api.GetInstanceConsoleOutputResponse](s, "GetInstanceConsoleOutput", append([]string{"InstanceId", id}, params...)...)
	b, err := base64.StdEncoding.DecodeString(out.ConsoleOutput)
	if err != nil || out.InstanceID != id {
		s.T.Fatalf("%s: %v", out.InstanceID, err)
	}
	return string(b), out.LastUpdateTime
}

// A console tells of the instance's boots under the host name it has, and of what Cloud Assistant did.
func TestGetInstanceConsoleOutput(t *testing.T) {
	s := actiontest.Start(t)
	id := s.Running("HostName", "alpha")
	first, at := output(s, id)
	if strings.Count(first, "Linux version") != 1 || !strings.Contains(first, "host name alpha") || !strings.Contains(first, id) || !strings.HasSuffix(first, "alpha login: ") {
		t.Errorf("the first boot wrote\n%s", first)
	}
	s.Advance(time.Hour)
	s.Do("RunCommand", "Type", "RunShellScript", "CommandContent", "true", "InstanceId.1", id)
	s.Settle()
	s.Do("RebootInstance", "InstanceId", id)
	s.Settle()
	all, later := output(s, id)
	if strings.Count(all, "Linux version") != 2 || !strings.Contains(all, "a command arrived") || later <= at {
		t.Errorf("after a command and a reboot, at %s after %s:\n%s", later, at, all)
	}
	if plain, _ := output(s, id, "RemoveSymbols", "true"); strings.Contains(plain, "\x1b") || !strings.Contains(all, "\x1b") || !strings.Contains(plain, "[  OK  ] Started") {
		t.Errorf("without symbols:\n%q", plain)
	}
}

// What a new process of the simulator knows is the last boot, from the record.
func TestConsoleAfterRestart(t *testing.T) {
	s := actiontest.Start(t)
	id := s.Running()
	before, at := output(s, id)
	s.RestartWithoutMachines()
	if after, again := output(s, id); after != before || again != at {
		t.Errorf("written %s, then %s:\n%s", at, again, after)
	}
}

// A screenshot is an image of what the console says, at most one in ten seconds of an instance.
func TestGetInstanceScreenshot(t *testing.T) {
	s := actiontest.Start(t)
	id, other := s.Running(), s.Running()
	ctx := context.Background()
	get := func(id string) []byte {
		t.Helper()
		out, err := s.Client.GetInstanceScreenshot(ctx, &api.GetInstanceScreenshotRequest{InstanceID: id, RegionID: "cn-hangzhou", WakeUp: new(true)})
		if err != nil || out.InstanceID != id {
			t.Fatal(err)
		}
		return decode(t, out.Screenshot)
	}
	a := get(id)
	if img, err := png.Decode(bytes.NewReader(a)); err != nil || img.Bounds().Dx() != 560 {
		t.Errorf("no image of a screen: %v", err)
	}
	if bytes.Equal(a, get(other)) {
		t.Error("two instances show the same")
	}
	s.Refuse(429, api.CodeThrottling, "", "GetInstanceScreenshot", "InstanceId", id)
	s.Advance(9 * time.Second)
	s.Refuse(429, api.CodeThrottling, "", "GetInstanceScreenshot", "InstanceId", id)
	s.Advance(time.Second)
	get(id)
}

func TestDescribeInstanceVncUrl(t *testing.T) {
	s := actiontest.Start(t)
	id := s.Running()
	get := func() *url.URL {
		t.Helper()
		raw, err := url.QueryUnescape(actiontest.Call[api.DescribeInstanceVncUrlResponse](s, "DescribeInstanceVncUrl", "InstanceId", id).VncURL)
		if err != nil {
			t.Fatal(err)
		}
		u, err := url.Parse(raw)
		if err != nil {
			t.Fatal(err)
		}
		return u
	}
	a, b := get(), get()
	if a.Scheme != "ws" || a.Host != "127.0.0.1" || a.Query().Get("i") != id || len(a.Query().Get("s")) < 26 {
		t.Errorf("it is at %s", a)
	}
	if a.Query().Get("s") == b.Query().Get("s") {
		t.Error("two answers have one token")
	}
}

func TestRefusals(t *testing.T) {
	s := actiontest.Start(t, actiontest.Stepped())
	byState := map[string]string{}
	for _, st := range []string{"Pending", "Stopped", "Starting", "Stopping", "Deleting"} {
		byState[st] = s.InState(st)
	}
	running := s.Running()
	for _, a := range []string{"GetInstanceConsoleOutput", "GetInstanceScreenshot"} {
		for st, id := range byState {
			t.Run(a+" "+st, func(t *testing.T) {
				s.With(t).Refuse(405, api.CodeIncorrectInstanceStatus, "", a, "InstanceId", id)
			})
		}
		s.Refusals(t, a, []string{"InstanceId", running}, []actiontest.Refusal{
			{a + " without an instance", []string{"InstanceId", ""}, 400, api.CodeMissingParameter, ""},
			{a + " of no instance", []string{"InstanceId", "i-none"}, 404, api.CodeInvalidParameter, ""},
			{a + " elsewhere", []string{"RegionId", "cn-beijing"}, 404, api.CodeInvalidParameter, ""},
		})
		s.As(s.Other).Refuse(404, api.CodeInvalidParameter, "", a, "InstanceId", running)
	}
	for st, id := range byState {
		code := api.CodeIncorrectInstanceStatus
		if st == "Pending" {
			code = api.CodeInstanceNotReady
		}
		s.Refuse(403, code, "", "DescribeInstanceVncUrl", "InstanceId", id)
	}
	s.Refuse(404, api.CodeInvalidInstanceIdNotFound, "", "DescribeInstanceVncUrl", "InstanceId", "i-none")
	s.Refuse(400, api.CodeInvalidRegionInstance, "", "DescribeInstanceVncUrl", "InstanceId", running, "RegionId", "cn-beijing")
	s.As(s.Other).Refuse(404, api.CodeInvalidInstanceIdNotFound, "", "DescribeInstanceVncUrl", "InstanceId", running, "RegionId", "cn-beijing")
}

// mute is an engine without consoles.
type mute struct{ engine.Engine }

// A host that shows no consoles says so, one that is away is to be asked again.
func TestHostsRefuse(t *testing.T) {
	s := actiontest.Start(t)
	id := s.Running()
	s.Sim.Cut(actiontest.Zone)
	s.Refuse(503, api.CodeServiceUnavailable, "", "GetInstanceConsoleOutput", "InstanceId", id)
	s.Sim.Mend(actiontest.Zone)
	s.Quiet()
	output(s, id)
	s.RestartWith(sim.Options{}, func(h *sim.Host) engine.Engine { return mute{h} })
	for _, a := range []string{"GetInstanceConsoleOutput", "GetInstanceScreenshot"} {
		s.Refuse(405, api.CodeNotSupported, "", a, "InstanceId", id)
	}
	actiontest.Call[api.DescribeInstanceVncUrlResponse](s, "DescribeInstanceVncUrl", "InstanceId", id)
}
