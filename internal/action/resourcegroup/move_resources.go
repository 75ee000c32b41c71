package resourcegroup

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "MoveResources", (*Service).MoveResources)

// maxMoves is how many resources one request moves.
const maxMoves = 10

// MoveResources moves resources of any product and region into a group. What
// cannot be moved is told in the answer, and the others are moved.
func (s *Service) MoveResources(c *action.Call, in *api.MoveResourcesRequest) (*api.MoveResourcesResponse, error) {
	if len(in.Resources) > maxMoves {
		return nil, action.Invalid("Resources")
	}
	if _, _, err := find(c, s.DB.Snapshot(), in.ResourceGroupID); err != nil {
		return nil, err
	}
	for _, r := range in.Resources {
		if _, ok := s.Catalog.Region(r.RegionID); !ok || !resource.KnownProduct(r.Service) {
			return nil, api.Errorf(api.CodeSERVICE_REGION_NO_ENDPOINT, "Please input right service and region")
		}
	}
	out := &api.MoveResourcesResponse{}
	return out, s.DB.Update(c.Context, func(tx *state.Tx) error {
		if !resource.HasGroup(tx, c.Caller.Account, in.ResourceGroupID) {
			return notThere()
		}
		out.Responses = nil
		for _, r := range in.Resources {
			o := api.MoveResourcesResponses{
				RegionID: r.RegionID, RequestID: c.RequestID, ResourceID: r.ResourceID, ResourceType: r.ResourceType, Service: r.Service, Status: "SUCCESS",
			}
			if why, ok := s.moveOne(c, tx, r, in.ResourceGroupID).(*api.Error); ok {
				o.Status, o.ErrorCode, o.ErrorMsg = "FAIL", why.Code, why.Message
			}
			out.Responses = append(out.Responses, o)
		}
		return nil
	})
}

func (s *Service) moveOne(c *action.Call, tx *state.Tx, r api.MoveResourcesRequestResources, group string) error {
	kind, err := kindOf(r.Service, r.ResourceType)
	if err != nil {
		return err
	}
	region, _ := s.Catalog.Region(r.RegionID)
	if kind == nil {
		return noResource()
	}
	k, ok := kind.Find(tx, c.Caller.Account, region.Code, r.ResourceID)
	if !ok {
		return noResource()
	}
	return move(c, tx, kind, k, group, notThere, noResource, nil)
}
