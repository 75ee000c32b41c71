package agent

import (
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"slices"
	"strings"
	"sync"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netns"
	"golang.org/x/sys/unix"

	"github.com/openecs/openecs/internal/agent/plan"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

const defaultPrefix = "oe-"

// Agent looks after the networks of one host. Apply and Run are for one
// goroutine at a time; the other methods are safe at any time.
type Agent struct {
	Options
	planner plan.Planner
	ns      netns.NsHandle // the host's
	links   *netlink.Handle
	guarded bool
	hosts   []netip.Addr // that may send into tunnels

	work   sync.Mutex // held by what changes the host
	vpcs   map[ecs.Key]*vpc
	plan   *plan.Host
	failed map[ecs.Key]bool // VPCs whose rules may not be those of plan

	mu      sync.Mutex
	applied state.Rev
	known   *plan.Host        // of the revision that was applied last, or tried
	plugged map[string]bool   // host ends that are in their VPCs
	guards  map[string]string // of host ends whose interfaces' rules are in force, the hardware address
	changed chan struct{}     // closed when one of these changes
}

var _ Plugger = (*Agent)(nil)

// New makes an agent. It changes nothing on the host; the first Apply finds what
// an earlier agent has left and goes on from there.
func New(o Options) (*Agent, error) {
	if o.Prefix == "" {
		o.Prefix = defaultPrefix
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	a := &Agent{Options: o, planner: plan.Planner{Options: o.Options}, vpcs: map[ecs.Key]*vpc{}, failed: map[ecs.Key]bool{}, changed: make(chan struct{})}
	var err error
	if o.NetNS == "" {
		a.ns, err = netns.Get()
	} else {
		a.ns, err = netns.GetFromPath(o.NetNS)
	}
	if err != nil {
		return nil, fmt.Errorf("the host's network namespace: %w", err)
	}
	if a.links, err = netlink.NewHandleAt(a.ns, unix.NETLINK_ROUTE); err != nil {
		_ = a.ns.Close()
		return nil, fmt.Errorf("asking the kernel about interfaces: %w", err)
	}
	return a, nil
}

// Close lets go of the host and leaves everything on it in force, but for the
// metadata service.
func (a *Agent) Close() {
	a.work.Lock()
	defer a.work.Unlock()
	for _, v := range a.vpcs {
		v.close()
	}
	a.vpcs = nil
	a.links.Close()
	_ = a.ns.Close()
}

// Applied is the last revision that is in force as a whole.
func (a *Agent) Applied() state.Rev {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.applied
}

// Ready reports whether a revision is in force.
func (a *Agent) Ready(rev state.Rev) bool { return a.Applied() >= rev }

// Plugged says whether an interface is where it belongs.
func (a *Agent) Plugged(name, mac string) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.known == nil {
		return ErrNotReady
	}
	_, n := a.known.NIC(name)
	switch {
	case n == nil || !strings.EqualFold(n.MAC, mac):
		return ErrUnknownNIC
	case !a.plugged[name]:
		return ErrNotReady
	}
	return nil
}

// Guarded says whether the rules of an interface are in force.
func (a *Agent) Guarded(name, mac string) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if known, ok := a.guards[name]; !ok || !strings.EqualFold(known, mac) {
		return ErrNotReady
	}
	return nil
}

// Changed is closed when Guarded or Plugged may answer otherwise than before.
func (a *Agent) Changed() <-chan struct{} {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.changed
}

// tell closes what Changed gave out; a.mu is held.
func (a *Agent) tell() {
	close(a.changed)
	a.changed = make(chan struct{})
}

