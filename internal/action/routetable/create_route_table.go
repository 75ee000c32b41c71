package routetable

import (
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/model/tag"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "CreateRouteTable", (*Service).CreateRouteTable)

const (
	maxTables = 9 // custom ones of a VPC
	// maxGatewayTables is how many of them are of gateways.
	maxGatewayTables = 1
)

// CreateRouteTable makes a custom route table of a VPC.
func (s *Service) CreateRouteTable(c *action.Call, in *api.CreateRouteTableRequest) (*api.CreateRouteTableResponse, error) {
	once, err := c.Once(in.ClientToken, nil)
	if err != nil {
		return nil, err
	}
	vpc, _, err := action.VPC(c, s.DB.Snapshot(), in.VPCID)
	if err != nil {
		return nil, err
	}
	switch {
	case in.AssociateType != "" && in.AssociateType != "VSwitch" && in.AssociateType != "Gateway":
		return nil, action.Invalid("AssociateType")
	case !network.ValidName(in.RouteTableName):
		return nil, api.Errorf(api.CodeInvalidParameterRouteTableNameMalformed, "The specified route table name is not valid.")
	case !network.ValidDescription(in.Description):
		return nil, api.Errorf(api.CodeInvalidParameterDescriptionMalformed, "The specified Description is not valid.")
	}
	if err := network.CheckTags(in.Tag); err != nil {
		return nil, err
	}
	row := &ecs.RouteTable{
		Account: c.Caller.Account, VPC: vpc, Name: strings.Clone(in.RouteTableName), Description: strings.Clone(in.Description),
		ForGateway: in.AssociateType == "Gateway", Phase: ecs.PhaseCreating,
	}
	var made ecs.Key
	err = s.DB.Update(c.Context, func(tx *state.Tx) error {
		made, err = once.DoOne(tx, func() (ecs.Key, error) {
			if _, ok := state.VPCs.Get(tx, vpc); !ok {
				return 0, api.Errorf(api.CodeInvalidVpcIdNotFound, "Specified VPC does not exist.").WithStatus(404)
			}
			if err := room(tx, row); err != nil {
				return 0, err
			}
			k, r := tx.NewKey(vpc.Region()), *row
			r.Created = tx.Now().Unix()
			r.Tags = tag.Store(tx, in.Tag)
			state.RouteTables.Put(tx, k, &r)
			network.Pass(tx, k)
			return k, nil
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	return &api.CreateRouteTableResponse{RouteTableID: ecs.ID(ecs.KindRouteTable, made)}, nil
}

// room refuses a table that its VPC has no room for.
func room(v state.View, r *ecs.RouteTable) error {
	custom, gateways := -1, 0 // the system table is no custom one
	for _, t := range state.RouteTablesByVPC.Ascend(v, uint64(r.VPC), 0) {
		if custom++; t.ForGateway {
			gateways++
		}
	}
	switch {
	case r.ForGateway && gateways >= maxGatewayTables:
		return api.Errorf(api.CodeQuotaExceededGatewayRouteTable, "The quota of Gateway Route Table is exceeded.")
	case custom >= maxTables:
		return api.Errorf(api.CodeQuotaExceededRouteTable, "VPC RouteTable quota exceeded.")
	}
	return nil
}
