// Package agent makes the networks of a host what the records say: for each VPC
// with an instance on the host a network namespace of its own, with the VPC's
// addresses, the rules of its security groups, its public addresses, their
// bandwidth and its metadata service. Package plan computes what is to be; this
// package makes it so, on Linux only.
//
// Layer 3. internal/cli and internal/service start one. An engine sees a Plugger:
// it declares such an interface itself.
//
// # Fail closed
//
// The host end of an instance's network interface is called ecs.HostNIC of its
// key. As long as it is in the host's own namespace a table of the agent's drops
// all that it sends; the agent moves it into its VPC's namespace only after the
// rules are in there. So an instance that starts before the agent has come to it,
// or while the agent is down, reaches nothing.
//
// docs/design/real-networks.md says how, and what Incus makes of it.
package agent

import (
	"context"
	"errors"
	"iter"
	"log/slog"
	"net/http"
	"net/netip"

	"github.com/openecs/openecs/internal/agent/plan"
	"github.com/openecs/openecs/internal/clock"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// Options say what an agent looks after.
type Options struct {
	plan.Options

	// NetNS is the path of the network namespace that is the host's, where the host
	// ends of interfaces appear; "" is the process's own.
	NetNS string

	// Prefix begins the names of the namespaces that the agent makes, "oe-" by
	// default. Agents on one machine need different ones.
	Prefix string

	// Underlay is this host's own address among those that Where names, for tunnels
	// to other hosts; with Where only.
	Underlay netip.Addr

	// Metadata answers at 100.100.100.200, port 80, in each VPC, for the interface
	// that asks; nil: nothing listens there.
	Metadata func(nic ecs.Key) http.Handler

	Clock clock.Clock  // for pauses after a failure; required by Run
	Log   *slog.Logger // default slog.Default()
}

// Source is where Run reads the records; a state.DB is one.
type Source interface {
	Snapshot() *state.Snapshot
	Watch(ctx context.Context, after state.Rev) iter.Seq2[state.Published, error]
}

// Plugger is what an engine needs of the agent.
type Plugger interface {
	// Ready reports whether all that a revision says of the host is in force. An
	// instance is started, and an interface attached, only after the revision that
	// made its interface.
	Ready(rev state.Rev) bool

	// Guarded reports whether the rules of the interface with that host end and that
	// hardware address are in force: ErrNotReady until then.
	Guarded(name, mac string) error

	// Changed is closed when Guarded or Plugged may answer otherwise than before.
	Changed() <-chan struct{}

	// Plugged reports whether the host end of that name is in its VPC, with the
	// rules of the interface that has that hardware address in force. It is
	// ErrUnknownNIC as long as no plan has such an interface, and ErrNotReady until
	// its rules are in or its other end is in the instance.
	Plugged(name, mac string) error
}

// Why an interface is not plugged.
var (
	ErrUnknownNIC = errors.New("the agent knows no such network interface")
	ErrNotReady   = errors.New("the agent has not plugged the network interface yet")
)

// ErrUnsupported is what a host gets that is no Linux.
var ErrUnsupported = errors.New("networks of real instances need Linux")
