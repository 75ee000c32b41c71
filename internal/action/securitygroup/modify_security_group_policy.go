package securitygroup

import (
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "ModifySecurityGroupPolicy", (*Service).ModifySecurityGroupPolicy)

// ModifySecurityGroupPolicy says whether the members of a basic group reach each
// other whatever its rules say (Accept, in any case of letters) or only as the
// rules let them (Drop). Members of enterprise groups are isolated for good.
func (s *Service) ModifySecurityGroupPolicy(c *action.Call, in *api.ModifySecurityGroupPolicyRequest) (*api.ModifySecurityGroupPolicyResponse, error) {
	once, err := c.Once(in.ClientToken, nil)
	if err != nil {
		return nil, err
	}
	out := &api.ModifySecurityGroupPolicyResponse{}
	snap := s.DB.Snapshot()
	if _, found, err := once.Earlier(snap, c.Now); err != nil || found {
		return out, err
	}
	_, g, err := action.SecurityGroup(c, snap, in.SecurityGroupID)
	if err != nil {
		return nil, err
	}
	drop := strings.EqualFold(in.InnerAccessPolicy, "Drop")
	switch {
	case !drop && !strings.EqualFold(in.InnerAccessPolicy, "Accept"):
		return nil, api.Errorf(api.CodeInvalidPolicyMalformed, "The InnerAccessPolicy is invalid. Only Accept and Drop are supported.")
	case g.Enterprise:
		return nil, api.Errorf(api.CodeInvalidGroupParameterOperationDenied, "The inner access policy of enterprise level security groups is not allowed to be modified.")
	}
	return out, s.DB.Update(c.Context, func(tx *state.Tx) error {
		_, err := once.Do(tx, func() ([]ecs.Key, error) {
			k, old, err := action.SecurityGroup(c, tx, in.SecurityGroupID)
			if err == nil {
				err = changeable(old)
			}
			if err != nil || old.InnerDrop == drop {
				return nil, err
			}
			g := *old
			g.InnerDrop = drop
			state.Groups.Put(tx, k, &g)
			return nil, nil
		})
		return err
	})
}
