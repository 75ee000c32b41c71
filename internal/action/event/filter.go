package event

import (
	"slices"

	"github.com/openecs/openecs/internal/ecs"
)

// filter is what must hold of an event, as far as listings of events and of
// instances with their events have it in common.
type filter struct {
	ids       []string
	types     []string // nil: any
	published span
	notBefore span
}

// newFilter reads it; one type counts only where no list is given.
func newFilter(ids, types []string, one string, published, notBefore span) (*filter, error) {
	f := &filter{ids: ids, types: types, published: published, notBefore: notBefore}
	switch {
	case len(ids) > maxIDs:
		return nil, tooManyEvents()
	case len(types) > maxTypes:
		return nil, invalid("InstanceEventType")
	case len(types) == 0 && one != "":
		f.types = []string{one}
	}
	return f, nil
}

// any reports whether every event will do.
func (f *filter) any() bool {
	return len(f.ids) == 0 && len(f.types) == 0 && f.published.any() && f.notBefore.any()
}

func (f *filter) match(k ecs.Key, e *ecs.Event) bool {
	return (len(f.ids) == 0 || slices.Contains(f.ids, ecs.ID(ecs.KindEvent, k))) && (len(f.types) == 0 || slices.Contains(f.types, e.Type.String())) &&
		f.published.has(e.Published) && f.notBefore.has(e.NotBefore)
}
