package eip

import (
	"slices"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "AssociateEipAddress", (*Service).AssociateEIPAddress)

// AssociateEIPAddress binds an elastic IP to an instance, a network interface, a
// NAT gateway or a HaVip. It is Associating until that is done.
func (s *Service) AssociateEIPAddress(c *action.Call, in *api.AssociateEipAddressRequest) (*api.AssociateEipAddressResponse, error) {
	once, err := c.Once(in.ClientToken, in.DryRun)
	if err != nil {
		return nil, err
	}
	snap := s.DB.Snapshot()
	if _, found, err := once.Earlier(snap, c.Now); err != nil || found {
		return &api.AssociateEipAddressResponse{}, err
	}
	if _, _, err := s.binding(c, snap, in); err != nil {
		return nil, err
	}
	if action.Flag(in.DryRun) {
		return nil, action.DryRun()
	}
	err = s.DB.Update(c.Context, func(tx *state.Tx) error {
		_, err := once.DoOne(tx, func() (ecs.Key, error) {
			k, next, err := s.binding(c, tx, in)
			if err == nil {
				network.WorkEIP(tx, k, *next, ecs.WorkAttach)
			}
			return k, err
		})
		return err
	})
	return &api.AssociateEipAddressResponse{}, err
}

// binding is the elastic IP as it is to be, if it may be so.
func (s *Service) binding(c *action.Call, v state.View, in *api.AssociateEipAddressRequest) (ecs.Key, *ecs.EIP, error) {
	k, e, err := action.EIP(c, v, in.AllocationID)
	if err != nil {
		return 0, nil, err
	}
	mode, ok := ecs.ParseEIPMode(in.Mode)
	if !ok || mode != ecs.EIPNAT && in.InstanceType != ecs.EIPInterface.String() {
		return 0, nil, action.Invalid("Mode")
	}
	if in.PrivateIPAddress != "" && in.InstanceType != ecs.EIPInterface.String() {
		return 0, nil, action.Invalid("PrivateIpAddress")
	}
	region, ok := s.Catalog.RegionByCode(k.Region())
	if !ok || in.InstanceRegionID != "" && in.InstanceRegionID != region.ID {
		return 0, nil, elsewhere()
	}
	if e.Status() != ecs.EIPAvailable {
		return 0, nil, wrongStatus()
	}
	next := *e
	next.Mode = mode
	var vpc ecs.Key
	switch in.InstanceType {
	case "", ecs.EIPInstance.String():
		vpc, err = toInstance(c, v, k, &next, in.InstanceID)
	case ecs.EIPInterface.String():
		vpc, err = toInterface(c, v, k, &next, in.InstanceID, in.PrivateIPAddress)
	case ecs.EIPGateway.String():
		vpc, err = toGateway(c, v, k, &next, in.InstanceID)
	case ecs.EIPHaVip.String():
		vpc, err = toHaVip(c, v, k, &next, in.InstanceID)
	case "SlbInstance", "IpAddress":
		err = noTarget() // there is none of these
	default:
		err = api.Errorf(api.CodeInvalidInstanceTypeValueNotSupported, "The specified value of InstanceType is not supported.").WithStatus(400)
	}
	if err != nil {
		return 0, nil, err
	}
	if in.VPCID != "" && in.VPCID != ecs.ID(ecs.KindVPC, vpc) {
		return 0, nil, action.Invalid("VpcId")
	}
	return k, &next, nil
}

func toInstance(c *action.Call, v state.View, eip ecs.Key, next *ecs.EIP, id string) (vpc ecs.Key, err error) {
	k, ok := ecs.ParseID(ecs.KindInstance, id)
	r, found := state.Instances.Get(v, k)
	if !ok || !found || r.Account != c.Caller.Account {
		return 0, noTarget()
	}
	if k.Region() != eip.Region() {
		return 0, elsewhere()
	}
	n, ok := state.Interfaces.Get(v, r.Interface)
	if !ok || n.VPC == 0 {
		return 0, api.Errorf(api.CodeOperationDenied, "The specified instance is in the classic network.").WithStatus(400)
	}
	if err := free(v, k, r); err != nil {
		return 0, err
	}
	if stands(v, r.Interface, n.IP) {
		return 0, duplicated()
	}
	next.Target, next.TargetKind, next.Instance, next.Zone = k, ecs.EIPInstance, k, r.Zone
	return n.VPC, nil
}

// stands reports whether an elastic IP stands for a private address of an
// interface already.
func stands(v state.View, nic ecs.Key, ip ecs.IPv4) bool {
	for _, e := range state.EIPsByTarget.Ascend(v, uint64(nic), 0) {
		if e.Private == ip {
			return true
		}
	}
	return false
}

// steady refuses an instance that is neither Running nor Stopped.
func steady(r *ecs.Instance) error {
	if s := r.Status(); r.Want.Deleted || s != ecs.Running && s != ecs.Stopped {
		return api.Errorf(api.CodeIncorrectInstanceStatus, "Current instance status does not support this operation.").WithStatus(400)
	}
	return nil
}

