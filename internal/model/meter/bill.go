package meter

import (
	"cmp"
	"slices"
	"time"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/price"
	"github.com/openecs/openecs/internal/state"
)

// Line is what one resource was charged for one billing item.
type Line struct {
	Item     ecs.Sym
	Kind     ecs.Kind
	Resource ecs.Key // 0: charged by the operator's hand, of no resource
	Zone     ecs.Sym
	Spec     ecs.Sym
	Rate     ecs.Money // for an hour: the last one
	Seconds  int64     // how long it cost something
	Amount   ecs.Money
}

// Bill is what the settlements after from and up to to (Unix seconds, full hours)
// posted, by resource: in the order of the items' names, then of the resources'
// keys. A settlement belongs to the hour that it ended. The lines of an item come
// to its postings, to the last unit: exact amounts are summed up in that order,
// from what was carried over, and each line is what the rounded sum grows by. It
// is derived from what ran, and reads all of that.
func Bill(v state.View, account uint64, from, to int64) []Line {
	items, lines := posted(v, account, from, to)
	if len(items) == 0 {
		return lines
	}
	runs := map[run]*Line{}
	exact := map[run]price.Amount{}
	stretches(v, account, items, func(u ecs.Usage) {
		p := items[u.Item]
		if p == nil {
			return
		}
		seconds := min(u.To, p.until) - max(u.From, p.from)
		if seconds <= 0 || u.Rate == 0 {
			return
		}
		key := run{u.Item, u.Resource}
		l := runs[key]
		if l == nil {
			l = &Line{Item: u.Item, Kind: u.Kind, Resource: u.Resource}
			runs[key] = l
		}
		l.Zone, l.Spec, l.Rate = u.Zone, u.Spec, u.Rate
		l.Seconds += seconds
		exact[key] = exact[key].Add(price.Metered(u.Rate, seconds))
	})
	order := make([]run, 0, len(runs))
	for key := range runs {
		order = append(order, key)
	}
	slices.SortFunc(order, func(a, b run) int {
		return cmp.Or(cmp.Compare(v.Str(a.item), v.Str(b.item)), cmp.Compare(a.resource, b.resource))
	})
	var item ecs.Sym
	var sum price.Amount
	for _, key := range order {
		if key.item != item {
			item, sum = key.item, items[key.item].carry
		}
		before := sum.Rounded()
		sum = sum.Add(exact[key])
		l := runs[key]
		l.Amount = sum.Rounded() - before
		lines = append(lines, *l)
	}
	return lines
}

type run struct {
	item     ecs.Sym
	resource ecs.Key
}

// posting is what was posted of an item: all that ran between from and until, and
// carry, which was left before.
type posting struct {
	from, until int64
	carry       price.Amount
}

// posted looks for the postings of a bill, by item, and for the last ones before.
// Lines are of what was charged by hand.
func posted(v state.View, account uint64, from, to int64) (map[ecs.Sym]*posting, []Line) {
	items := map[ecs.Sym]*posting{}
	var lines []Line
	for _, t := range state.TransactionsByAccount.Ascend(v, account, ecs.MakeKey(0, time.Unix(from, 0))) {
		h := t.Created - t.Created%hour
		if h > to {
			break
		}
		switch {
		case t.Kind != ecs.TransactionUsage:
		case t.Until == 0 && from <= t.Created && t.Created < to:
			lines = append(lines, Line{Item: t.Item, Amount: -t.Sum(ecs.BookCustomer)})
		case t.Until != 0 && h > from:
			if items[t.Item] == nil {
				items[t.Item] = &posting{}
			}
			items[t.Item].until = t.Until
		}
	}
	left := len(items)
	found := map[ecs.Sym]bool{}
	for _, t := range state.TransactionsByAccount.Descend(v, account, ecs.MakeKey(0, time.Unix(from+2*hour, 0))) {
		if left == 0 {
			break
		}
		p := items[t.Item]
		if p == nil || t.Until == 0 || t.Created-t.Created%hour > from || found[t.Item] {
			continue
		}
		found[t.Item] = true
		left--
		p.from, p.carry = t.Until, price.Amount{Part: t.Carry}
		if t.Carry < 0 {
			p.carry = price.Amount{Money: -1, Part: hour + t.Carry}
		}
	}
	return items, lines
}

// stretches yields all stretches of time in which something cost the account
// something that may be in the postings, in the order of time for each resource.
func stretches(v state.View, account uint64, items map[ecs.Sym]*posting, yield func(ecs.Usage)) {
	first := int64(1 << 62)
	for _, p := range items {
		first = min(first, p.from)
	}
	for _, u := range state.UsagesByAccount.Ascend(v, account, ecs.MakeKey(0, time.Unix(first, 0))) {
		yield(*u)
	}
	const open = 1 << 62
	goesOn := func(m ecs.Metering, item string, kind ecs.Kind, k ecs.Key, zone, spec ecs.Sym) {
		if m.Rate == 0 {
			return
		}
		if s, ok := state.LookupSym(v, item); ok {
			yield(ecs.Usage{Item: s, Kind: kind, Resource: k, Rate: ecs.Money(m.Rate), From: int64(m.Since), To: open, Zone: zone, Spec: spec})
		}
	}
	for k, r := range state.Instances.Ascend(v, 0, 0) {
		if r.Account == account {
			goesOn(r.Meter, ItemInstance, ecs.KindInstance, k, r.Zone, r.Type)
			goesOn(r.Net, ItemBandwidth, ecs.KindInstance, k, r.Zone, r.Type)
		}
	}
	for k, r := range state.Disks.Ascend(v, 0, 0) {
		if r.Account == account && r.Meter.Rate != 0 {
			goesOn(r.Meter, diskItem(r)+v.Str(r.Category), ecs.KindDisk, k, r.Zone, r.Category)
		}
	}
	for k, r := range state.EIPs.Ascend(v, 0, 0) {
		if r.Account == account {
			goesOn(r.Meter, ItemEIP, ecs.KindEIP, k, r.Zone, 0)
			goesOn(r.Net, ItemBandwidth, ecs.KindEIP, k, r.Zone, 0)
		}
	}
	for k, r := range state.Snapshots.Ascend(v, 0, 0) {
		if r.Account == account {
			goesOn(r.Meter, ItemSnapshot, ecs.KindSnapshot, k, r.Zone, 0)
		}
	}
	for k, r := range state.DedicatedHosts.Ascend(v, 0, 0) {
		if r.Account == account {
			goesOn(r.Meter, ItemHost, ecs.KindDedicatedHost, k, r.Zone, r.Type)
		}
	}
}
