// Package routetable is the actions on the route tables of VPCs, their entries
// and the virtual routers. Under ECS's own version the same names answer the
// same.
//
// What is made is in a phase first, for network.PhaseTime. While an entry of a
// table is in one, no other entry of the table changes. Package service binds
// the package; it imports no other group.
package routetable

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// Service is what the actions work on.
type Service struct {
	DB    *state.DB
	Pager *action.Pager
}

var actions = action.Set[Service]{Version: "2016-04-28"}

// Actions are the group's actions, bound to a service.
func (s *Service) Actions() action.Group { return actions.Bind(s) }

func account(r *ecs.RouteTable) uint64 { return r.Account }

// find finds a route table, or answers 404 InvalidRouteTableId.NotFound.
func find(c *action.Call, v state.View, id string) (ecs.Key, *ecs.RouteTable, error) {
	k, r, ok := action.Find(c, v, state.RouteTables, ecs.KindRouteTable, account, id)
	if !ok {
		return 0, nil, noTable()
	}
	return k, r, nil
}

func noTable() error {
	return api.Errorf(api.CodeInvalidRouteTableIdNotFound, "Specified route table does not exist.").WithStatus(404)
}

func phase(p ecs.Phase) string {
	return [...]string{ecs.PhaseReady: "Available", ecs.PhaseCreating: "Pending", ecs.PhaseModifying: "Modifying", ecs.PhaseDeleting: "Deleting"}[p]
}

func kind(k ecs.Key, r *ecs.RouteTable) string {
	if k == r.VPC {
		return "System"
	}
	return "Custom"
}

// vswitches are the vSwitches that use a table.
func vswitches(v state.View, k ecs.Key, r *ecs.RouteTable) []string {
	var out []string
	for w, s := range state.VSwitchesByVPC.Ascend(v, uint64(r.VPC), 0) {
		if s.RouteTable == k || s.RouteTable == 0 && k == r.VPC {
			out = append(out, ecs.ID(ecs.KindVSwitch, w))
		}
	}
	return out
}
