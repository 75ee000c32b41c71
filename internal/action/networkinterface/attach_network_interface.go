package networkinterface

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "AttachNetworkInterface", (*Service).AttachNetworkInterface)

// AttachNetworkInterface attaches an available interface to a Running or Stopped
// instance of its zone and VPC. It is Attaching until the engine has done it, and
// Available again if that fails. WaitForNetworkConfigurationReady is of no effect
// in the real service any more.
func (s *Service) AttachNetworkInterface(c *action.Call, in *api.AttachNetworkInterfaceRequest) (*api.AttachNetworkInterfaceResponse, error) {
	err := action.FirstOf([]action.Check{
		{in.TrunkNetworkInstanceID != "", api.CodeUnsupportedParameter, "TrunkNetworkInstanceId is not supported."},
		{number(in.NetworkCardIndex) != 0, api.CodeInvalidParameter, "The instance types have one network card: NetworkCardIndex is 0."},
	})
	if err == nil {
		err = wellFormed(in.NetworkInterfaceID)
	}
	if err != nil {
		return nil, err
	}
	return &api.AttachNetworkInterfaceResponse{}, s.DB.Update(c.Context, func(tx *state.Tx) error {
		k, n, err := findPermitted(c, tx, in.NetworkInterfaceID)
		if err != nil {
			return err
		}
		instance, i, err := findInstance(c, tx, in.InstanceID)
		if err != nil {
			return err
		}
		if err := s.attachable(tx, n, instance, i); err != nil {
			return err
		}
		next := *n
		next.Instance = instance
		network.Work(tx, k, &next, ecs.WorkAttach)
		return nil
	})
}

// attachable checks whether an interface can be attached to an instance as both
// are now. Where the interface is another account's, which permits it, their VPCs
// are two.
func (s *Service) attachable(v state.View, n *ecs.NetworkInterface, instance ecs.Key, i *ecs.Instance) error {
	primary, ok := state.Interfaces.Get(v, i.Interface)
	switch {
	case n.Primary:
		return wrongType()
	case n.Status() != ecs.InterfaceAvailable:
		return wrongState()
	case !steady(i):
		return wrongInstanceState()
	case !ok || primary.VPC == 0 || primary.VPC != n.VPC && n.Account == i.Account:
		return api.Errorf(api.CodeInvalidOperationVpcMismatch, "The instance and the network interface are not in the same VPC.")
	case i.Zone != n.Zone:
		return api.Errorf(api.CodeInvalidOperationAvailabilityZoneMismatch, "The instance and the network interface are not in the same zone.")
	}
	t, ok := s.Catalog.Type(v.Str(i.Type))
	if !ok {
		return wrongInstanceState()
	}
	m := n.Rest()
	if six := len(m.IPv6) + len(m.Prefixes6); six > 0 && t.IPv6sPerENI == 0 {
		return api.Errorf(api.CodeInvalidOperationIpv6NotSupport, "The instance type does not support IPv6.")
	} else if six > t.IPv6sPerENI {
		return api.Errorf(api.CodeInvalidOperationIpv6CountExceeded, "The network interface has more IPv6 addresses than the instance type allows.")
	}
	return action.FirstOf([]action.Check{
		{state.InterfacesByInstance.Count(v, uint64(instance)) >= t.ENIs, api.CodeEniPerInstanceLimitExceeded, "The instance has as many network interfaces as its type allows."},
		{1+len(m.Secondary)+len(m.Prefixes) > t.IPsPerENI, api.CodeInvalidOperationIpv4CountExceeded, "The network interface has more private IP addresses than the instance type allows."},
		{int(m.Queues) > t.Queues, api.CodeInvalidOperationExceedInstanceTypeQueueNumber, "The network interface has more queues than the instance type allows."},
		{m.Flags.Has(ecs.HighPerformance), api.CodeInvalidOperationHighPerformanceEniPerInstanceLimitExceeded, "The instance type supports no network interface in HighPerformance mode."},
	})
}
