package networkinterface

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DetachNetworkInterface", (*Service).DetachNetworkInterface)

// DetachNetworkInterface detaches a secondary interface from a Running or Stopped
// instance. It is Detaching until the engine has done it, and InUse again if that
// fails. One that is Detaching already may be named again.
func (s *Service) DetachNetworkInterface(c *action.Call, in *api.DetachNetworkInterfaceRequest) (*api.DetachNetworkInterfaceResponse, error) {
	if in.TrunkNetworkInstanceID != "" {
		return nil, api.Errorf(api.CodeUnsupportedParameter, "TrunkNetworkInstanceId is not supported.")
	}
	if err := wellFormed(in.NetworkInterfaceID); err != nil {
		return nil, err
	}
	return &api.DetachNetworkInterfaceResponse{}, s.DB.Update(c.Context, func(tx *state.Tx) error {
		k, n, instance, i, err := attached(c, tx, in.NetworkInterfaceID, in.InstanceID)
		if err != nil {
			return err
		}
		again, err := detachable(n, instance, i)
		if err != nil || again {
			return err
		}
		network.Work(tx, k, n, ecs.WorkDetach)
		return nil
	})
}

// attached finds an interface and an instance, of which one at least is the
// caller's: what its owner permitted to attach, whose instance it is may detach.
func attached(c *action.Call, v state.View, eni, instance string) (ecs.Key, *ecs.NetworkInterface, ecs.Key, *ecs.Instance, error) {
	k, ok := ecs.ParseID(ecs.KindNetworkInterface, eni)
	n, found := state.Interfaces.Get(v, k)
	if !ok || !found || n.VPC == 0 || k.Region() != c.RegionCode() {
		return 0, nil, 0, nil, notFound()
	}
	at, i, err := findInstance(c, v, instance)
	if n.Account == c.Caller.Account {
		if foreign, ok := state.Instances.Get(v, n.Instance); err != nil && ok && ecs.ID(ecs.KindInstance, n.Instance) == instance {
			return k, n, n.Instance, foreign, nil
		}
		return k, n, at, i, err
	}
	if err != nil || n.Instance != at {
		return 0, nil, 0, nil, notFound()
	}
	return k, n, at, i, nil
}

// detachable checks whether an interface can be taken from an instance; again is
// that it is being taken already.
func detachable(n *ecs.NetworkInterface, instance ecs.Key, i *ecs.Instance) (again bool, err error) {
	switch s := n.StatusIn(i); {
	case n.Primary:
		return false, api.Errorf(api.CodeInvalidOperationDetachPrimaryEniNotAllowed, "The primary network interface of an instance cannot be detached.")
	case n.Instance != instance, s != ecs.InterfaceInUse && s != ecs.InterfaceDetaching:
		return false, wrongState()
	case s == ecs.InterfaceDetaching:
		return true, nil
	case !steady(i):
		return false, wrongInstanceState()
	}
	return false, nil
}
