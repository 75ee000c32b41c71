package routetable

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

var (
	_ = action.Handle(&actions, "AssociateRouteTable", (*Service).AssociateRouteTable)
	_ = action.Handle(&actions, "UnassociateRouteTable", (*Service).UnassociateRouteTable)
)

// AssociateRouteTable binds a vSwitch to a custom route table of its VPC.
func (s *Service) AssociateRouteTable(c *action.Call, in *api.AssociateRouteTableRequest) (*api.AssociateRouteTableResponse, error) {
	_, _, err := find(c, s.DB.Snapshot(), in.RouteTableID)
	if err != nil {
		return nil, api.Errorf(api.CodeInvalidRouteTableIdNotFound, "Specified route table does not exist.").WithStatus(400)
	}
	return &api.AssociateRouteTableResponse{}, s.bind(c, in.RouteTableID, in.VSwitchID, in.ClientToken, true)
}

// UnassociateRouteTable gives a vSwitch the system route table again.
func (s *Service) UnassociateRouteTable(c *action.Call, in *api.UnassociateRouteTableRequest) (*api.UnassociateRouteTableResponse, error) {
	return &api.UnassociateRouteTableResponse{}, s.bind(c, in.RouteTableID, in.VSwitchID, in.ClientToken, false)
}

func (s *Service) bind(c *action.Call, table, vswitch, token string, on bool) error {
	once, err := c.Once(token, nil)
	if err != nil {
		return err
	}
	snap := s.DB.Snapshot()
	if _, found, err := once.Earlier(snap, c.Now); err != nil || found {
		return err
	}
	k, _, err := find(c, snap, table)
	if err != nil {
		return err
	}
	w, _, err := action.VSwitch(c, snap, vswitch)
	if err != nil {
		return err
	}
	return s.DB.Update(c.Context, func(tx *state.Tx) error {
		_, err := once.Do(tx, func() ([]ecs.Key, error) {
			if err := bindable(tx, k, w, on); err != nil {
				return nil, err
			}
			network.Change(tx, state.VSwitches, w, func(r *ecs.VSwitch) {
				if r.RouteTable = 0; on {
					r.RouteTable = k
				}
			})
			network.Change(tx, state.RouteTables, k, func(r *ecs.RouteTable) { r.Phase = ecs.PhaseModifying })
			network.Pass(tx, k)
			return nil, nil
		})
		return err
	})
}

func bindable(v state.View, k, w ecs.Key, on bool) error {
	t, ok := state.RouteTables.Get(v, k)
	if !ok {
		return noTable()
	}
	r, ok := state.VSwitches.Get(v, w)
	switch {
	case !ok:
		return api.Errorf(api.CodeInvalidVSwitchIdNotFound, "Specified VSwitch does not exist.").WithStatus(404)
	case !on && k == t.VPC:
		return api.Errorf(api.CodeOperationUnsupportedSystemRouteTable, "System route table can not be unassociated.")
	case !on && r.RouteTable != k:
		return api.Errorf(api.CodeInvalidBindingStatusRouteTable, "The specified virtual switch and route table does not bind")
	case t.Phase != ecs.PhaseReady:
		return api.Errorf(api.CodeIncorrectStatusRouteTable, "The status of the specified route table is incorrect.").WithStatus(404)
	case !on:
		return nil
	case k == t.VPC:
		return api.Errorf(api.CodeOperationDeniedSwitchToSystemRouteTable, "The associated route tables cannot be directly changed to system route tables.")
	case t.ForGateway:
		return api.Errorf(api.CodeOperationDeniedAssociateGatewayRouteTable, "The operation is not allowed because gateway route tables cannot be bound to a vSwitch.")
	case r.VPC != t.VPC:
		return api.Errorf(api.CodeForbiddenNotInSameVpc, "The specified virtual switch and route table are not in the same VPC.")
	case r.RouteTable != 0:
		return api.Errorf(api.CodeForbiddenVSwitchAlreadyAssociatedRouteTable, "The specified virtual switch already associates route table.")
	}
	return nil
}
