package fault

import (
	"time"

	"github.com/openecs/openecs/api"
)

// Meet is what happens to a request. Every rule that matches counts it;
// latencies add up, the first refusal or dropped connection ends it.
func (s *Set) Meet(r *Request) (p Plan) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range s.rules {
		if a.Host != nil || !a.matches(s, r) {
			continue
		}
		a.seen++
		if p.Err != nil || p.Drop != "" || !a.strikes() {
			continue
		}
		if a.LimitPerMinute != nil && !a.exceeded(r) {
			continue
		}
		a.struck++
		p.Latency += a.Latency
		p.Drop = a.Drop
		p.Stale = max(p.Stale, a.Stale)
		switch {
		case a.Error != nil:
			p.Err = a.Error.refusal()
		case a.Stock != nil:
			p.Err = api.Errorf(api.CodeOperationDeniedNoStock, "The resource is out of stock in the specified zone. Please try other types, or choose other regions and zones.").WithStatus(403)
		case a.LimitPerMinute != nil:
			p.Err = api.Errorf(api.CodeThrottlingUser, "Request was denied due to user flow control.")
		}
	}
	return p
}

func (e *Error) refusal() *api.Error {
	message := e.Message
	if message == "" {
		message = "The request was refused by a fault that was asked for."
	}
	return &api.Error{Code: e.Code, Message: message, Status: e.Status}
}

func (a *active) matches(s *Set, r *Request) bool {
	if !like(r.Action, a.Action) || a.Product != "" && a.Product != r.Product || a.Region != "" && a.Region != r.Region ||
		a.Account != 0 && a.Account != r.Account || a.AccessKey != "" && a.AccessKey != r.KeyID {
		return false
	}
	for name, want := range a.Params {
		if v, sent := r.Params.Get(name); !sent || !like(v, want) || want == "" && v != "" {
			return false
		}
	}
	if a.Stock != nil && !a.Stock.matches(s, r) {
		return false
	}
	return a.Match == nil || a.Match(r)
}

func (k *Stock) matches(s *Set, r *Request) bool {
	if r.Product != "Ecs" || r.Action != "CreateInstance" && r.Action != "RunInstances" || k.Type != "" && k.Type != r.Param("InstanceType") {
		return false
	}
	if k.Zone == "" {
		return true
	}
	zone := r.Param("ZoneId")
	if v := r.Param("VSwitchId"); zone == "" && v != "" && s.ZoneOf != nil {
		zone = s.ZoneOf(v)
	}
	return zone == k.Zone
}

// strikes counts down Skip and Times, and draws.
func (a *active) strikes() bool {
	if a.seen <= a.Skip || a.Times > 0 && a.struck >= a.Times {
		return false
	}
	return a.Probability == 0 || a.rand.Float64() < a.Probability
}

// maxWindows bounds what one limit counts at once.
const maxWindows = 1 << 16

// exceeded counts a call in its minute, and tells that it is one too many.
func (a *active) exceeded(r *Request) bool {
	if m := r.Now.Unix() / int64(time.Minute/time.Second); m != a.minute || a.windows == nil || len(a.windows) >= maxWindows {
		a.minute, a.windows = m, map[window]int{}
	}
	w := window{r.Account, r.Region, r.Action}
	a.windows[w]++
	return a.windows[w] > *a.LimitPerMinute
}
