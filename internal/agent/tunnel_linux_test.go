package agent

import (
	"encoding/binary"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/openecs/openecs/internal/ecs"
)

// TestTwoHosts has a vSwitch span two hosts: rules hold between them, others are
// kept out, and instances move.
func TestTwoHosts(t *testing.T) {
	r := newRig(t)
	n := r.Network()
	hosts := [2]netip.Addr{netip.MustParseAddr("10.88.0.1"), netip.MustParseAddr("10.88.0.2")}
	at := map[ecs.Key]int{}
	first := r.host
	second := r.namespace("host2")
	t.Cleanup(func() { second.Close() })
	r.join(first, "under", "10.88.0.1/24", second, "under", "10.88.0.2/24")
	r.agent.Close()
	var agents [2]*Agent
	for i, ns := range []string{".host", ".host2"} {
		o := r.options
		o.Here = func(k ecs.Key, _ *ecs.Instance) bool { return at[k] == i }
		o.Where = func(k ecs.Key, _ *ecs.Instance) netip.Addr { return hosts[at[k]] }
		o.NetNS, o.Underlay = "/run/netns/"+r.name+ns, hosts[i]
		if i == 1 {
			o.Prefix = r.name + "b."
		}
		var err error
		agents[i], err = New(o)
		r.must(err)
		t.Cleanup(func() {
			agents[i].Close()
			if err := Remove(o); err != nil {
				t.Error(err)
			}
		})
	}
	r.agent = agents[0]
	apply := func() {
		t.Helper()
		r.Settle()
		for _, a := range agents {
			r.must(a.Apply(a.planner.Host(r.DB().Snapshot())))
		}
	}
	a, b, c := r.Running(), r.Running(), r.Running()
	at[mustKey(t, ecs.KindInstance, b)] = 1
	ip := func(id string) string { _, n := r.record(id); return n.IP.String() }
	r.boot(a)
	r.boot(c)
	r.host = second
	r.boot(b)
	r.host = first
	for _, id := range []string{a, b, c} {
		r.serve(r.nics[id], 80)
	}
	apply()
	r.want(r.nics[a], ip(b), 80, true)
	r.want(r.nics[b], ip(a), 80, true)
	r.want(r.nics[b], ip(c), 80, true)
	r.said(r.nics[a], ip(b), 80, ip(a))
	// More than a packet of the tunnel holds.
	conn, err := dial(r.nics[a], ip(b), 80, patience)
	r.must(err)
	defer conn.Close()
	big := make([]byte, 1<<20)
	go func() { _, _ = conn.Write(big) }()
	got, buf := 0, make([]byte, 64<<10)
	for got < len(big) {
		n, err := conn.Read(buf)
		if got += n; err != nil {
			t.Fatalf("%d bytes came back: %v", got, err)
		}
	}
	// Rules across hosts, either way.
	server := r.Group("VpcId", n.VPC)
	r.Do("JoinSecurityGroup", "InstanceId", b, "SecurityGroupId", server)
	r.Do("LeaveSecurityGroup", "InstanceId", b, "SecurityGroupId", n.Group)
	apply()
	r.want(r.nics[a], ip(b), 80, false)
	r.want(r.nics[b], ip(a), 80, false)
	r.Do("AuthorizeSecurityGroup", "SecurityGroupId", server, "IpProtocol", "tcp", "PortRange", "80/80", "SourceGroupId", n.Group)
	apply()
	r.want(r.nics[a], ip(b), 80, true)
	r.want(r.nics[b], ip(a), 80, false)
	// What does not come from a host does not enter a tunnel.
	forged := func(from string) int {
		t.Helper()
		heard, err := listenIn(r, b)
		r.must(err)
		defer heard.Close()
		v := agents[1].vpcs[mustKey(t, ecs.KindVPC, n.VPC)]
		sendForged(r, from, hosts[1], v.now.VNI, ip(a), ip(b))
		return count(heard)
	}
	r.Do("AuthorizeSecurityGroup", "SecurityGroupId", server, "IpProtocol", "udp", "PortRange", "53/53", "SourceCidrIp", "0.0.0.0/0")
	apply()
	h, err := netlink.NewHandleAt(first, unix.NETLINK_ROUTE)
	r.must(err)
	defer h.Close()
	under, err := h.LinkByName("under")
	r.must(err)
	alien, _ := netlink.ParseAddr("10.88.0.77/24")
	r.must(h.AddrAdd(under, alien))
	if got := forged("10.88.0.1"); got != 1 {
		t.Errorf("%d packets of a host arrive, so that the next says nothing", got)
	}
	if got := forged("10.88.0.77"); got != 0 {
		t.Errorf("%d forged packets arrive", got)
	}
	// An instance moves to the other host, and its address with it.
	r.halt(c)
	at[mustKey(t, ecs.KindInstance, c)] = 1
	apply()
	r.host = second
	r.boot(c)
	r.host = first
	apply()
	r.want(r.nics[a], ip(c), 80, true)
	r.want(r.nics[c], ip(a), 80, true)
	// The hosts' agents start again.
	for i := range agents {
		o := agents[i].Options
		agents[i].Close()
		var err error
		agents[i], err = New(o)
		r.must(err)
	}
	r.agent = agents[0]
	apply()
	r.must(alive(conn))
	r.want(r.nics[a], ip(c), 80, true)
}

