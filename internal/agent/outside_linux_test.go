package agent

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/vishvananda/netns"
	"golang.org/x/sys/unix"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

func cancelled(t *testing.T) (context.Context, func()) {
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	return ctx, cancel
}

const region = "cn-hangzhou"

// eip makes an elastic IP.
func (r *rig) eip(mbits int) (id, addr string) {
	r.t.Helper()
	e := actiontest.Call[api.AllocateEipAddressResponse](r.Service, "AllocateEipAddress", "RegionId", region, "Bandwidth", fmt.Sprint(mbits))
	return e.AllocationID, e.EIPAddress
}

func (r *rig) bind(eip, to string, more ...string) {
	r.t.Helper()
	r.Do("AssociateEipAddress", append([]string{"RegionId", region, "AllocationId", eip, "InstanceId", to}, more...)...)
	r.apply()
}

func (r *rig) unbind(eip, from string) {
	r.t.Helper()
	r.Do("UnassociateEipAddress", "RegionId", region, "AllocationId", eip, "InstanceId", from)
	r.apply()
}

// openTo lets a port in from anywhere.
func (r *rig) openTo(group string, port int) {
	r.Do("AuthorizeSecurityGroup", "SecurityGroupId", group, "IpProtocol", "tcp", "PortRange", fmt.Sprintf("%d/%d", port, port), "SourceCidrIp", "0.0.0.0/0")
}

// said asks who the other end takes the caller for.
func (r *rig) said(from netns.NsHandle, to string, port int, want string) {
	r.t.Helper()
	if who, err := greeting(from, to, port, patience); err != nil || who != want {
		r.t.Errorf("to %s:%d: called by %q, %v; want %s", to, port, who, err, want)
	}
}

// TestElasticIP reaches an instance by its elastic IP from the host and from
// beyond it, moves that live, and asks that without one there is no way out.
func TestElasticIP(t *testing.T) {
	r := newRig(t)
	n := r.Network()
	a, ipA := r.machine()
	b, ipB := r.machine()
	r.serve(r.nics[a], 80)
	r.serve(r.nics[b], 80)
	r.serve(r.nics[b], 81)
	r.serve(r.outside, 80)
	r.serve(r.host, 80)
	r.openTo(n.Group, 80)
	r.apply()
	const outside = "203.0.113.9"
	r.want(r.nics[a], outside, 80, false) // no way out
	r.want(r.nics[a], "203.0.113.1", 80, false)
	r.want(r.outside, ipA, 80, false)
	id, addr := r.eip(100)
	r.want(r.outside, addr, 80, false)

	r.bind(id, a)
	r.said(r.outside, addr, 80, outside)
	r.want(r.host, addr, 80, true)
	r.said(r.nics[a], outside, 80, addr)
	r.want(r.nics[b], outside, 80, false) // the other has none
	held, err := dial(r.outside, addr, 80, patience)
	r.must(err)
	defer held.Close()
	out, err := dial(r.nics[a], outside, 80, patience)
	r.must(err)
	defer out.Close()
	r.must(alive(held))
	r.must(alive(out))

	// Moved live, within the VPC: new connections get there, the old ones end.
	r.unbind(id, a)
	r.want(r.outside, addr, 80, false)
	r.want(r.nics[a], outside, 80, false)
	for name, c := range map[string]net.Conn{"in": held, "out": out} {
		if alive(c) == nil {
			t.Errorf("a connection %s outlives its elastic IP", name)
		}
	}
	r.bind(id, b)
	r.said(r.outside, addr, 80, outside)
	r.want(r.outside, addr, 81, false) // the groups are asked about it
	r.said(r.nics[b], outside, 80, addr)
	r.want(r.nics[a], outside, 80, false)
	r.want(r.nics[a], ipB, 80, true)

	// From one public address to another of the same VPC: as strangers, and back to itself through the host.
	other, otherAddr := r.eip(100)
	r.bind(other, a)
	r.said(r.nics[a], addr, 80, otherAddr)
	r.want(r.nics[a], addr, 81, false) // members know each other by private addresses only
	r.want(r.nics[a], ipB, 81, true)

	// Beyond the uplink no private network is reached: that of whoever runs the host is one.
	r.join(r.host, "admin", "10.77.0.1/24", r.outside, "admin", "10.77.0.9/24")
	r.want(r.nics[a], "10.77.0.9", 80, false)
	r.want(r.nics[a], "169.254.77.1", 80, false)
	r.want(r.nics[a], "10.77.0.1", 80, false)

	// To another VPC with the same addresses.
	vpc := r.VPC("CidrBlock", "192.168.0.0/16")
	group := r.Group("VpcId", vpc)
	r.openTo(group, 80)
	c, ipC := r.machine("VSwitchId", r.VSwitch(vpc, "192.168.0.0/24"), "SecurityGroupId", group, "PrivateIpAddress", ipB)
	if ipC != ipB {
		t.Fatalf("%s and %s", ipC, ipB)
	}
	r.serve(r.nics[c], 82)
	r.unbind(id, b)
	r.bind(id, c)
	r.openTo(group, 82)
	r.apply()
	r.want(r.outside, addr, 82, true)
	r.said(r.nics[a], addr, 82, otherAddr) // from VPC to VPC through the host
	if _, err := greeting(r.nics[a], ipB, 82, patience); !errors.Is(err, unix.ECONNREFUSED) {
		t.Errorf("by the private address: %v, want the refusal of the machine in the own VPC", err)
	}
}

