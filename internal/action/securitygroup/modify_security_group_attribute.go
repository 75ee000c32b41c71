package securitygroup

import (
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "ModifySecurityGroupAttribute", (*Service).ModifySecurityGroupAttribute)

// ModifySecurityGroupAttribute changes a group's name and description. What is
// absent stays; an empty description takes it away.
func (s *Service) ModifySecurityGroupAttribute(c *action.Call, in *api.ModifySecurityGroupAttributeRequest) (*api.ModifySecurityGroupAttributeResponse, error) {
	k, _, err := action.SecurityGroup(c, s.DB.Snapshot(), in.SecurityGroupID)
	if err == nil {
		err = checkTexts(in.SecurityGroupName, in.Description)
	}
	if err != nil {
		return nil, err
	}
	return &api.ModifySecurityGroupAttributeResponse{}, s.DB.Update(c.Context, func(tx *state.Tx) error {
		_, r, err := action.SecurityGroup(c, tx, ecs.ID(ecs.KindSecurityGroup, k))
		if err == nil {
			err = changeable(r)
		}
		if err != nil {
			return err
		}
		next := *r
		if in.SecurityGroupName != "" {
			next.Name = strings.Clone(in.SecurityGroupName)
		}
		if c.Has("Description") {
			next.Description = strings.Clone(in.Description)
		}
		state.Groups.Put(tx, k, &next)
		return nil
	})
}

// checkTexts refuses a name or a description that is not as documented.
func checkTexts(name, description string) error {
	if name != "" && !ecs.ValidName(name) {
		return api.Errorf(api.CodeInvalidSecurityGroupNameMalformed, "The specified parameter SecurityGroupName is not valid.")
	}
	if description != "" && !ecs.ValidDescription(description) {
		return api.Errorf(api.CodeInvalidSecurityGroupDiscriptionMalformed, "Specified security group description is not valid.")
	}
	return nil
}
