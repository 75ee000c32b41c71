package dedicatedhost

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/model/compute"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "ModifyDedicatedHostAttribute", (*Service).ModifyDedicatedHostAttribute)

// ModifyDedicatedHostAttribute changes what is given, the cluster too.
func (s *Service) ModifyDedicatedHostAttribute(c *action.Call, in *api.ModifyDedicatedHostAttributeRequest) (*api.ModifyDedicatedHostAttributeResponse, error) {
	err := s.DB.Update(c.Context, func(tx *state.Tx) error {
		k, r, err := find(c, tx, in.DedicatedHostID)
		if err != nil {
			return err
		}
		next := *r
		if err := setAttributes(&next, &attributes{in.DedicatedHostName, in.Description, in.AutoPlacement, in.ActionOnMaintenance, in.NetworkAttributes.UdpTimeout, in.NetworkAttributes.SlbUdpTimeout}); err != nil {
			return err
		}
		if t, ok := s.Catalog.HostType(tx.Str(r.Type)); ok {
			if err := setRatio(&next, t, in.CPUOverCommitRatio); err != nil {
				return err
			}
			if used, _ := compute.HostUse(tx, s.Catalog, k, 0); in.CPUOverCommitRatio != nil && used > t.VCPU(int(next.OverCommit)) {
				return action.Invalid("CpuOverCommitRatio") // its instances need more
			}
		}
		if in.DedicatedHostClusterID != "" {
			cluster, to, err := findCluster(c, tx, in.DedicatedHostClusterID)
			if err != nil {
				return err
			}
			if to.Zone != r.Zone {
				return action.Invalid("DedicatedHostClusterId")
			}
			next.Cluster = cluster
		}
		state.DedicatedHosts.Put(tx, k, &next)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &api.ModifyDedicatedHostAttributeResponse{}, nil
}
