package ecstest

import (
	"context"
	"testing"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/client"
)

// once is a client that tries once.
func (s *Server) once() *client.Client {
	c, err := client.New(client.Config{Endpoint: s.Endpoint, Region: "cn-hangzhou", AccessKeyID: s.AccessKeyID, AccessKeySecret: s.AccessKeySecret,
		Transport: s.Transport(), Retry: client.Retry{Attempts: 1}})
	if err != nil {
		panic(err)
	}
	return c
}

func (s *Server) create(t *testing.T, net testNetwork) string {
	t.Helper()
	made, err := s.Client.CreateInstance(t.Context(), &api.CreateInstanceRequest{
		RegionID: "cn-hangzhou", InstanceType: "ecs.g7.large", ImageID: "aliyun_3_x64_20G_alibase_20240819.vhd",
		SecurityGroupID: net.group, VSwitchID: net.vswitch, SystemDisk: api.CreateInstanceRequestSystemDisk{Category: "cloud_essd"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return made.InstanceID
}

func (s *Server) status(t *testing.T, id string) string {
	t.Helper()
	i, err := s.Client.FindInstance(t.Context(), "cn-hangzhou", id)
	if err != nil {
		t.Fatal(err)
	}
	if i == nil {
		return "gone"
	}
	return i.Status
}

func TestFaults(t *testing.T) {
	s := Start(t, At(time.Date(2026, 8, 9, 5, 0, 0, 0, time.UTC)))
	net := s.network(t)
	look := func(id, want string) {
		t.Helper()
		s.Advance(t, 2*time.Second)
		if got := s.status(t, id); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	lift := s.NeverProvision()
	stuck := s.create(t, net)
	look(stuck, "Pending")
	lift()
	look(stuck, "Stopped")

	lift = s.NoStock("ecs.g7.large")
	look(s.create(t, net), "gone")
	lift()

	s.FailNext(Boot, 2)
	if _, err := s.Client.StartInstance(t.Context(), &api.StartInstanceRequest{InstanceID: stuck}); err != nil {
		t.Fatal(err)
	}
	look(stuck, "Running")

	lift = s.Impossible(Shutdown)
	if _, err := s.Client.StopInstance(t.Context(), &api.StopInstanceRequest{InstanceID: stuck}); err != nil {
		t.Fatal(err)
	}
	look(stuck, "Running")
	lift()
}

// TestStopThatNeverEnds: a stop goes on for its deadline and a minute of cutting
// the power, and then ends as it is. Nothing spins meanwhile.
func TestStopThatNeverEnds(t *testing.T) {
	s := Start(t, At(time.Date(2026, 8, 9, 5, 0, 0, 0, time.UTC)))
	id := s.create(t, s.network(t))
	s.Advance(t, time.Second)
	if _, err := s.Client.StartInstance(t.Context(), &api.StartInstanceRequest{InstanceID: id}); err != nil {
		t.Fatal(err)
	}
	s.Advance(t, time.Second)
	s.FailNext(Shutdown, 1<<30)
	if _, err := s.Client.StopInstance(t.Context(), &api.StopInstanceRequest{InstanceID: id}); err != nil {
		t.Fatal(err)
	}
	s.Advance(t, time.Second)
	if got := s.status(t, id); got != "Stopping" {
		t.Errorf("%s, want Stopping", got)
	}
	s.Advance(t, time.Hour)
	if got := s.status(t, id); got != "Running" {
		t.Errorf("%s, want Running: the stop has failed", got)
	}
}

func TestRequests(t *testing.T) {
	s := Start(t)
	s.network(t)
	s.AssertNoErrors(t)
	s.ForgetRequests()
	if _, err := s.Client.StartInstance(t.Context(), &api.StartInstanceRequest{InstanceID: "i-no"}); err == nil {
		t.Fatal("started nothing")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	for len(s.Requests()) == 0 && ctx.Err() == nil {
		time.Sleep(time.Millisecond)
	}
	got := s.Requests()
	if len(got) != 1 || got[0].Action != "StartInstance" || got[0].Product != "Ecs" || got[0].Status != 404 || got[0].Code != api.CodeInvalidInstanceIdNotFound || got[0].RequestID == "" {
		t.Errorf("%+v", got)
	}
}

func BenchmarkStart(b *testing.B) {
	for b.Loop() {
		_, stop := start(b)
		stop()
	}
}
