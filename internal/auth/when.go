package auth

import "time"

const timeLayout = "2006-01-02T15:04:05Z"

// checkTime reads a request's timestamp, which is UTC to the second, and
// returns it in Unix seconds if it is within Window of now.
func checkTime(s string, now time.Time) (int64, error) {
	t, ok := parseTime(s)
	if !ok {
		return 0, errTimeFormat()
	}
	if d := now.Unix() - t; d > windowSeconds || d < -windowSeconds {
		return 0, errTimeExpired()
	}
	return t, nil
}

// parseTime accepts timeLayout and nothing else. (time.Parse is lenient about
// leading zeros and fractions.)
func parseTime(s string) (int64, bool) {
	if len(s) != len(timeLayout) {
		return 0, false
	}
	for i := range len(s) {
		c, want := s[i], timeLayout[i]
		digit := want >= '0' && want <= '9'
		if digit && (c < '0' || c > '9') || !digit && c != want {
			return 0, false
		}
	}
	two := func(i int) int { return int(s[i]-'0')*10 + int(s[i+1]-'0') }
	year, month, day := two(0)*100+two(2), two(5), two(8)
	hour, minute, second := two(11), two(14), two(17)
	if month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59 {
		return 0, false
	}
	t := time.Date(year, time.Month(month), day, hour, minute, second, 0, time.UTC)
	return t.Unix(), t.Day() == day // 31 April would have become 1 May
}
