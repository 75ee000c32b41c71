// Package arrears is what becomes of what an account pays as it is used, when it
// does not pay.
//
// For 15 days all runs on, and the account can buy nothing (billing.Solvent). Then
// its instances stop and are locked, and nothing of it is charged any more; 15 days
// later they are released, with their disks, and so are its other disks, its
// snapshots that no image holds, and its elastic IPs. Paying in between brings back
// what was stopped. What belongs to an instance that was paid for in advance goes
// on, and is charged.
package arrears

import (
	"time"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/billing"
	"github.com/openecs/openecs/internal/model/block"
	"github.com/openecs/openecs/internal/model/compute"
	"github.com/openecs/openecs/internal/model/meter"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

// batch is how many resources a step changes in one transaction; what is left
// follows at the same instant.
const batch = 200

// Step takes an account's next step in arrears, or out of them.
func Step(tx *state.Tx, k ecs.Key) {
	account := uint64(k)
	a, ok := billing.Find(tx, account)
	if !ok {
		return
	}
	now := tx.Now()
	switch {
	case a.Arrears == 0:
		if a.Suspended == 0 {
			return
		}
		a.Suspended = 0
		put(tx, k, a) // first: what is priced anew looks at it
		if again := resume(tx, account); again {
			a.Suspended = now.Unix()
			put(tx, k, a)
			billing.StepNext(tx, k, now.Add(time.Nanosecond))
		}
	case a.Suspended == 0 && now.Before(time.Unix(a.Arrears, 0).Add(billing.StopAfter)):
		billing.StepNext(tx, k, time.Unix(a.Arrears, 0).Add(billing.StopAfter))
	case a.Suspended == 0 || now.Before(time.Unix(a.Suspended, 0).Add(billing.ReleaseAfter)):
		if a.Suspended == 0 {
			a.Suspended = now.Unix()
			put(tx, k, a)
		}
		if suspend(tx, account) {
			billing.StepNext(tx, k, now.Add(time.Nanosecond))
			return
		}
		billing.StepNext(tx, k, time.Unix(a.Suspended, 0).Add(billing.ReleaseAfter))
	default:
		if release(tx, account) {
			billing.StepNext(tx, k, now.Add(time.Minute))
		}
	}
}

func put(tx *state.Tx, k ecs.Key, a ecs.Account) { state.Accounts.Put(tx, k, &a) }

// some are the keys of an account's rows that a step is for: at most a batch, and
// whether there are more.
func some[R any](tx *state.Tx, t *state.Table[R], want func(ecs.Key, *R) bool) (keys []ecs.Key, more bool) {
	for k, r := range t.Ascend(tx, 0, 0) {
		if want(k, r) {
			if len(keys) == batch {
				return keys, true
			}
			keys = append(keys, k)
		}
	}
	return keys, false
}

// suspend stops and locks the account's instances, and ends what else it pays.
func suspend(tx *state.Tx, account uint64) (again bool) {
	keys, again := some(tx, state.Instances, func(_ ecs.Key, r *ecs.Instance) bool {
		return r.Account == account && used(r) && !r.Want.Deleted && r.Locks&ecs.LockFinancial == 0
	})
	for _, k := range keys {
		r, _ := state.Instances.Get(tx, k)
		compute.LockFinancial(tx, k, r)
	}
	if again {
		return true
	}
	costs := func(m ecs.Metering) bool { return m.Rate != 0 }
	return reprice(tx, account, func(d *ecs.Disk) bool { return costs(d.Meter) && !kept(tx, d.Instance) },
		func(e *ecs.EIP) bool { return (costs(e.Meter) || costs(e.Net)) && !kept(tx, e.Instance) },
		func(s *ecs.Snapshot) bool { return costs(s.Meter) })
}

// resume unlocks what suspend locked, which starts what it stopped, and charges
// all again.
func resume(tx *state.Tx, account uint64) (again bool) {
	keys, again := some(tx, state.Instances, func(_ ecs.Key, r *ecs.Instance) bool {
		return r.Account == account && used(r) && !r.Want.Deleted && r.Locks&ecs.LockFinancial != 0
	})
	for _, k := range keys {
		r, _ := state.Instances.Get(tx, k)
		compute.UnlockFinancial(tx, k, r)
	}
	if again {
		return true
	}
	return reprice(tx, account, func(d *ecs.Disk) bool { return d.ChargeType == ecs.PostPaid && d.Meter.Rate == 0 },
		func(e *ecs.EIP) bool {
			return e.Target == 0 && e.Meter.Rate == 0 || e.Charge == ecs.PayByBandwidth && e.Net.Rate == 0
		},
		func(s *ecs.Snapshot) bool { return s.Status() == ecs.SnapshotAccomplished && s.Meter.Rate == 0 })
}

// reprice has disks, addresses and snapshots priced anew, of each kind at most a
// batch. There are more where that changed anything: what has no price stays free.
func reprice(tx *state.Tx, account uint64, disk func(*ecs.Disk) bool, eip func(*ecs.EIP) bool, snapshot func(*ecs.Snapshot) bool) (again bool) {
	disks, moreDisks := some(tx, state.Disks, func(_ ecs.Key, d *ecs.Disk) bool { return d.Account == account && disk(d) })
	eips, moreEIPs := some(tx, state.EIPs, func(_ ecs.Key, e *ecs.EIP) bool { return e.Account == account && eip(e) })
	snapshots, moreSnapshots := some(tx, state.Snapshots, func(_ ecs.Key, s *ecs.Snapshot) bool { return s.Account == account && snapshot(s) })
	for _, kind := range []struct {
		keys []ecs.Key
		more bool
	}{{disks, moreDisks}, {eips, moreEIPs}, {snapshots, moreSnapshots}} {
		changed := false
		for _, k := range kind.keys {
			changed = meter.Reprice(tx, k) || changed
		}
		again = again || changed && kind.more
	}
	return again
}

// release ends what was suspended. It is asked again until nothing is left of it,
// for disks and addresses can go only when their instance is gone.
func release(tx *state.Tx, account uint64) (again bool) {
	instances, _ := some(tx, state.Instances, func(_ ecs.Key, r *ecs.Instance) bool { return r.Account == account && used(r) })
	for _, k := range instances {
		r, _ := state.Instances.Get(tx, k)
		if r.Want.Deleted {
			continue
		}
		for dk, d := range state.DisksByInstance.Ascend(tx, uint64(k), 0) {
			if d.ChargeType == ecs.PostPaid && !d.DeleteWithInstance {
				next := *d
				next.DeleteWithInstance = true
				state.Disks.Put(tx, dk, &next)
			}
		}
		compute.Delete(tx, k, r, true)
	}
	disks, _ := some(tx, state.Disks, func(_ ecs.Key, d *ecs.Disk) bool {
		return d.Account == account && d.ChargeType == ecs.PostPaid && d.Instance == 0 && !d.Work.Doing(ecs.WorkDelete)
	})
	for _, k := range disks {
		d, _ := state.Disks.Get(tx, k)
		block.Delete(tx, k, *d)
	}
	snapshots, _ := some(tx, state.Snapshots, func(k ecs.Key, s *ecs.Snapshot) bool {
		return s.Account == account && !s.Work.Doing(ecs.WorkDelete) && block.SnapshotImages(tx, k) == 0 && !block.SnapshotLocked(s, tx.Now())
	})
	for _, k := range snapshots {
		s, _ := state.Snapshots.Get(tx, k)
		block.DeleteSnapshot(tx, k, *s)
	}
	eips, _ := some(tx, state.EIPs, func(_ ecs.Key, e *ecs.EIP) bool { return e.Account == account && e.Target == 0 && e.Work.Settled() })
	for _, k := range eips {
		e, _ := state.EIPs.Get(tx, k)
		network.ReleaseEIP(tx, k, e)
	}
	return len(instances)+len(disks)+len(snapshots)+len(eips) > 0
}

// used reports whether an instance is paid as it is used.
func used(r *ecs.Instance) bool { return r.ChargeType == ecs.PostPaid }

// kept reports whether an instance was paid for in advance: it and what belongs to
// it goes on.
func kept(v state.View, instance ecs.Key) bool {
	r, ok := state.Instances.Get(v, instance)
	return ok && r.ChargeType == ecs.PrePaid
}
