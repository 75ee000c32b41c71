package ecs

import "time"

// Key names a row. Its top 8 bits are the region's code, the next 40 bits the
// milliseconds since Epoch and the low 16 bits a counter, so keys of a region
// are contiguous and key order is creation order. Zero is no row.
type Key uint64

// Epoch is the instant from which keys count their milliseconds.
var Epoch = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)

const (
	regionShift = 56
	timeShift   = 16
)

// MakeKey returns the first key of a region at an instant.
func MakeKey(region uint8, t time.Time) Key {
	ms := uint64(max(0, t.Sub(Epoch).Milliseconds())) & (1<<40 - 1)
	return Key(uint64(region)<<regionShift | ms<<timeShift)
}

// Region is the code of the region that the row belongs to.
func (k Key) Region() uint8 { return uint8(k >> regionShift) }

// RegionRange is the half-open range [from, to) of a region's keys.
func RegionRange(region uint8) (from, to Key) {
	from = Key(uint64(region) << regionShift)
	if region == 255 {
		return from, ^Key(0)
	}
	return from, Key(uint64(region+1) << regionShift)
}

// Sym is a symbol: a string that many rows repeat (a zone, a type, a tag key),
// stored once and named by number. Zero is the empty string.
type Sym uint32
