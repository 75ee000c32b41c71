package network

import (
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// Kept is how many groups are kept ready.
func Kept(f *Firewall) int { return len(f.groups) }

// Taken is how many addresses of a vSwitch its bitmap has as taken.
func Taken(tx *state.Tx, vswitch ecs.Key, prefix ecs.Prefix) int {
	return addresses(tx, vswitch, prefix).Len()
}
