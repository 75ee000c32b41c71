package networkinterface

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DescribeNetworkInterfacePermissions", (*Service).DescribeNetworkInterfacePermissions)

// DescribeNetworkInterfacePermissions lists the permissions of one interface, or
// those named, or those of both.
func (s *Service) DescribeNetworkInterfacePermissions(c *action.Call, in *api.DescribeNetworkInterfacePermissionsRequest) (*api.DescribeNetworkInterfacePermissionsResponse, error) {
	if in.NetworkInterfaceID == "" && len(in.NetworkInterfacePermissionID) == 0 {
		return nil, api.Errorf(api.CodeMissingParameter, "NetworkInterfaceId or NetworkInterfacePermissionId.N must be specified.")
	}
	if len(in.NetworkInterfacePermissionID) > maxPermissions {
		return nil, action.Invalid("NetworkInterfacePermissionId")
	}
	page, err := s.Pager.Page(c, action.PageRequest{PageNumber: in.PageNumber, PageSize: in.PageSize, DefaultSize: 10, MaxSize: 100})
	if err != nil {
		return nil, err
	}
	all, err := permissions(c, s.DB.Snapshot(), in)
	if err != nil {
		return nil, err
	}
	out := &api.DescribeNetworkInterfacePermissionsResponse{PageNumber: page.Number, PageSize: page.Size, TotalCount: len(all)}
	set := &out.NetworkInterfacePermissions.NetworkInterfacePermission
	*set = []api.DescribeNetworkInterfacePermissionsNetworkInterfacePermission{}
	if page.Number <= len(all)/page.Size+1 {
		from := (page.Number - 1) * page.Size
		*set = append(*set, all[min(from, len(all)):min(from+page.Size, len(all))]...)
	}
	return out, nil
}

func permissions(c *action.Call, v state.View, in *api.DescribeNetworkInterfacePermissionsRequest) (all []api.DescribeNetworkInterfacePermissionsNetworkInterfacePermission, err error) {
	if len(in.NetworkInterfacePermissionID) == 0 {
		k, n, err := find(c, v, in.NetworkInterfaceID)
		if err != nil {
			return nil, err
		}
		for _, p := range n.Rest().Permissions {
			all = append(all, api.DescribeNetworkInterfacePermissionsNetworkInterfacePermission(permission(k, p)))
		}
		return all, nil
	}
	for _, id := range in.NetworkInterfacePermissionID {
		if k, _, p, ok := findPermission(c, v, id); ok {
			shown := api.DescribeNetworkInterfacePermissionsNetworkInterfacePermission(permission(k, p))
			if in.NetworkInterfaceID == "" || in.NetworkInterfaceID == shown.NetworkInterfaceID {
				all = append(all, shown)
			}
		}
	}
	return all, nil
}
