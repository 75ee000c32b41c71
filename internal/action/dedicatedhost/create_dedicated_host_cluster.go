package dedicatedhost

import (
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/model/tag"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "CreateDedicatedHostCluster", (*Service).CreateDedicatedHostCluster)

// CreateDedicatedHostCluster makes an empty cluster in a zone.
func (s *Service) CreateDedicatedHostCluster(c *action.Call, in *api.CreateDedicatedHostClusterRequest) (*api.CreateDedicatedHostClusterResponse, error) {
	if in.DedicatedHostClusterName != "" && !ecs.ValidName(in.DedicatedHostClusterName) {
		return nil, action.Invalid("DedicatedHostClusterName")
	}
	if in.Description != "" && !ecs.ValidDescription(in.Description) {
		return nil, action.Invalid("Description")
	}
	if err := tag.Check(in.Tag); err != nil {
		return nil, err
	}
	z, ok := s.Catalog.Zone(in.ZoneID)
	if !ok || z.Region != c.Region {
		return nil, api.Errorf(api.CodeInvalidZoneIdNotFound, "The specified zone does not exist.").WithStatus(404)
	}
	if !resource.HasGroup(s.DB.Snapshot(), c.Caller.Account, in.ResourceGroupID) {
		return nil, noResourceGroup()
	}
	if action.Flag(in.DryRun) {
		return nil, action.DryRun()
	}
	var k ecs.Key
	err := s.DB.Update(c.Context, func(tx *state.Tx) error {
		r := &ecs.HostCluster{
			Account: c.Caller.Account, Zone: tx.Sym(z.ID), Name: strings.Clone(in.DedicatedHostClusterName), Description: strings.Clone(in.Description),
			Created: c.Now.Unix(), Tags: tag.Store(tx, in.Tag),
		}
		var ok bool
		if r.ResourceGroup, ok = resource.Group(tx, r.Account, in.ResourceGroupID); !ok {
			return noResourceGroup()
		}
		k = tx.NewKey(c.RegionCode())
		state.HostClusters.Put(tx, k, r)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &api.CreateDedicatedHostClusterResponse{DedicatedHostClusterID: ecs.ID(ecs.KindHostCluster, k)}, nil
}
