package networkinterface

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DeleteNetworkInterface", (*Service).DeleteNetworkInterface)

// DeleteNetworkInterface deletes an available interface. It is Deleting until the
// engine has done it; then its addresses are free and its groups are without it.
func (s *Service) DeleteNetworkInterface(c *action.Call, in *api.DeleteNetworkInterfaceRequest) (*api.DeleteNetworkInterfaceResponse, error) {
	if err := wellFormed(in.NetworkInterfaceID); err != nil {
		return nil, err
	}
	return &api.DeleteNetworkInterfaceResponse{}, s.DB.Update(c.Context, func(tx *state.Tx) error {
		k, n, err := find(c, tx, in.NetworkInterfaceID)
		switch {
		case err != nil:
			return err
		case n.Primary:
			return wrongType()
		case n.Status() == ecs.InterfaceDeleting:
			return nil
		case n.Status() != ecs.InterfaceAvailable:
			return wrongState()
		case network.Hops(tx, k) > 0:
			return api.Errorf(api.CodeDependencyViolationRouteEntry, "The interface is the next hop of a route entry.").WithStatus(400)
		}
		network.Work(tx, k, n, ecs.WorkDelete)
		return nil
	})
}
