package natgateway

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DeleteNatGateway", (*Service).DeleteNATGateway)

// DeleteNATGateway deletes a NAT gateway, with Force its entries too, and its
// elastic IPs are unbound; route entries that lead to it go first. It is Deleting until that is done.
func (s *Service) DeleteNATGateway(c *action.Call, in *api.DeleteNatGatewayRequest) (*api.DeleteNatGatewayResponse, error) {
	err := s.DB.Update(c.Context, func(tx *state.Tx) error {
		k, g, err := action.NATGateway(c, tx, in.NatGatewayID)
		if err != nil {
			return err
		}
		switch {
		case g.Work.Doing(ecs.WorkDelete), g.Work.Doing(ecs.WorkCreate):
			return api.Errorf(api.CodeIncorrectStatusNatGateway, "The status of the NAT gateway is incorrect.").WithStatus(404)
		case g.Flags.Has(ecs.GatewayProtected):
			return api.Errorf(api.CodeInvalidOperationDeletionProtection, "The NAT gateway is protected against deletion.").WithStatus(400)
		case network.Hops(tx, k) > 0:
			return depends(api.CodeDependencyViolationRouteEntry, in.NatGatewayID, "route entries")
		case action.Flag(in.Force):
			network.DropSNAT(tx, k, 0)
			network.DropForward(tx, k, 0)
			network.UnbindAll(tx, k)
		case state.SNATEntriesByGateway.Count(tx, uint64(k)) > 0:
			return depends(api.CodeDependencyViolationSnatEntry, in.NatGatewayID, "SNAT entries")
		case state.ForwardEntriesByGateway.Count(tx, uint64(k)) > 0:
			return depends(api.CodeDependencyViolationForwardEntry, in.NatGatewayID, "forward entries")
		case state.EIPsByTarget.Count(tx, uint64(k)) > 0:
			return depends(api.CodeDependencyViolationEIPS, in.NatGatewayID, "elastic IPs")
		}
		network.WorkGateway(tx, k, *g, ecs.WorkDelete)
		return nil
	})
	return &api.DeleteNatGatewayResponse{}, err
}

func depends(code, id, what string) error {
	return api.Errorf(code, "The NAT gateway %s has %s.", id, what).WithStatus(400)
}
