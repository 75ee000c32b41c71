package agent

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/openecs/openecs/internal/agent/plan"
)

// shape limits the bandwidth of public addresses, each way where the packets
// leave a VPC's uplink: into the host's namespace what goes out, after its source
// was translated, and into the VPC's what comes in. So neither way needs a
// device of its own, and what stays within the VPC is not limited.
func (v *vpc) shape(a *Agent, p *plan.VPC) error {
	if v.shaped != nil && slices.Equal(v.shaped, p.Publics) {
		return nil
	}
	v.shaped = nil
	inner, err := v.links.LinkByName(plan.Uplink)
	if err != nil {
		return err
	}
	outer, err := a.links.LinkByName(plan.HostUplink(v.key))
	if err != nil {
		return err
	}
	out := func(q plan.Public) int { return q.Out }
	in := func(q plan.Public) int { return q.In }
	if err := limit(v.links, inner, p.Publics, out, source); err != nil {
		return fmt.Errorf("limiting what leaves %s: %w", v.name, err)
	}
	if err := limit(a.links, outer, p.Publics, in, destination); err != nil {
		return fmt.Errorf("limiting what enters %s: %w", v.name, err)
	}
	v.shaped = append([]plan.Public{}, p.Publics...)
	return nil
}

// queue is how many packets wait for a rate, as a switch of a small link has it.
const queue = 64

// limit gives what an interface sends a rate for each address at an offset of
// the header; what has none of them passes freely.
func limit(h *netlink.Handle, l netlink.Link, publics []plan.Public, mbits func(plan.Public) int, offset int32) error {
	index := l.Attrs().Index
	root := netlink.NewHtb(netlink.QdiscAttrs{LinkIndex: index, Handle: netlink.MakeHandle(1, 0), Parent: netlink.HANDLE_ROOT})
	if err := h.QdiscDel(root); err != nil && !errors.Is(err, unix.ENOENT) && !errors.Is(err, unix.EINVAL) {
		return err
	}
	if !slices.ContainsFunc(publics, func(q plan.Public) bool { return mbits(q) > 0 }) {
		return nil
	}
	if l.Attrs().TxQLen != queue {
		if err := h.LinkSetTxQLen(l, queue); err != nil { // classes take their queue's length from it
			return err
		}
	}
	if err := h.QdiscAdd(root); err != nil {
		return err
	}
	for i, q := range publics {
		rate := uint64(mbits(q)) * 1e6
		if rate == 0 {
			continue
		}
		class := netlink.MakeHandle(1, uint16(i+1))
		burst := uint32(max(rate/8/100, 16<<10)) // what passes in 10 ms, or some packets
		if err := h.ClassAdd(netlink.NewHtbClass(
			netlink.ClassAttrs{LinkIndex: index, Parent: netlink.MakeHandle(1, 0), Handle: class},
			netlink.HtbClassAttrs{Rate: rate, Ceil: rate, Buffer: burst, Cbuffer: burst},
		)); err != nil {
			return err
		}
		a := q.Addr.As4()
		if err := h.FilterAdd(&netlink.U32{
			FilterAttrs: netlink.FilterAttrs{LinkIndex: index, Parent: netlink.MakeHandle(1, 0), Priority: 1, Protocol: unix.ETH_P_IP},
			ClassId:     class,
			Sel:         &netlink.TcU32Sel{Flags: netlink.TC_U32_TERMINAL, Nkeys: 1, Keys: []netlink.TcU32Key{{Mask: 0xffffffff, Val: binary.BigEndian.Uint32(a[:]), Off: offset}}},
		}); err != nil {
			return err
		}
	}
	return nil
}
