package agent

import (
	"encoding/binary"
	"fmt"
	"net"
	"net/netip"

	"github.com/google/nftables"
	"github.com/google/nftables/binaryutil"
	"github.com/google/nftables/expr"
	"golang.org/x/sys/unix"

	"github.com/openecs/openecs/internal/agent/plan"
	"github.com/openecs/openecs/internal/ecs"
)

// Registers: the kernel's first two of 16 bytes, and of the second its halves.
const (
	register  = unix.NFT_REG_1
	register5 = unix.NFT_REG32_04 // behind the name of an interface
	register7 = unix.NFT_REG32_06 // and behind a hardware address
	register2 = unix.NFT_REG_2
)

var protocols = map[ecs.Protocol]byte{
	ecs.ProtocolTCP: unix.IPPROTO_TCP, ecs.ProtocolUDP: unix.IPPROTO_UDP, ecs.ProtocolICMP: unix.IPPROTO_ICMP,
	ecs.ProtocolICMPv6: unix.IPPROTO_ICMPV6, ecs.ProtocolGRE: unix.IPPROTO_GRE,
}

// expressions writes a rule as the kernel's expressions, in a table of IPv4.
func expressions(r plan.Rule) (out []expr.Any) {
	for _, m := range r.Match {
		out = append(out, match(m)...)
	}
	return append(out, verdict(r.Then)...)
}

func match(m plan.Match) []expr.Any {
	eq, neq := expr.CmpOpEq, expr.CmpOpNeq
	if m.Not {
		eq, neq = neq, eq
	}
	meta := func(k expr.MetaKey) expr.Any { return &expr.Meta{Key: k, Register: register} }
	cmp := func(data []byte) expr.Any { return &expr.Cmp{Op: eq, Register: register, Data: data} }
	lookup := &expr.Lookup{SourceRegister: register, SetName: m.Name, Invert: m.Not}
	bits := func(k expr.CtKey, mask uint32) []expr.Any {
		zero := make([]byte, 4)
		return []expr.Any{
			&expr.Ct{Key: k, Register: register},
			&expr.Bitwise{SourceRegister: register, DestRegister: register, Len: 4, Mask: binaryutil.NativeEndian.PutUint32(mask), Xor: zero},
			&expr.Cmp{Op: neq, Register: register, Data: zero},
		}
	}
	span := func(offset uint32) []expr.Any {
		op := expr.CmpOpEq
		if m.Not {
			op = expr.CmpOpNeq
		}
		return append(withPorts(), port(offset), &expr.Range{Op: op, Register: register, FromData: port16(m.Ports[0]), ToData: port16(m.Ports[1])})
	}
	switch m.What {
	case plan.Established:
		return bits(expr.CtKeySTATE, expr.CtStateBitESTABLISHED|expr.CtStateBitRELATED)
	case plan.Invalid:
		return bits(expr.CtKeySTATE, expr.CtStateBitINVALID)
	case plan.Translated:
		return bits(expr.CtKeySTATUS, 1<<5) // IPS_DST_NAT
	case plan.InNIC:
		return []expr.Any{meta(expr.MetaKeyIIFNAME), cmp(ifname(m.Name))}
	case plan.OutNIC:
		return []expr.Any{meta(expr.MetaKeyOIFNAME), cmp(ifname(m.Name))}
	case plan.Owner:
		return []expr.Any{
			meta(expr.MetaKeyIIFNAME),
			&expr.Payload{DestRegister: register5, Base: expr.PayloadBaseLLHeader, Offset: 6, Len: 6},
			&expr.Payload{DestRegister: register7, Base: expr.PayloadBaseNetworkHeader, Offset: source, Len: 4},
			lookup,
		}
	case plan.Source:
		return network(source, m.Net, eq)
	case plan.Destination:
		return network(destination, m.Net, eq)
	case plan.SourceIn:
		return []expr.Any{address(source), lookup}
	case plan.DestinationIn:
		return []expr.Any{address(destination), lookup}
	case plan.Proto:
		return []expr.Any{meta(expr.MetaKeyL4PROTO), cmp([]byte{protocols[m.Protocol]})}
	case plan.HasPorts:
		return withPorts()
	case plan.SPort:
		return span(0)
	case plan.DPort:
		return span(2)
	case plan.SPortIn:
		return append(withPorts(), port(0), lookup)
	case plan.DPortIn:
		return append(withPorts(), port(2), lookup)
	}
	panic(fmt.Sprintf("agent: match %d is not known", m.What))
}

// Offsets of the addresses in an IPv4 header.
const (
	source      = 12
	destination = 16
)

func address(offset uint32) expr.Any {
	return &expr.Payload{DestRegister: register, Base: expr.PayloadBaseNetworkHeader, Offset: offset, Len: 4}
}

func port(offset uint32) expr.Any {
	return &expr.Payload{DestRegister: register, Base: expr.PayloadBaseTransportHeader, Offset: offset, Len: 2}
}

