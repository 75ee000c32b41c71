package vpc

import (
	"slices"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

// isps are the lines that an IPv6 network may be of; without a name it is BGP.
var isps = []string{"", "BGP", "ChinaMobile", "ChinaUnicom", "ChinaTelecom"}

// prefix6 reads the IPv6 network that a VPC is to have; none, if the service is
// to choose it. Of which line it is makes no difference here. Only the networks
// of the pool can be asked for.
func prefix6(cidr, isp string, enable bool) (ecs.Prefix6, error) {
	switch {
	case !slices.Contains(isps, isp):
		return ecs.Prefix6{}, api.Errorf(api.CodeIllegalParamIpv6Isp, "The specified Ipv6Isp is illegal.")
	case cidr == "":
		return ecs.Prefix6{}, nil
	case !enable:
		return ecs.Prefix6{}, api.Errorf(api.CodeMissingParamEnableIpv6, "The parameter EnableIpv6 is required with Ipv6CidrBlock.")
	}
	p, ok := ecs.ParsePrefix6(cidr)
	if !ok {
		return p, api.Errorf(api.CodeInvalidIpv6CidrBlockMalformed, "Param Ipv6CidrBlock is malformed.")
	}
	if p.Bits != ecs.VPCBits6 || !network.Pool6.Covers(p) {
		return p, notReserved()
	}
	return p, nil
}

func notReserved() error {
	return api.Errorf(api.CodeOperationFailedIPv6CidrNotReserved, "Operation failed because this ipv6 cidr is not reserved.")
}

// ispOf is the line of a VPC's IPv6 networks.
func ispOf(v state.View, r *ecs.VPC) string {
	if r.ISP6 == 0 {
		return "BGP"
	}
	return v.Str(r.ISP6)
}

// prefixes6 are the IPv6 networks of a VPC.
func prefixes6(r *ecs.VPC) []ecs.Prefix6 {
	if r.Prefix6.IsZero() {
		return r.Secondary6
	}
	return append([]ecs.Prefix6{r.Prefix6}, r.Secondary6...)
}

// use6 is the first vSwitch of a VPC that has a part of an IPv6 network; 0: none
// has.
func use6(v state.View, vpc ecs.Key, p ecs.Prefix6) ecs.Key {
	for k, w := range state.VSwitchesByVPC.Ascend(v, uint64(vpc), 0) {
		if p.Covers(w.Prefix6) {
			return k
		}
	}
	return 0
}
