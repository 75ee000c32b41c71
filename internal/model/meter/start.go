package meter

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/price"
	"github.com/openecs/openecs/internal/state"
)

// batch is how many records are priced anew in one transaction.
const batch = 500

// Start prices anew what does not cost what the list says: all that costs
// something where the list is another one than when the service last ran, or
// there was no meter yet. It counts from now on. What the list has no price of
// keeps its rate.
func Start(ctx context.Context, db *state.DB, prices *price.List, cat *catalog.Catalog, log *slog.Logger) error {
	m := &Meter{prices: prices, catalog: cat, rates: map[priced]rate{}}
	stale := m.stale(db.Snapshot(), log)
	for part := range slices.Chunk(stale, batch) {
		err := db.UpdateBehind(ctx, func(tx *state.Tx) error {
			for _, k := range part {
				Reprice(tx, k)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (m *Meter) stale(v state.View, log *slog.Logger) (keys []ecs.Key) {
	var missing error
	off := func(is ecs.Metering, r ecs.Money, err error) bool {
		if err != nil {
			missing = err
		}
		return err == nil && r <= ecs.MaxHourly && ecs.Money(is.Rate) != r
	}
	add := func(k ecs.Key, stale bool) {
		if stale {
			keys = append(keys, k)
		}
	}
	for k, r := range state.Instances.Ascend(v, 0, 0) {
		typ, _, err := m.typeRate(v, k, r, time.Unix(int64(r.Meter.Since), 0))
		net, netErr := m.netRate(r)
		add(k, off(r.Meter, typ, err) || off(r.Net, net, netErr))
	}
	for k, r := range state.Disks.Ascend(v, 0, 0) {
		c, err := m.diskCost(v, r)
		add(k, off(r.Meter, c, err))
	}
	for k, r := range state.EIPs.Ascend(v, 0, 0) {
		c, err := m.eipCost(v, r)
		net, netErr := m.eipNet(v, r)
		add(k, off(r.Meter, c, err) || off(r.Net, net, netErr))
	}
	for k, r := range state.Snapshots.Ascend(v, 0, 0) {
		c, err := m.snapshotCost(v, r)
		add(k, off(r.Meter, c, err))
	}
	for k, r := range state.DedicatedHosts.Ascend(v, 0, 0) {
		c, err := m.hostCost(v, r)
		add(k, off(r.Meter, c, err))
	}
	if missing != nil {
		log.Warn("something that runs has no price any more, and costs what it did", "cause", missing)
	}
	return keys
}
