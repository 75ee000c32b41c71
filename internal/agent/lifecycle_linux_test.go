package agent

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netns"
	"golang.org/x/sys/unix"

	"github.com/openecs/openecs/internal/agent/plan"
	"github.com/openecs/openecs/internal/ecs"
)

// TestNothingBeforeTheRules asks that an instance that starts before the agent
// has come to it reaches neither the host nor others, by IPv4 or IPv6.
func TestNothingBeforeTheRules(t *testing.T) {
	r := newRig(t)
	r.Network()
	r.serve(r.host, 80)
	r.must(r.agent.Apply(&plan.Host{})) // an agent that knows of nothing yet
	id, _ := r.machine()
	k, _ := r.record(id)
	r.want(r.nics[id], "203.0.113.1", 80, false)
	if err := r.agent.Plugged(ecs.HostNIC(k), ecs.MAC(k)); !errors.Is(err, ErrUnknownNIC) {
		t.Errorf("Plugged: %v", err)
	}
	h, err := netlink.NewHandleAt(r.host, unix.NETLINK_ROUTE)
	r.must(err)
	defer h.Close()
	l, err := h.LinkByName(ecs.HostNIC(k))
	r.must(err)
	r.must(within(r.host, func() error { return set([][2]string{{"ipv6/conf/" + ecs.HostNIC(k) + "/disable_ipv6", "0"}}) }))
	got := 0
	for range 40 { // an address of its own takes the kernel some time
		addrs, err := h.AddrList(l, netlink.FAMILY_V6)
		r.must(err)
		if got = len(addrs); got > 0 && addrs[0].Flags&unix.IFA_F_TENTATIVE == 0 {
			r.must(within(r.nics[id], func() error {
				d := net.Dialer{Timeout: silence}
				c, err := d.Dial("tcp6", fmt.Sprintf("[%s%%eth0]:80", addrs[0].IP))
				if err == nil {
					c.Close()
					return errors.New("the host answers by IPv6")
				}
				if errors.Is(err, unix.ECONNREFUSED) {
					return errors.New("the host refuses by IPv6, so it was reached")
				}
				return nil
			}))
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	if got == 0 {
		t.Error("the host end has no IPv6 address to try")
	}
	r.apply()
	if err := r.agent.Plugged(ecs.HostNIC(k), ecs.MAC(k)); err != nil {
		t.Errorf("Plugged: %v", err)
	}
	if err := r.agent.Plugged(ecs.HostNIC(k), "00:16:3e:00:00:00"); !errors.Is(err, ErrUnknownNIC) {
		t.Errorf("Plugged with another hardware address: %v", err)
	}
	if !r.agent.Ready(r.DB().Snapshot().Rev()) || r.agent.Ready(r.DB().Snapshot().Rev()+1) {
		t.Errorf("revision %d of %d", r.agent.Applied(), r.DB().Snapshot().Rev())
	}
}

// TestStopAndStart follows an instance through what Incus does to its interface.
func TestStopAndStart(t *testing.T) {
	r := newRig(t)
	r.Network()
	a, _ := r.machine()
	b, ipB := r.machine()
	r.serve(r.nics[b], 80)
	follow(t, r)
	r.want(r.nics[a], ipB, 80, true)
	k, _ := r.record(b)
	name := ecs.HostNIC(k)
	for i := range 3 {
		r.halt(b)
		if i < 2 { // the third time the instance is back before the agent has looked
			eventually(t, "the pair of a stopped instance is removed", func() bool {
				return r.agent.Plugged(name, ecs.MAC(k)) != nil && !slices.Contains(r.linkNames(r.host), "veth"+b[len(b)-8:])
			})
		}
		r.want(r.nics[a], ipB, 80, false)
		r.boot(b)
		eventually(t, "a started instance is plugged", func() bool { return r.agent.Plugged(name, ecs.MAC(k)) == nil })
		r.want(r.nics[a], ipB, 80, true)
	}
	// Released: all that was there for it goes.
	r.halt(b)
	r.Do("DeleteInstance", "InstanceId", b, "Force", "true")
	r.Settle()
	eventually(t, "a released instance is unknown", func() bool { return errors.Is(r.agent.Plugged(name, ecs.MAC(k)), ErrUnknownNIC) })
	eventually(t, "nothing of it is on the host", func() bool {
		return !slices.ContainsFunc(r.linkNames(r.host), func(n string) bool { return n == name || strings.HasPrefix(n, "veth") })
	})
}

// TestSecondaryInterface attaches an interface live, takes it off, and has its
// addresses and groups.
func TestSecondaryInterface(t *testing.T) {
	r := newRig(t)
	n := r.Network()
	a, _ := r.machine()
	b, ipB := r.machine()
	r.serve(r.nics[b], 80)
	r.apply()
	r.want(r.nics[a], ipB, 80, true)
	_, nic := r.record(b)
	extra := "192.168.0.200"
	k, _ := r.record(b)
	r.Do("AssignPrivateIpAddresses", "RegionId", region, "NetworkInterfaceId", ecs.ID(ecs.KindNetworkInterface, k), "PrivateIpAddress.1", extra)
	r.apply()
	h, err := netlink.NewHandleAt(r.nics[b], unix.NETLINK_ROUTE)
	r.must(err)
	defer h.Close()
	eth, err := h.LinkByName("eth0")
	r.must(err)
	addr, _ := netlink.ParseAddr(extra + "/32")
	r.must(h.AddrAdd(eth, addr))
	r.want(r.nics[a], extra, 80, true)
	r.Do("UnassignPrivateIpAddresses", "RegionId", region, "NetworkInterfaceId", ecs.ID(ecs.KindNetworkInterface, k), "PrivateIpAddress.1", extra)
	r.apply()
	r.want(r.nics[a], extra, 80, false)
	r.want(r.nics[a], nic.IP.String(), 80, true)
	_ = n
}

// TestMetadata asks the metadata service from two VPCs with the same addresses.
func TestMetadata(t *testing.T) {
	r := newRig(t)
	n := r.Network()
	a, ip := r.machine()
	vpc := r.VPC("CidrBlock", "192.168.0.0/16")
	b, ipB := r.machine("VSwitchId", r.VSwitch(vpc, "192.168.0.0/24"), "SecurityGroupId", r.Group("VpcId", vpc), "PrivateIpAddress", ip)
	r.apply()
	if ip != ipB {
		t.Fatalf("%s and %s", ip, ipB)
	}
	ask := func(ns netns.NsHandle, wait time.Duration) (string, error) {
		c, err := dial(ns, plan.Metadata, 80, wait)
		if err != nil {
			return "", err
		}
		defer c.Close()
		_ = c.SetDeadline(time.Now().Add(patience))
		fmt.Fprintf(c, "GET /latest/meta-data/instance-id HTTP/1.0\r\n\r\n")
		b, err := io.ReadAll(c)
		_, body, _ := strings.Cut(string(b), "\r\n\r\n")
		return body, err
	}
	for _, id := range []string{a, b} {
		if got, err := ask(r.nics[id], patience); err != nil || got != id {
			t.Errorf("%s: %q, %v", id, got, err)
		}
	}
	if _, err := ask(r.outside, silence); err == nil {
		t.Error("from outside the host it answers")
	}
	if _, err := ask(r.host, silence); err == nil {
		t.Error("from the host it answers")
	}
	r.want(r.nics[a], plan.Metadata, 22, false)
	rec := &recorder{}
	m := &metadata{}
	m.vpc.Store(r.agent.plan.VPC(mustKey(t, ecs.KindVPC, n.VPC)))
	m.serve(r.agent, rec, &http.Request{RemoteAddr: "192.168.0.99:1234"})
	if rec.code != http.StatusForbidden {
		t.Errorf("an unknown address gets %d", rec.code)
	}
}

type recorder struct{ code int }

func (*recorder) Header() http.Header         { return http.Header{} }
func (*recorder) Write(b []byte) (int, error) { return len(b), nil }
func (r *recorder) WriteHeader(code int)      { r.code = code }

func mustKey(t *testing.T, kind ecs.Kind, id string) ecs.Key {
	t.Helper()
	k, ok := ecs.ParseID(kind, id)
	if !ok {
		t.Fatal(id)
	}
	return k
}

// TestRestart has agents take over from each other and from what a crash or
// somebody left, without disturbing what goes on.
func TestRestart(t *testing.T) {
	r := newRig(t)
	n := r.Network()
	a, ipA := r.machine()
	b, ipB := r.machine()
	r.serve(r.nics[a], 80)
	r.serve(r.nics[b], 80)
	r.serve(r.outside, 80)
	r.openTo(n.Group, 80)
	id, addr := r.eip(16)
	r.bind(id, a)
	within1, err := dial(r.nics[b], ipA, 80, patience)
	r.must(err)
	defer within1.Close()
	through, err := dial(r.outside, addr, 80, patience)
	r.must(err)
	defer through.Close()
	vpc := mustKey(t, ecs.KindVPC, n.VPC)
	name := r.agent.vpcs[vpc].name
	ip := func(args ...string) func() {
		return func() {
			t.Helper()
			if out, err := exec.Command("ip", args...).CombinedOutput(); err != nil {
				t.Fatalf("ip %v: %s", args, out)
			}
		}
	}
	nft := func(args ...string) func() {
		return ip(append([]string{"netns", "exec", name, "nft"}, args...)...)
	}
	ka, _ := r.record(a)
	hostNS := r.name + ".host"
	whole := func(what string) {
		t.Helper()
		r.want(r.nics[b], ipA, 80, true)
		r.want(r.nics[a], ipB, 80, true)
		r.want(r.nics[a], ipB, 22, true)
		r.said(r.outside, addr, 80, "203.0.113.9")
		r.said(r.nics[a], "203.0.113.9", 80, addr)
		r.want(r.nics[b], "203.0.113.9", 80, false)
		if t.Failed() {
			t.Fatal(what)
		}
	}
	r.serve(r.nics[b], 22)
	for _, c := range []struct {
		what  string
		do    func()
		keeps bool // connections go on
	}{
		{"nothing happened", func() {}, true},
		{"the rules are gone", nft("delete", "table", "ip", "openecs"), true},
		{"a chain lost its rules", nft("flush", "chain", "ip", "openecs", "receiver"), true},
		{"a set lost an element", nft("flush", "set", "ip", "openecs", "owners"), true},
		{"a rule too many", nft("insert", "rule", "ip", "openecs", "sender", "drop"), true},
		{"a route is gone", ip("-n", name, "route", "del", ipA), true},
		{"a route too many", ip("-n", name, "route", "add", "192.168.0.99", "dev", ecs.HostNIC(ka)), true},
		{"the gateway is gone", ip("-n", name, "addr", "flush", "dev", "lo", "scope", "link"), true},
		{"the uplink is down", ip("-n", name, "link", "set", plan.Uplink, "down"), true},
		{"the uplink is gone", ip("-n", name, "link", "del", plan.Uplink), true},
		{"the public address is not routed", ip("-n", hostNS, "route", "del", addr), true},
		{"an interface is down", ip("-n", name, "link", "set", ecs.HostNIC(ka), "down"), true},
		{"an interface is back on the host", ip("-n", name, "link", "set", ecs.HostNIC(ka), "netns", hostNS), true},
		{"a namespace of a VPC that is gone", ip("netns", "add", r.name+"zz"), true},
		{"the name of a namespace without one", func() {
			ip("netns", "add", r.name+"zz")()
			r.must(unix.Unmount(namespaces+"/"+r.name+"zz", unix.MNT_DETACH))
		}, true},
	} {
		r.agent.Close() // as if it had been killed: nothing of it is undone
		c.do()
		r.start()
		r.apply()
		whole(c.what)
		for what, conn := range map[string]net.Conn{"within the VPC": within1, "from outside": through} {
			if err := alive(conn); err != nil && c.keeps {
				t.Fatalf("%s: a connection %s ended: %v", c.what, what, err)
			}
		}
		if names := r.ours(); len(names) != 1 || names[0] != name {
			t.Fatalf("%s: namespaces %v", c.what, names)
		}
	}
}

// ours are the namespaces of VPCs.
func (r *rig) ours() (out []string) {
	b, _ := exec.Command("ip", "netns").Output()
	for line := range strings.Lines(string(b)) {
		name, _, _ := strings.Cut(strings.TrimSpace(line), " ")
		if strings.HasPrefix(name, r.name) && !strings.HasPrefix(name, r.name+".") {
			out = append(out, name)
		}
	}
	return out
}

// TestNothingIsLeft takes everything off a host.
func TestNothingIsLeft(t *testing.T) {
	r := newRig(t)
	n := r.Network()
	before := r.linkNames(r.host)
	a, _ := r.machine()
	id, _ := r.eip(16)
	r.bind(id, a)
	r.Do("DeleteInstance", "InstanceId", r.Running("SecurityGroupId", n.Group), "Force", "true")
	r.apply()
	if len(r.ours()) != 1 {
		t.Fatalf("namespaces %v", r.ours())
	}
	r.unbind(id, a)
	r.Do("DeleteInstance", "InstanceId", a, "Force", "true")
	r.apply() // the instance still runs on the host: its interface goes
	if got := r.ours(); len(got) != 0 {
		t.Errorf("namespaces %v after the last instance is gone", got)
	}
	if got := r.linkNames(r.host); !slices.Equal(got, before) {
		t.Errorf("interfaces %v, before %v", got, before)
	}
	r.machine()
	r.apply()
	r.agent.Close()
	r.must(Remove(r.options))
	out, err := exec.Command("ip", "netns", "exec", r.name+".host", "sh", "-c", "nft list ruleset; ip -4 route").Output()
	r.must(err)
	if s := string(out); strings.Contains(s, "openecs") || strings.Contains(s, "198.18.") || !slices.Equal(r.linkNames(r.host), before) {
		t.Errorf("left behind: %v\n%s", r.linkNames(r.host), s)
	}
	if got := r.ours(); len(got) != 0 {
		t.Errorf("namespaces %v after Remove", got)
	}
	r.start()
}

func (r *rig) linkNames(ns netns.NsHandle) (out []string) {
	r.t.Helper()
	h, err := netlink.NewHandleAt(ns, unix.NETLINK_ROUTE)
	r.must(err)
	defer h.Close()
	links, err := list(h.LinkList)
	r.must(err)
	for _, l := range links {
		out = append(out, l.Attrs().Name)
	}
	slices.Sort(out)
	return out
}

func eventually(t *testing.T, what string, f func() bool) {
	t.Helper()
	for began := time.Now(); !f(); time.Sleep(2 * time.Millisecond) {
		if time.Since(began) > patience {
			t.Fatalf("not after %v: %s", patience, what)
		}
	}
}

// TestCheck asks this kernel, and without root for a sentence.
func TestCheck(t *testing.T) {
	asRoot(t)
	if err := Check(); err != nil {
		t.Fatal(err)
	}
}
