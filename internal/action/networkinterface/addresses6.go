package networkinterface

import (
	"slices"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

// maxIPv6 is how many IPv6 addresses a request may ask for, and an interface that
// is attached to nothing may have; a prefix counts as one.
const maxIPv6 = 10

// ipv6Request is how several actions ask for addresses of IPv6.
type ipv6Request struct {
	named       []string
	count       *int
	prefixes    []string
	prefixCount *int
	malformed   string // the code for what is no address
	conflict    string // the code for a list and a count together
}

// wish checks the form of a request. What is named twice is 403
// InvalidIp.IpRepeated.
func (r *ipv6Request) wish() (w network.Wish6, err error) {
	w.Count, w.PrefixCount = number(r.count), number(r.prefixCount)
	bad := func(n *int) bool { return n != nil && (*n < 1 || *n > maxIPv6) }
	err = action.FirstOf([]action.Check{
		{len(r.named) > 0 && r.count != nil, r.conflict, "Ipv6Address.N and Ipv6AddressCount cannot be specified at the same time."},
		{len(r.prefixes) > 0 && r.prefixCount != nil, r.conflict, "Ipv6Prefix.N and Ipv6PrefixCount cannot be specified at the same time."},
		{len(r.named) > maxIPv6, api.CodeInvalidParameter, `The specified parameter "Ipv6Address.N" holds too many addresses.`},
		{len(r.prefixes) > maxIPv6, api.CodeInvalidParameter, `The specified parameter "Ipv6Prefix.N" holds too many prefixes.`},
		{bad(r.count), api.CodeInvalidParameter, `The specified parameter "Ipv6AddressCount" is not valid.`},
		{bad(r.prefixCount), api.CodeInvalidParameter, `The specified parameter "Ipv6PrefixCount" is not valid.`},
	})
	if err == nil {
		w.IPs, w.Prefixes, err = parseIPv6(r.named, r.prefixes, r.malformed)
	}
	if err == nil && (repeats(w.IPs) || repeats(w.Prefixes)) {
		err = api.Errorf(api.CodeInvalidIpIpRepeated, "The specified IP address is repeated.")
	}
	return w, err
}

// parseIPv6 reads addresses and prefixes; code is that for what is none.
func parseIPv6(named, prefixes []string, code string) (ips []ecs.IPv6, blocks []ecs.Prefix6, err error) {
	for _, text := range named {
		ip, ok := ecs.ParseIPv6(text)
		if !ok {
			return nil, nil, api.Errorf(code, "The specified IPv6 address %q is not valid.", text)
		}
		ips = append(ips, ip)
	}
	for _, text := range prefixes {
		p, ok := ecs.ParsePrefix6(text)
		if !ok || p.Bits != ecs.Prefix6Bits {
			return nil, nil, api.Errorf(code, "The specified prefix %q is not valid: it is of %d bits.", text, ecs.Prefix6Bits)
		}
		blocks = append(blocks, p)
	}
	return ips, blocks, nil
}

// room6 checks that an interface may hold so many IPv6 addresses more: as many as
// the type of its instance allows, and maxIPv6 where it is attached to none. Codes:
// 403 InvalidOperation.Ipv6NotSupport, InvalidOperation.Ipv6CountExceeded,
// MaxEniIpv6IpsCountExceeded.
func (s *Service) room6(v state.View, n *ecs.NetworkInterface, more int) error {
	m := n.Rest()
	total := len(m.IPv6) + len(m.Prefixes6) + more
	t := s.typeOf(v, n)
	switch {
	case total == 0:
	case t == nil && total > maxIPv6:
		return api.Errorf(api.CodeMaxEniIpv6IpsCountExceeded, "A network interface has at most %d IPv6 addresses.", maxIPv6)
	case t == nil:
	case t.IPv6sPerENI == 0:
		return api.Errorf(api.CodeInvalidOperationIpv6NotSupport, "The instance type %s does not support IPv6.", t.ID)
	case total > t.IPv6sPerENI:
		return api.Errorf(api.CodeInvalidOperationIpv6CountExceeded, "The instance type %s allows %d IPv6 addresses of a network interface.", t.ID, t.IPv6sPerENI)
	}
	return nil
}

// holders6 are the interfaces that may have one of some IPv6 addresses.
func holders6(v state.View, ips []ecs.IPv6) (keys []ecs.Key) {
	for _, ip := range ips {
		keys = slices.AppendSeq(keys, state.InterfacesByIP6.Keys(v, state.AddressKey6(ip), 0))
	}
	return keys
}
