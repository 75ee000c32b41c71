package networkacl

import (
	"strconv"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

var (
	_ = action.Handle(&actions, "DescribeNetworkAcls", (*Service).DescribeNetworkACLs)
	_ = action.Handle(&actions, "DescribeNetworkAclAttributes", (*Service).DescribeNetworkACLAttributes)
)

// DescribeNetworkACLs lists network ACLs, newest first. Its ClientToken means
// nothing: it changes nothing.
func (s *Service) DescribeNetworkACLs(c *action.Call, in *api.DescribeNetworkAclsRequest) (*api.DescribeNetworkAclsResponse, error) {
	snap := s.DB.Snapshot()
	f := action.NewFilter(c, snap, state.NetworkACLs, account, state.NetworkACLsByAccount)
	if in.ResourceType != "" && in.ResourceType != "VSwitch" {
		return nil, resourceType()
	}
	if in.NetworkAclID != "" {
		f.IDList(c, ecs.KindNetworkACL, []string{in.NetworkAclID})
	}
	if in.VPCID != "" {
		k, _ := ecs.ParseID(ecs.KindVPC, in.VPCID)
		f.Index(state.NetworkACLsByVPC, uint64(k))
		f.Require(func(_ ecs.Key, r *ecs.NetworkACL) bool { return r.VPC == k })
	}
	if in.ResourceID != "" {
		var keys []ecs.Key
		if _, w, err := action.VSwitch(c, snap, in.ResourceID); err == nil && w.ACL != 0 {
			keys = []ecs.Key{w.ACL}
		}
		f.Keys(keys)
	}
	if in.NetworkAclName != "" {
		f.Require(func(_ ecs.Key, r *ecs.NetworkACL) bool { return r.Name == in.NetworkAclName })
	}
	tags, err := network.TagFilter(snap, in.Tags)
	if err != nil {
		return nil, err
	}
	f.Require(func(_ ecs.Key, r *ecs.NetworkACL) bool { return tags.Match(r.Tags) })
	page, err := s.Pager.Page(c, action.PageRequest{PageNumber: in.PageNumber, PageSize: in.PageSize, DefaultSize: 10, MaxSize: 50})
	if err != nil {
		return nil, err
	}
	rows, total, _ := f.List(page)
	out := &api.DescribeNetworkAclsResponse{PageNumber: strconv.Itoa(page.Number), PageSize: strconv.Itoa(page.Size), TotalCount: strconv.Itoa(total)}
	for _, r := range rows {
		out.NetworkAcls.NetworkAcl = append(out.NetworkAcls.NetworkAcl, api.DescribeNetworkAclsNetworkAcl(*s.show(snap, r.Key, r.Record)))
	}
	return out, nil
}

// DescribeNetworkACLAttributes shows one network ACL.
func (s *Service) DescribeNetworkACLAttributes(c *action.Call, in *api.DescribeNetworkAclAttributesRequest) (*api.DescribeNetworkAclAttributesResponse, error) {
	snap := s.DB.Snapshot()
	k, r, err := find(c, snap, in.NetworkAclID)
	if err != nil {
		return nil, err
	}
	out := &api.DescribeNetworkAclAttributesResponse{}
	s.show(snap, k, r).attributes(&out.NetworkAclAttribute)
	return out, nil
}

func resourceType() error {
	return api.Errorf(api.CodeParameterIllegalResourceType, "The specified resource type is not VSwitch.").WithStatus(400)
}
