package dhcpoptions

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/model/tag"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "CreateDhcpOptionsSet", (*Service).CreateDHCPOptionsSet)

// CreateDHCPOptionsSet makes a DHCP options set, which is attached to no VPC.
// What it is not asked for is what the service tells instances without one.
func (s *Service) CreateDHCPOptionsSet(c *action.Call, in *api.CreateDhcpOptionsSetRequest) (*api.CreateDhcpOptionsSetResponse, error) {
	once, err := c.Once(in.ClientToken, in.DryRun)
	if err != nil {
		return nil, err
	}
	snap := s.DB.Snapshot()
	made, found, err := once.EarlierOne(snap, c.Now)
	if err != nil {
		return nil, err
	}
	if found {
		return created(snap, made), nil
	}
	row := &ecs.DHCPOptionsSet{Account: c.Caller.Account, Servers: defaultDNS, Lease: defaultLease, Lease6: defaultLease, Phase: ecs.PhaseCreating}
	o := options{in.DhcpOptionsSetName, in.DhcpOptionsSetDescription, in.DomainName, in.DomainNameServers, in.LeaseTime, in.IPv6LeaseTime, in.BootFileName, in.TFTPServerName}
	if err := o.write(row); err != nil {
		return nil, err
	}
	if !resource.HasGroup(snap, c.Caller.Account, in.ResourceGroupID) {
		return nil, noGroup()
	}
	if err := network.CheckTags(in.Tag); err != nil {
		return nil, err
	}
	room := func(v state.View) error {
		if state.DHCPOptionsSetsByAccount.Count(v, state.Scope(c.Caller.Account, c.RegionCode())) >= maxSets {
			return api.Errorf(api.CodeQuotaExceededRegionDhcpOptionsSet, "The number of DhcpOptionsSets in the region exceeds the quota of %d.", maxSets)
		}
		return nil
	}
	if err := room(snap); err != nil {
		return nil, err
	}
	if action.Flag(in.DryRun) {
		return nil, action.DryRun()
	}
	err = s.DB.Update(c.Context, func(tx *state.Tx) error {
		made, err = once.DoOne(tx, func() (ecs.Key, error) {
			if err := room(tx); err != nil {
				return 0, err
			}
			k, r := tx.NewKey(c.RegionCode()), *row
			var ok bool
			if r.ResourceGroup, ok = resource.Group(tx, r.Account, in.ResourceGroupID); !ok {
				return 0, noGroup()
			}
			r.Created, r.Tags = tx.Now().Unix(), tag.Store(tx, in.Tag)
			state.DHCPOptionsSets.Put(tx, k, &r)
			network.Pass(tx, k)
			return k, nil
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	return created(s.DB.Snapshot(), made), nil
}

func created(v state.View, k ecs.Key) *api.CreateDhcpOptionsSetResponse {
	o := &api.CreateDhcpOptionsSetResponse{DhcpOptionsSetID: ecs.ID(ecs.KindDHCPOptionsSet, k)}
	if r, ok := state.DHCPOptionsSets.Get(v, k); ok {
		o.ResourceGroupID = resource.ShowGroup(v, r.Account, r.ResourceGroup)
	}
	return o
}

func noGroup() error {
	return api.Errorf(api.CodeInvalidResourceGroupId, "The specified ResourceGroupId is not valid.")
}
