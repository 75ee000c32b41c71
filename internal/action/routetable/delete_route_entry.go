package routetable

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DeleteRouteEntry", (*Service).DeleteRouteEntry)

// DeleteRouteEntry deletes a custom entry: the one that is named, or that of a
// table with a destination and, if it is said, a next hop.
func (s *Service) DeleteRouteEntry(c *action.Call, in *api.DeleteRouteEntryRequest) (*api.DeleteRouteEntryResponse, error) {
	if len(in.NextHopList) > 0 && in.NextHopID != "" {
		return nil, api.Errorf(api.CodeParamExclusiveNextHopIdAndList, "NextHopId and NextHopList cannot both be not null.")
	}
	snap := s.DB.Snapshot()
	k, err := entry(c, snap, in.RouteEntryID, in.RouteTableID, in.DestinationCidrBlock)
	if err != nil {
		return nil, err
	}
	r, _ := state.RouteEntries.Get(snap, k)
	if in.NextHopID != "" && r.Hop.ID() != in.NextHopID || len(in.NextHopList) > 0 {
		return nil, noEntry()
	}
	if action.Flag(in.DryRun) {
		return nil, action.DryRun()
	}
	return &api.DeleteRouteEntryResponse{}, s.DB.Update(c.Context, func(tx *state.Tx) error {
		r, ok := state.RouteEntries.Get(tx, k)
		if !ok {
			return noEntry()
		}
		if state.RouteEntriesChanging.Count(tx, uint64(r.Table)) > 0 {
			return busy()
		}
		network.Change(tx, state.RouteEntries, k, func(r *ecs.RouteEntry) { r.Phase = ecs.PhaseDeleting })
		network.Pass(tx, k)
		return nil
	})
}

func noEntry() error {
	return api.Errorf(api.CodeInvalidRouteEntryNotFound, "Route entry not exists.")
}

// entry finds a custom entry by its identifier, or in a table by its
// destination. One that the service made is 400 OperationDenied.
func entry(c *action.Call, v state.View, id, table, cidr string) (ecs.Key, error) {
	if id != "" {
		if table != "" && cidr != "" {
			return 0, api.Errorf(api.CodeParamExclusiveRouteEntryIdAndRouteTableIdOrDestCidrBlock, "RouteEntryId excludes RouteTableId and DestinationCidrBlock.")
		}
		k, _, ok := action.Find(c, v, state.RouteEntries, ecs.KindRouteEntry, func(r *ecs.RouteEntry) uint64 { return r.Account }, id)
		if !ok {
			return 0, api.Errorf(api.CodeInvalidRouteEntryIdNotFound, "Specified RouteEntryId does not exist.").WithStatus(400)
		}
		return k, nil
	}
	if table == "" || cidr == "" {
		return 0, api.Errorf(api.CodeMissingParameter, "Miss mandatory parameter.")
	}
	t, r, err := find(c, v, table)
	if err != nil {
		return 0, err
	}
	to, err := destination(cidr)
	if err != nil {
		return 0, err
	}
	for _, route := range network.Routes(v, t, r.VPC, true) {
		if route.Destination() == to.Destination() {
			if route.System {
				return 0, api.Errorf(api.CodeOperationDenied, "Specified operation is denied as route entry type is system.").WithStatus(400)
			}
			return route.Entry, nil
		}
	}
	return 0, noEntry()
}
