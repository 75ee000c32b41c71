package routetable

import (
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "ModifyRouteEntry", (*Service).ModifyRouteEntry)

// ModifyRouteEntry changes a custom entry's name, description and next hop.
func (s *Service) ModifyRouteEntry(c *action.Call, in *api.ModifyRouteEntryRequest) (*api.ModifyRouteEntryResponse, error) {
	switch {
	case !network.ValidName(in.RouteEntryName):
		return nil, api.Errorf(api.CodeInvalidRouteEntryNameMalformed, "Specified RouteEntry name is not valid.")
	case !network.ValidDescription(in.Description):
		return nil, api.Errorf(api.CodeInvalidDescriptionMalformed, "Description format is invalid.")
	}
	snap := s.DB.Snapshot()
	k, err := entry(c, snap, in.RouteEntryID, in.RouteTableID, in.DestinationCidrBlock)
	if err != nil {
		return nil, err
	}
	var hop ecs.NextHop
	switch {
	case in.NewNextHopID != "":
		if hop, err = nextHop(c, snap, in.NewNextHopType, in.NewNextHopID); err != nil {
			return nil, err
		}
	case in.NewNextHopType != "":
		return nil, api.Errorf(api.CodeMissingParameter, "NewNextHopType needs NewNextHopId.").WithStatus(400)
	}
	if err := modifiable(snap, k, hop); err != nil {
		return nil, err
	}
	if action.Flag(in.DryRun) {
		return nil, action.DryRun()
	}
	return &api.ModifyRouteEntryResponse{}, s.DB.Update(c.Context, func(tx *state.Tx) error {
		if err := modifiable(tx, k, hop); err != nil {
			return err
		}
		network.Change(tx, state.RouteEntries, k, func(r *ecs.RouteEntry) {
			if c.Has("RouteEntryName") {
				r.Name = strings.Clone(in.RouteEntryName)
			}
			if c.Has("Description") {
				r.Description = strings.Clone(in.Description)
			}
			if hop.Key != 0 {
				r.Hop, r.Phase = hop, ecs.PhaseModifying
			}
			r.Modified = tx.Now().Unix()
		})
		if hop.Key != 0 {
			network.Pass(tx, k)
		}
		return nil
	})
}

// modifiable refuses to change an entry that is gone or busy, or to a next hop
// that it has or cannot have.
func modifiable(v state.View, k ecs.Key, hop ecs.NextHop) error {
	r, ok := state.RouteEntries.Get(v, k)
	if !ok {
		return noEntry()
	}
	t, ok := state.RouteTables.Get(v, r.Table)
	switch {
	case !ok:
		return noTable()
	case state.RouteEntriesChanging.Count(v, uint64(r.Table)) > 0:
		return busy()
	case hop.Key == 0:
		return nil
	case hop == r.Hop:
		return api.Errorf(api.CodeOperationDeniedNextHopNotChanged, "The next hop of the route entry is what it was.").WithStatus(400)
	}
	return reaches(v, t, hop)
}
