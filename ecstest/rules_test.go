package ecstest

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/openecs/openecs/api"
)

var start0 = time.Date(2026, 8, 9, 5, 0, 0, 0, time.UTC)

func refused(t *testing.T, err error, code string, status int) {
	t.Helper()
	e, ok := errors.AsType[*api.Error](err)
	if !ok || e.Code != code || e.Status != status {
		t.Errorf("%v, want %d %s", err, status, code)
	}
}

func (s *Server) regions(t *testing.T) error {
	_, err := s.once().DescribeRegions(t.Context(), &api.DescribeRegionsRequest{})
	return err
}

func TestFaultErrors(t *testing.T) {
	s := Start(t, At(start0), NoSocket())
	id := s.create(t, s.network(t))
	s.Advance(t, time.Second)
	start := func() error {
		_, err := s.once().StartInstance(t.Context(), &api.StartInstanceRequest{InstanceID: id})
		return err
	}

	lift := s.Fault(t, Fault{Action: "StartInstance", Times: 1, Error: &FaultError{Code: api.CodeIncorrectInstanceStatus}})
	refused(t, start(), api.CodeIncorrectInstanceStatus, 403)
	lift()
	// The same code has another status on another action, as documented.
	s.Fault(t, Fault{Action: "AttachDisk", Error: &FaultError{Code: api.CodeIncorrectInstanceStatus}})
	_, err := s.once().AttachDisk(t.Context(), &api.AttachDiskRequest{InstanceID: id, DiskID: "d-x"})
	refused(t, err, api.CodeIncorrectInstanceStatus, 400)

	s.Fault(t, Fault{Action: "StartInstance", Params: map[string]string{"InstanceId": "i-other*"}, Error: &FaultError{Code: "Throttling"}},
		Fault{Action: "StartInstance", Match: func(r *FaultRequest) bool { return r.Param("InstanceId") != id }, Error: &FaultError{Code: "Throttling"}},
		Fault{Action: "StartInstance", Account: 1, Error: &FaultError{Code: "Throttling"}},
		Fault{Action: "StartInstance", AccessKey: "other", Error: &FaultError{Code: "Throttling"}},
		Fault{Action: "StartInstance", Region: "cn-beijing", Error: &FaultError{Code: "Throttling"}},
		Fault{Action: "StartInstance", Skip: 1, Error: &FaultError{Code: api.CodeIncorrectInstanceStatus, Message: "tea"}})
	if err := start(); err != nil {
		t.Errorf("none of these matches: %v", err)
	}
	err = start()
	refused(t, err, api.CodeIncorrectInstanceStatus, 403)
	if err == nil || !strings.Contains(err.Error(), "tea") {
		t.Error(err)
	}
	s.ClearFaults()
	s.AssertCalled(t, "StartInstance", "InstanceId", id)
}

// TestFaultsThatMakeNoSense: each is refused with a sentence.
func TestFaultsThatMakeNoSense(t *testing.T) {
	s := Start(t, NoSocket())
	for _, c := range []struct {
		fault Fault
		says  string
	}{
		{Fault{}, "does nothing"},
		{Fault{Action: "RunInstance", Latency: time.Second}, `no action "RunInstance"`},
		{Fault{Action: "Nothing*", Latency: time.Second}, `no action "Nothing*"`},
		{Fault{Product: "Oss", Latency: time.Second}, `no product "Oss"`},
		{Fault{Product: "Sts", Action: "RunInstances", Latency: time.Second}, `no action "RunInstances"`},
		{Fault{Error: &FaultError{Code: "Throtling"}}, `"Throtling" is not documented`},
		{Fault{Error: &FaultError{}}, "needs a code"},
		{Fault{Error: &FaultError{Code: "Throttling", Status: 200}}, "between 400 and 599"},
		{Fault{Drop: "sometimes"}, "before or after"},
		{Fault{Drop: DropAfter, Error: &FaultError{Code: "Throttling"}}, "exclude each other"},
		{Fault{Latency: -time.Second}, "latency"},
		{Fault{Latency: time.Hour}, "latency"},
		{Fault{Latency: time.Second, Probability: 1.5}, "between 0 and 1"},
		{Fault{Latency: time.Second, Skip: -1}, "not negative"},
		{Fault{LimitPerMinute: new(-1)}, "not negative"},
		{Fault{Action: "RunInstances", Stale: time.Second}, "only actions that read"},
		{Fault{Stale: time.Second}, "only actions that read"},
		{Fault{Stock: &Stock{}, Latency: time.Second}, "stands alone"},
		{Fault{Host: &HostFault{Operation: "dance", Outcome: Never}}, "provision, start"},
		{Fault{Host: &HostFault{Operation: Boot}}, "an outcome is"},
		{Fault{Host: &HostFault{Operation: Boot, Outcome: Never}, Probability: 0.5}, "only host"},
		{Fault{Host: &HostFault{Operation: Boot, Outcome: Never, Instance: "i-1"}}, "no instance's id"},
	} {
		_, lift, err := s.kit.Faults.Add(c.fault)
		if err == nil {
			lift()
			t.Errorf("%+v is taken", c.fault)
		} else if !strings.Contains(err.Error(), c.says) {
			t.Errorf("%+v: %v, want %q", c.fault, err, c.says)
		}
	}
	if s.kit.Faults.Active() {
		t.Error("a refused fault is in force")
	}
}

