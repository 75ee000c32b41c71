package prefixlist

import (
	"slices"
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "ModifyPrefixList", (*Service).ModifyPrefixList)

// ModifyPrefixList changes the name and the description, each if it is given,
// and removes and adds entries. Adding a network that is there changes its
// description; removing one that is not there changes nothing.
func (s *Service) ModifyPrefixList(c *action.Call, in *api.ModifyPrefixListRequest) (*api.ModifyPrefixListResponse, error) {
	if len(in.AddEntry) > ecs.MaxPrefixEntries || len(in.RemoveEntry) > ecs.MaxPrefixEntries {
		return nil, tooManyAtOnce()
	}
	err := s.DB.Update(c.Context, func(tx *state.Tx) error {
		k, r, err := find(c, tx, in.PrefixListID)
		if err != nil {
			return err
		}
		next := *r
		if in.PrefixListName != "" {
			next.Name = strings.Clone(in.PrefixListName)
		}
		if in.Description != "" {
			next.Description = strings.Clone(in.Description)
		}
		if err := texts(next.Name, in.Description); err != nil {
			return err
		}
		if next.Entries, err = change(r, in); err != nil {
			return err
		}
		state.PrefixLists.Put(tx, k, &next)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &api.ModifyPrefixListResponse{}, nil
}

// change is the entries of a list after a request.
func change(r *ecs.PrefixList, in *api.ModifyPrefixListRequest) ([]ecs.PrefixEntry, error) {
	out := slices.Clone(r.Entries)
	named := make([]string, 0, len(in.AddEntry)+len(in.RemoveEntry))
	once := func(cidr, description string) (ecs.PrefixEntry, int, error) {
		e, err := entry(cidr, description, r.IPv6)
		if err != nil {
			return e, 0, err
		}
		if slices.Contains(named, e.CIDR) {
			return e, 0, duplicated(cidr)
		}
		named = append(named, e.CIDR)
		return e, slices.IndexFunc(out, func(o ecs.PrefixEntry) bool { return o.CIDR == e.CIDR }), nil
	}
	for _, e := range in.RemoveEntry {
		_, at, err := once(e.Cidr, "")
		if err != nil {
			return nil, err
		}
		if at >= 0 {
			out = slices.Delete(out, at, at+1)
		}
	}
	for _, e := range in.AddEntry {
		made, at, err := once(e.Cidr, e.Description)
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