// withPorts lets TCP and UDP through.
func withPorts() []expr.Any {
	return []expr.Any{
		&expr.Meta{Key: expr.MetaKeyL4PROTO, Register: register},
		&expr.Lookup{SourceRegister: register, SetName: portProtocols},
	}
}

// portProtocols is the set of protocols with ports, in each table of the agent.
const portProtocols = "with_ports"

func network(offset uint32, p netip.Prefix, op expr.CmpOp) []expr.Any {
	a := p.Masked().Addr().As4()
	out := []expr.Any{address(offset)}
	if p.Bits() < 32 {
		out = append(out, &expr.Bitwise{SourceRegister: register, DestRegister: register, Len: 4, Mask: net.CIDRMask(p.Bits(), 32), Xor: make([]byte, 4)})
	}
	return append(out, &expr.Cmp{Op: op, Register: register, Data: a[:]})
}

func verdict(v plan.Verdict) []expr.Any {
	mapped := func(offset uint32, t expr.NATType) []expr.Any {
		return []expr.Any{
			address(offset),
			&expr.Lookup{SourceRegister: register, DestRegister: register, IsDestRegSet: true, SetName: v.Set},
			&expr.NAT{Type: t, Family: unix.NFPROTO_IPV4, RegAddrMin: register},
		}
	}
	chain := func(k expr.MetaKey) []expr.Any {
		return []expr.Any{&expr.Meta{Key: k, Register: register}, &expr.Lookup{SourceRegister: register, DestRegister: 0, IsDestRegSet: true, SetName: v.Set}}
	}
	switch v.Op {
	case plan.Accept:
		return []expr.Any{&expr.Verdict{Kind: expr.VerdictAccept}}
	case plan.InChain:
		return chain(expr.MetaKeyIIFNAME)
	case plan.OutChain:
		return chain(expr.MetaKeyOIFNAME)
	case plan.ToMapped:
		return mapped(destination, expr.NATTypeDestNAT)
	case plan.FromMapped:
		return mapped(source, expr.NATTypeSourceNAT)
	case plan.To:
		a := v.To.As4()
		nat := &expr.NAT{Type: expr.NATTypeDestNAT, Family: unix.NFPROTO_IPV4, RegAddrMin: register}
		out := []expr.Any{&expr.Immediate{Register: register, Data: a[:]}}
		if v.Port != 0 {
			out = append(out, &expr.Immediate{Register: register2, Data: port16(v.Port)})
			nat.RegProtoMin, nat.Specified = register2, true
		}
		return append(out, nat)
	}
	return []expr.Any{&expr.Verdict{Kind: expr.VerdictDrop}}
}

func ifname(s string) []byte {
	b := make([]byte, unix.IFNAMSIZ)
	copy(b, s)
	return b
}

func port16(p uint16) []byte { return binary.BigEndian.AppendUint16(nil, p) }

// dataTypes are the kernel's types of a set's keys and values.
func dataTypes(t plan.SetType) (key, value nftables.SetDatatype) {
	switch t {
	case plan.Ports:
		return nftables.TypeInetService, value
	case plan.Owners:
		return nftables.MustConcatSetType(nftables.TypeIFName, nftables.TypeEtherAddr, nftables.TypeIPAddr), value
	case plan.Dispatch:
		return nftables.TypeIFName, nftables.TypeVerdict
	case plan.AddrMap:
		return nftables.TypeIPAddr, nftables.TypeIPAddr
	}
	return nftables.TypeIPAddr, value
}

// elements writes an element of a set: an interval is two, its first and the
// first behind it.
func elements(t plan.SetType, e plan.Element) []nftables.SetElement {
	four := func(a netip.Addr) []byte { b := a.As4(); return b[:] }
	switch t {
	case plan.Nets:
		first := e.Net.Masked().Addr()
		out := []nftables.SetElement{{Key: four(first)}}
		next := uint64(binary.BigEndian.Uint32(four(first))) + 1<<(32-e.Net.Bits())
		if next < 1<<32 {
			out = append(out, nftables.SetElement{Key: binary.BigEndian.AppendUint32(nil, uint32(next)), IntervalEnd: true})
		}
		return out
	case plan.Ports:
		out := []nftables.SetElement{{Key: port16(e.Ports[0])}}
		if e.Ports[1] < 65535 {
			out = append(out, nftables.SetElement{Key: port16(e.Ports[1] + 1), IntervalEnd: true})
		}
		return out
	case plan.Owners:
		mac, _ := net.ParseMAC(e.MAC) // of ecs.MAC
		k := append(ifname(e.NIC), mac...)
		return []nftables.SetElement{{Key: append(append(k, 0, 0), four(e.Addr)...)}}
	case plan.Dispatch:
		return []nftables.SetElement{{Key: ifname(e.NIC), VerdictData: &expr.Verdict{Kind: expr.VerdictJump, Chain: e.Chain}}}
	case plan.AddrMap:
		return []nftables.SetElement{{Key: four(e.Addr), Val: four(e.To)}}
	}
	return []nftables.SetElement{{Key: four(e.Addr)}}
}
