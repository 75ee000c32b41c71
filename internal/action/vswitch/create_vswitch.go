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
	if err := names(in.VSwitchName, in.Description); err != nil {
		return nil, err
	}
	if err := network.CheckTags(in.Tag); err != nil {
		return nil, err
	}
	k, _, err := action.VPC(c, v, in.VPCID)
	if err != nil {
		return nil, vpcNotFound()
	}
	zone, ok := s.Catalog.Zone(in.ZoneID)
	if !ok || zone.Region.Code != k.Region() {
		return nil, api.Errorf(api.CodeInvalidZoneIdNotFound, "Specified zone does not exist.").WithStatus(404)
	}
	r := &ecs.VSwitch{
		Account: c.Caller.Account, VPC: k, Prefix: p, Name: strings.Clone(in.VSwitchName), Description: strings.Clone(in.Description),
	}
	if in.IPv6CidrBlock != nil || in.VPCIPv6CidrBlock != "" {
		if r.Prefix6, err = network.VSwitch6(v, k, 0, in.VPCIPv6CidrBlock, number(in.IPv6CidrBlock)); err != nil {
			return nil, err
		}
	}
	return r, nil
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
	if !r.Prefix6.IsZero() {
		for _, w := range state.VSwitchesByVPC.Ascend(v, uint64(r.VPC), 0) {
			if w.Prefix6 == r.Prefix6 {
				return api.Errorf(api.CodeOperationFailedIpv6CidrBlockOverLapped, "The input IPv6 CIDR block overlaps with the existing ones.")
			}
		}
	}
	return network.VSwitchFits(v, r.VPC, r.Prefix)
}

// names refuses a name or a description that no vSwitch may have.
func names(name, description string) error {
	if name != "" && !ecs.ValidName(name) {
		return api.Errorf(api.CodeInvalidVSwitchNameMalformed, "Specified virtual switch name is not valid.")
	}
	if description != "" && !ecs.ValidDescription(description) {
		return api.Errorf(api.CodeInvalidVSwitchDiscriptionMalformed, "Specified virtual switch description is not valid.")
	}
	return nil
}

// number is what an Ipv6CidrBlock says, 0 if it says nothing.
func number(n *int) int {
	if n == nil {
		return 0
	}
	return *n
}

func vpcNotFound() error {
	return api.Errorf(api.CodeInvalidVpcIdNotFound, "Specified VPC does not exist.").WithStatus(404)
}
