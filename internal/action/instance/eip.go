package instance

import (
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

// hasEIP reports whether an instance has an elastic IP, or is about to.
func hasEIP(v state.View, k ecs.Key) bool {
	_, _, ok := network.InstanceEIP(v, k)
	return ok
}
