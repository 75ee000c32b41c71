package dedicatedhost

import (
	"strings"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/billing"
	"github.com/openecs/openecs/internal/price"
	"github.com/openecs/openecs/internal/state"
)

// attributes are what both allocating and modifying a host may set.
type attributes struct {
	name, description, placement, maintenance string
	udp, slbUDP                               *int
}

// setAttributes checks attributes and sets those that are given.
func setAttributes(r *ecs.DedicatedHost, in *attributes) error {
	switch {
	case in.name != "" && !ecs.ValidName(in.name):
		return api.Errorf(api.CodeInvalidDedicatedHostNameMalformed, "The specified parameter DedicatedHostName is not valid.")
	case in.description != "" && !ecs.ValidDescription(in.description):
		return badDescription()
	case !action.OneOf(in.placement, "on", "off"):
		return action.Invalid("AutoPlacement")
	case !action.OneOf(in.maintenance, "Migrate", "Stop"):
		return action.Invalid("ActionOnMaintenance")
	case in.udp != nil && (*in.udp < 15 || *in.udp > 310):
		return api.Errorf(api.CodeInvalidParameterUdpTimeout, "The specified value is invalid.")
	case in.slbUDP != nil && (*in.slbUDP < 15 || *in.slbUDP > 310):
		return api.Errorf(api.CodeInvalidParameterSlbUdpTimeout, "The specified value is invalid.")
	}
	if in.name != "" {
		r.Name = strings.Clone(in.name)
	}
	if in.description != "" {
		r.Description = strings.Clone(in.description)
	}
	if in.placement != "" {
		r.NoPlacement = in.placement == "off"
	}
	if in.maintenance != "" {
		r.StopOnRepair = in.maintenance == "Stop"
	}
	if in.udp != nil {
		r.UDPTimeout = int32(*in.udp)
	}
	if in.slbUDP != nil {
		r.SLBUDPTimeout = int32(*in.slbUDP)
	}
	return nil
}

// setRatio sets the CPU overcommit ratio: 1 to 5, where the type has one.
func setRatio(r *ecs.DedicatedHost, t *catalog.HostType, ratio *float64) error {
	if ratio == nil {
		if r.OverCommit == 0 {
			r.OverCommit = 1000
		}
		return nil
	}
	if !(*ratio >= 1 && *ratio <= 5) || *ratio != 1 && !t.OverCommit {
		return action.Invalid("CpuOverCommitRatio")
	}
	r.OverCommit = int32(*ratio * 1000)
	return nil
}

// setRelease sets when a pay-as-you-go host is released: half an hour to three
// years from now, to the minute; "" is never.
func setRelease(r *ecs.DedicatedHost, now time.Time, at string) error {
	r.AutoRelease = 0
	if at == "" {
		return nil
	}
	t, ok := ecs.ParseTime(at)
	if !ok || t.Before(now.Add(30*time.Minute)) || t.After(now.AddDate(3, 0, 0)) {
		return api.Errorf(api.CodeInvalidAutoReleaseTimeMalformed, "The specified paramter autoReleaseTime is not valid.")
	}
	r.AutoRelease = t.Truncate(time.Minute).Unix()
	return nil
}

// pay adds a period to what is paid of a host, from its end or from now on.
func pay(r *ecs.DedicatedHost, now time.Time, n int, unit string, bad error) error {
	u, ok := ecs.Month, n >= 1 && n <= 9
	switch unit {
	case "", "Month":
	case "Year":
		u, ok = ecs.Year, n >= 1 && n <= 5
	default:
		return api.Errorf(api.CodeInvalidPeriodUnitValueNotSupported, "The specified parameter PeriodUnit is not valid.")
	}
	if !ok {
		return bad
	}
	if r.Expires != 0 {
		now = time.Unix(max(r.Expires, now.Unix()), 0).UTC()
	}
	r.ChargeType, r.SaleUnit, r.Expires = ecs.PrePaid, u, ecs.PeriodEnd(now, n, u).Unix()
	return nil
}

// order buys hosts of one type for a period. A price that is missing is 400
// PriceNotFound.
func (s *Service) order(tx *state.Tx, kind ecs.OrderKind, what string, n int, hosts []ecs.Key, of []ecs.DedicatedHost, from time.Time) (ecs.Key, error) {
	p := &billing.Purchase{Account: of[0].Account, Kind: kind, Action: what, Period: uint8(n), Unit: of[0].SaleUnit, Zone: of[0].Zone,
		From: from, Until: time.Unix(of[0].Expires, 0)}
	for i, k := range hosts {
		cost, err := s.Prices.Trade(price.Want{Host: tx.Str(of[i].Type)}, price.Term{N: n, Unit: of[i].SaleUnit})
		if err != nil {
			return 0, action.NoPrice(err)
		}
		p.Lines = append(p.Lines, billing.Line{Kind: ecs.KindDedicatedHost, Resource: k, Price: cost})
	}
	return billing.Buy(tx, p)
}
