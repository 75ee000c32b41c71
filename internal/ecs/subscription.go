package ecs

import "time"

// The life of a subscription around its end, as the official pages on
// subscription and automatic renewal have it.
const (
	ExpiringTime = 15 * 24 * time.Hour // before the end: it is expiring
	GraceTime    = 15 * 24 * time.Hour // after the end, and with automatic renewal once more
	renewDays    = 9                   // before the end automatic renewal begins
	renewHour    = 8                   // UTC+8, at which it is tried each day
)

// RenewalEnd is the instant that a subscription ends which is renewed for n
// periods from end, the midnight it would end at: renewals run from midnight to
// midnight.
func RenewalEnd(end time.Time, n int, unit PeriodUnit) time.Time {
	return PeriodEnd(end.Add(-time.Second), n, unit)
}

// RenewalDay is the first midnight in UTC+8 of a day of the month, 1 to 28, that
// comes after end: where a renewal to a day of the month ends.
func RenewalDay(end time.Time, day int) time.Time {
	y, m, _ := end.In(Beijing).Date()
	for t := time.Date(y, m, day, 0, 0, 0, 0, Beijing); ; t = t.AddDate(0, 1, 0) {
		if t.After(end) {
			return t.UTC()
		}
	}
}

// RenewalTry is the first instant after t at which automatic renewal is tried of
// what ends at end: at 08:00 in UTC+8, from nine days before on.
func RenewalTry(end, t time.Time) time.Time {
	y, m, d := end.In(Beijing).Date()
	first := time.Date(y, m, d-renewDays, renewHour, 0, 0, 0, Beijing)
	if first.After(t) {
		return first.UTC()
	}
	y, m, d = t.In(Beijing).Date()
	next := time.Date(y, m, d, renewHour, 0, 0, 0, Beijing)
	if !next.After(t) {
		next = next.AddDate(0, 0, 1)
	}
	return next.UTC()
}

// End is when the paid period of a subscription ends.
func (i *Instance) End() time.Time { return time.Unix(i.Expires, 0).UTC() }

// Lockout is when a subscription that is not renewed is stopped and locked: at
// its end, or where it was to be renewed automatically later.
func (i *Instance) Lockout() time.Time {
	if i.AutoRenew > 0 {
		return i.End().Add(GraceTime)
	}
	return i.End()
}

// Ending is when a subscription that is not renewed is released.
func (i *Instance) Ending() time.Time { return i.Lockout().Add(GraceTime) }
