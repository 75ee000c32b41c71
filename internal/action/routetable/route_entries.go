package routetable

import (
	"errors"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

var (
	_ = action.Handle(&actions, "CreateRouteEntries", (*Service).CreateRouteEntries)
	_ = action.Handle(&actions, "DeleteRouteEntries", (*Service).DeleteRouteEntries)
)

// maxBatch is how many entries one request makes or deletes.
const maxBatch = 50

// CreateRouteEntries adds many entries, each for itself: what cannot be made is
// listed in the answer. Entries of one request do not wait for each other; one
// that is made already does not keep the others of its table from being made.
func (s *Service) CreateRouteEntries(c *action.Call, in *api.CreateRouteEntriesRequest) (*api.CreateRouteEntriesResponse, error) {
	if len(in.RouteEntries) > maxBatch {
		return nil, action.Invalid("RouteEntries")
	}
	snap := s.DB.Snapshot()
	if action.Flag(in.DryRun) {
		for i := range in.RouteEntries {
			if row, err := batchEntry(c, snap, &in.RouteEntries[i]); err != nil {
				return nil, err
			} else if err := fits(snap, row, 0); err != nil {
				return nil, err
			}
		}
		return nil, action.DryRun()
	}
	var out *api.CreateRouteEntriesResponse
	err := s.DB.Update(c.Context, func(tx *state.Tx) error {
		out = &api.CreateRouteEntriesResponse{}
		made := map[ecs.Key]int{} // of each table
		for i := range in.RouteEntries {
			e := &in.RouteEntries[i]
			row, err := batchEntry(c, tx, e)
			if err == nil {
				err = fits(tx, row, made[row.Table])
			}
			if err != nil {
				code, message := refusal(err)
				if code == api.CodeInvalidCIDRBlockDuplicate {
					code = api.CodeVPC_ROUTE_ENTRY_CIDR_BLOCK_DUPLICATE
				}
				out.FailedCount++
				out.FailedRouteEntries = append(out.FailedRouteEntries, api.CreateRouteEntriesFailedRouteEntries{
					DstCidrBlock: e.DstCidrBlock, NextHop: e.NextHop, FailedCode: code, FailedMessage: message,
				})
				continue
			}
			made[row.Table]++
			out.SuccessCount++
			out.RouteEntryIDs = append(out.RouteEntryIDs, ecs.ID(ecs.KindRouteEntry, add(tx, row)))
		}
		return nil
	})
	return out, err
}

// batchEntry reads one entry of a batch as CreateRouteEntry reads its own.
func batchEntry(c *action.Call, v state.View, e *api.CreateRouteEntriesRequestRouteEntries) (*ecs.RouteEntry, error) {
	table, _, err := find(c, v, e.RouteTableID)
	if err != nil {
		return nil, err
	}
	description := e.Description
	if description == "" {
		description = e.Describption // the older spelling
	}
	row, err := newEntry(c, v, table, &api.CreateRouteEntryRequest{
		DestinationCidrBlock: e.DstCidrBlock, NextHopType: e.NextHopType, NextHopID: e.NextHop, RouteEntryName: e.Name, Description: description,
	})
	if err == nil && e.IPVersion != nil && (*e.IPVersion != 4 && *e.IPVersion != 6 || (*e.IPVersion == 6) != row.IPv6) {
		err = action.Invalid("RouteEntries.IpVersion")
	}
	return row, err
}

// add writes an entry that fits.
func add(tx *state.Tx, row *ecs.RouteEntry) ecs.Key {
	k, r := tx.NewKey(row.Table.Region()), *row
	r.Modified = tx.Now().Unix()
	state.RouteEntries.Put(tx, k, &r)
	network.Pass(tx, k)
	return k
}

// refusal is an error as the answer to a batch lists it.
func refusal(err error) (code, message string) {
	if e := (*api.Error)(nil); errors.As(err, &e) {
		return e.Code, e.Message
	}
	return api.CodeInternalError, "The request processing has failed due to some unknown error."
}

// DeleteRouteEntries deletes many entries, each for itself: what cannot be
// deleted is listed in the answer.
func (s *Service) DeleteRouteEntries(c *action.Call, in *api.DeleteRouteEntriesRequest) (*api.DeleteRouteEntriesResponse, error) {
	switch {
	case len(in.RouteEntries) == 0:
		return nil, api.Errorf(api.CodeMissingParameter, "Miss mandatory parameter.").WithStatus(400)
	case len(in.RouteEntries) > maxBatch:
		return nil, action.Invalid("RouteEntries")
	}
	snap := s.DB.Snapshot()
	if action.Flag(in.DryRun) {
		for i := range in.RouteEntries {
			if _, err := batchOf(c, snap, &in.RouteEntries[i], nil); err != nil {
				return nil, err
			}
		}
		return nil, action.DryRun()
	}
	var out *api.DeleteRouteEntriesResponse
	err := s.DB.Update(c.Context, func(tx *state.Tx) error {
		out = &api.DeleteRouteEntriesResponse{}
		gone := map[ecs.Key]int{} // of each table
		for i := range in.RouteEntries {
			e := &in.RouteEntries[i]
			k, err := batchOf(c, tx, e, gone)
			if err != nil {
				code, message := refusal(err)
				if code == api.CodeInvalidRouteEntryNotFound || code == api.CodeInvalidRouteEntryIdNotFound {
					code = api.CodeVPC_ROUTER_ENTRY_NOT_EXIST
				}
				out.FailedCount++
				out.FailedRouteEntries = append(out.FailedRouteEntries, api.DeleteRouteEntriesFailedRouteEntries{
					RouteEntryID: e.RouteEntryID, DstCidrBlock: e.DstCidrBlock, NextHop: e.NextHop, FailedCode: code, FailedMessage: message,
				})
				continue
			}
			r, _ := state.RouteEntries.Get(tx, k)
			gone[r.Table]++
			out.SuccessCount++
			network.Change(tx, state.RouteEntries, k, func(r *ecs.RouteEntry) { r.Phase = ecs.PhaseDeleting })
			network.Pass(tx, k)
		}
		return nil
	})
	return out, err
}

// batchOf finds one entry of a batch that can be deleted; gone is how many of
// each table the batch deletes already.
func batchOf(c *action.Call, v state.View, e *api.DeleteRouteEntriesRequestRouteEntries, gone map[ecs.Key]int) (ecs.Key, error) {
	table, _, err := find(c, v, e.RouteTableID)
	if err != nil {
		return 0, err
	}
	if e.RouteEntryID == "" && (e.DstCidrBlock == "" || e.NextHop == "") {
		return 0, api.Errorf(api.CodeMissingParameter, "RouteEntryId, or DstCidrBlock and NextHop, is required.")
	}
	var k ecs.Key
	if e.RouteEntryID != "" {
		k, err = entry(c, v, e.RouteEntryID, "", "")
	} else {
		k, err = entry(c, v, "", e.RouteTableID, e.DstCidrBlock)
	}
	if err != nil {
		return 0, err
	}
	r, _ := state.RouteEntries.Get(v, k)
	switch {
	case r.Table != table || e.NextHop != "" && r.Hop.ID() != e.NextHop:
		return 0, noEntry()
	case r.Phase != ecs.PhaseReady || state.RouteEntriesChanging.Count(v, uint64(table)) > gone[table]:
		return 0, busy()
	}
	return k, nil
}
