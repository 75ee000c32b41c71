package node

// HoldClock is work under way that keeps the clock where it is.
func (n *Node) HoldClock() (release func()) {
	n.clock.Begin()
	return n.clock.End
}

// RealClock makes n as one is whose instances are real.
func (n *Node) RealClock() { n.clock = nil }
