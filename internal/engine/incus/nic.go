package incus

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"net/netip"
	"strings"
	"sync"

	"github.com/lxc/incus/v6/shared/api"

	"github.com/openecs/openecs/internal/engine"
)

// Plugger makes the network devices of machines. It is what the engine leaves to
// whoever builds the networks.
type Plugger interface {
	// Plug returns the devices of a machine that is about to be made, by their names
	// on the host, after it has made what they need; after an error those that
	// Unplugged is to be told of. It may be called again.
	Plug(ctx context.Context, m *engine.Machine) (map[string]Device, error)

	// Unplugged is told that a machine that had these devices is gone, or was not made,
	// and removes what only it needed.
	Unplugged(ctx context.Context, id engine.ID, devices map[string]Device) error
}

// Device is a device of an instance as Incus has it.
type Device = map[string]string

// bridges is a stop-gap: a managed bridge for each vSwitch, with its gateway's
// address, and no way out. Bridges of one host are routed to each other, ranges
// cannot overlap, and nothing enforces security groups.
type bridges struct {
	h *Host

	// Which machines of this process use a bridge, so that none is removed between its
	// making and that of its first machine. The host knows of those that exist.
	mu   sync.Mutex
	uses map[string]map[engine.ID]bool
}

// bridgeName fits an interface's name: 15 characters. A vSwitch has several names: Incus
// that is killed, or asked to delete a bridge while it starts, can leave one behind that
// it knows nothing of and that keeps its name from being used.
func bridgeName(cell string, vswitch uint64, try int) string {
	f := fnv.New64a()
	fmt.Fprintf(f, "%s/%d/%d", cell, vswitch, try)
	return fmt.Sprintf("oecs%011x", f.Sum64()>>20)
}

// tries is how many names a vSwitch has.
const tries = 8

func (b *bridges) Plug(ctx context.Context, m *engine.Machine) (map[string]Device, error) {
	out := map[string]Device{}
	for i := range m.NICs {
		n := &m.NICs[i]
		if !n.Address.Addr().Is4() {
			return out, fmt.Errorf("%w: interface %s has no IPv4 address", engine.ErrPermanent, n.Name)
		}
		name, err := b.use(ctx, m, n)
		if name != "" {
			eth := fmt.Sprintf("eth%d", i)
			out[eth] = Device{
				"type": "nic", "network": name, "name": eth, "hwaddr": n.MAC, "ipv4.address": n.Address.Addr().String(),
				"security.mac_filtering": "true", "security.ipv4_filtering": "true",
			}
		}
		if err != nil {
			return out, err
		}
	}
	return out, nil
}

// use finds or makes the bridge of an interface. A name is that of a bridge to be told
// to Unplugged, even with an error.
func (b *bridges) use(ctx context.Context, m *engine.Machine, n *engine.NIC) (name string, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for try := range tries {
		name = bridgeName(m.Cell, n.VSwitch, try)
		var net api.Network
		err = b.h.get(ctx, "/1.0/networks/"+name, &net)
		if err == nil && !net.Managed {
			continue
		}
		if b.uses[name] == nil {
			b.uses[name] = map[engine.ID]bool{}
		}
		b.uses[name][m.ID] = true
		if isNotFound(err) {
			err = b.create(ctx, m, n, name)
		}
		return name, err
	}
	return "", fmt.Errorf("the host has bridges of the names %s… that Incus does not know: ip link delete removes them", name[:6])
}

func (b *bridges) create(ctx context.Context, m *engine.Machine, n *engine.NIC, name string) error {
	gateway := n.Gateway
	if !gateway.IsValid() {
		gateway = last(n.Address)
	}
	return b.h.sync(ctx, "POST", "/1.0/networks", api.NetworksPost{
		Name: name, Type: "bridge",
		NetworkPut: api.NetworkPut{
			Description: "OpenECS vSwitch",
			Config: map[string]string{
				"ipv4.address": netip.PrefixFrom(gateway, n.Address.Bits()).String(), "ipv4.nat": "false", "ipv6.address": "none",
				keyCell: m.Cell, keyOf: "network",
			},
		},
	})
}

// last is the address of a range's gateway, where none is given: the third but
// last, as the real service has it.
func last(p netip.Prefix) netip.Addr {
	a := p.Masked().Addr().As4()
	host := uint32(1)<<(32-p.Bits()) - 1
	v := uint32(a[0])<<24 | uint32(a[1])<<16 | uint32(a[2])<<8 | uint32(a[3])
	v += max(host, 3) - 2
	return netip.AddrFrom4([4]byte{byte(v >> 24), byte(v >> 16), byte(v >> 8), byte(v)})
}

func (b *bridges) Unplugged(ctx context.Context, id engine.ID, devices map[string]Device) error {
	for _, d := range devices {
		if d["type"] != "nic" || d["network"] == "" {
			continue
		}
		if err := b.sweep(ctx, id, d["network"]); err != nil {
			return err
		}
	}
	return nil
}

// sweep removes a bridge of ours that nothing uses any more.
func (b *bridges) sweep(ctx context.Context, id engine.ID, name string) error {
	// A removal that is cut off may still happen, when somebody relies on the bridge already.
	ctx = context.WithoutCancel(ctx)
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.uses[name], id)
	if len(b.uses[name]) > 0 {
		return nil
	}
	delete(b.uses, name)
	var n api.Network
	err := b.h.get(ctx, "/1.0/networks/"+name, &n)
	if err == nil && n.Config[keyCell] == b.h.opts.Cell && n.Config[keyOf] == "network" && len(n.UsedBy) == 0 {
		err = b.h.sync(ctx, "DELETE", "/1.0/networks/"+name, nil)
	}
	if errors.Is(err, engine.ErrNotFound) || err != nil && strings.Contains(err.Error(), "in use") {
		return nil
	}
	return err
}
