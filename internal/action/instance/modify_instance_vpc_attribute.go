package instance

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/compute"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "ModifyInstanceVpcAttribute", (*Service).ModifyInstanceVpcAttribute)

// ModifyInstanceVpcAttribute gives a stopped instance another private address,
// in its vSwitch or in another one of the zone; with VpcId that of another VPC,
// whose security groups take the place of the instance's. Without
// PrivateIpAddress it is the next free one. The guest has it from the next
// boot, before which it cannot be changed again.
func (s *Service) ModifyInstanceVpcAttribute(c *action.Call, req *api.ModifyInstanceVpcAttributeRequest) (*api.ModifyInstanceVpcAttributeResponse, error) {
	var want ecs.IPv4
	if req.PrivateIPAddress != "" {
		var ok bool
		if want, ok = ecs.ParseIPv4(req.PrivateIPAddress); !ok {
			return nil, api.Errorf(api.CodeInvalidPrivateIpAddressMalformed, "Specified private IP address is malformed.")
		}
	}
	if req.VPCID == "" && len(req.SecurityGroupID) > 0 {
		return nil, action.Invalid("SecurityGroupId")
	}
	if req.VPCID != "" && len(req.SecurityGroupID) == 0 {
		return nil, missing("SecurityGroupId")
	}
	err := s.DB.Update(c.Context, func(tx *state.Tx) error {
		k, r, err := action.Instance(c, tx, req.InstanceID)
		if err != nil {
			return err
		}
		n, ok := state.Interfaces.Get(tx, r.Interface)
		if !ok || n.VPC == 0 {
			return api.Errorf(api.CodeOperationDenied, "Specified operation is denied as your instance is not in VPC.").WithStatus(400)
		}
		to, err := newPlace(c, tx, k, r, n, req, want)
		if err != nil {
			return err
		}
		if err := movable(tx, k, r); err != nil {
			return err
		}
		return to.move(tx, k, r, n)
	})
	if err != nil {
		return nil, err
	}
	return &api.ModifyInstanceVpcAttributeResponse{}, nil
}

// movable checks the state of an instance whose address is to change: stopped,
// and booted since it was made and since the last change.
func movable(v state.View, k ecs.Key, r *ecs.Instance) error {
	const status = "The current status of instance does not support this operation."
	switch {
	case in(r, ecs.Stopped) != nil:
		return api.Errorf(api.CodeIncorrectInstanceStatus, status).WithStatus(400)
	case compute.Options(v, k).AddressGen > r.Seen.BootSpecGen:
		return api.Errorf(api.CodeInvalidPrivateIpChanging, "Previous action is not finished yet.")
	case r.Seen.Started == 0:
		return api.Errorf(api.CodeIncorrectInstanceStatus, status).WithStatus(400)
	case r.Locks != 0:
		return api.Errorf(api.CodeOperationDenied, "The specified operation is denied as your instance is locked.").WithStatus(403)
	}
	return nil
}

// place is where in which network an instance is to be.
type place struct {
	vswitch ecs.Key
	in      *ecs.VSwitch
	want    ecs.IPv4  // 0: any
	groups  []ecs.Key // nil: as they are
}

// newPlace finds what the request names.
func newPlace(c *action.Call, v state.View, k ecs.Key, r *ecs.Instance, n *ecs.NetworkInterface, req *api.ModifyInstanceVpcAttributeRequest, want ecs.IPv4) (*place, error) {
	vpc := n.VPC
	if req.VPCID != "" {
		var err error
		if vpc, _, err = action.VPC(c, v, req.VPCID); err != nil {
			return nil, err
		}
	}
	w, vs, err := action.VSwitch(c, v, req.VSwitchID)
	switch {
	case err != nil || w.Region() != k.Region():
		return nil, api.Errorf(api.CodeInvalidVSwitchIdNotFound, "Specified virtual switch does not exist.").WithStatus(404)
	case vs.VPC != vpc && req.VPCID != "":
		return nil, api.Errorf(api.CodeInvalidVSwitchNotBelongToVpc, "The specified vSwitch does not belong to the specified VPC.")
	case vs.VPC != vpc:
		return nil, api.Errorf(api.CodeInvalidVSwitchIdNotFound, "Specified virtual switch is not found in current VPC.").WithStatus(404)
	case vs.Zone != r.Zone:
		return nil, api.Errorf(api.CodeInvalidVSwitchIdMismatch, "Specified instance and virtual switch are not in the same zone.")
	case n.Extra() > 0 && w != n.VSwitch:
		return nil, api.Errorf(api.CodeOperationDenied, "The instance has secondary private IP addresses of its vSwitch.").WithStatus(403)
	case len(n.Rest().IPv6)+len(n.Rest().Prefixes6) > 0 && w != n.VSwitch:
		return nil, api.Errorf(api.CodeOperationDenied, "The instance has IPv6 addresses of its vSwitch.").WithStatus(403)
	case w != n.VSwitch && inHaVips(v, k, r):
		return nil, api.Errorf(api.CodeOperationDenied, "The instance is a member of a HaVip of its vSwitch.").WithStatus(403)
	case vpc != n.VPC && network.Hops(v, k)+network.Hops(v, r.Interface) > 0:
		return nil, api.Errorf(api.CodeOperationDenied, "The instance is the next hop of a route entry of its VPC.").WithStatus(403)
	case want != 0 && !vs.Prefix.Contains(want):
		return nil, api.Errorf(api.CodeInvalidPrivateIpAddressMismatch, "Specified private IP address is not in the CIDR block of virtual switch.")
	case want != 0 && want == n.IP && w == n.VSwitch:
		return nil, api.Errorf(api.CodeInvalidPrivateIpAddressDuplicated, "error new ip is the same with old ip").WithStatus(400)
	}
	p := &place{vswitch: w, in: vs, want: want}
	if req.VPCID != "" {
		if state.InterfacesByInstance.Count(v, uint64(k)) > 1 {
			return nil, api.Errorf(api.CodeOperationDenied, "The instance has a secondary network interface, and its VPC cannot change.").WithStatus(403)
		}
		p.groups, err = groupsOf(c, v, k.Region(), n, vpc, req.SecurityGroupID)
	}
	return p, err
}

// inHaVips reports whether an instance, or its primary interface, is a member of
// HaVips, which are of one vSwitch.
func inHaVips(v state.View, k ecs.Key, r *ecs.Instance) bool {
	return state.HaVipsByMember.Count(v, uint64(k))+state.HaVipsByMember.Count(v, uint64(r.Interface)) > 0
}

// move writes the new place.
func (p *place) move(tx *state.Tx, k ecs.Key, r *ecs.Instance, n *ecs.NetworkInterface) error {
	ip, err := network.TakeAddress(tx, p.vswitch, p.in.Prefix, p.want)
	if err != nil {
		return err
	}
	if old, ok := state.VSwitches.Get(tx, n.VSwitch); ok {
		network.FreeAddress(tx, n.VSwitch, old.Prefix, n.IP)
	}
	nic := *n
	nic.VPC, nic.VSwitch, nic.IP = p.in.VPC, p.vswitch, ip
	if p.groups != nil {
		nic.Groups = p.groups
	}
	state.Interfaces.Put(tx, r.Interface, &nic)
	network.Readdress(tx, r.Interface, n.IP, ip)
	next := *r
	next.Want.SpecGen++
	state.Instances.Put(tx, k, &next)
	compute.ChangeOptions(tx, k, r.Account, func(o *ecs.InstanceOptions) { o.AddressGen = next.Want.SpecGen })
	return nil
}
