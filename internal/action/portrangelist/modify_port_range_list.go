package portrangelist

import (
	"slices"
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "ModifyPortRangeList", (*Service).ModifyPortRangeList)

// ModifyPortRangeList changes the name and the description, each if it is given,
// and removes and adds entries. Adding a range that is there changes its
// description; removing one that is not there changes nothing.
func (s *Service) ModifyPortRangeList(c *action.Call, in *api.ModifyPortRangeListRequest) (*api.ModifyPortRangeListResponse, error) {
	token, err := c.Once(in.ClientToken, nil)
	if err != nil {
		return nil, err
	}
	if len(in.AddEntry) > maxEntries || len(in.RemoveEntry) > maxEntries {
		return nil, tooManyAtOnce()
	}
	err = s.DB.Update(c.Context, func(tx *state.Tx) error {
		_, err := token.DoOne(tx, func() (ecs.Key, error) { return modify(c, tx, in) })
		return err
	})
	if err != nil {
		return nil, err
	}
	return &api.ModifyPortRangeListResponse{}, nil
}

func modify(c *action.Call, tx *state.Tx, in *api.ModifyPortRangeListRequest) (ecs.Key, error) {
	k, r, err := find(c, tx, in.PortRangeListID)
	if err != nil {
		return 0, err
	}
	next := *r
	if in.PortRangeListName != "" {
		next.Name = strings.Clone(in.PortRangeListName)
	}
	if in.Description != "" {
		next.Description = strings.Clone(in.Description)
	}
	if err := texts(next.Name, in.Description); err != nil {
		return 0, err
	}
	if next.Entries, err = change(r, in); err != nil {
		return 0, err
	}
	state.PortRangeLists.Put(tx, k, &next)
	return k, nil
}

// change is the entries of a list after a request.
func change(r *ecs.PortRangeList, in *api.ModifyPortRangeListRequest) ([]ecs.PortEntry, error) {
	out := slices.Clone(r.Entries)
	named := make([]ecs.PortEntry, 0, len(in.AddEntry)+len(in.RemoveEntry))
	once := func(ports, description string) (ecs.PortEntry, int, error) {
		e, err := entry(ports, description)
		if err != nil {
			return e, 0, err
		}
		if slices.ContainsFunc(named, func(o ecs.PortEntry) bool { return same(o, e) }) {
			return e, 0, duplicated()
		}
		named = append(named, e)
		return e, slices.IndexFunc(out, func(o ecs.PortEntry) bool { return same(o, e) }), nil
	}
	for _, e := range in.RemoveEntry {
		_, at, err := once(e.PortRange, "")
		if err != nil {
			return nil, err
		}
		if at >= 0 {
			out = slices.Delete(out, at, at+1)
		}
	}
	for _, e := range in.AddEntry {
		made, at, err := once(e.PortRange, e.Description)
		if err != nil {
			return nil, err
		}
		made.Description = strings.Clone(made.Description)
		if at >= 0 {
			out[at] = made
		} else {
			out = append(out, made)
		}
	}
	if len(out) > int(r.MaxEntries) {
		return nil, tooMany()
	}
	return out, nil
}
