package meter_test

import (
	"context"
	"fmt"
	"sort"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/billing"
	"github.com/openecs/openecs/internal/model/meter"
	"github.com/openecs/openecs/internal/price"
	"github.com/openecs/openecs/internal/state"
)

// thing is what a test has made, and what it must cost, by what was asked for it.
type thing struct {
	kind, id string
	typ      string
	prepaid  bool
	mbits    int
	off      bool // stopped
	economy  bool // in economical mode
	gib      int
	other    bool // of the other account
}

// books reckons, by the price list alone, what all things come to.
type books struct {
	list   *price.List
	things []*thing
	exact  map[string]int64 // by account and item, in 3,600ths of a Money
}

func (b *books) rate(w price.Want) int64 {
	m, err := b.list.Trade(w, price.Hour)
	if err != nil {
		panic(err)
	}
	return int64(m)
}

func (b *books) pass(d time.Duration) {
	seconds := int64(d / time.Second)
	for _, x := range b.things {
		account := fmt.Sprint(x.other, " ")
		switch x.kind {
		case "instance":
			if x.prepaid {
				continue
			}
			if !x.off || !x.economy {
				b.exact[account+"instance"] += seconds * b.rate(price.Want{Region: "cn-hangzhou", Type: x.typ})
				if x.mbits > 0 {
					b.exact[account+"bandwidth"] += seconds * b.rate(price.Want{Internet: ecs.PayByBandwidth, Mbits: x.mbits})
				}
			}
			b.exact[account+"system disk cloud_essd"] += seconds * b.rate(price.Want{System: price.Disk{Category: "cloud_essd", GiB: 40}})
		case "disk":
			b.exact[account+"data disk cloud_essd"] += seconds * b.rate(price.Want{System: price.Disk{Category: "cloud_essd", GiB: x.gib}})
		case "eip":
			keep, _ := b.list.EIP()
			b.exact[account+"eip"] += seconds * int64(keep)
			b.exact[account+"bandwidth"] += seconds * b.rate(price.Want{Internet: ecs.PayByBandwidth, Mbits: x.mbits})
		}
	}
}

// ledger is all that was posted of usage, a line each.
func ledger(v state.View, account uint64) (out []string) {
	for _, t := range state.TransactionsByAccount.Ascend(v, account, 0) {
		if t.Kind == ecs.TransactionUsage {
			out = append(out, fmt.Sprintf("%s %s %s", ecs.Second(t.Created), v.Str(t.Item), -t.Sum(ecs.BookCustomer)))
		}
	}
	return out
}

// audit checks what must hold of an account at any time: its books balance, its
// sums are those of its records, and the lines of each hour, day and of all time
// come to what was posted.
func audit(t interface {
	Helper()
	Fatalf(string, ...any)
}, v state.View, account uint64, began, now time.Time) {
	t.Helper()
	var balance ecs.Money
	posted := map[int64]map[ecs.Sym]ecs.Money{}
	for _, x := range state.TransactionsByAccount.Ascend(v, account, 0) {
		var all ecs.Money
		for _, p := range x.Postings {
			all += p.Amount
		}
		if balance += x.Sum(ecs.BookCustomer); all != 0 || x.Balance != balance {
			t.Fatalf("account %d: the books do not balance at %+v", account, x)
		}
		if x.Kind == ecs.TransactionUsage && x.Until != 0 {
			h := x.Created - x.Created%3600
			if posted[h] == nil {
				posted[h] = map[ecs.Sym]ecs.Money{}
			}
			posted[h][x.Item] -= x.Sum(ecs.BookCustomer)
		}
	}
	if a, _ := billing.Find(v, account); a.Balance != balance {
		t.Fatalf("account %d has %s, its ledger says %s", account, a.Balance, balance)
	}
	rates := map[string]ecs.Money{}
	add := func(owner uint64, item string, m ecs.Metering) {
		if owner == account {
			rates[item] += ecs.Money(m.Rate)
		}
	}
	for _, r := range state.Instances.Ascend(v, 0, 0) {
		add(r.Account, meter.ItemInstance, r.Meter)
		add(r.Account, meter.ItemBandwidth, r.Net)
	}
	for _, r := range state.Disks.Ascend(v, 0, 0) {
		item := "data disk "
		if r.System {
			item = "system disk "
		}
		add(r.Account, item+v.Str(r.Category), r.Meter)
	}
	for _, r := range state.EIPs.Ascend(v, 0, 0) {
		add(r.Account, meter.ItemEIP, r.Meter)
		add(r.Account, meter.ItemBandwidth, r.Net)
	}
	for _, r := range state.Snapshots.Ascend(v, 0, 0) {
		add(r.Account, meter.ItemSnapshot, r.Meter)
	}
	for _, r := range state.AccrualsByAccount.Ascend(v, account, 0) {
		if item := v.Str(r.Item); r.Rate != rates[item] {
			t.Fatalf("account %d: %s accrues %s an hour, its resources %s", account, item, r.Rate, rates[item])
		} else {
			delete(rates, item)
		}
	}
	for item, r := range rates {
		if r != 0 {
			t.Fatalf("account %d: %s costs %s an hour and does not accrue", account, item, r)
		}
	}
	equal := func(from, to int64) {
		want := map[ecs.Sym]ecs.Money{}
		for h, items := range posted {
			if from < h && h <= to {
				for item, m := range items {
					want[item] += m
				}
			}
		}
		for _, l := range meter.Bill(v, account, from, to) {
			if l.Amount < 0 {
				t.Fatalf("account %d: a line of %s", account, l.Amount)
			}
			if l.Resource != 0 {
				want[l.Item] -= l.Amount
			}
		}
		for item, m := range want {
			if m != 0 {
				t.Fatalf("account %d from %s to %s: the lines of %s are %s short of what was posted", account, ecs.Second(from), ecs.Second(to), v.Str(item), m)
			}
		}
	}
	for h := range posted {
		equal(h-3600, h)
		equal(h-24*3600, h)
	}
	equal(began.Unix()-24*3600, now.Unix()+24*3600)
}