func TestProbabilityIsRepeatable(t *testing.T) {
	draw := func(seed uint64) (out string) {
		s := Start(t, NoSocket())
		s.Fault(t, Fault{Action: "DescribeRegions", Probability: 0.5, Seed: seed, Error: &FaultError{Code: "Throttling"}})
		for range 40 {
			if s.regions(t) != nil {
				out += "x"
			} else {
				out += "."
			}
		}
		return out
	}
	a, b, c := draw(1), draw(1), draw(2)
	if n := strings.Count(a, "x"); a != b || a == c || n < 8 || n > 32 {
		t.Errorf("%s, %s and %s", a, b, c)
	}
}

func TestLatency(t *testing.T) {
	s := Start(t, NoSocket(), At(start0)) // the clock stands still: latency is of the wall clock
	s.Fault(t, Fault{Action: "Describe*", Latency: 30 * time.Millisecond}, Fault{Action: "DescribeRegions", Latency: 30 * time.Millisecond})
	began := time.Now()
	if err := s.regions(t); err != nil {
		t.Fatal(err)
	}
	if d := time.Since(began); d < 60*time.Millisecond {
		t.Errorf("answered after %v, want 60 ms", d)
	}
	s.Fault(t, Fault{Action: "DescribeRegions", Latency: time.Minute})
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := s.once().DescribeRegions(ctx, &api.DescribeRegionsRequest{}); err == nil {
		t.Error("answered before its time")
	}
}

// TestDroppedConnections: before, the request has no effect; after, it has one,
// and a client that repeats it with its token gets the same instance.
func TestDroppedConnections(t *testing.T) {
	for _, opts := range [][]Option{{NoSocket()}, nil} {
		s := Start(t, opts...)
		vpcs := func() int {
			out, err := s.Client.DescribeVpcs(t.Context(), &api.DescribeVpcsRequest{})
			if err != nil {
				t.Fatal(err)
			}
			return out.TotalCount
		}
		create := func() error {
			_, err := s.once().CreateVpc(t.Context(), &api.CreateVpcRequest{RegionID: "cn-hangzhou", ClientToken: "t"})
			return err
		}
		s.Fault(t, Fault{Action: "CreateVpc", Drop: DropBefore, Times: 1})
		if err := create(); err == nil || vpcs() != 0 {
			t.Errorf("dropped before: %v, %d VPCs", err, vpcs())
		}
		s.Fault(t, Fault{Action: "CreateVpc", Drop: DropAfter, Times: 1})
		if err := create(); err == nil || vpcs() != 1 {
			t.Errorf("dropped after: %v, %d VPCs", err, vpcs())
		}
		if err := create(); err != nil || vpcs() != 1 {
			t.Errorf("again: %v, %d VPCs", err, vpcs())
		}
		if calls := s.Calls("CreateVpc"); len(calls) != 3 || calls[0].Status != 0 || calls[1].Status != 0 || calls[2].Status != 200 {
			t.Errorf("%+v", calls)
		}
	}
}

// TestThrottling: so many calls in a minute of the service's clock, for each
// account, region and action; in the next minute they work again.
func TestThrottling(t *testing.T) {
	s := Start(t, NoSocket(), At(start0), OtherAccount("other", "secret", 77))
	s.Fault(t, Fault{Action: "Describe*", LimitPerMinute: new(2)})
	for range 2 {
		if err := s.regions(t); err != nil {
			t.Fatal(err)
		}
	}
	refused(t, s.regions(t), "Throttling.User", 400)
	if _, err := s.Client.DescribeZones(t.Context(), &api.DescribeZonesRequest{}); err != nil {
		t.Errorf("another action: %v", err)
	}
	if _, err := s.ClientFor("other", "secret").DescribeRegions(t.Context(), &api.DescribeRegionsRequest{}); err != nil {
		t.Errorf("another account: %v", err)
	}
	if _, err := s.Client.DescribeZones(t.Context(), &api.DescribeZonesRequest{RegionID: "cn-beijing"}); err != nil {
		t.Errorf("another region: %v", err)
	}
	s.Advance(t, 59*time.Second)
	refused(t, s.regions(t), "Throttling.User", 400)
	s.Advance(t, time.Second)
	if err := s.regions(t); err != nil {
		t.Errorf("in the next minute: %v", err)
	}
}

