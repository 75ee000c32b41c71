package network_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

// wide is a /16 vSwitch whose addresses are all taken by interfaces but one, in
// the middle.
func wide(s *actiontest.Service) (vswitch ecs.Key, prefix ecs.Prefix, last ecs.IPv4) {
	s.T.Helper()
	vpc := s.VPC("CidrBlock", "10.0.0.0/8")
	id := s.VSwitch(vpc, "10.7.0.0/16")
	w := actiontest.Record(s, state.VSwitches, id)
	vswitch, prefix = s.Key(ecs.KindVSwitch, id), w.Prefix
	last = prefix.Addr + 30000
	for left := prefix.UsableCount(); left > 0; left -= 8000 { // as much as a transaction holds
		s.Update(func(tx *state.Tx) {
			for range min(left, 8000) {
				ip, err := network.TakeAddress(tx, vswitch, prefix, 0)
				if err != nil {
					s.T.Fatal(err)
				}
				if ip != last {
					state.Interfaces.Put(tx, tx.NewKey(1), &ecs.NetworkInterface{Account: actiontest.Account, VPC: w.VPC, VSwitch: vswitch, Zone: w.Zone, IP: ip})
				}
			}
		})
	}
	s.Update(func(tx *state.Tx) { network.FreeAddress(tx, vswitch, prefix, last) })
	return vswitch, prefix, last
}

func isFull(err error) bool {
	e, ok := errors.AsType[*api.Error](err)
	return ok && e.Code == api.CodeQuotaExceededPrivateIpAddress && api.StatusOf("Ecs", "CreateInstance", e.Code) == 400
}

var errUndo = errors.New("undo")

// TestLastAddress takes the last address of a /16, and finds it full then. What
// that costs is bounded by the bitmap, of 1,024 words: no row is looked at, which
// a row that claims the last address shows.
func TestLastAddress(t *testing.T) {
	s := actiontest.Start(t)
	vswitch, prefix, last := wide(s)
	if n := network.FreeCount(s.DB().Snapshot(), vswitch, prefix); n != 1 {
		t.Fatalf("%d addresses are free", n)
	}
	err := s.DB().Update(t.Context(), func(tx *state.Tx) error {
		state.Interfaces.Put(tx, tx.NewKey(1), &ecs.NetworkInterface{VSwitch: vswitch, IP: last})
		if ip, err := network.TakeAddress(tx, vswitch, prefix, 0); ip != last || err != nil {
			t.Errorf("%v %v, want %v", ip, err, last)
		}
		if ip, err := network.TakeAddress(tx, vswitch, prefix, 0); !isFull(err) {
			t.Errorf("%v %v of a full vSwitch", ip, err)
		}
		if p, err := network.TakePrefix(tx, vswitch, prefix, ecs.Prefix{}); !isFull(err) {
			t.Errorf("%v %v of a full vSwitch", p, err)
		}
		return errUndo
	})
	if !errors.Is(err, errUndo) {
		t.Fatal(err)
	}
}

// BenchmarkTakeAddress is what an allocation costs in a /16 vSwitch where all but
// one address is taken, the refusal of a full one, and that of a block where the
// free addresses are scattered.
func BenchmarkTakeAddress(b *testing.B) {
	const asked = 20 * time.Microsecond
	s := actiontest.Start(b)
	vswitch, prefix, last := wide(s)
	measure := func(name string, before, one func(tx *state.Tx)) {
		b.Run(name, func(b *testing.B) {
			for left := b.N; left > 0; left -= 1000 { // what a transaction keeps to be taken back stays small
				_ = s.DB().Update(b.Context(), func(tx *state.Tx) error {
					b.StopTimer()
					before(tx)
					b.StartTimer()
					for range min(left, 1000) {
						one(tx)
					}
					return errUndo
				})
			}
			b.StopTimer()
			each := b.Elapsed() / time.Duration(b.N)
			if b.N < 100 {
				return // a trial: its first search is cold
			}
			fmt.Printf("%-34s asked %-14s measured %v\n", "address of a /16, "+name, "<= "+asked.String(), each)
		})
	}
	measure("last", func(*state.Tx) {}, func(tx *state.Tx) {
		if ip, err := network.TakeAddress(tx, vswitch, prefix, 0); ip != last || err != nil {
			b.Fatal(ip, err)
		}
		network.FreeAddress(tx, vswitch, prefix, last)
	})
	measure("full", func(tx *state.Tx) { _, _ = network.TakeAddress(tx, vswitch, prefix, 0) }, func(tx *state.Tx) {
		if _, err := network.TakeAddress(tx, vswitch, prefix, 0); !isFull(err) {
			b.Fatal(err)
		}
	})
	measure("no block", func(tx *state.Tx) {
		for a := prefix.Addr + 8; prefix.Usable(a); a += ecs.PrefixSize {
			network.FreeAddress(tx, vswitch, prefix, a)
		}
	}, func(tx *state.Tx) {
		if _, err := network.TakePrefix(tx, vswitch, prefix, ecs.Prefix{}); !isFull(err) {
			b.Fatal(err)
		}
	})
}
