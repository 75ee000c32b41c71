package ecs

import (
	"testing"
	"time"
)

func TestSnapshotPolicyNext(t *testing.T) {
	at := func(s string) time.Time {
		v, err := time.ParseInLocation("2006-01-02 15:04:05", s, Beijing)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for _, c := range []struct {
		hours       uint32
		weekdays    uint8
		after, want string
	}{
		{1 << 3, 0xfe, "2026-08-09 02:59:59", "2026-08-09 03:00:00"},
		{1 << 3, 0xfe, "2026-08-09 03:00:00", "2026-08-10 03:00:00"}, // strictly after
		{1<<3 | 1<<23, 0xfe, "2026-08-09 03:00:01", "2026-08-09 23:00:00"},
		{1 << 0, 1 << 1, "2026-08-09 12:00:00", "2026-08-10 00:00:00"}, // Sunday noon to Monday
		{1 << 0, 1 << 7, "2026-08-09 00:00:00", "2026-08-16 00:00:00"}, // a whole week
		{1 << 5, 1 << 7, "2026-12-31 12:00:00", "2027-01-03 05:00:00"},
	} {
		p := SnapshotPolicy{Hours: c.hours, Weekdays: c.weekdays}
		if got := p.Next(at(c.after)); !got.Equal(at(c.want)) || got.Location() != time.UTC {
			t.Errorf("%b %b after %s: %v, want %s", c.hours, c.weekdays, c.after, got.In(Beijing), c.want)
		}
	}
}
