package instance

import "github.com/openecs/openecs/internal/ecs"

// bandwidth is a change of what an instance has of public bandwidth, Mbit/s;
// nil is not asked for.
type bandwidth struct{ out, in *int }

// most is how much an instance may have: 200 where it is paid in advance and
// by bandwidth, else 100.
func mostBandwidth(prepaid ecs.ChargeType, charge ecs.InternetCharge) int {
	if prepaid == ecs.PrePaid && charge == ecs.PayByBandwidth {
		return 200
	}
	return 100
}

// apply is what the instance has afterwards. Without outbound bandwidth none is
// bought inbound. Inbound is up to 10, or as much as outbound where that is
// more; what is not asked for becomes all of it when outbound changes. The
// answers tell which of the two is out of range.
func (b bandwidth) apply(r *ecs.Instance, limit int) (out, in int32, badOut, badIn bool) {
	o := number(b.out, int(r.BandwidthOut))
	if o < 0 || o > limit {
		return 0, 0, true, false
	}
	most := max(o, 10)
	i := most
	switch {
	case b.in != nil:
		i = *b.in
	case b.out == nil && r.BandwidthIn > 0:
		i = int(r.BandwidthIn)
	}
	if i < 1 || i > most {
		return 0, 0, false, true
	}
	if o == 0 {
		i = -1
	}
	return int32(o), int32(i), false, false
}
