package networkinterface

import (
	"slices"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "CreateNetworkInterfacePermission", (*Service).CreateNetworkInterfacePermission)

// maxPermissions is how many accounts may attach one interface (inferred).
const maxPermissions = 100

// CreateNetworkInterfacePermission lets another account attach a secondary
// interface to an instance of its own in the zone. An account that has the
// permission keeps the one it has.
func (s *Service) CreateNetworkInterfacePermission(c *action.Call, in *api.CreateNetworkInterfacePermissionRequest) (*api.CreateNetworkInterfacePermissionResponse, error) {
	if in.Permission != "InstanceAttach" {
		return nil, action.Invalid("Permission")
	}
	if *in.AccountID < 1 || uint64(*in.AccountID) == c.Caller.Account {
		return nil, action.Invalid("AccountId")
	}
	to := uint64(*in.AccountID)
	out := &api.CreateNetworkInterfacePermissionResponse{}
	return out, s.DB.Update(c.Context, func(tx *state.Tx) error {
		k, n, err := find(c, tx, in.NetworkInterfaceID)
		if err != nil {
			return err
		}
		if n.Primary {
			return wrongType()
		}
		m := n.Rest()
		for _, p := range m.Permissions {
			if p.Account == to {
				out.NetworkInterfacePermission = permission(k, p)
				return nil
			}
		}
		if len(m.Permissions) >= maxPermissions {
			return action.Invalid("AccountId")
		}
		p := ecs.InterfacePermission{Key: tx.NewKey(k.Region()), Account: to}
		state.Interfaces.Put(tx, k, n.Change(func(m *ecs.InterfaceMore) { m.Permissions = append(slices.Clip(m.Permissions), p) }))
		out.NetworkInterfacePermission = permission(k, p)
		return nil
	})
}

// permission is a permission as it is shown.
func permission(k ecs.Key, p ecs.InterfacePermission) api.CreateNetworkInterfacePermissionNetworkInterfacePermission {
	return api.CreateNetworkInterfacePermissionNetworkInterfacePermission{
		AccountID: int64(p.Account), NetworkInterfaceID: ecs.ID(ecs.KindNetworkInterface, k), NetworkInterfacePermissionID: ecs.ID(ecs.KindENIPermission, p.Key),
		Permission: "InstanceAttach", PermissionState: "Granted",
	}
}
