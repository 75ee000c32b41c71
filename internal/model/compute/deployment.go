package compute

import (
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// Seats is the room that a deployment set has, as far as it is taken. It is
// made once for all instances that one request puts into the set.
type Seats struct {
	set  *ecs.DeploymentSet
	used map[seat]int
}

type seat struct {
	zone  ecs.Sym
	group uint8
}

// SeatsOf counts the members of a deployment set but for one, which is moved
// within the set or comes back to it; 0 leaves none out.
func SeatsOf(v state.View, k ecs.Key, set *ecs.DeploymentSet, but ecs.Key) *Seats {
	s := &Seats{set: set, used: map[seat]int{}}
	for ik, r := range state.InstancesByDeploymentSet.Ascend(v, uint64(k), 0) {
		if ik != but {
			s.used[seat{r.Zone, r.Placement.DeploymentGroup}]++
		}
	}
	return s
}

// Used is how many members are in a zone.
func (s *Seats) Used(zone ecs.Sym) (n int) {
	for at, used := range s.used {
		if at.zone == zone {
			n += used
		}
	}
	return n
}

// ValidGroup reports whether an instance may ask for a group of the set; 0 asks
// for none in particular.
func (s *Seats) ValidGroup(group int) bool {
	return group == 0 || s.set.Strategy == ecs.AvailabilityGroup && group > 0 && group <= s.set.GroupAmount()
}

// Take puts one more instance into the set: into the group asked for, or with 0
// into the one with the fewest members in the zone. It gives the group, 0 in a
// set without groups; ok is false when there is no room.
func (s *Seats) Take(zone ecs.Sym, group uint8) (taken uint8, ok bool) {
	if s.set.Strategy == ecs.AvailabilityGroup && group == 0 {
		group = 1
		for g := uint8(2); int(g) <= s.set.GroupAmount(); g++ {
			if s.used[seat{zone, g}] < s.used[seat{zone, group}] {
				group = g
			}
		}
	}
	at := seat{zone, group}
	if s.used[at] >= ecs.DeploymentRoom {
		return 0, false
	}
	s.used[at]++
	return group, true
}

// DeploymentSetTakes reports whether instances of a family may be in a deployment
// set: all but those that share their processors. The documented list of 2021
// has every other family of its time.
func DeploymentSetTakes(burstable bool) bool { return !burstable }