func TestStock(t *testing.T) {
	s := Start(t, NoSocket())
	net := s.network(t)
	run := func(typ string) error {
		_, err := s.once().RunInstances(t.Context(), &api.RunInstancesRequest{
			RegionID: "cn-hangzhou", InstanceType: typ, ImageID: "aliyun_3_x64_20G_alibase_20240819.vhd",
			SecurityGroupID: net.group, VSwitchID: net.vswitch, SystemDisk: api.RunInstancesRequestSystemDisk{Category: "cloud_essd"},
		})
		return err
	}
	s.Fault(t, Fault{Stock: &Stock{Type: "ecs.g7.large", Zone: "cn-hangzhou-i"}})
	if err := run("ecs.g7.large"); err != nil {
		t.Errorf("in another zone: %v", err)
	}
	s.Fault(t, Fault{Stock: &Stock{Type: "ecs.g7.large", Zone: "cn-hangzhou-h"}})
	refused(t, run("ecs.g7.large"), "OperationDenied.NoStock", 403)
	if err := run("ecs.g7.xlarge"); err != nil {
		t.Errorf("another type: %v", err)
	}
}

// TestStaleReads: a read answers what was true two seconds ago.
func TestStaleReads(t *testing.T) {
	s := Start(t, NoSocket(), At(start0))
	lift := s.Fault(t, Fault{Action: "DescribeVpcs", Stale: 2 * time.Second})
	count := func() int {
		out, err := s.Client.DescribeVpcs(t.Context(), &api.DescribeVpcsRequest{RegionID: "cn-hangzhou"})
		if err != nil {
			t.Fatal(err)
		}
		return out.TotalCount
	}
	s.network(t)
	if n := count(); n != 0 {
		t.Errorf("at once: %d", n)
	}
	s.Advance(t, time.Second)
	s.network(t)
	s.Advance(t, time.Second)
	if n := count(); n != 1 {
		t.Errorf("after two seconds: %d, want the first", n)
	}
	s.Advance(t, time.Second)
	if n := count(); n != 2 {
		t.Errorf("after three: %d", n)
	}
	s.network(t)
	lift()
	if n := count(); n != 3 {
		t.Errorf("without the fault: %d", n)
	}
}

func TestHostThatNeverStarts(t *testing.T) {
	s := Start(t, NoSocket(), At(start0))
	net := s.network(t)
	a, b := s.create(t, net), s.create(t, net)
	s.Advance(t, time.Second)
	lift := s.Fault(t, Fault{Host: &HostFault{Operation: Boot, Outcome: Never, Instance: a}})
	for _, id := range []string{a, b} {
		if _, err := s.Client.StartInstance(t.Context(), &api.StartInstanceRequest{InstanceID: id}); err != nil {
			t.Fatal(err)
		}
	}
	s.Advance(t, time.Minute)
	if x, y := s.status(t, a), s.status(t, b); x != "Starting" || y != "Running" {
		t.Errorf("%s and %s", x, y)
	}
	lift()
	s.Advance(t, time.Second)
	if x := s.status(t, a); x != "Running" {
		t.Errorf("%s", x)
	}
}

func TestFaultsFrom(t *testing.T) {
	s := Start(t, NoSocket())
	file := filepath.Join(t.TempDir(), "faults.yaml")
	write := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("version: 1\nseed: 7\nfaults:\n  - {action: DescribeRegions, error: {code: Throttling}, times: 1}\n  - name: slow\n    action: Describe*\n    latency: 1ms\n    probability: 0.5\n")
	lift := s.FaultsFrom(t, file)
	refused(t, s.regions(t), "Throttling", 400)
	if err := s.regions(t); err != nil {
		t.Error(err)
	}
	rules := s.kit.Faults.Rules()
	if len(rules) != 2 || rules[0].Struck != 1 || rules[0].Seen != 2 || rules[1].Name != "slow" || rules[1].Seed != 7 {
		t.Errorf("%+v", rules)
	}
	lift()
	if s.kit.Faults.Active() {
		t.Error("the faults are still in force")
	}
}

