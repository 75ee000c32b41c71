package natgateway

import (
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "ModifyNatGatewaySpec", (*Service).ModifyNATGatewaySpec)

// ModifyNATGatewaySpec changes a NAT gateway's size, which is Modifying until that
// is done. AutoPay has no meaning for one that is paid as it goes.
func (s *Service) ModifyNATGatewaySpec(c *action.Call, in *api.ModifyNatGatewaySpecRequest) (*api.ModifyNatGatewaySpecResponse, error) {
	once, err := c.Once(in.ClientToken, nil)
	if err != nil {
		return nil, err
	}
	switch in.Spec {
	case "Small", "Middle", "Large", "XLarge.1":
	default:
		return nil, api.Errorf(api.CodeInvalidParameterSpecValueNotSupported, "The specified Spec is not valid.")
	}
	err = s.DB.Update(c.Context, func(tx *state.Tx) error {
		_, err := once.DoOne(tx, func() (ecs.Key, error) {
			k, g, err := action.NATGateway(c, tx, in.NatGatewayID)
			if err != nil {
				return 0, err
			}
			if !g.Work.Settled() {
				return 0, api.Errorf(api.CodeIncorrectStatusNatGateway, "The status of the NAT gateway is incorrect.").WithStatus(400)
			}
			next := *g
			next.Spec = tx.Sym(strings.Clone(in.Spec))
			network.WorkGateway(tx, k, next, ecs.WorkModify)
			return k, nil
		})
		return err
	})
	return &api.ModifyNatGatewaySpecResponse{}, err
}
