// Package meter has what is paid as it is used accrue, and posts it.
//
// It watches the tables (state.Observer): whatever puts or deletes a record of
// something that is paid so, in whatever way, has it metered at the rate that
// follows from the record, from that instant on. Nobody calls for it. A rate is
// kept in the record (ecs.Metering); when it ends, the stretch of time is written
// down (ecs.Usage), and the sum for the account and billing item changes once a
// transaction, however many records it wrote (ecs.Accrual).
//
// What changes a rate without the record (a market price) calls Reprice.
package meter

import (
	"fmt"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/price"
	"github.com/openecs/openecs/internal/state"
)

// Meter prices what it sees. It belongs to one DB.
type Meter struct {
	prices  *price.List
	catalog *catalog.Catalog
	rates   map[priced]rate
	pending []change
	missing error // something new or changed has no price: the closure fails
}

// change is what a transaction adds to a sum.
type change struct {
	account uint64
	item    string
	delta   ecs.Money
}

// Observer is a meter at work, for state.Open.
func Observer(prices *price.List, cat *catalog.Catalog) *state.Observer {
	m := &Meter{prices: prices, catalog: cat, rates: map[priced]rate{}}
	o := &state.Observer{Begin: m.begin, End: m.end}
	state.Observe(o, state.Instances, m.instance)
	state.Observe(o, state.Disks, m.disk)
	state.Observe(o, state.EIPs, m.eip)
	state.Observe(o, state.Snapshots, m.snapshot)
	state.Observe(o, state.DedicatedHosts, m.host)
	return o
}

func (m *Meter) begin() { m.pending, m.missing = m.pending[:0], nil }

// subject is one thing with one rate.
type subject struct {
	account uint64
	kind    ecs.Kind
	k       ecs.Key
	zone    ecs.Sym
	spec    ecs.Sym
	item    string
}

// ended writes down that a rate held till now, and takes it from the sum.
func (m *Meter) ended(tx *state.Tx, was ecs.Metering, s subject) {
	if was.Rate == 0 {
		return
	}
	m.add(s, -ecs.Money(was.Rate))
	now := tx.Now().Unix()
	if int64(was.Since) >= now {
		return
	}
	state.Usages.Put(tx, tx.NewKey(0), &ecs.Usage{
		Account: s.account, Item: tx.Sym(s.item), Kind: s.kind, Resource: s.k, Rate: ecs.Money(was.Rate), From: int64(was.Since), To: now, Zone: s.zone, Spec: s.spec,
	})
}

// begun is a rate that holds from now on.
func (m *Meter) begun(tx *state.Tx, r ecs.Money, s subject) ecs.Metering {
	if r == 0 {
		return ecs.Metering{}
	}
	m.add(s, r)
	return ecs.Metering{Since: uint32(tx.Now().Unix()), Rate: uint32(r)}
}

// turned goes on with a rate, or ends it and begins the next.
func (m *Meter) turned(tx *state.Tx, was ecs.Metering, of subject, r ecs.Money, s subject) ecs.Metering {
	if ecs.Money(was.Rate) == r && (r == 0 || of == s) {
		return was
	}
	m.ended(tx, was, of)
	return m.begun(tx, r, s)
}

// add keeps sums of a transaction's changes: its resources are mostly alike.
func (m *Meter) add(s subject, delta ecs.Money) {
	for i := len(m.pending) - 1; i >= 0; i-- {
		if p := &m.pending[i]; p.account == s.account && p.item == s.item {
			p.delta += delta
			return
		}
	}
	m.pending = append(m.pending, change{s.account, s.item, delta})
}

// end writes the sums.
func (m *Meter) end(tx *state.Tx) error {
	if m.missing != nil {
		return m.missing
	}
	for i, p := range m.pending {
		k, was := accrual(tx, p.account, tx.Sym(p.item))
		next := accrued(tx, was)
		if next.Rate += p.delta; next.Rate < 0 {
			return fmt.Errorf("meter: the rates of %s of account %d come to %d", p.item, p.account, next.Rate)
		}
		if k == 0 {
			k = tx.NewKey(0)
		}
		state.Accruals.Put(tx, k, next)
		if i == 0 || m.pending[i-1].account != p.account {
			settleNext(tx, p.account)
		}
	}
	return nil
}

// accrual is the row of an item, or a new one with key 0.
func accrual(tx *state.Tx, account uint64, item ecs.Sym) (ecs.Key, *ecs.Accrual) {
	for k, r := range state.AccrualsByAccount.Ascend(tx, account, 0) {
		if r.Item == item {
			return k, r
		}
	}
	return 0, &ecs.Accrual{Account: account, Item: item, Since: tx.Now().Unix()}
}

// accrued is a copy of a row with all in Owed up to now.
func accrued(tx *state.Tx, r *ecs.Accrual) *ecs.Accrual {
	next := *r
	if now := tx.Now().Unix(); now > r.Since {
		owed := price.Amount{Money: r.Owed, Part: r.Part}.Add(price.Metered(r.Rate, now-r.Since))
		next.Owed, next.Part, next.Since = owed.Money, owed.Part, now
	}
	return &next
}

// known is a rate that was found. What is missing from the list, or beyond all
// measure, fails the transaction where it was asked for (strict); elsewhere the
// rate stays what it was.
func (m *Meter) known(r ecs.Money, err error, strict bool, was ecs.Metering) ecs.Money {
	if err == nil && r > ecs.MaxHourly {
		err = fmt.Errorf("it is above %s for an hour", ecs.MaxHourly)
	}
	if err == nil {
		return r
	}
	if strict && m.missing == nil {
		m.missing = api.Errorf(api.CodePriceNotFound, "The price of the specified resource is not found: %v. The administrator of the service adds it there.", err)
	}
	return ecs.Money(was.Rate)
}