// TestMeter: whatever is created, stopped, started, resized, released, attached and
// deleted, and however the clock jumps, what is posted for each item is what the
// price list and the time say, rounded once, and what is not posted yet is less
// than an hour's.
func TestMeter(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := actiontest.Start(t, actiontest.Balance("100000000"))
		b := &books{list: price.Own(s.Catalog), exact: map[string]int64{}}
		move := func(d time.Duration) { s.Advance(d); b.pass(d) }
		began := s.Clock.Now()
		pick := func(kind string, want func(*thing) bool) *thing {
			var of []*thing
			for _, x := range b.things {
				if x.kind == kind && want(x) {
					of = append(of, x)
				}
			}
			if len(of) == 0 {
				return nil
			}
			return rapid.SampledFrom(of).Draw(rt, kind)
		}
		gone := func(x *thing) {
			for i := range b.things {
				if b.things[i] == x {
					b.things = append(b.things[:i], b.things[i+1:]...)
					return
				}
			}
		}
		n := s.Network()
		any := func(*thing) bool { return true }
		step := func(rt *rapid.T) {
			switch op := rapid.SampledFrom([]string{"create", "create", "stop", "economical", "start", "resize", "release", "disk", "grow", "drop", "eip", "unkeep", "jump", "jump", "top up", "restart"}).Draw(rt, "op"); op {
			case "create":
				x := thing{kind: "instance", typ: "ecs.g7.large", prepaid: rapid.IntRange(0, 4).Draw(rt, "prepaid") == 0}
				count := rapid.IntRange(1, 3).Draw(rt, "count")
				p := []string{"InstanceType", x.typ, "ImageId", actiontest.Image, "SecurityGroupId", n.Group, "VSwitchId", n.VSwitch, "SystemDisk.Category", "cloud_essd", "Amount", fmt.Sprint(count)}
				if rapid.Bool().Draw(rt, "bandwidth") {
					x.mbits = rapid.IntRange(1, 9).Draw(rt, "mbits")
					p = append(p, "InternetChargeType", "PayByBandwidth", "InternetMaxBandwidthOut", fmt.Sprint(x.mbits))
				}
				if x.prepaid {
					p = append(p, "InstanceChargeType", "PrePaid", "Period", "9")
				}
				for _, id := range actiontest.Call[api.RunInstancesResponse](s, "RunInstances", p...).InstanceIDSets.InstanceIDSet {
					y := x
					y.id = id
					b.things = append(b.things, &y)
				}
			case "stop", "economical":
				if x := pick("instance", func(x *thing) bool { return !x.off }); x != nil {
					x.off, x.economy = true, op == "economical" && !x.prepaid
					s.Do("StopInstance", "InstanceId", x.id, "StoppedMode", map[bool]string{true: "StopCharging", false: "KeepCharging"}[op == "economical"])
				}
			case "start":
				if x := pick("instance", func(x *thing) bool { return x.off }); x != nil {
					x.off = false
					s.Do("StartInstance", "InstanceId", x.id)
				}
			case "resize":
				if x := pick("instance", func(x *thing) bool { return x.off && !x.prepaid }); x != nil {
					move(6 * time.Minute) // it may not be asked for so soon again
					if x.typ = map[string]string{"ecs.g7.large": "ecs.g7.xlarge", "ecs.g7.xlarge": "ecs.g7.large"}[x.typ]; true {
						s.Do("ModifyInstanceSpec", "InstanceId", x.id, "InstanceType", x.typ)
					}
				}
			case "release":
				if x := pick("instance", func(x *thing) bool { return !x.prepaid }); x != nil {
					s.Do("DeleteInstance", "InstanceId", x.id, "Force", "true")
					gone(x)
				}
			case "disk":
				x := &thing{kind: "disk", gib: rapid.IntRange(20, 200).Draw(rt, "GiB")}
				x.id = actiontest.Call[api.CreateDiskResponse](s, "CreateDisk", "ZoneId", actiontest.Zone, "DiskCategory", "cloud_essd", "Size", fmt.Sprint(x.gib)).DiskID
				b.things = append(b.things, x)
			case "grow":
				if x := pick("disk", func(x *thing) bool { return x.gib < 1000 }); x != nil {
					x.gib += rapid.IntRange(1, 50).Draw(rt, "more")
					s.Do("ResizeDisk", "DiskId", x.id, "NewSize", fmt.Sprint(x.gib), "Type", "offline")
				}
			case "drop":
				if x := pick("disk", any); x != nil {
					s.Do("DeleteDisk", "DiskId", x.id)
					gone(x)
				}
			case "eip":
				x := &thing{kind: "eip", mbits: rapid.IntRange(1, 9).Draw(rt, "mbits"), other: rapid.Bool().Draw(rt, "other")}
				who := s
				if x.other {
					who = s.As(s.Other)
				}
				x.id = actiontest.Call[api.AllocateEipAddressResponse](who, "AllocateEipAddress", "Bandwidth", fmt.Sprint(x.mbits), "InternetChargeType", "PayByBandwidth").AllocationID
				b.things = append(b.things, x)
			case "unkeep":
				if x := pick("eip", any); x != nil {
					who := s
					if x.other {
						who = s.As(s.Other)
					}
					who.Do("ReleaseEipAddress", "AllocationId", x.id)
					gone(x)
				}
			case "jump":
				move(time.Duration(rapid.OneOf(rapid.Int64Range(1, 7200), rapid.Int64Range(1, 3*86400)).Draw(rt, "seconds")) * time.Second)
			case "top up":
				must(t, s.DB().Update(context.Background(), func(tx *state.Tx) error { return billing.TopUp(tx, actiontest.Account, 7, "") }))
			case "restart":
				s.Restart()
			}
			move(time.Second) // what was asked for takes 20 ms
		}
		rt.Repeat(map[string]func(*rapid.T){"step": step})
		move(time.Hour)
		// To the next full hour, at which all is posted.
		now := s.Clock.Now()
		move(now.Truncate(time.Hour).Add(time.Hour).Sub(now))
		v := s.DB().Snapshot()
		got := map[string]ecs.Money{}
		for other, account := range map[bool]uint64{false: actiontest.Account, true: actiontest.OtherAccount} {
			audit(rt, v, account, began, s.Clock.Now())
			for _, x := range state.TransactionsByAccount.Ascend(v, account, 0) {
				if x.Kind == ecs.TransactionUsage {
					got[fmt.Sprint(other, " ", v.Str(x.Item))] -= x.Sum(ecs.BookCustomer)
				}
			}
		}
		for item, exact := range b.exact {
			if want := ecs.Money((exact*2 + 3600) / 7200); got[item] != want {
				rt.Fatalf("%s: %s was posted, want %s", item, got[item], want)
			}
			delete(got, item)
		}
		if len(got) > 0 {
			rt.Fatalf("posted for nothing: %v", got)
		}
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// play has a history happen: an account of little money that makes things, runs
// out of it, and sometimes pays. In between the clock moves, by move.
func play(s *actiontest.Service, ops []int, move func(time.Duration)) string {
	n := s.Network()
	var ids []string
	each := 0
	for i, op := range ops {
		switch op % 8 {
		case 0, 1:
			body, err := s.Send("RunInstances", "InstanceType", "ecs.g7.large", "ImageId", actiontest.Image, "SecurityGroupId", n.Group, "VSwitchId", n.VSwitch, "SystemDisk.Category", "cloud_essd",
				"Amount", fmt.Sprint(1+op%3), "InternetChargeType", "PayByBandwidth", "InternetMaxBandwidthOut", "2")
			if err == nil {
				for _, part := range strings.Split(string(body), `"`) {
					if strings.HasPrefix(part, "i-") {
						ids = append(ids, part)
					}
				}
			}
		case 2, 3, 4:
			if len(ids) > 0 {
				id := ids[each%len(ids)]
				each++
				switch op % 8 {
				case 2:
					s.Send("StopInstance", "InstanceId", id, "StoppedMode", "StopCharging")
				case 3:
					s.Send("StartInstance", "InstanceId", id)
				case 4:
					s.Send("DeleteInstance", "InstanceId", id, "Force", "true")
				}
			}
		case 5:
			s.Update(func(tx *state.Tx) { billing.TopUp(tx, actiontest.Account, ecs.Money(op)*ecs.Unit/8, "") })
		case 6:
			s.Send("CreateDisk", "ZoneId", actiontest.Zone, "DiskCategory", "cloud_essd", "Size", fmt.Sprint(20+op%50))
		case 7:
			s.Send("AllocateEipAddress")
		}
		move(time.Duration(1+(op*7919+i)%(6*86400)) * time.Second)
	}
	move(31 * 24 * time.Hour)
	v := s.DB().Snapshot()
	out := ledger(v, actiontest.Account)
	var shown []string
	for _, r := range state.Instances.Ascend(v, 0, 0) {
		shown = append(shown, fmt.Sprintf("%s %s %v", r.Status(), r.Locks.Names(), r.Meter))
	}
	sort.Strings(shown)
	for _, l := range meter.Bill(v, actiontest.Account, actiontest.Began.Unix()-86400, s.Clock.Now().Unix()+3600) {
		shown = append(shown, fmt.Sprintf("%s %d %s", v.Str(l.Item), l.Seconds, l.Amount))
	}
	return strings.Join(append(out, shown...), "\n")
}

// TestSameBills: one history gives the same bills, whether the clock moves at once
// or in many steps, and whatever restarts are in between; and nothing runs unpaid
// beyond the documented time, nor is charged while it is stopped for that.
func TestSameBills(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		ops := rapid.SliceOfN(rapid.IntRange(0, 400), 2, 10).Draw(rt, "operations")
		start := func() *actiontest.Service { return actiontest.Start(t, actiontest.Balance("60")) }
		s := start()
		watch := func(d time.Duration) {
			s.Advance(d)
			v := s.DB().Snapshot()
			a, _ := billing.Find(v, actiontest.Account)
			audit(rt, v, actiontest.Account, actiontest.Began, s.Clock.Now())
			overdue := a.Arrears != 0 && s.Clock.Now().Unix() > a.Arrears+15*86400+60
			for k, r := range state.Instances.Ascend(v, 0, 0) {
				if overdue && (r.Status() != ecs.Stopped || r.Locks&ecs.LockFinancial == 0 || r.Meter.Rate != 0) {
					rt.Fatalf("%s runs unpaid since %s: %s, %d", ecs.ID(ecs.KindInstance, k), ecs.Second(a.Arrears), r.Status(), r.Meter.Rate)
				}
				if a.Arrears == 0 && r.Locks&ecs.LockFinancial != 0 {
					rt.Fatalf("%s is locked though all is paid", ecs.ID(ecs.KindInstance, k))
				}
			}
			if a.Arrears != 0 && s.Clock.Now().Unix() > a.Arrears+30*86400+3600 && state.Instances.Len(v)+state.Disks.Len(v) > 0 {
				rt.Fatalf("not released 30 days after %s", ecs.Second(a.Arrears))
			}
		}
		once := play(s, ops, watch)
		s = start()
		seed := 1
		steps := play(s, ops, func(d time.Duration) {
			for d > 0 {
				seed = seed*48271%2147483647 + 1
				part := min(d, time.Duration(1+seed%200_000)*time.Second)
				s.Advance(part)
				d -= part
				if seed%5 == 0 {
					s.Restart()
				}
			}
		})
		if once != steps {
			rt.Fatalf("at once:\n%s\nin steps:\n%s", once, steps)
		}
	})
}
