package vpc

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

var (
	_ = action.Handle(&actions, "EnableVpcClassicLink", (*Service).EnableVpcClassicLink)
	_ = action.Handle(&actions, "DisableVpcClassicLink", (*Service).DisableVpcClassicLink)
)

// EnableVpcClassicLink lets classic instances be linked to a VPC.
func (s *Service) EnableVpcClassicLink(c *action.Call, in *api.EnableVpcClassicLinkRequest) (*api.EnableVpcClassicLinkResponse, error) {
	return &api.EnableVpcClassicLinkResponse{}, s.classicLink(c, in.VPCID, in.ClientToken, true)
}

// DisableVpcClassicLink lets classic instances no longer be linked to a VPC.
func (s *Service) DisableVpcClassicLink(c *action.Call, in *api.DisableVpcClassicLinkRequest) (*api.DisableVpcClassicLinkResponse, error) {
	return &api.DisableVpcClassicLinkResponse{}, s.classicLink(c, in.VPCID, in.ClientToken, false)
}

func (s *Service) classicLink(c *action.Call, id, token string, on bool) error {
	once, err := c.Once(token, nil)
	if err != nil {
		return err
	}
	k, _, err := find(c, s.DB.Snapshot(), id)
	if err != nil {
		return err
	}
	return s.DB.Update(c.Context, func(tx *state.Tx) error {
		_, err := once.Do(tx, func() ([]ecs.Key, error) {
			network.Change(tx, state.VPCs, k, func(r *ecs.VPC) { r.ClassicLink = on })
			return nil, nil
		})
		return err
	})
}
