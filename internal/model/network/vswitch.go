package network

import (
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// MaxVSwitches is how many vSwitches a VPC has.
const MaxVSwitches = 150

const defaultVSwitchBits = 20

// VSwitchFits refuses a network that a vSwitch of a VPC cannot have beside what
// is there: 400 QuotaExceeded.VSwitch and InvalidCidrBlock.Overlapped, the
// latter also for one that a custom route entry leads into.
func VSwitchFits(v state.View, vpc ecs.Key, p ecs.Prefix) error {
	if state.VSwitchesByVPC.Count(v, uint64(vpc)) >= MaxVSwitches {
		return api.Errorf(api.CodeQuotaExceededVSwitch, "Virtual switch quota exceeded.")
	}
	for _, w := range state.VSwitchesByVPC.Ascend(v, uint64(vpc), 0) {
		if w.Prefix.Overlaps(p) {
			return overlapped()
		}
	}
	for t := range state.RouteTablesByVPC.Keys(v, uint64(vpc), 0) {
		for _, e := range state.RouteEntriesByTable.Ascend(v, uint64(t), 0) {
			if !e.IPv6 && p.Covers(e.Prefix) {
				return overlapped()
			}
		}
	}
	return nil
}

func overlapped() error {
	return api.Errorf(api.CodeInvalidCidrBlockOverlapped, "Specified CIDR block overlapped with other subnets.")
}

// VSwitch6 is the IPv6 network that a number from 0 to 255 names in a VPC's
// network: the one given, or the VPC's first. except is the vSwitch that asks, 0
// for a new one. Codes: 400 OperationDenied.VpcIpv6NotEnabled,
// IllegalParam.Ipv6CidrBlock, OperationFailed.Ipv6CidrBlockOverLapped.
func VSwitch6(v state.View, vpc, except ecs.Key, of string, number int) (ecs.Prefix6, error) {
	r, ok := state.VPCs.Get(v, vpc)
	if !ok || r.Prefix6.IsZero() {
		return ecs.Prefix6{}, api.Errorf(api.CodeOperationDeniedVpcIpv6NotEnabled, "IPv6 has not been enabled for the VPC.")
	}
	p := r.Prefix6
	if of != "" && of != p.String() {
		p = ecs.Prefix6{}
		for _, q := range r.Secondary6 {
			if q.String() == of {
				p = q
			}
		}
	}
	if p.IsZero() || number < 0 || number > 255 {
		return p, api.Errorf(api.CodeIllegalParamIpv6CidrBlock, "The parameter of Ipv6CidrBlock is illegal.")
	}
	p = p.VSwitch(uint8(number))
	for k, w := range state.VSwitchesByVPC.Ascend(v, uint64(vpc), 0) {
		if k != except && w.Prefix6 == p {
			return p, api.Errorf(api.CodeOperationFailedIpv6CidrBlockOverLapped, "The input IPv6 CIDR block overlaps with the existing ones.")
		}
	}
	return p, nil
}

// DefaultVSwitch makes a default vSwitch of a default VPC in a zone, which has
// one at most: the first /20 that nothing has. Codes: 400 OperationDenied,
// QuotaExceeded.VSwitch, InvalidCidrBlock.Overlapped.
func DefaultVSwitch(tx *state.Tx, vpc ecs.Key, zone string) (ecs.Key, error) {
	r, _ := state.VPCs.Get(tx, vpc)
	sym := tx.Sym(strings.Clone(zone))
	for _, w := range state.VSwitchesByVPC.Ascend(tx, uint64(vpc), 0) {
		if w.Default && w.Zone == sym {
			return 0, api.Errorf(api.CodeOperationDenied, "The zone has a default vSwitch already.").WithStatus(400)
		}
	}
	p, err := ecs.Prefix{Addr: r.Prefix.Addr, Bits: defaultVSwitchBits}, error(nil)
	for ; r.Prefix.Contains(p.Addr); p.Addr += 1 << (32 - defaultVSwitchBits) {
		if err = VSwitchFits(tx, vpc, p); err == nil {
			k := tx.NewKey(vpc.Region())
			state.VSwitches.Put(tx, k, &ecs.VSwitch{Account: r.Account, VPC: vpc, Zone: sym, Prefix: p, Created: tx.Now().Unix(), Default: true})
			return k, nil
		}
	}
	return 0, err
}
