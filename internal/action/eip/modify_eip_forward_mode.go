package eip

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "ModifyEipForwardMode", (*Service).ModifyEIPForwardMode)

// ModifyEIPForwardMode changes how an elastic IP shows on the network interface
// that it is bound to.
func (s *Service) ModifyEIPForwardMode(c *action.Call, in *api.ModifyEipForwardModeRequest) (*api.ModifyEipForwardModeResponse, error) {
	once, err := c.Once(in.ClientToken, nil)
	if err != nil {
		return nil, err
	}
	mode, ok := ecs.ParseEIPMode(in.Mode)
	if !ok || in.Mode == "" {
		return nil, action.Invalid("Mode")
	}
	err = s.DB.Update(c.Context, func(tx *state.Tx) error {
		_, err := once.DoOne(tx, func() (ecs.Key, error) {
			k, e, err := action.EIP(c, tx, in.InstanceID)
			if err != nil {
				return 0, err
			}
			if e.Status() != ecs.EIPInUse || e.TargetKind != ecs.EIPInterface {
				return 0, wrongStatus()
			}
			next := *e
			next.Mode = mode
			state.EIPs.Put(tx, k, &next)
			return k, nil
		})
		return err
	})
	return &api.ModifyEipForwardModeResponse{}, err
}