// TestNATGateway leads instances out by SNAT entries and in by forward entries.
func TestNATGateway(t *testing.T) {
	r := newRig(t)
	n := r.Network()
	a, ipA := r.machine()
	b, _ := r.machine()
	r.serve(r.nics[a], 80)
	r.serve(r.outside, 80)
	r.openTo(n.Group, 80)
	gw := actiontest.Call[api.CreateNatGatewayResponse](r.Service, "CreateNatGateway", "RegionId", region, "VpcId", n.VPC, "VSwitchId", n.VSwitch, "NatType", "Enhanced")
	r.Settle()
	id, addr := r.eip(100)
	r.bind(id, gw.NatGatewayID, "InstanceType", "Nat")
	r.want(r.nics[a], "203.0.113.9", 80, false)
	snat := actiontest.Call[api.CreateSnatEntryResponse](r.Service, "CreateSnatEntry", "RegionId", region, "SnatTableId", gw.SnatTableIDs.SnatTableID[0], "SourceCIDR", ipA+"/32", "SnatIp", addr)
	r.Do("CreateForwardEntry", "RegionId", region, "ForwardTableId", gw.ForwardTableIDs.ForwardTableID[0], "ExternalIp", addr, "ExternalPort", "8080",
		"InternalIp", ipA, "InternalPort", "80", "IpProtocol", "tcp")
	r.apply()
	r.said(r.nics[a], "203.0.113.9", 80, addr)
	r.want(r.nics[b], "203.0.113.9", 80, false)
	r.said(r.outside, addr, 8080, "203.0.113.9")
	r.want(r.outside, addr, 80, false)
	r.Do("DeleteSnatEntry", "RegionId", region, "SnatTableId", gw.SnatTableIDs.SnatTableID[0], "SnatEntryId", snat.SnatEntryID)
	r.apply()
	r.want(r.nics[a], "203.0.113.9", 80, false)
	r.want(r.outside, addr, 8080, true)
}

// TestBandwidth measures an elastic IP's bandwidth both ways.
func TestBandwidth(t *testing.T) {
	r := newRig(t)
	n := r.Network()
	a, ipA := r.machine()
	b, _ := r.machine()
	id, addr := r.eip(16)
	r.openTo(n.Group, 80)
	r.bind(id, a)
	sink := func(ns netns.NsHandle, port int) {
		var l net.Listener
		r.must(within(ns, func() (err error) {
			l, err = net.Listen("tcp4", fmt.Sprintf("0.0.0.0:%d", port))
			return err
		}))
		t.Cleanup(func() { l.Close() })
		go func() {
			for {
				c, err := l.Accept()
				if err != nil {
					return
				}
				go func() {
					defer c.Close()
					n, _ := io.Copy(io.Discard, c)
					fmt.Fprintln(c, n)
				}()
			}
		}()
	}
	sink(r.nics[a], 80)
	sink(r.outside, 80)
	// rate sends for a while and tells how many Mbit/s arrived, once the first burst is over.
	rate := func(from netns.NsHandle, to string, bytes int) float64 {
		c, err := dial(from, to, 80, patience)
		r.must(err)
		defer c.Close()
		_ = c.SetDeadline(time.Now().Add(60 * time.Second))
		began := time.Now()
		if _, err := io.CopyN(c, zeros{}, int64(bytes)); err != nil {
			t.Fatal(err)
		}
		r.must(c.(*net.TCPConn).CloseWrite())
		if b, err := io.ReadAll(c); err != nil || strings.TrimSpace(string(b)) != fmt.Sprint(bytes) {
			t.Fatalf("%s of %d bytes arrived: %v", b, bytes, err)
		}
		return float64(bytes) * 8 / 1e6 / time.Since(began).Seconds()
	}
	const size = 6 << 20
	for _, c := range []struct {
		what string
		from netns.NsHandle
		to   string
		size int
		want float64
	}{{"in", r.outside, addr, size, 16}, {"out", r.nics[a], "203.0.113.9", size, 16}} {
		got := rate(c.from, c.to, c.size)
		t.Logf("%s: %.1f Mbit/s of %.0f", c.what, got, c.want)
		if got < 0.85*c.want || got > 1.15*c.want {
			t.Errorf("%s: %.1f Mbit/s, want %.0f", c.what, got, c.want)
		}
	}
	if got := rate(r.nics[b], ipA, 64<<20); got < 80 {
		t.Errorf("within the VPC: %.0f Mbit/s, want no limit", got)
	}
	r.Do("ModifyEipAddressAttribute", "RegionId", region, "AllocationId", id, "Bandwidth", "40")
	r.apply()
	got := rate(r.outside, addr, 2*size)
	t.Logf("after a change to 40: %.1f Mbit/s", got)
	if got < 0.85*40 || got > 1.15*40 {
		t.Errorf("after a change: %.1f Mbit/s, want 40", got)
	}
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { return len(b), nil }
