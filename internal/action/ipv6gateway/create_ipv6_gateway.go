package ipv6gateway

import (
	"slices"
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/model/tag"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "CreateIpv6Gateway", (*Service).CreateIPv6Gateway)

// specs are what old clients ask for; gateways do not differ any more.
var specs = []string{"", "Small", "Medium", "Large"}

// CreateIPv6Gateway makes the IPv6 gateway of a VPC with an IPv6 network, of
// which it has one at most.
func (s *Service) CreateIPv6Gateway(c *action.Call, in *api.CreateIpv6GatewayRequest) (*api.CreateIpv6GatewayResponse, error) {
	var row *ecs.IPv6Gateway
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
		state.IPv6Gateways.Put(tx, k, &g)
		network.Pass(tx, k)
		return k, nil
	})
	if err != nil {
		return nil, err
	}
	return s.created(made), nil
}

func (s *Service) created(k ecs.Key) *api.CreateIpv6GatewayResponse {
	o := &api.CreateIpv6GatewayResponse{IPv6GatewayID: ecs.ID(ecs.KindIPv6Gateway, k)}
	snap := s.DB.Snapshot()
	if g, ok := state.IPv6Gateways.Get(snap, k); ok {
		o.ResourceGroupID = resource.ShowGroup(snap, g.Account, g.ResourceGroup)
	}
	return o
}

func newGateway(c *action.Call, v state.View, in *api.CreateIpv6GatewayRequest) (*ecs.IPv6Gateway, error) {
	vpc, _, err := action.VPC(c, v, in.VPCID)
	if err != nil {
		return nil, err
	}
	if err := names(in.Name, in.Description); err != nil {
		return nil, err
	}
	switch {
	case !slices.Contains(specs, in.Spec):
		return nil, api.Errorf(api.CodeIllegalParamSpec, "The parameter of Spec is illegal.").WithStatus(400)
	case !resource.HasGroup(v, c.Caller.Account, in.ResourceGroupID):
		return nil, noGroup()
	}
	return &ecs.IPv6Gateway{
		Account: c.Caller.Account, VPC: vpc, Phase: ecs.PhaseCreating, Name: strings.Clone(in.Name), Description: strings.Clone(in.Description),
	}, network.CheckTags(in.Tag)
}

// fits refuses a gateway that its VPC, as it is now, cannot have.
func fits(v state.View, g *ecs.IPv6Gateway) error {
	vpc, ok := state.VPCs.Get(v, g.VPC)
	switch {
	case !ok:
		return api.Errorf(api.CodeInvalidVpcIdNotFound, "The specified VpcId does not exist.").WithStatus(404)
	case vpc.Prefix6.IsZero():
		return api.Errorf(api.CodeOperationDeniedVpcIpv6NotEnabled, "IPv6 has not been enabled for the VPC.").WithStatus(400)
	case state.IPv6GatewaysByVPC.Count(v, uint64(g.VPC)) > 0:
		return api.Errorf(api.CodeOperationDeniedVpcExistIpv6Gateway, "An IPv6 gateway already exists in the VPC.").WithStatus(400)
	}
	return nil
}

func noGroup() error {
	return api.Errorf(api.CodeIllegalParamResourceGroupId, "The specified ResourceGroupId is not valid.")
}
