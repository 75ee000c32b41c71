package agent

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"sync/atomic"
	"time"

	"github.com/openecs/openecs/internal/agent/plan"
)

// metadata is the metadata service of one VPC. Who asks is known by the address:
// nothing gets here with one that is not its own.
type metadata struct {
	server *http.Server
	vpc    atomic.Pointer[plan.VPC]
}

// serveMetadata opens the listener within the VPC's namespace, once, and tells
// it who is who.
func (v *vpc) serveMetadata(a *Agent) error {
	if a.Metadata == nil {
		return nil
	}
	if v.meta == nil {
		m := &metadata{}
		var l net.Listener
		err := within(v.ns, func() (err error) {
			l, err = net.Listen("tcp4", plan.Metadata+":80")
			return err
		})
		if err != nil {
			return fmt.Errorf("the metadata service of %s: %w", v.name, err)
		}
		m.server = &http.Server{
			Handler:           http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { m.serve(a, w, r) }),
			ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: 30 * time.Second, IdleTimeout: time.Minute, MaxHeaderBytes: 16 << 10,
		}
		go func() {
			if err := m.server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
				a.Log.Error("metadata service ended", "namespace", v.name, "error", err)
			}
		}()
		v.meta = m
	}
	v.meta.vpc.Store(v.now)
	return nil
}

func (m *metadata) serve(a *Agent, w http.ResponseWriter, r *http.Request) {
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	if err == nil {
		for _, n := range m.vpc.Load().NICs {
			if slices.Contains(n.Addrs, from.Addr().Unmap()) {
				a.Metadata(n.Key).ServeHTTP(w, r)
				return
			}
		}
	}
	http.Error(w, "no interface of this VPC has the address", http.StatusForbidden)
}

func (m *metadata) close() {
	if m != nil {
		_ = m.server.Close()
	}
}
