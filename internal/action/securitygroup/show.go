package securitygroup

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/tag"
	"github.com/openecs/openecs/internal/state"
)

// show is a group as DescribeSecurityGroups shows it.
func show(o *api.DescribeSecurityGroupsSecurityGroup, v state.View, k ecs.Key, r *ecs.SecurityGroup) {
	o.SecurityGroupID, o.SecurityGroupName, o.Description = ecs.ID(ecs.KindSecurityGroup, k), r.Name, r.Description
	o.VPCID = ecs.ID(ecs.KindVPC, r.VPC)
	o.SecurityGroupType = "normal"
	if r.Enterprise {
		o.SecurityGroupType = "enterprise"
	}
	o.CreationTime, o.ResourceGroupID = ecs.Second(r.Created), v.Str(r.ResourceGroup)
	members := state.InterfacesByGroup.Count(v, uint64(k))
	o.EcsCount, o.AvailableInstanceAmount = members, r.Limit()-members
	o.ServiceManaged = r.Managed
	o.RuleCount = len(r.Rules)
	for i := range r.Rules {
		if r.Rules[i].PeerGroup != 0 {
			o.GroupToGroupRuleCount++
		}
	}
	o.Tags.Tag = tag.Show(v, r.Tags)
}
