package fault

import (
	"fmt"
	"strings"

	"github.com/openecs/openecs/api"
)

// Check says in a sentence what is wrong with a rule; nil: nothing.
func (r *Rule) Check() error {
	switch {
	case r.Skip < 0 || r.Times < 0:
		return fmt.Errorf("skip and times are not negative")
	case !(r.Probability >= 0 && r.Probability <= 1):
		return fmt.Errorf("a probability is between 0 and 1, not %v", r.Probability)
	case len(r.Name) > 100:
		return fmt.Errorf("a name has at most 100 characters")
	}
	if r.Host != nil {
		return r.checkHost()
	}
	if err := r.checkAction(); err != nil {
		return err
	}
	if r.Stock != nil {
		if r.Error != nil || r.Drop != "" || r.LimitPerMinute != nil || r.Stale != 0 || r.Latency != 0 || r.Action != "" {
			return fmt.Errorf("stock stands alone: a rule with it has no action and no other fault")
		}
		return nil
	}
	return r.checkEffect()
}

func (r *Rule) checkAction() error {
	if r.Product != "" && !r.names(func(a *api.ActionInfo) bool { return a.Product == r.Product }) {
		return fmt.Errorf("there is no product %q", r.Product)
	}
	if r.Action != "" && !r.names(r.isOf) {
		return fmt.Errorf("there is no action %q", r.Action)
	}
	return nil
}

func (r *Rule) names(f func(*api.ActionInfo) bool) bool {
	for a := range api.Actions() {
		if f(a) {
			return true
		}
	}
	return false
}

// isOf tells that an action is one of the rule's.
func (r *Rule) isOf(a *api.ActionInfo) bool {
	return (r.Product == "" || r.Product == a.Product) && like(a.Name, r.Action)
}

func (r *Rule) checkEffect() error {
	switch {
	case r.Error == nil && r.Drop == "" && r.LimitPerMinute == nil && r.Stale == 0 && r.Latency == 0:
		return fmt.Errorf("the rule does nothing: it has none of error, latency, drop, limit-per-minute, stale, stock and host")
	case r.Latency < 0 || r.Latency > MaxLatency:
		return fmt.Errorf("a latency is at most %v", MaxLatency)
	case r.Stale < 0 || r.Stale > MaxStale:
		return fmt.Errorf("stale is at most %v", MaxStale)
	case r.Drop != "" && r.Drop != Before && r.Drop != After:
		return fmt.Errorf("drop is before or after, not %q", r.Drop)
	case r.Drop != "" && r.Error != nil:
		return fmt.Errorf("an error and a dropped connection exclude each other")
	case r.LimitPerMinute != nil && (*r.LimitPerMinute < 0 || r.Error != nil || r.Drop != "" || r.Stale != 0):
		return fmt.Errorf("limit-per-minute is not negative, and stands without error, drop and stale")
	case r.Stale > 0 && r.names(func(a *api.ActionInfo) bool { return r.isOf(a) && a.Write }):
		return fmt.Errorf("only actions that read can be stale: give an action such as Describe*")
	}
	if e := r.Error; e != nil {
		switch {
		case e.Code == "":
			return fmt.Errorf("an error needs a code")
		case e.Status == 0 && !api.KnownCode(e.Code):
			return fmt.Errorf("the code %q is not documented: give its status if it is meant", e.Code)
		case e.Status != 0 && (e.Status < 400 || e.Status > 599):
			return fmt.Errorf("the status of an error is between 400 and 599, not %d", e.Status)
		}
	}
	return nil
}

func (r *Rule) checkHost() error {
	h := r.Host
	switch h.Operation {
	case Provision, Boot, Shutdown, Reboot, Remove:
	default:
		return fmt.Errorf("an operation is provision, start, stop, reboot or remove, not %q", h.Operation)
	}
	switch h.Outcome {
	case Never, Unreachable, Impossible, NoStock:
	default:
		return fmt.Errorf("an outcome is never, unreachable, impossible or no-stock, not %q", h.Outcome)
	}
	rest := *r
	rest.Name, rest.Skip, rest.Times, rest.Host = "", 0, 0, nil
	if rest.Action != "" || rest.Product != "" || rest.Region != "" || rest.Account != 0 || rest.AccessKey != "" || len(rest.Params) > 0 ||
		rest.Match != nil || rest.Probability != 0 || rest.Seed != 0 || rest.Latency != 0 || rest.Error != nil || rest.Drop != "" ||
		rest.LimitPerMinute != nil || rest.Stale != 0 || rest.Stock != nil {
		return fmt.Errorf("a rule for hosts has only host, name, skip and times")
	}
	return nil
}

// like tells that a value is what a pattern says: "" anything, a star at the end
// any end.
func like(value, pattern string) bool {
	if begin, ok := strings.CutSuffix(pattern, "*"); ok {
		return strings.HasPrefix(value, begin)
	}
	return pattern == "" || value == pattern
}
