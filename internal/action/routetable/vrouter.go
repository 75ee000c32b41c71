package routetable

import (
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

var (
	_ = action.Handle(&actions, "DescribeVRouters", (*Service).DescribeVRouters)
	_ = action.Handle(&actions, "ModifyVRouterAttribute", (*Service).ModifyVRouterAttribute)
)

// DescribeVRouters lists virtual routers, newest first. Each VPC has one, which
// has its key.
func (s *Service) DescribeVRouters(c *action.Call, in *api.DescribeVRoutersRequest) (*api.DescribeVRoutersResponse, error) {
	snap := s.DB.Snapshot()
	f := action.NewFilter(c, snap, state.VPCs, func(r *ecs.VPC) uint64 { return r.Account }, state.VPCsByAccount)
	if in.VRouterID != "" {
		f.IDList(c, ecs.KindRouter, []string{in.VRouterID})
	}
	page, err := s.Pager.Page(c, action.PageRequest{PageNumber: in.PageNumber, PageSize: in.PageSize, DefaultSize: 10, MaxSize: 50})
	if err != nil {
		return nil, err
	}
	rows, total, _ := f.List(page)
	out := &api.DescribeVRoutersResponse{PageNumber: page.Number, PageSize: page.Size, TotalCount: total}
	for _, r := range rows {
		o := api.DescribeVRoutersVRouter{
			CreationTime: ecs.Second(r.Record.Created), Description: r.Record.RouterDescription, VRouterID: ecs.ID(ecs.KindRouter, r.Key), VRouterName: r.Record.RouterName,
			VPCID: ecs.ID(ecs.KindVPC, r.Key), RegionID: in.RegionID,
		}
		if c.Region != nil {
			o.RegionID = c.Region.ID
		}
		for t := range state.RouteTablesByVPC.Keys(snap, uint64(r.Key), 0) {
			o.RouteTableIDs.RouteTableID = append(o.RouteTableIDs.RouteTableID, ecs.ID(ecs.KindRouteTable, t))
		}
		out.VRouters.VRouter = append(out.VRouters.VRouter, o)
	}
	return out, nil
}

// ModifyVRouterAttribute changes a virtual router's name and description.
func (s *Service) ModifyVRouterAttribute(c *action.Call, in *api.ModifyVRouterAttributeRequest) (*api.ModifyVRouterAttributeResponse, error) {
	k, _, ok := action.Find(c, s.DB.Snapshot(), state.VPCs, ecs.KindRouter, func(r *ecs.VPC) uint64 { return r.Account }, in.VRouterID)
	switch {
	case !ok:
		return nil, noRouter()
	case in.VRouterName != "" && !ecs.ValidName(in.VRouterName):
		return nil, api.Errorf(api.CodeInvalidVRouterNameMalformed, "Specified virtual router name is not valid.")
	case in.Description != "" && !ecs.ValidDescription(in.Description):
		return nil, api.Errorf(api.CodeInvalidDescriptionMalformed, "Description format is invalid.")
	}
	return &api.ModifyVRouterAttributeResponse{}, s.DB.Update(c.Context, func(tx *state.Tx) error {
		if _, ok := state.VPCs.Get(tx, k); !ok {
			return noRouter()
		}
		network.Change(tx, state.VPCs, k, func(r *ecs.VPC) {
			if c.Has("VRouterName") {
				r.RouterName = strings.Clone(in.VRouterName)
			}
			if c.Has("Description") {
				r.RouterDescription = strings.Clone(in.Description)
			}
		})
		return nil
	})
}

func noRouter() error {
	return api.Errorf(api.CodeInvalidVRouterNotFound, "Specified virtual router does not exist.").WithStatus(404)
}
