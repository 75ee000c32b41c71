package vswitch

import (
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/model/tag"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "CreateVSwitch", (*Service).CreateVSwitch)

// maxVSwitches is how many vSwitches a VPC has.
const maxVSwitches = 150

// CreateVSwitch makes a subnet of a VPC in one zone of its region.
func (s *Service) CreateVSwitch(c *action.Call, in *api.CreateVSwitchRequest) (*api.CreateVSwitchResponse, error) {
	once, err := c.Once(in.ClientToken, nil)
	if err != nil {
		return nil, err
	}
	snap := s.DB.Snapshot()
	made, found, err := once.Earlier(snap, c.Now)
	if err != nil {
		return nil, err
	}
	if found {
		return created(made[0]), nil
	}
	r, err := s.newVSwitch(c, snap, in)
	if err == nil {
		err = fits(snap, r)
	}
	if err != nil {
		return nil, err
	}
	err = s.DB.Update(c.Context, func(tx *state.Tx) error {
		made, err = once.Do(tx, func() ([]ecs.Key, error) {
			if err := fits(tx, r); err != nil {
				return nil, err
			}
			k, row := tx.NewKey(r.VPC.Region()), *r
			row.Created = tx.Now().Unix()
			row.Zone = tx.Sym(strings.Clone(in.ZoneID))
			row.Tags = tag.Store(tx, in.Tag)
			state.VSwitches.Put(tx, k, &row)
			return []ecs.Key{k}, nil
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	return created(made[0]), nil
}

func created(k ecs.Key) *api.CreateVSwitchResponse {
	return &api.CreateVSwitchResponse{VSwitchID: ecs.ID(ecs.KindVSwitch, k)}
}

// newVSwitch is the record that the request asks for, without what only a
// transaction has.
func (s *Service) newVSwitch(c *action.Call, v state.View, in *api.CreateVSwitchRequest) (*ecs.VSwitch, error) {
	p, ok := ecs.ParsePrefix(in.CidrBlock)
	if !ok {
		return nil, api.Errorf(api.CodeInvalidCidrBlockMalformed, "Specified CIDR block is not valid.")
	}
	if p.Bits < 16 || p.Bits > 29 {
		return nil, api.Errorf(api.CodeInvalidCirdrBlockMaskLength, "Specified CIDR block is not valid .")
	}
	if in.VSwitchName != "" && !ecs.ValidName(in.VSwitchName) {
		return nil, api.Errorf(api.CodeInvalidVSwitchNameMalformed, "Specified virtual switch name is not valid.")
	}
	if in.Description != "" && !ecs.ValidDescription(in.Description) {
		return nil, api.Errorf(api.CodeInvalidVSwitchDiscriptionMalformed, "Specified virtual switch description is not valid.")
	}
	if err := network.CheckTags(in.Tag); err != nil {
		return nil, err
	}
	if in.IPv6CidrBlock != nil || in.VPCIPv6CidrBlock != "" {
		return nil, api.Errorf(api.CodeUnsupportedOperationNotImplemented, "OpenECS does not support IPv6 networks of vSwitches yet.")
	}
	k, _, err := action.VPC(c, v, in.VPCID)
	if err != nil {
		return nil, vpcNotFound()
	}
	zone, ok := s.Catalog.Zone(in.ZoneID)
	if !ok || zone.Region.Code != k.Region() {
		return nil, api.Errorf(api.CodeInvalidZoneIdNotFound, "Specified zone does not exist.").WithStatus(404)
	}
	return &ecs.VSwitch{
		Account: c.Caller.Account, VPC: k, Prefix: p, Name: strings.Clone(in.VSwitchName), Description: strings.Clone(in.Description),
	}, nil
}

// fits refuses a vSwitch that its VPC, as it is now, has no room for.
func fits(v state.View, r *ecs.VSwitch) error {
	vpc, ok := state.VPCs.Get(v, r.VPC)
	if !ok {
		return vpcNotFound()
	}
	inside := vpc.Prefix.Covers(r.Prefix)
	for _, p := range vpc.Secondary {
		inside = inside || p.Covers(r.Prefix)
	}
	if !inside {
		return api.Errorf(api.CodeInvalidParameter, "Specified CIDR block is not valid in VPC.")
	}
	if state.VSwitchesByVPC.Count(v, uint64(r.VPC)) >= maxVSwitches {
		return api.Errorf(api.CodeQuotaExceededVSwitch, "Virtual switch quota exceeded.")
	}
	for _, w := range state.VSwitchesByVPC.Ascend(v, uint64(r.VPC), 0) {
		if w.Prefix.Overlaps(r.Prefix) {
			return api.Errorf(api.CodeInvalidCidrBlockOverlapped, "Specified CIDR block overlapped with other subnets.")
		}
	}
	return nil
}

func vpcNotFound() error {
	return api.Errorf(api.CodeInvalidVpcIdNotFound, "Specified VPC does not exist.").WithStatus(404)
}
