package event

import (
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// healths are the states of health. Their codes are 32 apart: that of Warning is
// documented, the others follow from it.
var healths = []string{"Ok", "Impaired", "Warning", "Maintaining", "Initializing", "InsufficientData", "NotApplicable"}

const (
	healthOK = iota
	impaired
	warning
	maintaining
	initializing
)

// health is how an instance is: what fails at this moment comes before what is
// announced.
func health(v state.View, k ecs.Key, r *ecs.Instance) int {
	if r.Status() == ecs.Pending {
		return initializing
	}
	h := healthOK
	for _, e := range state.EventsOfInstance.Ascend(v, uint64(k), 0) {
		switch {
		case e.Status == ecs.EventExecuting:
			return impaired
		case h == healthOK:
			h = warning
		}
	}
	return h
}
