package networkinterface

import (
	"errors"
	"slices"
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

func account(n *ecs.NetworkInterface) uint64 { return n.Account }

// find looks up an interface of the caller, or answers 404
// InvalidEniId.NotFound.
func find(c *action.Call, v state.View, id string) (ecs.Key, *ecs.NetworkInterface, error) {
	k, n, ok := action.Find(c, v, state.Interfaces, ecs.KindNetworkInterface, account, id)
	if !ok || n.VPC == 0 {
		return 0, nil, notFound()
	}
	return k, n, nil
}

func notFound() error {
	return api.Errorf(api.CodeInvalidEniIdNotFound, "The specified NetworkInterfaceId does not exist.").WithStatus(404)
}

// findPermitted is find, but that an interface of another account that permits
// the caller to attach it is found too.
func findPermitted(c *action.Call, v state.View, id string) (ecs.Key, *ecs.NetworkInterface, error) {
	k, ok := ecs.ParseID(ecs.KindNetworkInterface, id)
	if !ok || k.Region() != c.RegionCode() {
		return 0, nil, notFound()
	}
	n, ok := state.Interfaces.Get(v, k)
	if !ok || n.VPC == 0 || n.Account != c.Caller.Account && !permits(n, c.Caller.Account) {
		return 0, nil, notFound()
	}
	return k, n, nil
}

func permits(n *ecs.NetworkInterface, account uint64) bool {
	return slices.ContainsFunc(n.Rest().Permissions, func(p ecs.InterfacePermission) bool { return p.Account == account })
}

// findInstance looks up an instance of the caller: 400 InvalidInstanceID.Malformed
// for what is no identifier of one, 404 InvalidEcsId.NotFound for none.
func findInstance(c *action.Call, v state.View, id string) (ecs.Key, *ecs.Instance, error) {
	if !strings.HasPrefix(id, "i-") {
		return 0, nil, api.Errorf(api.CodeInvalidInstanceIDMalformed, "The specified InstanceId is malformed.")
	}
	k, i, err := action.Instance(c, v, id)
	if err != nil {
		return 0, nil, api.Errorf(api.CodeInvalidEcsIdNotFound, "The specified InstanceId does not exist.")
	}
	return k, i, nil
}

// wellFormed refuses what is no identifier of an interface with 400
// InvalidParams.EniId.
func wellFormed(id string) error {
	if !strings.HasPrefix(id, "eni-") {
		return api.Errorf(api.CodeInvalidParamsEniId, "The specified NetworkInterfaceId is malformed.")
	}
	return nil
}

func wrongState() error {
	return api.Errorf(api.CodeInvalidOperationInvalidEniState, "The current status of the network interface does not support this operation.")
}

func wrongInstanceState() error {
	return api.Errorf(api.CodeInvalidOperationInvalidEcsState, "The current status of the instance does not support this operation.")
}

func wrongType() error {
	return api.Errorf(api.CodeInvalidOperationInvalidEniType, "The operation is not supported for this type of network interface.")
}

// steady reports whether an instance is Running or Stopped and not being
// released.
func steady(i *ecs.Instance) bool {
	st := i.Status()
	return !i.Want.Deleted && (st == ecs.Running || st == ecs.Stopped)
}

// changeable checks that an interface can be changed: it is Available or InUse,
// and if it is a primary one its instance is Running or Stopped.
func changeable(v state.View, n *ecs.NetworkInterface) error {
	i, ok := state.Instances.Get(v, n.Instance)
	if s := n.StatusIn(i); s != ecs.InterfaceAvailable && s != ecs.InterfaceInUse {
		return wrongState()
	}
	if ok && n.Primary && !steady(i) {
		return wrongInstanceState()
	}
	return nil
}

// typeOf is the type of the instance that an interface is attached to, nil for
// none.
func (s *Service) typeOf(v state.View, n *ecs.NetworkInterface) *catalog.Type {
	if i, ok := state.Instances.Get(v, n.Instance); ok {
		t, _ := s.Catalog.Type(v.Str(i.Type))
		return t
	}
	return nil
}

// recode answers some codes of the addresses as the actions on interfaces do.
func recode(err error, codes map[string]string) error {
	e, ok := errors.AsType[*api.Error](err)
	if !ok || codes[e.Code] == "" {
		return err
	}
	return api.Errorf(codes[e.Code], "%s", e.Message)
}
