package ecs

import "time"

// Beijing is UTC+8, in which the service reckons its days.
var Beijing = time.FixedZone("UTC+8", 8*3600)

// PeriodEnd is the instant a subscription bought at t ends: midnight in UTC+8
// after its last day. A month from the 31st counts to the last day of a
// shorter month. Bought 2026-08-09 13:00 UTC+8 for a month, it ends
// 2026-09-10 00:00 UTC+8.
func PeriodEnd(t time.Time, n int, unit PeriodUnit) time.Time {
	y, m, d := t.In(Beijing).Date()
	switch unit {
	case Week:
		return time.Date(y, m, d+7*n+1, 0, 0, 0, 0, Beijing).UTC()
	case Year:
		n *= 12
	}
	first := time.Date(y, m+time.Month(n), 1, 0, 0, 0, 0, Beijing)
	lastDay := first.AddDate(0, 1, -1).Day()
	return first.AddDate(0, 0, min(d, lastDay)).UTC()
}

// Minute is how instance times are shown: UTC, to the minute. Zero seconds
// since 1970 are shown as "".
func Minute(unix int64) string {
	if unix == 0 {
		return ""
	}
	var b [32]byte // AppendFormat is quickest with this layout
	t := time.Unix(unix, 0).UTC().AppendFormat(b[:0], time.RFC3339)
	return string(append(t[:len(t)-len(":05Z")], 'Z'))
}

// Second is how most other times are shown: UTC, to the second.
func Second(unix int64) string {
	if unix == 0 {
		return ""
	}
	return time.Unix(unix, 0).UTC().Format(time.RFC3339)
}

// NeverExpires is the ExpiredTime that a pay-as-you-go instance shows.
const NeverExpires = "2099-12-31T15:59Z"

// ParseTime reads a time of a request: UTC, to the second or to the minute.
func ParseTime(s string) (time.Time, bool) {
	for _, layout := range [...]string{"2006-01-02T15:04:05Z", "2006-01-02T15:04Z"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}
