package ecs

import "time"

// SnapshotPolicy takes snapshots of the disks it is applied to at full hours of
// China's time (UTC+8), on some days of the week.
type SnapshotPolicy struct {
	_ struct{} `cbor:",toarray"`

	Account       uint64
	Name          string
	Hours         uint32 // bit n: at n o'clock
	Weekdays      uint8  // bit n: on weekday n, 1 is Monday, 7 Sunday
	Retention     int32  // days; 0: for ever
	Created       int64
	ResourceGroup Sym
	Tags          []Tag

	Copy          bool  // EnableCrossRegionCopy
	CopyRegion    uint8 // the code of the region to copy to; 0: none was named
	CopyZone      Sym   // whose engine keeps the copies
	CopyRetention int32 // days; 0: for ever
	CopyEncrypted bool
}

// Next is the policy's first time after an instant.
func (p *SnapshotPolicy) Next(after time.Time) time.Time {
	t := after.In(Beijing).Truncate(time.Hour)
	for range 8 * 24 {
		t = t.Add(time.Hour)
		weekday := (int(t.Weekday())+6)%7 + 1
		if p.Hours&(1<<t.Hour()) != 0 && p.Weekdays&(1<<weekday) != 0 {
			break
		}
	}
	return t.UTC()
}
