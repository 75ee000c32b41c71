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
// and not the record: of instances, disks, elastic IPs and snapshots.
func Reprice(tx *state.Tx, k ecs.Key) {
	const other = 1 // any rate that is not the one that holds
	if r, ok := state.Instances.Get(tx, k); ok {
		next := *r
		next.Meter.Rate ^= other
		state.Instances.Put(tx, k, &next)
	} else if r, ok := state.Disks.Get(tx, k); ok {
		next := *r
		next.Meter.Rate ^= other
		state.Disks.Put(tx, k, &next)
	} else if r, ok := state.EIPs.Get(tx, k); ok {
		next := *r
		next.Meter.Rate ^= other
		state.EIPs.Put(tx, k, &next)
	} else if r, ok := state.Snapshots.Get(tx, k); ok {
		next := *r
		next.Meter.Rate ^= other
		state.Snapshots.Put(tx, k, &next)
	} else if r, ok := state.DedicatedHosts.Get(tx, k); ok {
		next := *r
		next.Meter.Rate ^= other
		state.DedicatedHosts.Put(tx, k, &next)
	}
}
