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

// maxBandwidthIn is the most that a request may ask for inbound. The service's
// documents disagree: the older ones have 1 to 200 whatever is outbound, with 200
// beside 5 outbound in their example, and clients send that 200 unasked
// (ansible-alicloud, modules of Terraform); the newer ones have 1 to 10,
// or to what is outbound where that is more. Both hold where up to 200 may be
// asked for and no instance gets more than inbound says.
const maxBandwidthIn = 200

// inbound is the most that an instance has inbound: 10, or as much as outbound
// where that is more.
func inbound(out int) int { return max(out, 10) }

// apply is what the instance has afterwards. Without outbound bandwidth none is
// bought inbound; what is not asked for becomes all there is when outbound
// changes. The answers tell which of the two is out of range.
func (b bandwidth) apply(r *ecs.Instance, limit int) (out, in int32, badOut, badIn bool) {
	o := number(b.out, int(r.BandwidthOut))
	if o < 0 || o > limit {
		return 0, 0, true, false
	}
	i := inbound(o)
	switch {
	case b.in != nil:
		i = *b.in
	case b.out == nil && r.BandwidthIn > 0:
		i = int(r.BandwidthIn)
	}
	if i < 1 || i > maxBandwidthIn {
		return 0, 0, false, true
	}
	if o == 0 {
		return 0, -1, false, false
	}
	return int32(o), int32(min(i, inbound(o))), false, false
}
