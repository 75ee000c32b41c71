package routetable

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DeleteRouteTable", (*Service).DeleteRouteTable)

// DeleteRouteTable deletes a custom route table that has no entries and is bound
// to nothing.
func (s *Service) DeleteRouteTable(c *action.Call, in *api.DeleteRouteTableRequest) (*api.DeleteRouteTableResponse, error) {
	k, _, err := find(c, s.DB.Snapshot(), in.RouteTableID)
	if err != nil {
		return nil, err
	}
	return &api.DeleteRouteTableResponse{}, s.DB.Update(c.Context, func(tx *state.Tx) error {
		if err := deletable(tx, k); err != nil {
			return err
		}
		network.Change(tx, state.RouteTables, k, func(r *ecs.RouteTable) { r.Phase = ecs.PhaseDeleting })
		network.Pass(tx, k)
		return nil
	})
}

func deletable(v state.View, k ecs.Key) error {
	r, ok := state.RouteTables.Get(v, k)
	switch {
	case !ok:
		return noTable()
	case k == r.VPC:
		return api.Errorf(api.CodeIncorrectRouteTableType, "Route table can be deleted by this action only when it's type is custom.")
	case r.Phase != ecs.PhaseReady:
		return api.Errorf(api.CodeIncorrectRouteTableStatus, "The current status of the route table does not support this operation.").WithStatus(404)
	case r.Gateway != 0:
		return api.Errorf(api.CodeOperationDeniedGatewayAssociated, "You cannot delete the specified route table because it still associates with gateway.")
	case state.RouteEntriesByTable.Count(v, uint64(k)) > 0:
		return api.Errorf(api.CodeIncorrectRouteTableStatusRouteEntryExist, "You cannot delete the specified route table because it still has custom route entry.")
	}
	for w := range state.VSwitchesByRouteTable.Keys(v, uint64(k), 0) {
		return api.Errorf(api.CodeDependencyViolationVSwitch, "Specified object has dependent resources: %s.", ecs.ID(ecs.KindVSwitch, w))
	}
	return nil
}
