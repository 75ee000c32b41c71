package networkinterface

import (
	"slices"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

// Limits of the addresses of one interface, and of one request.
const (
	maxFree        = 50 // addresses of an interface that is attached to nothing, the primary one included
	maxCount       = maxFree - 1
	maxPrefixes    = 10
	maxCreateNamed = 10
)

// ipv4Request is how several actions ask for addresses of IPv4.
type ipv4Request struct {
	named       []string
	maxNamed    int
	count       *int
	prefixes    []string
	prefixCount *int
	malformed   string // the code for what is no address
	conflict    string // the code for a list and a count together
}

// wish checks the form of a request. What is named twice is 403
// InvalidIp.IpRepeated.
func (r *ipv4Request) wish() (w network.Wish, err error) {
	w.Count, w.PrefixCount = number(r.count), number(r.prefixCount)
	err = action.FirstOf([]action.Check{
		{len(r.named) > 0 && w.Count != 0, r.conflict, "PrivateIpAddress.N and SecondaryPrivateIpAddressCount cannot be specified at the same time."},
		{len(r.prefixes) > 0 && w.PrefixCount != 0, r.conflict, "Ipv4Prefix.N and Ipv4PrefixCount cannot be specified at the same time."},
		{len(r.named) > r.maxNamed, api.CodeInvalidParameter, `The specified parameter "PrivateIpAddress.N" holds too many addresses.`},
		{r.count != nil && (w.Count < 1 || w.Count > maxCount), api.CodeInvalidParameter, `The specified parameter "SecondaryPrivateIpAddressCount" is not valid.`},
		{len(r.prefixes) > maxPrefixes, api.CodeInvalidParameter, `The specified parameter "Ipv4Prefix.N" holds too many prefixes.`},
		{r.prefixCount != nil && (w.PrefixCount < 1 || w.PrefixCount > maxPrefixes), api.CodeInvalidParameter, `The specified parameter "Ipv4PrefixCount" is not valid.`},
	})
	if err != nil {
		return w, err
	}
	if w.IPs, w.Prefixes, err = parseIPv4(r.named, r.prefixes, r.malformed); err != nil {
		return w, err
	}
	if repeats(w.IPs) || repeats(w.Prefixes) {
		return w, api.Errorf(api.CodeInvalidIpIpRepeated, "The specified IP address is repeated.")
	}
	return w, nil
}

// parseIPv4 reads addresses and prefixes; code is that for what is none.
func parseIPv4(named, prefixes []string, code string) (ips []ecs.IPv4, blocks []ecs.Prefix, err error) {
	for _, text := range named {
		ip, ok := ecs.ParseIPv4(text)
		if !ok {
			return nil, nil, api.Errorf(code, "The specified private IP address %q is not valid.", text)
		}
		ips = append(ips, ip)
	}
	for _, text := range prefixes {
		p, ok := ecs.ParsePrefix(text)
		if !ok || p.Bits != ecs.PrefixBits {
			return nil, nil, api.Errorf(code, "The specified prefix %q is not valid: it is of %d bits.", text, ecs.PrefixBits)
		}
		blocks = append(blocks, p)
	}
	return ips, blocks, nil
}

func repeats[T comparable](all []T) bool {
	for i, v := range all {
		if slices.Contains(all[:i], v) {
			return true
		}
	}
	return false
}

// room checks that an interface may hold so many addresses more: as many as the
// type of its instance allows (403 InvalidOperation.Ipv4CountExceeded), and 49
// beside the primary one where it is attached to none (403
// MaxEniPrivateIpsCountExceeded).
func (s *Service) room(v state.View, n *ecs.NetworkInterface, more int) error {
	m := n.Rest()
	total := 1 + len(m.Secondary) + len(m.Prefixes) + more
	switch t := s.typeOf(v, n); {
	case more == 0:
	case t != nil && total > t.IPsPerENI:
		return api.Errorf(api.CodeInvalidOperationIpv4CountExceeded, "The instance type %s allows %d private IP addresses of a network interface.", t.ID, t.IPsPerENI)
	case t == nil && total > maxFree:
		return api.Errorf(api.CodeMaxEniPrivateIpsCountExceeded, "A network interface has at most %d private IP addresses.", maxFree)
	}
	return nil
}

// addressCodes are the codes of the actions on interfaces for what packages of
// instances refuse by others.
var addressCodes = map[string]string{
	api.CodeInvalidPrivateIpAddress:       api.CodeInvalidVSwitchIdIpInvalid,
	api.CodeQuotaExceededPrivateIpAddress: api.CodeInvalidVSwitchIdIpNotEnough,
}

// asKeys is a wish that was granted as a token keeps it: addresses, then
// prefixes, told from those by a bit.
func asKeys(w *network.Wish) (keys []ecs.Key) {
	for _, ip := range w.IPs {
		keys = append(keys, ecs.Key(ip))
	}
	for _, p := range w.Prefixes {
		keys = append(keys, ecs.Key(p.Addr)|prefixMark)
	}
	return keys
}

const prefixMark = 1 << 40

func fromKeys(keys []ecs.Key) (w network.Wish) {
	for _, k := range keys {
		if k&prefixMark != 0 {
			w.Prefixes = append(w.Prefixes, ecs.Prefix{Addr: ecs.IPv4(k), Bits: ecs.PrefixBits})
		} else {
			w.IPs = append(w.IPs, ecs.IPv4(k))
		}
	}
	return w
}

// vswitchOf is the vSwitch of an interface. It is there as long as the interface
// is.
func vswitchOf(v state.View, n *ecs.NetworkInterface) (*ecs.VSwitch, error) {
	w, ok := state.VSwitches.Get(v, n.VSwitch)
	if !ok {
		return nil, api.Errorf(api.CodeInvalidVSwitchIdNotFound, "The specified VSwitchId does not exist.").WithStatus(404)
	}
	return w, nil
}

func text[T interface{ String() string }](all []T) []string {
	out := make([]string, len(all))
	for i, v := range all {
		out[i] = v.String()
	}
	return out
}
