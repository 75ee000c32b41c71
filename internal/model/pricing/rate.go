package pricing

import (
	"time"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/price"
	"github.com/openecs/openecs/internal/state"
)

// Rate is what an hour of the type of a pay-as-you-go instance costs at an instant,
// and until when: until is zero where the rate does not change by itself. It is the
// list price or, of a spot instance, the market price of its zone, which bids do not
// move. Bandwidth and disks are not part of it. The only error is *price.Missing.
func Rate(v state.View, l *price.List, region string, r *ecs.Instance, at time.Time) (rate ecs.Money, until time.Time, err error) {
	if r.Spot == ecs.NoSpot {
		rate, err = l.Trade(Type(v, region, r), price.Hour)
		return rate, time.Time{}, err
	}
	zone, typ := v.Str(r.Zone), v.Str(r.Type)
	rate, err = l.SpotAt(region, zone, typ, at)
	return rate, l.Market().NextChange(typ, zone, at), err
}
