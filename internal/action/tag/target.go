package tag

import (
	"slices"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/model/tag"
	"github.com/openecs/openecs/internal/state"
)

// maxResources is how many resources a request may name.
const maxResources = 50

// target is a resource that a request names.
type target struct {
	kind resource.Kind
	key  ecs.Key
}

// find is the resources of one kind that a request names. A nil kind has none.
// ok is false when one of them does not exist for the caller.
func find(c *action.Call, v state.View, kind resource.Kind, ids []string) (targets []target, ok bool) {
	for _, id := range ids {
		if kind == nil {
			return nil, false
		}
		k, ok := kind.Find(v, c.Caller.Account, c.RegionCode(), id)
		if !ok {
			return nil, false
		}
		targets = append(targets, target{kind, k})
	}
	return targets, true
}

// change is what a request does to the tags of the resources it names. The error
// functions put refusals in the product's words.
type change struct {
	set    []api.Tag
	drop   func(key, value string) bool // nil: none
	gone   func() error
	toMany func() error
}

// apply changes the tags of all targets, or of none.
func (s *Service) apply(c *action.Call, targets []target, ch change) error {
	return s.DB.Update(c.Context, func(tx *state.Tx) error {
		set := tag.Store(tx, ch.set)
		for _, t := range targets {
			if err := ch.one(tx, t, set); err != nil {
				return err
			}
		}
		return nil
	})
}

func (ch change) one(tx *state.Tx, t target, set []ecs.Tag) error {
	r, ok := t.kind.Get(tx, t.key)
	if !ok {
		return ch.gone()
	}
	tags := tag.Merge(r.Tags, set)
	if ch.drop != nil {
		tags = slices.DeleteFunc(tags, func(o ecs.Tag) bool { return ch.drop(tx.Str(o.Key), tx.Str(o.Value)) })
	}
	if len(tags) > tag.Max {
		return ch.toMany()
	}
	if !slices.Equal(tags, r.Tags) {
		t.kind.SetTags(tx, t.key, tags)
	}
	return nil
}
