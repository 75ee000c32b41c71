package agent

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netns"
	"golang.org/x/sys/unix"

	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/agent/plan"
	"github.com/openecs/openecs/internal/clock"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/engine/incus/incustest"
	instancemetadata "github.com/openecs/openecs/internal/metadata"
	"github.com/openecs/openecs/internal/state"
)

// rig is a service, a host that is a network namespace, and machines that are
// ones too: each is joined to the host as Incus joins an instance, by a pair of
// interfaces one end of which is called as the engine calls it.
type rig struct {
	*actiontest.Service
	t       testing.TB
	name    string // what all namespaces of the rig begin with
	options Options
	host    netns.NsHandle
	outside netns.NsHandle // a network beyond the host, 203.0.113.0/24
	agent   *Agent
	nics    map[string]netns.NsHandle // of instances
}

// asRoot skips a test that was not asked for. One that was, and cannot be done
// here, fails with the reason.
func asRoot(t testing.TB) {
	t.Helper()
	incustest.Asked(t)
	if os.Getuid() != 0 {
		t.Fatal("network namespaces need root")
	}
	if err := Check(); err != nil {
		t.Fatal(err)
	}
}

var rigs int

func newRig(t testing.TB) *rig {
	t.Helper()
	asRoot(t)
	rigs++
	r := &rig{Service: actiontest.Start(t), t: t, name: fmt.Sprintf("oet%d-%d-", os.Getpid()%10000, rigs), nics: map[string]netns.NsHandle{}}
	t.Cleanup(r.end)
	r.host, r.outside = r.namespace("host"), r.namespace("outside")
	r.options = Options{
		Options: plan.Options{Here: func(ecs.Key, *ecs.Instance) bool { return true }},
		NetNS:   "/run/netns/" + r.name + ".host", Prefix: r.name, Clock: clock.Real(), Log: slog.New(slog.NewTextHandler(logTo{t}, nil)),
		Metadata: instancemetadata.New(r.DB(), r.Catalog, r.Clock).For,
	}
	r.must(within(r.host, func() error { return set([][2]string{{"ipv4/ip_forward", "1"}}) }))
	r.join(r.host, "lan", "203.0.113.1/24", r.outside, "eth0", "203.0.113.9/24")
	h, err := netlink.NewHandleAt(r.outside, unix.NETLINK_ROUTE)
	r.must(err)
	defer h.Close()
	r.must(h.RouteAdd(&netlink.Route{Dst: anywhere, Gw: net.IPv4(203, 0, 113, 1)}))
	r.start()
	return r
}

type logTo struct{ t testing.TB }

func (l logTo) Write(b []byte) (int, error) {
	l.t.Log(strings.TrimSpace(string(b)))
	return len(b), nil
}

func (r *rig) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

// start makes an agent, as a process of its own would be.
func (r *rig) start() {
	r.t.Helper()
	var err error
	r.agent, err = New(r.options)
	r.must(err)
}

func (r *rig) namespace(name string) netns.NsHandle {
	r.t.Helper()
	ns, err := makeNamespace(r.name + "." + name)
	r.must(err)
	h, err := netlink.NewHandleAt(ns, unix.NETLINK_ROUTE)
	r.must(err)
	defer h.Close()
	lo, err := h.LinkByName("lo")
	r.must(err)
	r.must(h.LinkSetUp(lo))
	return ns
}

// join joins two namespaces.
func (r *rig) join(a netns.NsHandle, nameA, addrA string, b netns.NsHandle, nameB, addrB string) {
	r.t.Helper()
	ha, err := netlink.NewHandleAt(a, unix.NETLINK_ROUTE)
	r.must(err)
	defer ha.Close()
	hb, err := netlink.NewHandleAt(b, unix.NETLINK_ROUTE)
	r.must(err)
	defer hb.Close()
	attrs := netlink.NewLinkAttrs()
	attrs.Name = nameA
	r.must(ha.LinkAdd(&netlink.Veth{LinkAttrs: attrs, PeerName: nameB, PeerNamespace: netlink.NsFd(int(b))}))
	for h, end := range map[*netlink.Handle][2]string{ha: {nameA, addrA}, hb: {nameB, addrB}} {
		l, err := h.LinkByName(end[0])
		r.must(err)
		if end[1] != "" {
			a, err := netlink.ParseAddr(end[1])
			r.must(err)
			r.must(h.AddrAdd(l, a))
		}
		r.must(h.LinkSetUp(l))
	}
}

// apply brings the records to the host.
func (r *rig) apply() {
	r.t.Helper()
	r.Settle()
	r.must(r.agent.Apply(r.agent.planner.Host(r.DB().Snapshot())))
}

func (r *rig) record(instance string) (ecs.Key, *ecs.NetworkInterface) {
	r.t.Helper()
	k := actiontest.Record(r.Service, state.Instances, instance).Interface
	n, ok := state.Interfaces.Get(r.DB().Snapshot(), k)
	if !ok {
		r.t.Fatalf("%s has no interface", instance)
	}
	return k, n
}

