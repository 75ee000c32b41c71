package ecstest

import (
	"os"
	"testing"

	"github.com/openecs/openecs/internal/fault"
)

// Fault says which requests fail, and how; see Server.Fault. These are its
// fields, with the names they have in a file of faults:
//
//	Name           name             what it is lifted by; one is given when it is empty
//	Action         action           RunInstances, or Describe* for all that begin so
//	Product        product          Ecs, Vpc, …
//	Region         region
//	Account        account
//	AccessKey      access-key
//	Params         params           values of parameters, a star at their end stands for any end
//	Match                           a function on the request, from Go only
//	Skip           skip             so many that match pass first
//	Times          times            then so many are struck; 0: all
//	Probability    probability      each with this probability; 0: certainly
//	Seed           seed             of the draws
//	Latency        latency          the answer is late
//	Error          error            it is refused: code, and if need be status and message
//	Drop           drop             no answer: before the request has its effect, or after
//	LimitPerMinute limit-per-minute Throttling.User above it, for each account, region and action
//	Stale          stale            actions that read answer what was true so long ago
//	Stock          stock            no stock of a type in a zone
//	Host           host             work of the host fails: operation and outcome
type Fault = fault.Rule

// FaultRequest is a request as Fault.Match sees it.
type FaultRequest = fault.Request

// FaultError is a refusal: Fault.Error. Its status is the documented one of
// action and code unless it is given.
type FaultError = fault.Error

// Stock is a type in a zone that there is none of: Fault.Stock.
type Stock = fault.Stock

// HostFault is work of a host that fails: Fault.Host.
type HostFault = fault.Host

// When a connection is dropped: Fault.Drop.
const (
	DropBefore = fault.Before
	DropAfter  = fault.After
)

// Outcomes of a HostFault.
const (
	Never       = fault.Never
	Unreachable = fault.Unreachable
	NoRoom      = fault.NoStock
	NotPossible = fault.Impossible
)

// Operation is what the service asks of the host of an instance.
type Operation = fault.Operation

// The operations that can be made to fail.
const (
	Provision = fault.Provision // make an instance: Pending
	Boot      = fault.Boot
	Shutdown  = fault.Shutdown
	Reboot    = fault.Reboot
	Remove    = fault.Remove
)

// Fault puts faults in force, until the returned function, ClearFaults or Reset
// lifts them. A fault that makes no sense (an action or a code that does not
// exist, two that exclude each other) fails the test.
func (s *Server) Fault(tb testing.TB, faults ...Fault) (lift func()) {
	tb.Helper()
	_, lift, err := s.kit.Faults.Add(faults...)
	if err != nil {
		tb.Fatalf("ecstest: %v", err)
	}
	return lift
}

// FaultsFrom puts the faults of a file in force: YAML or JSON, the same that
// `openecs serve --faults` reads.
func (s *Server) FaultsFrom(tb testing.TB, file string) (lift func()) {
	tb.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		tb.Fatalf("ecstest: %v", err)
	}
	faults, err := fault.Parse(data)
	if err != nil {
		tb.Fatalf("ecstest: %s: %v", file, err)
	}
	return s.Fault(tb, faults...)
}

// ClearFaults lifts all faults.
func (s *Server) ClearFaults() { s.kit.Faults.Clear() }

// FailNext makes the next n tries of an operation fail as if the host could not
// be reached. The service tries again, so this costs time and nothing else. It
// returns what lifts the fault.
func (s *Server) FailNext(op Operation, n int) (lift func()) {
	return s.inject(n, HostFault{Operation: op, Outcome: Unreachable})
}

// Impossible makes an operation fail for good, until it is lifted: an instance
// that cannot be made vanishes, one that cannot be started stays Stopped.
func (s *Server) Impossible(op Operation) (lift func()) {
	return s.inject(0, HostFault{Operation: op, Outcome: NotPossible})
}

// NeverProvision leaves new instances in Pending until it is lifted or their
// deadline has passed.
func (s *Server) NeverProvision() (lift func()) {
	return s.inject(0, HostFault{Operation: Provision, Outcome: Never})
}

// NoStock leaves no room for an instance type, "" for any: instances that were
// accepted vanish again, as on the real service. To have them refused at once,
// use a Fault with Stock.
func (s *Server) NoStock(instanceType string) (lift func()) {
	return s.inject(0, HostFault{Operation: Provision, Outcome: NoRoom, Type: instanceType})
}

func (s *Server) inject(times int, h HostFault) (lift func()) {
	_, lift, err := s.kit.Faults.Add(Fault{Times: times, Host: &h})
	if err != nil {
		panic("ecstest: " + err.Error())
	}
	return lift
}