func listenIn(r *rig, instance string) (l net.PacketConn, err error) {
	err = within(r.nics[instance], func() (err error) {
		l, err = net.ListenPacket("udp4", "0.0.0.0:53")
		return err
	})
	return l, err
}

func count(l net.PacketConn) (n int) {
	for b := make([]byte, 64); ; n++ {
		_ = l.SetReadDeadline(time.Now().Add(silence))
		if _, _, err := l.ReadFrom(b); err != nil {
			return n
		}
	}
}

// sendForged sends what a host would send in a tunnel, from an address that is no
// host's: a datagram from one instance to another.
func sendForged(r *rig, from string, to netip.Addr, vni uint32, src, dst string) {
	r.t.Helper()
	s, d := netip.MustParseAddr(src).As4(), netip.MustParseAddr(dst).As4()
	payload := []byte("forged")
	udp := binary.BigEndian.AppendUint16(nil, 4000)
	udp = binary.BigEndian.AppendUint16(udp, 53)
	udp = binary.BigEndian.AppendUint16(udp, uint16(8+len(payload)))
	udp = append(append(udp, 0, 0), payload...) // no checksum
	ip := []byte{0x45, 0, 0, byte(20 + len(udp)), 0, 1, 0, 0, 64, unix.IPPROTO_UDP, 0, 0}
	ip = append(append(ip, s[:]...), d[:]...)
	sum := uint32(0)
	for i := 0; i < len(ip); i += 2 {
		sum += uint32(binary.BigEndian.Uint16(ip[i:]))
	}
	sum = sum&0xffff + sum>>16
	binary.BigEndian.PutUint16(ip[10:], ^uint16(sum+sum>>16))
	frame := append(append([]byte(nil), tunnelMAC(to)...), tunnelMAC(netip.MustParseAddr("10.88.0.1"))...)
	frame = append(append(append(frame, 0x08, 0x00), ip...), udp...)
	packet := append([]byte{8, 0, 0, 0, byte(vni >> 16), byte(vni >> 8), byte(vni), 0}, frame...)
	r.must(within(r.host, func() error {
		c, err := (&net.Dialer{LocalAddr: &net.UDPAddr{IP: net.ParseIP(from)}}).Dial("udp4", net.JoinHostPort(to.String(), "4789"))
		if err != nil {
			return err
		}
		defer c.Close()
		_, err = c.Write(packet)
		return err
	}))
}