// boot joins an instance to the host as Incus does: the pair appears on the
// host, then one end moves into the instance and is configured there.
func (r *rig) boot(instance string) netns.NsHandle {
	r.t.Helper()
	k, n := r.record(instance)
	w, _ := state.VSwitches.Get(r.DB().Snapshot(), n.VSwitch)
	ns, ok := r.nics[instance]
	if !ok {
		ns = r.namespace("m" + instance)
		r.nics[instance] = ns
	}
	h, err := netlink.NewHandleAt(r.host, unix.NETLINK_ROUTE)
	r.must(err)
	defer h.Close()
	attrs := netlink.NewLinkAttrs()
	attrs.Name, attrs.Flags = ecs.HostNIC(k), net.FlagUp
	mac, err := net.ParseMAC(ecs.MAC(k))
	r.must(err)
	r.must(h.LinkAdd(&netlink.Veth{LinkAttrs: attrs, PeerName: "vethoet", PeerHardwareAddr: mac}))
	l, err := h.LinkByName("vethoet")
	r.must(err)
	r.must(h.LinkSetNsFd(l, int(ns)))
	in, err := netlink.NewHandleAt(ns, unix.NETLINK_ROUTE)
	r.must(err)
	defer in.Close()
	l, err = in.LinkByName("vethoet")
	r.must(err)
	r.must(in.LinkSetName(l, "eth0"))
	r.must(in.AddrAdd(l, &netlink.Addr{IPNet: ipNet(netip.PrefixFrom(n.IP.Addr(), int(w.Prefix.Bits)))}))
	r.must(in.LinkSetUp(l))
	r.must(in.RouteAdd(&netlink.Route{Dst: anywhere, Gw: (w.Prefix.Addr + ecs.IPv4(w.Prefix.Size()) - 3).Addr().AsSlice()}))
	return ns
}

// halt brings an instance's end back to the host, as Incus does when it stops.
func (r *rig) halt(instance string) {
	r.t.Helper()
	in, err := netlink.NewHandleAt(r.nics[instance], unix.NETLINK_ROUTE)
	r.must(err)
	defer in.Close()
	l, err := in.LinkByName("eth0")
	r.must(err)
	r.must(in.LinkSetDown(l))
	r.must(in.LinkSetName(l, "veth"+instance[len(instance)-8:]))
	r.must(in.LinkSetNsFd(l, int(r.host)))
}

// machine is an instance that runs, with its private address.
func (r *rig) machine(params ...string) (instance string, ip string) {
	r.t.Helper()
	instance = r.Running(params...)
	_, n := r.record(instance)
	r.boot(instance)
	return instance, n.IP.String()
}

// end removes everything.
func (r *rig) end() {
	if r.agent != nil {
		r.agent.Close()
		if err := Remove(r.options); err != nil {
			r.t.Error(err)
		}
	}
	for _, ns := range r.nics {
		_ = ns.Close()
	}
	_ = r.host.Close()
	_ = r.outside.Close()
	entries, _ := os.ReadDir(namespaces)
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), r.name) {
			if r.agent != nil && !strings.HasPrefix(e.Name(), r.name+".") {
				r.t.Errorf("%s was left behind", e.Name())
			}
			_ = removeNamespace(e.Name())
		}
	}
}

// serve listens in a namespace, answers who has called, and echoes.
func (r *rig) serve(ns netns.NsHandle, port int) {
	r.t.Helper()
	var l net.Listener
	r.must(within(ns, func() (err error) {
		l, err = net.Listen("tcp4", fmt.Sprintf("0.0.0.0:%d", port))
		return err
	}))
	r.t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				from, _, _ := net.SplitHostPort(c.RemoteAddr().String())
				fmt.Fprintln(c, from)
				_, _ = io.Copy(c, c)
			}()
		}
	}()
}

// How long to wait for what comes about, and for what does not.
const (
	patience = 5 * time.Second
	silence  = 250 * time.Millisecond
)

// dial connects from a namespace.
func dial(ns netns.NsHandle, to string, port int, wait time.Duration) (c net.Conn, err error) {
	err = within(ns, func() (err error) {
		c, err = net.DialTimeout("tcp4", fmt.Sprintf("%s:%d", to, port), wait)
		return err
	})
	return c, err
}

// greeting connects and tells who the other end says has called.
func greeting(ns netns.NsHandle, to string, port int, wait time.Duration) (string, error) {
	c, err := dial(ns, to, port, wait)
	if err != nil {
		return "", err
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(2 * time.Second))
	b := make([]byte, 64)
	n, err := c.Read(b)
	return strings.TrimSpace(string(b[:n])), err
}

// want asks whether a connection comes about.
func (r *rig) want(from netns.NsHandle, to string, port int, passes bool) {
	r.t.Helper()
	wait := silence
	if passes {
		wait = patience
	}
	who, err := greeting(from, to, port, wait)
	var timeout net.Error
	switch {
	case passes && err != nil:
		r.t.Errorf("to %s:%d: %v, want it to pass", to, port, err)
	case !passes && err == nil:
		r.t.Errorf("to %s:%d: %s got through, want it refused", to, port, who)
	case !passes && !(errors.As(err, &timeout) && timeout.Timeout()) && !errors.Is(err, unix.EHOSTUNREACH) && !errors.Is(err, unix.ENETUNREACH):
		r.t.Errorf("to %s:%d: %v, want silence", to, port, err)
	}
}

// alive asks whether a connection that is there still works.
func alive(c net.Conn) error {
	_ = c.SetDeadline(time.Now().Add(2 * time.Second))
	if _, err := c.Write([]byte("x")); err != nil {
		return err
	}
	b := make([]byte, 1)
	for {
		if _, err := io.ReadFull(c, b); err != nil {
			return err
		}
		if b[0] == 'x' {
			return nil
		}
	}
}

// ruleset is the table of a VPC as nft shows it, where nft is at hand.
func (r *rig) ruleset(vpc ecs.Key) string {
	v := r.agent.vpcs[vpc]
	out, err := exec.CommandContext(context.Background(), "nsenter", "--net=/run/netns/"+v.name, "nft", "list", "ruleset").CombinedOutput()
	if err != nil {
		return err.Error()
	}
	return string(out)
}
