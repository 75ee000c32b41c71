package networkinterface

import (
	"slices"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DeleteNetworkInterfacePermission", (*Service).DeleteNetworkInterfacePermission)

// DeleteNetworkInterfacePermission takes a permission back. As long as the
// interface is attached to an instance of that account only Force does, and it
// stays attached.
func (s *Service) DeleteNetworkInterfacePermission(c *action.Call, in *api.DeleteNetworkInterfacePermissionRequest) (*api.DeleteNetworkInterfacePermissionResponse, error) {
	return &api.DeleteNetworkInterfacePermissionResponse{}, s.DB.Update(c.Context, func(tx *state.Tx) error {
		k, n, p, ok := findPermission(c, tx, in.NetworkInterfacePermissionID)
		if !ok {
			return action.Invalid("NetworkInterfacePermissionId")
		}
		if i, ok := state.Instances.Get(tx, n.Instance); ok && i.Account == p.Account && !action.Flag(in.Force) {
			return wrongState()
		}
		state.Interfaces.Put(tx, k, n.Change(func(m *ecs.InterfaceMore) {
			m.Permissions = slices.DeleteFunc(slices.Clone(m.Permissions), func(o ecs.InterfacePermission) bool { return o == p })
		}))
		return nil
	})
}

// findPermission finds a permission on an interface of the caller.
func findPermission(c *action.Call, v state.View, id string) (k ecs.Key, n *ecs.NetworkInterface, p ecs.InterfacePermission, ok bool) {
	key, ok := ecs.ParseID(ecs.KindENIPermission, id)
	if !ok || key.Region() != c.RegionCode() {
		return 0, nil, p, false
	}
	if k, n, ok = state.InterfacesByPermission.First(v, uint64(key)); !ok || n.Account != c.Caller.Account {
		return 0, nil, p, false
	}
	for _, p := range n.Rest().Permissions {
		if p.Key == key {
			return k, n, p, true
		}
	}
	return 0, nil, p, false
}