func TestCallsAreRecorded(t *testing.T) {
	s := Start(t, NoSocket(), At(start0), OtherAccount("other", "secret", 77))
	net := s.network(t)
	s.ForgetRequests()
	_, err := s.Client.RunInstances(t.Context(), &api.RunInstancesRequest{
		RegionID: "cn-hangzhou", InstanceType: "ecs.g7.large", ImageID: "aliyun_3_x64_20G_alibase_20240819.vhd", Password: "Secret-1234",
		SecurityGroupID: net.group, VSwitchID: net.vswitch, SystemDisk: api.RunInstancesRequestSystemDisk{Category: "cloud_essd"}, UserData: "c2VjcmV0",
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.ClientFor("other", "secret").CreateKeyPair(t.Context(), &api.CreateKeyPairRequest{RegionID: "cn-hangzhou", KeyPairName: "k1"}); err != nil {
		t.Fatal(err)
	}
	r := s.AssertCalled(t, "RunInstances", "InstanceType", "ecs.g7.large", "SystemDisk.Category", "cloud_essd")
	if r.Account != Account || r.KeyID != s.AccessKeyID || !r.Time.Equal(start0) || r.Region != "cn-hangzhou" || r.Status != 200 || !strings.Contains(r.Answer, "InstanceIdSets") {
		t.Errorf("%+v", r)
	}
	if r.Param("Password") != "******" || r.Param("UserData") != "******" || r.Param("Signature") != "" {
		t.Errorf("%v", r.Params)
	}
	k := s.AssertCalled(t, "CreateKeyPair")
	if k.Account != 77 || strings.Contains(k.Answer, "PRIVATE") || !strings.Contains(k.Answer, `"PrivateKeyBody":"******"`) {
		t.Errorf("%+v", k)
	}
	s.AssertNotCalled(t, "DeleteInstance", "CreateInstance")
	s.AssertInOrder(t, "RunInstances", "CreateKeyPair")
	for what, assert := range map[string]func(testing.TB){
		"AssertCalled":    func(tb testing.TB) { s.AssertCalled(tb, "RunInstances", "Amount", "7") },
		"AssertNotCalled": func(tb testing.TB) { s.AssertNotCalled(tb, "CreateKeyPair") },
		"AssertInOrder":   func(tb testing.TB) { s.AssertInOrder(tb, "CreateKeyPair", "RunInstances") },
	} {
		spy := &spy{TB: t}
		if assert(spy); !spy.failed {
			t.Errorf("%s does not fail", what)
		}
	}
}

// spy is a test that may fail.
type spy struct {
	testing.TB
	failed bool
}

func (s *spy) Errorf(string, ...any) { s.failed = true }
func (s *spy) Logf(string, ...any)   {}
func (s *spy) Helper()               {}

// TestReset: what the test did is gone, and the service works on.
func TestReset(t *testing.T) {
	s := Start(t, At(start0))
	for round := range 3 {
		net := s.network(t)
		id := s.create(t, net)
		if round > 0 { // in the middle of a move, too
			s.Advance(t, time.Second)
		}
		if round > 1 {
			if _, err := s.Client.StartInstance(t.Context(), &api.StartInstanceRequest{InstanceID: id}); err != nil {
				t.Fatal(err)
			}
		}
		s.Fault(t, Fault{Latency: time.Millisecond})
		s.Reset(t)
		if len(s.Requests()) != 0 || s.kit.Faults.Active() || s.world.Len() != 0 {
			t.Errorf("%d requests, %d machines", len(s.Requests()), s.world.Len())
		}
		if got := s.status(t, id); got != "gone" {
			t.Errorf("%s", got)
		}
		out, err := s.Client.DescribeVpcs(t.Context(), &api.DescribeVpcsRequest{})
		if err != nil || out.TotalCount != 0 {
			t.Errorf("%+v, %v", out, err)
		}
	}
}

// TestManyServices: twenty at once, each on its own.
func TestManyServices(t *testing.T) {
	for range 20 {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			s := Start(t, NoSocket())
			s.Fault(t, Fault{Action: "DescribeZones", Error: &FaultError{Code: "Throttling"}})
			id := s.create(t, s.network(t))
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			if _, err := s.Client.WaitInstance(ctx, "cn-hangzhou", id, "Stopped"); err != nil {
				t.Fatal(err)
			}
			out, err := s.Client.DescribeInstances(t.Context(), &api.DescribeInstancesRequest{RegionID: "cn-hangzhou"})
			if err != nil || out.TotalCount != 1 {
				t.Errorf("%+v, %v", out, err)
			}
			if n := len(s.Calls("CreateVpc")); n != 1 {
				t.Errorf("%d calls", n)
			}
		})
	}
}

func BenchmarkReset(b *testing.B) {
	s, stop := start(b, NoSocket())
	defer stop()
	ctx := context.Background()
	for b.Loop() {
		b.StopTimer()
		for range 3 {
			if _, err := s.Client.CreateVpc(ctx, &api.CreateVpcRequest{RegionID: "cn-hangzhou"}); err != nil {
				b.Fatal(err)
			}
		}
		b.StartTimer()
		s.Reset(b)
	}
}
