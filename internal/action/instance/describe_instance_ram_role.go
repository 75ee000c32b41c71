package instance

import (
	"iter"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/compute"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DescribeInstanceRamRole", (*Service).DescribeInstanceRamRole)

// DescribeInstanceRamRole shows the roles of the instances named, or the
// instances that have the role named. An instance without a role shows "".
func (s *Service) DescribeInstanceRamRole(c *action.Call, req *api.DescribeInstanceRamRoleRequest) (*api.DescribeInstanceRamRoleResponse, error) {
	if req.InstanceIDs == "" && req.RAMRoleName == "" {
		return nil, api.Errorf(api.CodeInvalidParameterAllEmpty, "InstanceIds and RamRoleName must not both be empty.").WithStatus(403)
	}
	page, err := s.Pager.Page(c, action.PageRequest{PageNumber: req.PageNumber, PageSize: req.PageSize, DefaultSize: 10, MaxSize: 50})
	if err != nil {
		return nil, err
	}
	snap := s.DB.Snapshot()
	out := &api.DescribeInstanceRamRoleResponse{RegionID: c.Region.ID}
	add := func(k ecs.Key, role string) {
		out.InstanceRAMRoleSets.InstanceRAMRoleSet = append(out.InstanceRAMRoleSets.InstanceRAMRoleSet,
			api.DescribeInstanceRamRoleInstanceRAMRoleSet{InstanceID: ecs.ID(ecs.KindInstance, k), RAMRoleName: role})
	}
	if req.InstanceIDs != "" {
		keys, err := s.withRoles(c, snap, req.InstanceIDs, req.RAMRoleName)
		if err != nil {
			return nil, err
		}
		out.TotalCount = len(keys)
		for _, k := range pageOf(keys, page) {
			add(k, snap.Str(compute.Options(snap, k).RAMRole))
		}
		return out, nil
	}
	role, ok := state.LookupSym(snap, req.RAMRoleName)
	if !ok || role == 0 {
		return out, nil
	}
	index := state.Within(c.Caller.Account, c.Region.Code, uint64(role))
	rows, total, _ := action.List(page, func(below ecs.Key) iter.Seq2[ecs.Key, *ecs.InstanceOptions] {
		return state.InstanceOptionsByRAMRole.Descend(snap, index, below)
	}, func(k ecs.Key, o *ecs.InstanceOptions) bool {
		return o.RAMRole == role && o.Account == c.Caller.Account && k.Region() == c.Region.Code
	}, -1)
	out.TotalCount = total
	for _, r := range rows {
		add(r.Key, req.RAMRoleName)
	}
	return out, nil
}

// withRoles are the instances named, of those with the role where one is named.
func (s *Service) withRoles(c *action.Call, v state.View, list, role string) ([]ecs.Key, error) {
	ids, err := action.Strings("InstanceIds", list, maxBatch)
	if err != nil || len(ids) == 0 {
		return nil, api.Errorf(api.CodeInvalidInstanceIdsMalformed, "The specified instanceIds are not valid.")
	}
	var keys []ecs.Key
	for _, id := range distinct(ids) {
		k, r, err := action.Instance(c, v, id)
		if err != nil {
			return nil, err
		}
		if n, ok := state.Interfaces.Get(v, r.Interface); !ok || n.VPC == 0 {
			return nil, classicRole()
		}
		if role == "" || v.Str(compute.Options(v, k).RAMRole) == role {
			keys = append(keys, k)
		}
	}
	return keys, nil
}

// pageOf is a page, by number, of what is listed already.
func pageOf[T any](all []T, p action.Page) []T {
	from := min(len(all), (min(p.Number, len(all)+1)-1)*p.Size)
	return all[from:min(len(all), from+p.Size)]
}
