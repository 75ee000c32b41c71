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
	switch {
	case in.SecurityGroupID != "" && len(ids) > 0:
		return api.Errorf(api.CodeInvalidParameterConflict, "SecurityGroupId and SecurityGroupIds.N cannot both be given.")
	case in.SecurityGroupID != "":
		ids = []string{in.SecurityGroupID}
	case len(ids) == 0:
		return api.Errorf(api.CodeMissingParameter, "The input parameter \"SecurityGroupId\" that is mandatory for processing this request is not supplied.")
	case len(ids) > maxGroups:
		return api.Errorf(api.CodeJoinedGroupLimitExceed, "An instance can be in at most %d security groups.", maxGroups)
	}
	var first *ecs.SecurityGroup
	for _, id := range ids {
		k, g, err := action.SecurityGroup(p.c, p.snap, id)
		if err != nil {
			return err
		}
		if slices.Contains(pl.groups, k) {
			continue
		}
		pl.groups = append(pl.groups, k)
		if first == nil {
			first = g
			continue
		}
		if g.VPC != first.VPC {
			return api.Errorf(api.CodeInvalidParameterMismatch, "The specified security groups do not belong to the same VPC.")
		}
		if g.Enterprise != first.Enterprise {
			return api.Errorf(api.CodeEnterpriseGroupLimitedMutliGroupType, "The specified security groups are not of the same type.").WithStatus(403)
		}
	}
	for i, k := range pl.groups {
		g, _ := state.Groups.Get(p.snap, k)
		if state.InterfacesByGroup.Count(p.snap, uint64(k))+pl.amount > g.Limit() {
			return api.Errorf(api.CodeSecurityGroupInstanceLimitExceed, "The maximum number of instances in security group %s is exceeded.", ids[min(i, len(ids)-1)]).WithStatus(403)
		}
	}
	pl.network, pl.vpc = first.Network(), first.VPC
	return p.vswitch()
}

func (p *planner) vswitch() error {
	in, pl := p.in, &p.plan
	if in.PrivateIPAddress != "" {
		ip, ok := ecs.ParseIPv4(in.PrivateIPAddress)
		if !ok {
			return api.Errorf(api.CodeInvalidPrivateIpAddressMalformed, "The specified parameter PrivateIpAddress is malformed.")
		}
		pl.ip = ip
	}
	if pl.network == ecs.NetworkClassic {
		if in.VSwitchID != "" {
			return api.Errorf(api.CodeInvalidNetworkTypeMismatch, "The security group belongs to the classic network, so no VSwitchId can be given.")
		}
		if pl.ip != 0 {
			return api.Errorf(api.CodeInvalidParameter, "PrivateIpAddress needs a VSwitchId.")
		}
		return nil
	}
	if in.VSwitchID == "" {
		return api.Errorf(api.CodeMissingParameter, "The input parameter \"VSwitchId\" that is mandatory for processing this request is not supplied: the security group belongs to a VPC.")
	}
	k, w, err := action.VSwitch(p.c, p.snap, in.VSwitchID)
	if err != nil {
		return err
	}
	if w.VPC != pl.vpc {
		return api.Errorf(api.CodeInvalidParameterMismatch, "The specified security group and vSwitch are not in the same VPC.")
	}
	pl.vswitch, pl.prefix = k, w.Prefix
	return nil
}
