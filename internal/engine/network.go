package engine

import "context"

// Network is implemented by an engine that can change the network interfaces of
// machines that exist. NIC states a goal, in the way of Storage: it starts or
// continues towards it without waiting, generations of one interface never run
// backwards, and a goal that is reached already is Done.
type Network interface {
	// NIC attaches an interface to a machine, running or not, as g says it is to
	// be, or changes one that is attached, or takes it off. One that Provision
	// made is as good as one attached here. A machine that does not exist is
	// ErrNotFound, one being made or removed ErrBusy. Engine.Remove takes
	// everything off that a machine has: an interface has no content to keep.
	NIC(ctx context.Context, g *NICGoal) (Progress, error)
}

// NICGoal is how a network interface is to be.
type NICGoal struct {
	NIC
	Cell, Zone string
	Gen        Gen
	Machine    ID // attached to it; 0: to none
	Gone       bool
}
