package action

import (
	"sync"

	"github.com/openecs/openecs/api"
)

// Set is the actions of one group, S being the group's service. The zero Set
// is empty; Version is the API version its actions answer.
type Set[S any] struct {
	Version string
	entries []entry[S]
}

type entry[S any] struct {
	name string
	call func(*S, *Call) (api.Response, error)
}

// Handle registers an action beside its definition:
//
//	var _ = action.Handle(&actions, "StopInstance", (*Service).StopInstance)
//
// A wrong shape does not compile; a name registered twice stops the program
// when the sets are bound. The request is used again for another call: f must
// not keep it when it returns.
func Handle[S, In, Out any, PIn interface {
	*In
	api.Request
}, POut interface {
	*Out
	api.Response
}](set *Set[S], name string, f func(*S, *Call, PIn) (POut, error)) struct{} {
	requests := sync.Pool{New: func() any { return new(In) }}
	set.entries = append(set.entries, entry[S]{name, func(s *S, c *Call) (api.Response, error) {
		in := requests.Get().(PIn)
		defer func() {
			*in = *new(In)
			requests.Put(in)
		}()
		if err := in.Decode(c.Params); err != nil {
			return nil, err
		}
		out, err := f(s, c, in)
		if err != nil {
			return nil, err
		}
		return out, nil
	}})
	return struct{}{}
}

// Bind gives the set its service.
func (set *Set[S]) Bind(s *S) Group {
	g := make(Group, 0, len(set.entries))
	for _, e := range set.entries {
		info, ok := api.Lookup(set.Version, e.name)
		if !ok || info.New == nil {
			panic("action: " + set.Version + " " + e.name + " has no generated type")
		}
		g = append(g, Bound{info, func(c *Call) (api.Response, error) { return e.call(s, c) }})
	}
	return g
}

// Group is the bound actions of one group.
type Group []Bound

// Bound is an action ready to be called.
type Bound struct {
	Info *api.ActionInfo
	Call func(*Call) (api.Response, error)
}
