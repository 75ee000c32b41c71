package meter

import (
	"time"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/billing"
	"github.com/openecs/openecs/internal/price"
	"github.com/openecs/openecs/internal/state"
)

// Due is the kind of the due row of an account's next settlement, at a full hour.
// There is one as long as anything runs or is owed.
const Due = '$'

// DueMarket is the kind of the due row at which the market price of a spot
// instance moves.
const DueMarket = '@'

// wakeDue tells the reconciler that there is a new due row.
const wakeDue = 'D'

// settleNext has an account settled at the next full hour, unless it will be.
func settleNext(tx *state.Tx, account uint64) {
	k := ecs.AccountKey(account)
	for range state.DuesOf(tx, Due, k) {
		return
	}
	tx.At(tx.Now().Truncate(time.Hour).Add(time.Hour), Due, k)
	tx.Wake(wakeDue, 0)
}

// Settle posts what an account owes, one transaction for each billing item. What
// is rounded off is carried on. Where the account cannot hold so much debt it is
// owed still, and tried again the next hour.
func Settle(tx *state.Tx, k ecs.Key) {
	account := uint64(k) // of no region: see ecs.AccountKey
	var rows []ecs.Key
	for k := range state.AccrualsByAccount.Keys(tx, account, 0) {
		rows = append(rows, k)
	}
	again := false
	for _, k := range rows {
		r, _ := state.Accruals.Get(tx, k)
		next := accrued(tx, r)
		owed := price.Amount{Money: next.Owed, Part: next.Part}
		if amount := owed.Rounded(); amount > 0 {
			next.Owed -= amount
			carry := int16(next.Owed)*hour + next.Part
			if billing.Post(tx, account, next.Item, amount, next.Since, carry) != nil {
				next.Owed += amount
				again = true
			}
		}
		again = again || next.Rate > 0
		if *next != *r {
			state.Accruals.Put(tx, k, next)
		}
	}
	if again {
		tx.At(tx.Now().Truncate(time.Hour).Add(time.Hour), Due, k)
	}
}

const hour = 3600

// Reprice has the rates of what is under a key found anew, where a price changed
// and not the record: of instances, disks, elastic IPs, snapshots and dedicated
// hosts. It tells whether that changed one.
func Reprice(tx *state.Tx, k ecs.Key) bool {
	return again(tx, state.Instances, k, func(r *ecs.Instance) (*ecs.Metering, *ecs.Metering) { return &r.Meter, &r.Net }) ||
		again(tx, state.Disks, k, func(r *ecs.Disk) (*ecs.Metering, *ecs.Metering) { return &r.Meter, &r.Meter }) ||
		again(tx, state.EIPs, k, func(r *ecs.EIP) (*ecs.Metering, *ecs.Metering) { return &r.Meter, &r.Net }) ||
		again(tx, state.Snapshots, k, func(r *ecs.Snapshot) (*ecs.Metering, *ecs.Metering) { return &r.Meter, &r.Meter }) ||
		again(tx, state.DedicatedHosts, k, func(r *ecs.DedicatedHost) (*ecs.Metering, *ecs.Metering) { return &r.Meter, &r.Meter })
}

// MarketDue has a spot instance cost what the market asks from now on.
func MarketDue(tx *state.Tx, k ecs.Key) { Reprice(tx, k) }

// again puts a record with a rate that is none of its own, which has it priced.
func again[R any](tx *state.Tx, t *state.Table[R], k ecs.Key, of func(*R) (*ecs.Metering, *ecs.Metering)) bool {
	r, ok := t.Get(tx, k)
	if !ok {
		return false
	}
	next := *r
	m, n := of(&next)
	was, net := *m, *n
	m.Rate ^= 1
	t.Put(tx, k, &next)
	return *m != was || *n != net
}
