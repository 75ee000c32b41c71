package autoprovisioning

import (
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// A group's capacity is of two kinds, each made by configs of its own.
const (
	payKind = iota
	spotKind
	kinds
)

// capacity is so much of each kind, ecs.Millionths.
type capacity [kinds]int64

func (c *capacity) total() int64 { return c[payKind] + c[spotKind] }

// lacking reports whether something of either kind is missing.
func (c *capacity) lacking() bool { return c[payKind] > 0 || c[spotKind] > 0 }

// targets are what a group is to have: what is asked for of each kind, and the rest
// of the total of the default kind.
func targets(r *ecs.ProvisioningGroup, defaultSpot bool) capacity {
	c := capacity{r.PayAsYouGo * ecs.Millionths, r.Spot * ecs.Millionths}
	rest := r.Total*ecs.Millionths - c.total()
	if defaultSpot {
		c[spotKind] += rest
	} else {
		c[payKind] += rest
	}
	return c
}

// less is what is left of a capacity beside another; below 0 where that is more.
func (c capacity) less(o capacity) capacity {
	return capacity{c[payKind] - o[payKind], c[spotKind] - o[spotKind]}
}

// target is what a group is to have.
func (d *delivery) target(v state.View, r *ecs.ProvisioningGroup) capacity {
	return targets(r, v.Str(r.DefaultType) != payAsYouGo)
}

func kindOf(i *ecs.Instance) int {
	if i.Spot != ecs.NoSpot {
		return spotKind
	}
	return payKind
}