// Apply makes the host what a plan says. After an error what the error is not
// about is done all the same, and the same call may be repeated.
func (a *Agent) Apply(h *plan.Host) error {
	a.work.Lock()
	defer a.work.Unlock()
	if a.vpcs == nil {
		return errors.New("the agent is closed")
	}
	if err := a.guard(h.Hosts()); err != nil {
		return err
	}
	a.plan = h
	a.mu.Lock()
	a.known = h
	a.mu.Unlock()
	var errs []error
	clear(a.failed)
	errs = append(errs, a.removeOthers(h))
	for i := range h.VPCs {
		if err := a.applyVPC(&h.VPCs[i]); err != nil {
			a.failed[h.VPCs[i].Key] = true
			errs = append(errs, fmt.Errorf("%s: %w", ecs.ID(ecs.KindVPC, h.VPCs[i].Key), err))
		}
	}
	guards := map[string]string{}
	for i := range h.VPCs {
		if !a.failed[h.VPCs[i].Key] {
			for _, n := range h.VPCs[i].NICs {
				guards[n.Name] = n.MAC
			}
		}
	}
	a.mu.Lock()
	a.guards = guards
	a.tell()
	a.mu.Unlock()
	errs = append(errs, a.plug())
	err := errors.Join(errs...)
	if err == nil {
		a.mu.Lock()
		a.applied = h.Rev
		a.mu.Unlock()
	}
	return err
}

func (a *Agent) applyVPC(p *plan.VPC) error {
	v := a.vpcs[p.Key]
	if v == nil {
		var err error
		if v, err = openVPC(a, p.Key); err != nil {
			return err
		}
		a.vpcs[p.Key] = v
	}
	if v.whole && p.Equal(v.now) {
		return nil
	}
	return v.apply(a, p)
}

// guard makes sure that an interface reaches nothing as long as it is in the
// host's namespace.
func (a *Agent) guard(hosts []netip.Addr) error {
	if a.guarded && slices.Equal(a.hosts, hosts) {
		return nil
	}
	n, err := newNFT(int(a.ns))
	if err != nil {
		return err
	}
	if err := n.guard(a.Underlay.IsValid(), hosts); err != nil {
		return fmt.Errorf("guarding the host: %w", err)
	}
	a.guarded, a.hosts = true, hosts
	return nil
}

// removeOthers removes the namespaces of VPCs that have nothing on this host any
// more, those of an earlier agent too.
func (a *Agent) removeOthers(h *plan.Host) error {
	entries, err := os.ReadDir(namespaces)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	var errs []error
	for _, e := range entries {
		k, ok := a.ours(e.Name())
		if !ok || h.VPC(k) != nil {
			continue
		}
		if v := a.vpcs[k]; v != nil {
			v.close()
			delete(a.vpcs, k)
		}
		errs = append(errs, a.removeVPC(e.Name(), k))
	}
	return errors.Join(errs...)
}

// ours reads the VPC from a namespace's name.
func (a *Agent) ours(name string) (ecs.Key, bool) {
	rest, ok := strings.CutPrefix(name, a.Prefix)
	if !ok {
		return 0, false
	}
	return ecs.ParseHostNIC("oe" + rest)
}

// removeVPC removes a VPC's namespace with all that is in it. Host ends go with
// their pairs, and so do routes that lead there.
func (a *Agent) removeVPC(name string, k ecs.Key) error {
	ns, err := openNamespace(name)
	if err == nil {
		defer ns.Close()
		links, err := netlink.NewHandleAt(ns, unix.NETLINK_ROUTE)
		if err != nil {
			return err
		}
		defer links.Close()
		found, err := list(links.LinkList)
		if err != nil {
			return err
		}
		for _, l := range found {
			if _, ok := ecs.ParseHostNIC(l.Attrs().Name); ok {
				if err := links.LinkDel(l); err != nil && !missingLink(err) {
					return err
				}
			}
		}
	}
	if l, err := a.links.LinkByName(plan.HostUplink(k)); err == nil {
		if err := a.links.LinkDel(l); err != nil && !missingLink(err) {
			return err
		}
	}
	return removeNamespace(name)
}

// Remove takes all that an agent has made off a host: it is to end first.
func Remove(o Options) error {
	a, err := New(o)
	if err != nil {
		return err
	}
	defer a.Close()
	if err := a.removeOthers(&plan.Host{}); err != nil {
		return err
	}
	n, err := newNFT(int(a.ns))
	if err != nil {
		return err
	}
	return n.unguard()
}
