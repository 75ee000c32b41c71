package eip

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DeletionProtection", (*Service).DeletionProtection)

// DeletionProtection protects an elastic IP (Type EIP) or a NAT gateway (NATGW)
// against deletion, or ends that. There are no shared bandwidths (CBWP) to protect.
func (s *Service) DeletionProtection(c *action.Call, in *api.DeletionProtectionRequest) (*api.DeletionProtectionResponse, error) {
	once, err := c.Once(in.ClientToken, nil)
	if err != nil {
		return nil, err
	}
	protect, ok := protections[in.Type]
	if !ok {
		return nil, api.Errorf(api.CodeDeletionProtectionTypeNotSupport, "The resource is not support.")
	}
	err = s.DB.Update(c.Context, func(tx *state.Tx) error {
		_, err := once.DoOne(tx, func() (ecs.Key, error) {
			return protect(c, tx, in.InstanceID, action.Flag(in.ProtectionEnable))
		})
		return err
	})
	return &api.DeletionProtectionResponse{}, err
}

var protections = map[string]func(c *action.Call, tx *state.Tx, id string, on bool) (ecs.Key, error){
	"EIP": protectEIP, "NATGW": protectGateway,
	"CBWP": func(*action.Call, *state.Tx, string, bool) (ecs.Key, error) { return 0, nothingToProtect() }, // there are no shared bandwidths
}

func nothingToProtect() error {
	return api.Errorf(api.CodeDeletionProtectionResourceNotExist, "The resource is not exist.")
}

func protectEIP(c *action.Call, tx *state.Tx, id string, on bool) (ecs.Key, error) {
	k, e, err := action.EIP(c, tx, id)
	if err != nil {
		return 0, err
	}
	next := *e
	next.Flags &^= ecs.EIPProtected
	if on {
		next.Flags |= ecs.EIPProtected
	}
	state.EIPs.Put(tx, k, &next)
	return k, nil
}

func protectGateway(c *action.Call, tx *state.Tx, id string, on bool) (ecs.Key, error) {
	k, g, err := action.NATGateway(c, tx, id)
	if err != nil {
		return 0, nothingToProtect()
	}
	next := *g
	next.Flags &^= ecs.GatewayProtected
	if on {
		next.Flags |= ecs.GatewayProtected
	}
	state.NATGateways.Put(tx, k, &next)
	return k, nil
}
