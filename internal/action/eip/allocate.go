package eip

import (
	"strconv"
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/billing"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/model/tag"
	"github.com/openecs/openecs/internal/state"
)

const defaultBandwidth = 5 // Mbit/s

// allocation is what AllocateEipAddress and AllocateEipAddressPro have in common.
type allocation struct {
	bandwidth, internetCharge, charge, isp, netmode, pool, zone, id, address, group string
	protection                                                                      []string
	tags                                                                            []api.Tag

	record ecs.EIP
	want   ecs.IPv4
}

// check reads the request into the record, without what only a transaction has.
func (a *allocation) check(c *action.Call, s *Service) error {
	r := &a.record
	r.Account = c.Caller.Account
	switch a.internetCharge {
	case "", "PayByBandwidth":
		r.Charge = ecs.PayByBandwidth
	case "PayByTraffic":
		r.Charge = ecs.PayByTraffic
	default:
		return action.Invalid("InternetChargeType")
	}
	switch charge, ok := ecs.ParseChargeType(a.charge); {
	case !ok:
		return action.Invalid("InstanceChargeType")
	case charge == ecs.PrePaid:
		return notImplemented("elastic IPs that are paid in advance (InstanceChargeType=PrePaid)")
	}
	var ok bool
	if r.Bandwidth, ok = parseBandwidth(a.bandwidth, defaultBandwidth, r.Charge); !ok {
		return action.Invalid("Bandwidth")
	}
	if a.isp != "" && a.isp != "BGP" && a.isp != "BGP_PRO" {
		return action.Invalid("ISP")
	}
	if a.netmode != "" && a.netmode != "public" {
		return action.Invalid("Netmode")
	}
	if a.pool != "" {
		return notImplemented("pools of public addresses (PublicIpAddressPoolId)")
	}
	if a.zone != "" {
		if z, ok := s.Catalog.Zone(a.zone); !ok || z.Region.Code != c.RegionCode() {
			return action.Invalid("Zone")
		}
	}
	for _, p := range a.protection {
		if p != "AntiDDoS_Enhanced" {
			return action.Invalid("SecurityProtectionTypes")
		}
		r.Flags |= ecs.EIPAntiDDoS
	}
	if a.address != "" {
		if a.want, ok = ecs.ParseIPv4(a.address); !ok {
			return action.Invalid("IpAddress")
		}
	}
	if a.id != "" { // of one that was released: those are not kept
		return reserveFailed()
	}
	return network.CheckTags(a.tags)
}

// do makes the elastic IP, once for its idempotency token.
func (a *allocation) do(c *action.Call, s *Service, token string) (k ecs.Key, e *ecs.EIP, err error) {
	once, err := c.Once(token, nil)
	if err != nil {
		return 0, nil, err
	}
	if k, found, err := once.EarlierOne(s.DB.Snapshot(), c.Now); err != nil || found {
		return s.made(k, err)
	}
	if err := a.check(c, s); err != nil {
		return 0, nil, err
	}
	err = s.DB.Update(c.Context, func(tx *state.Tx) error {
		k, err = once.DoOne(tx, func() (ecs.Key, error) { return a.write(c, tx) })
		return err
	})
	return s.made(k, err)
}

func (s *Service) made(k ecs.Key, err error) (ecs.Key, *ecs.EIP, error) {
	if err != nil {
		return 0, nil, err
	}
	e, ok := state.EIPs.Get(s.DB.Snapshot(), k)
	if !ok {
		e = new(ecs.EIP) // released meanwhile
	}
	return k, e, nil
}

func (a *allocation) write(c *action.Call, tx *state.Tx) (ecs.Key, error) {
	next := a.record
	var ok bool
	if next.ResourceGroup, ok = resource.Group(tx, c.Caller.Account, a.group); !ok {
		return 0, api.Errorf(api.CodeInvalidResourceGroupId, "The specified ResourceGroupId does not exist.")
	}
	if state.EIPsByAccount.Count(tx, state.Scope(c.Caller.Account, c.RegionCode())) >= ecs.MaxEIPs {
		return 0, api.Errorf(api.CodeQuotaExceededEip, "Elastic IP address quota exceeded.")
	}
	err := billing.Solvent(tx, c.Caller.Account)
	if err != nil {
		return 0, err
	}
	if next.Address, err = network.TakePublicAt(tx, a.want); err != nil {
		return 0, reserveFailed()
	}
	if a.isp != "" {
		next.ISP = tx.Sym(strings.Clone(a.isp))
	}
	if a.zone != "" {
		next.Home = tx.Sym(strings.Clone(a.zone))
	}
	next.Created = tx.Now().Unix()
	next.Tags = tag.Store(tx, a.tags)
	k := tx.NewKey(c.RegionCode())
	state.EIPs.Put(tx, k, &next)
	return k, nil
}

func reserveFailed() error {
	return api.Errorf(api.CodeReserveIpFail, "Reserve eip failed.")
}

// parseBandwidth reads a bandwidth in Mbit/s; "" is the default.
func parseBandwidth(s string, byDefault int32, charge ecs.InternetCharge) (int32, bool) {
	if s == "" {
		return byDefault, true
	}
	most := ecs.MaxEIPByBandwidth
	if charge == ecs.PayByTraffic {
		most = ecs.MaxEIPByTraffic
	}
	n, err := strconv.Atoi(s)
	return int32(n), err == nil && n >= 1 && n <= most
}
