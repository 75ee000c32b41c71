package instance

import (
	"strconv"
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/compute"
)

// spot is the spot market that instances bid on.
func (s *Service) spot() *compute.Spot { return &compute.Spot{Prices: s.Prices, Catalog: s.Catalog} }

// validLimit reports whether a price limit is an amount with at most three
// decimals.
func validLimit(limit float64) bool {
	_, err := limitOf(limit)
	return err == nil
}

func limitOf(limit float64) (ecs.Money, error) {
	text := strconv.FormatFloat(limit, 'f', -1, 64)
	if _, decimals, _ := strings.Cut(text, "."); len(decimals) > 3 {
		return 0, strconv.ErrSyntax
	}
	return ecs.ParseMoney(text)
}

// bid checks how a spot instance bids. Its parameters say nothing without a
// SpotStrategy. It is protected for SpotDuration hours, an hour by default.
func (p *planner) bid() error {
	in := p.in
	strategy, _ := ecs.ParseSpotStrategy(in.SpotStrategy) // options has checked it
	if strategy == ecs.NoSpot {
		return nil
	}
	b := &p.plan.spot
	b.Hours, b.Stop = uint8(number(in.SpotDuration, 1)), in.SpotInterruptionBehavior == "Stop"
	if strategy == ecs.SpotWithPriceLimit {
		if in.SpotPriceLimit == nil {
			return api.Errorf(api.CodeInvalidSpotPriceLimit, "The specified SpotPriceLimitis not valid.")
		}
		b.Limit, _ = limitOf(*in.SpotPriceLimit)
	}
	if in.ZoneID == "" && in.VSwitchID == "" {
		return api.Errorf(api.CodeInvalidSpotParamEmptyZoneID, "The specified ZoneId should not be null.")
	}
	p.plan.record.Spot = strategy
	return nil
}

// outbid checks a bid against the market, and whether the instance can be stopped
// by an interruption.
func (p *planner) outbid() error {
	r, b := &p.plan.record, &p.plan.spot
	if r.Spot == ecs.NoSpot {
		return nil
	}
	now, err := p.s.Prices.SpotAt(p.c.Region.ID, p.plan.zone.ID, p.plan.typ.ID, p.c.Now)
	if err != nil {
		return action.NoPrice(err)
	}
	return action.FirstOf([]action.Check{
		{b.Stop && p.plan.network == ecs.NetworkClassic, api.CodeInvalidSpotInterruptionBehaviorClassicNetworkNotSupport, "The specified SpotInterruptionBehavior is not supported in the classic network."},
		{b.Stop && p.plan.typ.LocalDisks > 0, api.CodeInvalidSpotInterruptionBehaviorLocalDiskNotSupport, "The specified SpotInterruptionBehavior is not supported for instances with local disks."},
		{r.Spot == ecs.SpotWithPriceLimit && b.Limit < now, api.CodeInvalidSpotPriceLimitLowerThanPublicPrice, "The specified SpotPriceLimit is lower than the public price."},
	})
}
