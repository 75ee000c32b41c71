package instance

import (
	"slices"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// maxGroups is how many security groups an instance may be in.
const maxGroups = 5

// references finds the security groups and the vSwitch. The groups decide the
// network type: VPC groups need a vSwitch of their VPC, a classic group none.
func (p *planner) references() error {
	in, pl := p.in, &p.plan
	ids := in.SecurityGroupIDs
	if in.SecurityGroupID != "" {
		ids = []string{in.SecurityGroupID}
	}
	var first *ecs.SecurityGroup
	for _, id := range ids {
		k, g, err := action.SecurityGroup(p.c, p.snap, id)
		if err != nil {
			if p.run() && in.SecurityGroupID != "" {
				return api.Errorf(api.CodeInvalidSecurityGroupId, "The specified SecurityGroupId is invalid or does not exist.")
			}
			return err
		}
		pl.groups = append(pl.groups, k)
		if first == nil {
			first = g
			continue
		}
		if g.Network() != first.Network() {
			return api.Errorf(api.CodeInvalidSecurityGroupIdMultiGroupIdNetworkTypeConflict, "The specified security groups have different network types.")
		}
		if g.VPC != first.VPC {
			return api.Errorf(api.CodeInvalidSecurityGroupVpcMismatch, "The specified security groups are not in the same VPC.")
		}
		if g.Enterprise != first.Enterprise {
			return api.Errorf(api.CodeEnterpriseGroupLimitedMutliGroupType, "The specified instance can not join multi SecurityGroup types.")
		}
	}
	if err := pl.groupRoom(p.snap); err != nil {
		return err
	}
	pl.network, pl.vpc = first.Network(), first.VPC
	return p.vswitch()
}

// groupRoom refuses security groups that are gone, or full with the instances.
func (p *plan) groupRoom(v state.View) error {
	room := func(groups []ecs.Key) error {
		for _, k := range groups {
			g, ok := state.Groups.Get(v, k)
			switch {
			case !ok:
				return gone("SecurityGroupId")
			case state.InterfacesByGroup.Count(v, uint64(k))+p.amount*p.joins(k) > g.Limit():
				return api.Errorf(api.CodeSecurityGroupInstanceLimitExceed, "The maximum number of instances in a security group is exceeded.")
			}
		}
		return nil
	}
	err := room(p.groups)
	for i := 0; err == nil && i < len(p.cards); i++ {
		err = room(p.cards[i].groups)
	}
	return err
}

// joins is how many interfaces of each instance join a security group.
func (p *plan) joins(group ecs.Key) (n int) {
	if slices.Contains(p.groups, group) {
		n++
	}
	for i := range p.cards {
		if c := &p.cards[i]; c.existing == 0 && slices.Contains(c.groups, group) {
			n++
		}
	}
	return n
}

func (p *planner) vswitch() error {
	in, pl := p.in, &p.plan
	if pl.network == ecs.NetworkClassic {
		if pl.six.Len() > 0 {
			return api.Errorf(api.CodeInvalidVSwitchIpv6NotTurnOn, "The classic network has no IPv6.")
		}
		if in.VSwitchID != "" {
			return api.Errorf(api.CodeInvalidSecurityGroupNetworkType, "The network type of the specified security group does not match that of the specified vSwitch.")
		}
		if pl.ip != 0 {
			return api.Errorf(api.CodeInvalidVSwitchIdNecessary, "The VSwitchId is necessary.")
		}
		return nil
	}
	if in.VSwitchID == "" {
		return missing("VSwitchId")
	}
	k, w, err := action.VSwitch(p.c, p.snap, in.VSwitchID)
	if err != nil {
		return api.Errorf(api.CodeInvalidVSwitchIdNotFound, "Specified virtual switch does not exist.")
	}
	if w.VPC != pl.vpc {
		return api.Errorf(api.CodeInvalidParameterMismatch, "Specified security group and virtual switch are not in the same VPC.")
	}
	pl.vswitch, pl.prefix, pl.prefix6 = k, w.Prefix, w.Prefix6
	if pl.six.Len() > 0 && w.Prefix6.IsZero() {
		return api.Errorf(api.CodeInvalidVSwitchIpv6NotTurnOn, "IPv6 is not turned on for the specified vSwitch.")
	}
	if pl.ip != 0 && !w.Prefix.Contains(pl.ip) {
		return api.Errorf(api.CodeInvalidPrivateIpAddress, "Specified private IP address is not in the CIDR block of virtual switch.")
	}
	return nil
}
