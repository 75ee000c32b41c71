package routetable

import (
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "ModifyRouteTableAttributes", (*Service).ModifyRouteTableAttributes)

// ModifyRouteTableAttributes changes a table's name, description and whether it
// takes propagated routes, of which there are none here. The parameters on
// bandwidth belong to other products and say nothing about a table.
func (s *Service) ModifyRouteTableAttributes(c *action.Call, in *api.ModifyRouteTableAttributesRequest) (*api.ModifyRouteTableAttributesResponse, error) {
	k, _, err := find(c, s.DB.Snapshot(), in.RouteTableID)
	switch {
	case err != nil:
		return nil, api.Errorf(api.CodeAbsInvalidRouteTableIdNotExist, "The route table id is not exist.")
	case !network.ValidName(in.RouteTableName):
		return nil, api.Errorf(api.CodeAbsInvaliTableNameMalformed, "Table name format is invalid.")
	case !network.ValidDescription(in.Description):
		return nil, api.Errorf(api.CodeInvalidDescriptionMalformed, "Description format is invalid.")
	}
	return &api.ModifyRouteTableAttributesResponse{Code: "200", Success: true}, s.DB.Update(c.Context, func(tx *state.Tx) error {
		network.Change(tx, state.RouteTables, k, func(r *ecs.RouteTable) {
			if c.Has("RouteTableName") {
				r.Name = strings.Clone(in.RouteTableName)
			}
			if c.Has("Description") {
				r.Description = strings.Clone(in.Description)
			}
			if in.RoutePropagationEnable != nil {
				r.NoPropagation = !*in.RoutePropagationEnable
			}
		})
		return nil
	})
}
