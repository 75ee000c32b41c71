package ipv4gateway

import (
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/model/tag"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "CreateIpv4Gateway", (*Service).CreateIPv4Gateway)

// CreateIPv4Gateway makes the IPv4 gateway of a VPC, of which it has one at most.
// Nothing changes for the VPC before it is enabled.
func (s *Service) CreateIPv4Gateway(c *action.Call, in *api.CreateIpv4GatewayRequest) (*api.CreateIpv4GatewayResponse, error) {
	var row *ecs.IPv4Gateway
	made, err := c.Create(s.DB, in.ClientToken, in.DryRun, func(v state.View) (err error) {
		if row, err = newGateway(c, v, in); err != nil {
			return err
		}
		return fits(v, row)
	}, func(tx *state.Tx) (ecs.Key, error) {
		if err := fits(tx, row); err != nil {
			return 0, err
		}
		k, g := tx.NewKey(row.VPC.Region()), *row
		var ok bool
		if g.ResourceGroup, ok = resource.Group(tx, g.Account, in.ResourceGroupID); !ok {
			return 0, noGroup()
		}
		g.Created, g.Tags = tx.Now().Unix(), tag.Store(tx, in.Tag)
		state.IPv4Gateways.Put(tx, k, &g)
		network.Pass(tx, k)
		return k, nil
	})
	if err != nil {
		return nil, err
	}
	return s.created(made), nil
}

func (s *Service) created(k ecs.Key) *api.CreateIpv4GatewayResponse {
	o := &api.CreateIpv4GatewayResponse{IPv4GatewayID: ecs.ID(ecs.KindIPv4Gateway, k)}
	snap := s.DB.Snapshot()
	if g, ok := state.IPv4Gateways.Get(snap, k); ok {
		o.ResourceGroupID = resource.ShowGroup(snap, g.Account, g.ResourceGroup)
	}
	return o
}

func newGateway(c *action.Call, v state.View, in *api.CreateIpv4GatewayRequest) (*ecs.IPv4Gateway, error) {
	vpc, _, err := action.VPC(c, v, in.VPCID)
	if err != nil {
		return nil, noVPC()
	}
	if err := names(in.IPv4GatewayName, in.IPv4GatewayDescription); err != nil {
		return nil, err
	}
	if !resource.HasGroup(v, c.Caller.Account, in.ResourceGroupID) {
		return nil, noGroup()
	}
	return &ecs.IPv4Gateway{
		Account: c.Caller.Account, VPC: vpc, Phase: ecs.PhaseCreating,
		Name: strings.Clone(in.IPv4GatewayName), Description: strings.Clone(in.IPv4GatewayDescription),
	}, network.CheckTags(in.Tag)
}

func names(name, description string) error {
	switch {
	case !network.ValidName(name):
		return api.Errorf(api.CodeIllegalParamIpv4GatewayName, "The param of Ipv4GatewayName is illegal.")
	case !network.ValidDescription(description):
		return api.Errorf(api.CodeIllegalParamIpv4GatewayDescription, "The param of Ipv4GatewayDescription is illegal.")
	}
	return nil
}

// fits refuses a gateway that its VPC, as it is now, cannot have.
func fits(v state.View, g *ecs.IPv4Gateway) error {
	_, ok := state.VPCs.Get(v, g.VPC)
	switch {
	case !ok:
		return noVPC()
	case state.IPv4GatewaysByVPC.Count(v, uint64(g.VPC)) > 0:
		return api.Errorf(api.CodeOperationDeniedVpcExistIpv4Gateway, "An IPv4 gateway already exists in the VPC.")
	case directEIP(v, g.Account, g.VPC):
		return api.Errorf(api.CodeOperationDeniedExistDirectEip, "The operation is not allowed because of existing direct eip.")
	}
	return nil
}

func noVPC() error {
	return api.Errorf(api.CodeOperationFailedVpcNotExist, "The operation is failed because of vpc is not found.").WithStatus(400)
}

func noGroup() error {
	return api.Errorf(api.CodeIllegalParamResourceGroupId, "The specified ResourceGroupId is not valid.")
}
