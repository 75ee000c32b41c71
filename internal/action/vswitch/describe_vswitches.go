package vswitch

import (
	"iter"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DescribeVSwitches", (*Service).DescribeVSwitches)

// DescribeVSwitches lists vSwitches, newest first: of a region, or of a VPC
// when the request names no region. A filter that nothing fits gives an empty
// list.
func (s *Service) DescribeVSwitches(c *action.Call, in *api.DescribeVSwitchesRequest) (*api.DescribeVSwitchesResponse, error) {
	if c.Region == nil && in.VPCID == "" {
		return nil, api.Errorf(api.CodeMissingParameter, "The input parameter %q that is mandatory for processing this request is not supplied.", "RegionId")
	}
	snap := s.DB.Snapshot()
	match, err := filter(c, snap, in)
	if err != nil {
		return nil, err
	}
	page, err := s.Pager.Page(c, action.PageRequest{PageNumber: in.PageNumber, PageSize: in.PageSize, DefaultSize: 10, MaxSize: 50})
	if err != nil {
		return nil, err
	}
	if action.Flag(in.DryRun) {
		return nil, action.DryRun()
	}
	rows, total, _ := action.List(page, source(c, snap, in.VPCID), match, -1)
	out := &api.DescribeVSwitchesResponse{PageNumber: page.Number, PageSize: page.Size, TotalCount: total}
	out.VSwitches.VSwitch = make([]api.DescribeVSwitchesVSwitch, len(rows))
	for i, r := range rows {
		show(&out.VSwitches.VSwitch[i], snap, r.Key, r.Record)
	}
	return out, nil
}

// source gives the vSwitches of a VPC if one is named, else of the region.
func source(c *action.Call, snap *state.Snapshot, vpc string) func(ecs.Key) iter.Seq2[ecs.Key, *ecs.VSwitch] {
	return func(below ecs.Key) iter.Seq2[ecs.Key, *ecs.VSwitch] {
		if vpc == "" {
			return state.VSwitchesByAccount.Descend(snap, state.Scope(c.Caller.Account, c.RegionCode()), below)
		}
		k, _, err := action.VPC(c, snap, vpc)
		if err != nil {
			return func(func(ecs.Key, *ecs.VSwitch) bool) {}
		}
		return state.VSwitchesByVPC.Descend(snap, uint64(k), below)
	}
}

// filter reads the filters; what it returns decides which vSwitches are asked
// for. A VPC's vSwitches are of the account that owns the VPC.
func filter(c *action.Call, snap *state.Snapshot, in *api.DescribeVSwitchesRequest) (func(ecs.Key, *ecs.VSwitch) bool, error) {
	ids, ok := network.ParseIDs(ecs.KindVSwitch, in.VSwitchID)
	if !ok {
		return nil, api.Errorf(api.CodeInvalidVSwitchIdNumberNotSupported, "The number of vSwitchIds exceeds the limit.")
	}
	tags, err := network.TagFilter(snap, in.Tag)
	if err != nil {
		return nil, err
	}
	zone, known := state.LookupSym(snap, in.ZoneID)
	groups := resource.NewVPCGroupFilter(snap, c.Caller.Account, in.ResourceGroupID)
	// No vSwitch here has another owner.
	none := !known ||
		in.VSwitchOwnerID != nil && uint64(*in.VSwitchOwnerID) != c.Caller.Account
	var table ecs.Key
	if in.RouteTableID != "" {
		if table, ok = ecs.ParseID(ecs.KindRouteTable, in.RouteTableID); !ok {
			none = true
		}
	}
	return func(k ecs.Key, r *ecs.VSwitch) bool {
		return !none && ids.Match(k) &&
			(in.VSwitchName == "" || r.Name == in.VSwitchName) &&
			(zone == 0 || r.Zone == zone) &&
			(in.EnableIPv6 == nil || *in.EnableIPv6 == !r.Prefix6.IsZero()) &&
			(in.IsDefault == nil || r.Default == *in.IsDefault) &&
			(table == 0 || network.TableOf(r) == table) &&
			(!groups.Given() || groups.Match(group(snap, r))) &&
			tags.Match(r.Tags)
	}, nil
}
