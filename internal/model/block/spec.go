package block

import (
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/billing"
	"github.com/openecs/openecs/internal/model/pricing"
	"github.com/openecs/openecs/internal/price"
	"github.com/openecs/openecs/internal/state"
)

// Spec is what a disk is asked to be.
type Spec struct {
	Category string // cloud_essd
	Level    string // PL0 to PL3 for an ESSD, else empty
	SizeGiB  int
	Snapshot ecs.Key // made from it; 0: empty
	IOPS     int64   // provisioned, of a cloud_auto disk
	Bursting bool    // of a cloud_auto disk
}

// Why a Spec is not to be had. Actions have codes of their own for each.
var (
	ErrLevel          = errors.New("block: no such performance level")
	ErrLevelNeedsMore = errors.New("block: the performance level needs a larger disk")
	ErrSize           = errors.New("block: size out of range")
	ErrBursting       = errors.New("block: the category has no bursting")
	ErrNoIOPS         = errors.New("block: the category has no provisioned IOPS")
	ErrIOPS           = errors.New("block: provisioned IOPS out of range")
)

// Check settles the performance level (PL1 for an ESSD that names none, none
// for others) and checks it, the size and what a cloud_auto disk may have.
func (s *Spec) Check(cat *catalog.Catalog, system bool) error {
	if err := s.CheckForm(); err != nil {
		return err
	}
	switch {
	case s.Category != "cloud_essd":
		s.Level = ""
	case s.Level == "":
		s.Level = "PL1"
	}
	low, high, ok := cat.DiskLimits(s.Category, s.Level, system)
	switch {
	case !ok:
		return ErrLevel
	case s.SizeGiB < low && (s.Level == "PL2" || s.Level == "PL3"):
		return ErrLevelNeedsMore
	case s.SizeGiB < low || s.SizeGiB > high:
		return ErrSize
	case s.IOPS > MaxIOPS(s.SizeGiB):
		return ErrIOPS
	}
	return nil
}

// CheckForm is the part of Check that needs neither level nor size to be
// settled.
func (s *Spec) CheckForm() error {
	switch {
	case s.Level != "" && !slices.Contains([]string{"PL0", "PL1", "PL2", "PL3"}, s.Level):
		return ErrLevel
	case s.Bursting && s.Category != "cloud_auto":
		return ErrBursting
	case s.IOPS > 0 && s.Category != "cloud_auto":
		return ErrNoIOPS
	case s.IOPS < 0 || s.IOPS > 50_000:
		return ErrIOPS
	}
	return nil
}

// MaxIOPS is how many IOPS a cloud_auto disk of a size in GiB may have beyond
// its baseline: 1,000 for each GiB less the baseline, and never more than 50,000
// (the official documentation's page on ESSD AutoPL disks).
func MaxIOPS(gib int) int64 {
	base := catalog.DiskPerformance("cloud_auto", "", gib, 0).IOPS
	return int64(max(0, min(50_000, 1_000*gib-base)))
}

// KnownCategory reports whether disks of the category can be created anywhere.
func KnownCategory(cat *catalog.Catalog, category string) bool {
	return slices.Contains(cat.DiskCategories(), category)
}

// Order buys a disk that is paid in advance to its end, or what it costs more than
// the disk it was; was is nil for one that is new or was not paid in advance. It
// refuses as billing.Buy does; a *price.Missing stays one. A disk that comes to
// cost less costs nothing, and nothing is given back.
func Order(tx *state.Tx, prices *price.List, kind ecs.OrderKind, disk ecs.Key, was, d *ecs.Disk) (ecs.Key, error) {
	cost, err := RestPrice(tx, prices, disk, d)
	if err == nil && was != nil {
		var less ecs.Money
		less, err = RestPrice(tx, prices, disk, was)
		cost = max(0, cost-less)
	}
	if err != nil {
		return 0, err
	}
	return billing.Buy(tx, &billing.Purchase{
		Account: d.Account, Kind: kind, Action: "disk", Zone: d.Zone, Lines: billing.Lines(ecs.KindDisk, cost, disk),
		From: tx.Now(), Until: time.Unix(d.Expires, 0),
	})
}

// RestPrice is what a disk costs from now to its end.
func RestPrice(tx *state.Tx, prices *price.List, disk ecs.Key, d *ecs.Disk) (ecs.Money, error) {
	want := price.Want{Region: prices.Region(disk.Region()), Data: []price.Disk{pricing.Disk(tx, d)}}
	return prices.Trade(want, price.Term{Rest: max(time.Hour, time.Unix(d.Expires, 0).Sub(tx.Now()))})
}

// OrderID is an order's number as answers show it, "" for none.
func OrderID(order ecs.Key) string {
	if order == 0 {
		return ""
	}
	return strconv.FormatUint(ecs.OrderNumber(order), 10)
}
