package intercept

import (
	"context"
	"fmt"
	"net"
	"sync"
)

// A Dialer opens connections. *net.Dialer is one.
type Dialer interface {
	DialContext(ctx context.Context, network, addr string) (net.Conn, error)
}

var (
	_ Dialer = (*net.Dialer)(nil)
	_ Dialer = (*RecordingDialer)(nil)
)

// A RecordingDialer remembers every dial. With Next nil it connects to loopback
// only and refuses the rest before any packet, so a test that installs it can
// prove that nothing left the machine. Safe for concurrent use.
type RecordingDialer struct {
	Next Dialer

	mu    sync.Mutex
	dials []string
}

// DialContext records addr, then dials it through Next, or itself if it is loopback.
func (d *RecordingDialer) DialContext(ctx context.Context, network, addr string) (net.Conn, error) {
	d.mu.Lock()
	d.dials = append(d.dials, addr)
	d.mu.Unlock()
	if d.Next != nil {
		return d.Next.DialContext(ctx, network, addr)
	}
	if host, _ := splitHost(addr); !isLoopbackHost(host) {
		return nil, fmt.Errorf("dialing %s is refused: it is not loopback", addr)
	}
	return new(net.Dialer).DialContext(ctx, network, addr)
}

// Dials returns the addresses dialled so far, in order, as host:port.
func (d *RecordingDialer) Dials() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]string(nil), d.dials...)
}

// Outside returns those of Dials that are not loopback.
func (d *RecordingDialer) Outside() []string {
	var out []string
	for _, addr := range d.Dials() {
		if host, _ := splitHost(addr); !isLoopbackHost(host) {
			out = append(out, addr)
		}
	}
	return out
}
