package intercept

import "time"

// wallNow is the machine's time. Certificates are checked by peers against
// their own clocks and sockets take absolute deadlines, so neither can follow
// the service's clock, which a test may have moved by years.
func wallNow() time.Time { return time.Now() }
