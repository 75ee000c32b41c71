package portrangelist

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
)

var _ = action.Handle(&actions, "DescribePortRangeListEntries", (*Service).DescribePortRangeListEntries)

// DescribePortRangeListEntries lists the entries of a port-range list.
func (s *Service) DescribePortRangeListEntries(c *action.Call, in *api.DescribePortRangeListEntriesRequest) (*api.DescribePortRangeListEntriesResponse, error) {
	_, r, err := find(c, s.DB.Snapshot(), in.PortRangeListID)
	if err != nil {
		return nil, err
	}
	out := &api.DescribePortRangeListEntriesResponse{Entries: make([]api.DescribePortRangeListEntriesEntries, len(r.Entries))}
	for i, e := range r.Entries {
		out.Entries[i] = api.DescribePortRangeListEntriesEntries{PortRange: e.Range(), Description: e.Description}
	}
	return out, nil
}