// free refuses an instance that cannot take an elastic IP as it is.
func free(v state.View, k ecs.Key, r *ecs.Instance) error {
	if err := steady(r); err != nil {
		return err
	}
	if r.PublicIP != 0 || r.Flags.Has(ecs.PublicReleased) {
		return api.Errorf(api.CodeEIP_CAN_NOT_ASSOCIATE_WITH_PUBLIC_IP, "The specified instance has a public IP address of its own.")
	}
	if _, _, ok := network.InstanceEIP(v, k); ok {
		return duplicated()
	}
	return nil
}

func toInterface(c *action.Call, v state.View, eip ecs.Key, next *ecs.EIP, id, private string) (vpc ecs.Key, err error) {
	k, ok := ecs.ParseID(ecs.KindNetworkInterface, id)
	n, found := state.Interfaces.Get(v, k)
	if !ok || !found || n.Account != c.Caller.Account || n.VPC == 0 || n.Status() == ecs.InterfaceDeleting {
		return 0, noTarget()
	}
	if k.Region() != eip.Region() {
		return 0, elsewhere()
	}
	next.Private = n.IP
	if private != "" {
		ip, ok := ecs.ParseIPv4(private)
		if !ok || ip != n.IP && !slices.Contains(n.Rest().Secondary, ip) {
			return 0, action.Invalid("PrivateIpAddress")
		}
		next.Private = ip
	}
	if stands(v, k, next.Private) {
		return 0, duplicated()
	}
	if r, ok := state.Instances.Get(v, n.Instance); n.Primary {
		switch {
		case !ok:
			return 0, noTarget()
		case next.Private != n.IP: // of no concern to the instance's own address
			err = steady(r)
		default:
			err = free(v, n.Instance, r)
			next.Instance = n.Instance
		}
		if err != nil {
			return 0, err
		}
	}
	next.Target, next.TargetKind, next.Zone = k, ecs.EIPInterface, n.Zone
	return n.VPC, nil
}

func toGateway(c *action.Call, v state.View, eip ecs.Key, next *ecs.EIP, id string) (vpc ecs.Key, err error) {
	k, ok := ecs.ParseID(ecs.KindNATGateway, id)
	g, found := state.NATGateways.Get(v, k)
	if !ok || !found || g.Account != c.Caller.Account {
		return 0, noTarget()
	}
	if k.Region() != eip.Region() {
		return 0, elsewhere()
	}
	if !g.Work.Settled() {
		return 0, api.Errorf(api.CodeIncorrectStatusNatGateway, "The status of the NAT gateway is incorrect.").WithStatus(400)
	}
	if g.Flags.Has(ecs.GatewayIntranet) {
		return 0, api.Errorf(api.CodeOperationDenied, "A VPC NAT gateway takes no elastic IP.").WithStatus(400)
	}
	if state.EIPsByTarget.Count(v, uint64(k)) >= ecs.MaxGatewayEIPs {
		return 0, api.Errorf(api.CodeOperationDenied, "The NAT gateway has as many elastic IPs as it can have.").WithStatus(400)
	}
	next.Target, next.TargetKind, next.Zone = k, ecs.EIPGateway, g.Zone
	return g.VPC, nil
}

func toHaVip(c *action.Call, v state.View, eip ecs.Key, next *ecs.EIP, id string) (vpc ecs.Key, err error) {
	k, ok := ecs.ParseID(ecs.KindHaVip, id)
	h, found := state.HaVips.Get(v, k)
	if !ok || !found || h.Account != c.Caller.Account {
		return 0, noTarget()
	}
	if k.Region() != eip.Region() {
		return 0, elsewhere()
	}
	if h.Phase != ecs.PhaseReady {
		return 0, api.Errorf(api.CodeIncorrectHaVipStatus, "The HaVip is neither Available nor InUse.").WithStatus(400)
	}
	if state.EIPsByTarget.Count(v, uint64(k)) > 0 {
		return 0, duplicated()
	}
	w, ok := state.VSwitches.Get(v, h.VSwitch)
	if !ok {
		return 0, noTarget()
	}
	next.Target, next.TargetKind, next.Private, next.Zone = k, ecs.EIPHaVip, h.IP, w.Zone
	return h.VPC, nil
}

// noTarget has the code that the real service spells so.
func noTarget() error {
	return api.Errorf(api.CodeInvalidInstanIdNotFound, "The specified InstanceId does not exist in our records.")
}

func elsewhere() error {
	return api.Errorf(api.CodeInvalidParameterMismatch, "The specified instance and the elastic IP are not in the same region.").WithStatus(400)
}

func duplicated() error {
	return api.Errorf(api.CodeInvalidAssociationDuplicated, "Specified instance already is associated.")
}
