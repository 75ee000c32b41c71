package securitygroup

import (
	"iter"
	"path"
	"slices"
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/model/tag"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DescribeSecurityGroups", (*Service).DescribeSecurityGroups)

// DescribeSecurityGroups lists an account's groups in a region, newest first. A
// filter that nothing fits gives an empty list.
func (s *Service) DescribeSecurityGroups(c *action.Call, in *api.DescribeSecurityGroupsRequest) (*api.DescribeSecurityGroupsResponse, error) {
	snap := s.DB.Snapshot()
	match, err := filter(c, snap, in)
	if err != nil {
		return nil, err
	}
	page, err := s.Pager.Page(c, action.PageRequest{
		PageNumber: in.PageNumber, PageSize: in.PageSize, MaxResults: in.MaxResults, NextToken: in.NextToken,
		DefaultSize: 10, MaxSize: 100, MinResults: 10, MaximumResults: 100, BadToken: api.CodeInValidParameterNextToken,
	})
	if err != nil {
		return nil, nextToken(err)
	}
	if action.Flag(in.DryRun) {
		return nil, action.DryRun()
	}
	scope := state.Scope(c.Caller.Account, c.RegionCode())
	rows, total, next := action.List(page, func(below ecs.Key) iter.Seq2[ecs.Key, *ecs.SecurityGroup] {
		return state.GroupsByAccount.Descend(snap, scope, below)
	}, match, -1)
	out := &api.DescribeSecurityGroupsResponse{
		PageNumber: page.Number, PageSize: page.Size, TotalCount: total, NextToken: next, RegionID: c.Region.ID,
	}
	out.SecurityGroups.SecurityGroup = make([]api.DescribeSecurityGroupsSecurityGroup, len(rows))
	for i, r := range rows {
		show(&out.SecurityGroups.SecurityGroup[i], snap, r.Key, r.Record)
	}
	return out, nil
}

// nextToken puts the refusal of a bad token in these actions' words.
func nextToken(err error) error {
	if e, ok := err.(*api.Error); ok && e.Code == api.CodeInValidParameterNextToken {
		e.Message = "The parameter NextToken is invalid."
	}
	return err
}

// filter reads the filters; what it returns decides which groups are asked for.
func filter(c *action.Call, snap *state.Snapshot, in *api.DescribeSecurityGroupsRequest) (func(ecs.Key, *ecs.SecurityGroup) bool, error) {
	var tests []func(ecs.Key, *ecs.SecurityGroup) bool
	require := func(t func(ecs.Key, *ecs.SecurityGroup) bool) { tests = append(tests, t) }
	if c.Has("SecurityGroupIds") && in.SecurityGroupIDs != "" {
		ids, err := action.Strings("SecurityGroupIds", in.SecurityGroupIDs, 100)
		if err != nil {
			return nil, api.Errorf(api.CodeInvalidSecurityGroupIdMalformed, "The specified parameter SecurityGroupId is not valid.")
		}
		keys := groupKeys(ids)
		require(func(k ecs.Key, _ *ecs.SecurityGroup) bool { return slices.Contains(keys, k) })
	}
	if in.SecurityGroupID != "" {
		keys := groupKeys([]string{in.SecurityGroupID})
		require(func(k ecs.Key, _ *ecs.SecurityGroup) bool { return slices.Contains(keys, k) })
	}
	if in.VPCID != "" {
		vpc, _, err := action.VPC(c, snap, in.VPCID)
		require(func(_ ecs.Key, r *ecs.SecurityGroup) bool { return err == nil && r.VPC == vpc })
	}
	if err := filterName(in, require); err != nil {
		return nil, err
	}
	if in.SecurityGroupType != "" {
		enterprise, ok := parseType(in.SecurityGroupType)
		if !ok {
			return nil, api.Errorf(api.CodeInvalidParameterSecurityGroupType, "The specified SecurityGroupType is not valid.")
		}
		require(func(_ ecs.Key, r *ecs.SecurityGroup) bool { return r.Enterprise == enterprise })
	}
	switch in.NetworkType {
	case "":
	case "vpc", "classic":
		require(func(_ ecs.Key, r *ecs.SecurityGroup) bool { return r.Network().String() == in.NetworkType })
	default:
		return nil, action.Invalid("NetworkType")
	}
	if in.ServiceManaged != nil {
		require(func(_ ecs.Key, r *ecs.SecurityGroup) bool { return r.Managed == *in.ServiceManaged })
	}
	group := resource.NewGroupFilter(snap, c.Caller.Account, in.ResourceGroupID)
	require(func(_ ecs.Key, r *ecs.SecurityGroup) bool { return group.Match(r.ResourceGroup) })
	if err := tag.CheckFilter(in.Tag); err != nil {
		return nil, err
	}
	tags := tag.NewFilter(snap, in.Tag)
	require(func(_ ecs.Key, r *ecs.SecurityGroup) bool { return tags.Match(r.Tags) })
	return func(k ecs.Key, r *ecs.SecurityGroup) bool {
		for _, t := range tests {
			if !t(k, r) {
				return false
			}
		}
		return true
	}, nil
}

// filterName reads SecurityGroupName: the whole name, or with FuzzyQuery a
// pattern whose * stands for anything.
func filterName(in *api.DescribeSecurityGroupsRequest, require func(func(ecs.Key, *ecs.SecurityGroup) bool)) error {
	name := in.SecurityGroupName
	if name == "" {
		return nil
	}
	if action.Flag(in.FuzzyQuery) {
		if _, err := path.Match(name, ""); err != nil || strings.ContainsAny(name, "/?[\\") {
			return api.Errorf(api.CodeInvalidSecurityGroupNameMalformed, "The specified parameter SecurityGroupName is not valid.")
		}
		require(func(_ ecs.Key, r *ecs.SecurityGroup) bool { ok, _ := path.Match(name, r.Name); return ok })
		return nil
	}
	if !ecs.ValidName(name) {
		return api.Errorf(api.CodeInvalidSecurityGroupNameMalformed, "The specified parameter SecurityGroupName is not valid.")
	}
	require(func(_ ecs.Key, r *ecs.SecurityGroup) bool { return r.Name == name })
	return nil
}

// groupKeys are the keys that identifiers name; what names nothing is left out.
func groupKeys(ids []string) []ecs.Key {
	keys := make([]ecs.Key, 0, len(ids))
	for _, id := range ids {
		if k, ok := ecs.ParseID(ecs.KindSecurityGroup, id); ok {
			keys = append(keys, k)
		}
	}
	return keys
}
