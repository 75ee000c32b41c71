package networkinterface

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "ModifyNetworkInterfaceAttribute", (*Service).ModifyNetworkInterfaceAttribute)

// ModifyNetworkInterfaceAttribute changes what is named of an Available or InUse
// interface. Security groups replace all that it was in. A primary interface is
// in the groups of its instance and ends with it: neither is changed here.
func (s *Service) ModifyNetworkInterfaceAttribute(c *action.Call, in *api.ModifyNetworkInterfaceAttributeRequest) (*api.ModifyNetworkInterfaceAttributeResponse, error) {
	t := in.NetworkInterfaceTrafficConfig
	set := settings{
		name: in.NetworkInterfaceName, description: in.Description, deleteOnRelease: in.DeleteOnRelease, sourceDestCheck: in.SourceDestCheck,
		queues: either(in.QueueNumber, t.QueueNumber), pairs: t.QueuePairNumber, rx: either(in.RxQueueSize, t.RxQueueSize), tx: either(in.TxQueueSize, t.TxQueueSize),
		mode: t.NetworkInterfaceTrafficMode, closed: in.ConnectionTrackingConfiguration.TcpClosedAndTimeWaitTimeout,
		established: in.ConnectionTrackingConfiguration.TcpEstablishedTimeout, udp: in.ConnectionTrackingConfiguration.UdpTimeout,
		enhanced: in.EnhancedNetwork != (api.ModifyNetworkInterfaceAttributeRequestEnhancedNetwork{}),
	}
	err := wellFormed(in.NetworkInterfaceID)
	if err == nil {
		err = set.check()
	}
	if err == nil && !c.Has("NetworkInterfaceName") && !c.Has("Description") && len(in.SecurityGroupID) == 0 && set == (settings{}) {
		err = api.Errorf(api.CodeMissingParameter, "Nothing is named that is to be changed.")
	}
	if err != nil {
		return nil, err
	}
	return &api.ModifyNetworkInterfaceAttributeResponse{}, s.DB.Update(c.Context, func(tx *state.Tx) error {
		k, n, err := find(c, tx, in.NetworkInterfaceID)
		if err == nil {
			err = s.modifiable(tx, n, in, &set)
		}
		if err != nil {
			return err
		}
		next := n.Change(func(m *ecs.InterfaceMore) { set.apply(c, m) })
		if len(in.SecurityGroupID) > 0 {
			if next.Groups, err = groups(c, tx, in.SecurityGroupID, n.VPC, n.Groups); err != nil {
				return err
			}
		}
		if set.sourceDestCheck != nil {
			network.Changed(tx, k, next)
		} else {
			state.Interfaces.Put(tx, k, next)
		}
		return nil
	})
}

// modifiable checks whether an interface can be changed as it is now. Queues
// cannot as long as an instance runs with them.
func (s *Service) modifiable(v state.View, n *ecs.NetworkInterface, in *api.ModifyNetworkInterfaceAttributeRequest, set *settings) error {
	if err := changeable(v, n); err != nil {
		return err
	}
	if n.Primary && (len(in.SecurityGroupID) > 0 || set.deleteOnRelease != nil) {
		return wrongType()
	}
	if t := s.typeOf(v, n); t != nil && (set.queues != nil || set.mode != "") {
		i, ok := state.Instances.Get(v, n.Instance)
		return action.FirstOf([]action.Check{
			{ok && i.Status() != ecs.Stopped, api.CodeInvalidOperationInvalidEcsState, "The queues of a network interface can be changed while its instance is stopped."},
			{number(set.queues) > t.Queues, api.CodeInvalidOperationExceedInstanceTypeQueueNumber, "The instance type does not allow so many queues."},
			{set.mode == "HighPerformance", api.CodeUnsupportedParameter, "The instance type supports no network interface in HighPerformance mode."},
		})
	}
	return nil
}
