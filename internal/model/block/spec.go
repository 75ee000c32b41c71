package block

import (
	"errors"
	"slices"
	"strconv"

	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/billing"
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

// Order books what is done to a disk that is paid in advance. Its price is
// nothing until disks are billed on their own. It refuses as billing.Buy does.
func Order(tx *state.Tx, kind ecs.OrderKind, disk ecs.Key, d *ecs.Disk) (ecs.Key, error) {
	return billing.Buy(tx, &billing.Purchase{
		Account: d.Account, Kind: kind, Action: "disk", Zone: d.Zone, Lines: billing.Lines(ecs.KindDisk, 0, disk),
	})
}

// OrderID is an order's number as answers show it, "" for none.
func OrderID(order ecs.Key) string {
	if order == 0 {
		return ""
	}
	return strconv.FormatUint(ecs.OrderNumber(order), 10)
}
