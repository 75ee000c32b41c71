package agent

import (
	"fmt"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/openecs/openecs/internal/ecs"
)

// TestReloadsLeakNothing sends datagrams to a port that is refused and to one
// that is allowed while rules are changed and tables made anew, as an agent does
// that starts. Of the first none arrives, of the second each, but that a table
// that is made anew may cost some.
func TestReloadsLeakNothing(t *testing.T) {
	r := newRig(t)
	n := r.Network()
	server := r.Group("VpcId", n.VPC)
	a, _ := r.machine()
	b, ipB := r.machine("SecurityGroupId", server)
	const allowed, refused = 5000, 5001
	rule := func(action string, port int) {
		r.Do(action, "SecurityGroupId", server, "IpProtocol", "udp", "PortRange", fmt.Sprintf("%d/%d", port, port), "SourceGroupId", n.Group)
	}
	rule("AuthorizeSecurityGroup", allowed)
	r.apply()
	var got [2]atomic.Int64
	for i, port := range []int{allowed, refused} {
		var l net.PacketConn
		r.must(within(r.nics[b], func() (err error) {
			l, err = net.ListenPacket("udp4", fmt.Sprintf("0.0.0.0:%d", port))
			return err
		}))
		t.Cleanup(func() { l.Close() })
		r.must(l.(*net.UDPConn).SetReadBuffer(4 << 20))
		go func() {
			for b := make([]byte, 16); ; {
				if _, _, err := l.ReadFrom(b); err != nil {
					return
				}
				got[i].Add(1)
			}
		}()
	}
	var sent [2]atomic.Int64
	stop := make(chan struct{})
	done := make(chan error, 2)
	for i, port := range []int{allowed, refused} {
		go func() {
			done <- func() error {
				// Of the allowed a socket for some datagrams each: most of them begin a connection. Of the refused as many as can
				// be: none is ever known, so that each is judged anew.
				some := 3
				if i == 1 {
					some = 1 << 30
				}
				for {
					var c net.Conn
					if err := within(r.nics[a], func() (err error) {
						c, err = net.Dial("udp4", net.JoinHostPort(ipB, fmt.Sprint(port)))
						return err
					}); err != nil {
						return err
					}
					for range some {
						select {
						case <-stop:
							return c.Close()
						default:
						}
						if i == 0 {
							time.Sleep(200 * time.Microsecond)
						}
						if _, err := c.Write([]byte("x")); err == nil { // a dropped one may be told of
							sent[i].Add(1)
						}
					}
					c.Close()
				}
			}()
		}()
	}
	v := r.agent.vpcs[mustKey(t, ecs.KindVPC, n.VPC)]
	settle := func() int64 { // how many of the allowed were lost
		time.Sleep(100 * time.Millisecond)
		return sent[0].Load() - got[0].Load()
	}
	settle()
	before := settle()
	for i := range 60 {
		action := "AuthorizeSecurityGroup"
		if i%2 == 1 {
			action = "RevokeSecurityGroup"
		}
		rule(action, 6000)
		r.apply()
	}
	if lost := settle() - before; lost > 5 || lost < -5 { // those on their way
		t.Errorf("%d datagrams were lost while rules changed", lost)
	}
	for range 60 {
		v.now, v.whole = nil, false
		r.apply()
	}
	lost := settle() - before
	close(stop)
	for range 2 {
		r.must(<-done)
	}
	t.Logf("sent %d and %d, arrived %d and %d; %d lost while tables were made anew 60 times", sent[0].Load(), sent[1].Load(), got[0].Load(), got[1].Load(), lost)
	if n := got[1].Load(); n != 0 {
		t.Errorf("%d of %d refused datagrams arrived", n, sent[1].Load())
	}
	if sent[1].Load() < 100 || got[0].Load() < 100 {
		t.Error("too few were sent to say anything")
	}
	if lost > sent[0].Load()/10 {
		t.Errorf("%d of %d were lost while tables were made anew", lost, sent[0].Load())
	}
}
