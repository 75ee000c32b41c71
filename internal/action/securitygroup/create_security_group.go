package securitygroup

import (
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/model/tag"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "CreateSecurityGroup", (*Service).CreateSecurityGroup)

// maxGroups is how many security groups an account has in a region.
const maxGroups = ecs.MaxSecurityGroups

// CreateSecurityGroup makes a group without rules: in a VPC, or without VpcId
// in the classic network of a region that has one.
func (s *Service) CreateSecurityGroup(c *action.Call, in *api.CreateSecurityGroupRequest) (*api.CreateSecurityGroupResponse, error) {
	once, err := c.Once(in.ClientToken, nil)
	if err != nil {
		return nil, err
	}
	snap := s.DB.Snapshot()
	made, found, err := once.Earlier(snap, c.Now)
	if err != nil {
		return nil, err
	}
	if found {
		return created(made[0]), nil
	}
	r, err := newGroup(c, snap, in)
	if err == nil {
		err = room(snap, c)
	}
	if err != nil {
		return nil, err
	}
	err = s.DB.Update(c.Context, func(tx *state.Tx) error {
		made, err = once.Do(tx, func() ([]ecs.Key, error) {
			if _, ok := state.VPCs.Get(tx, r.VPC); !ok && r.VPC != 0 {
				return nil, vpcNotFound()
			}
			if err := room(tx, c); err != nil {
				return nil, err
			}
			k, row := tx.NewKey(c.Region.Code), *r
			var ok bool
			if row.ResourceGroup, ok = resource.Group(tx, r.Account, in.ResourceGroupID); !ok {
				return nil, noGroup()
			}
			row.Created = tx.Now().Unix()
			row.Tags = tag.Store(tx, in.Tag)
			state.Groups.Put(tx, k, &row)
			return []ecs.Key{k}, nil
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	return created(made[0]), nil
}

func created(k ecs.Key) *api.CreateSecurityGroupResponse {
	return &api.CreateSecurityGroupResponse{SecurityGroupID: ecs.ID(ecs.KindSecurityGroup, k)}
}

func vpcNotFound() error {
	return api.Errorf(api.CodeInvalidVpcIdNotFound, "Specified VPC does not exist.").WithStatus(404)
}

func noGroup() error {
	return api.Errorf(api.CodeInvalidResourceGroupNotFound, "The ResourceGroup provided does not exist in our records.")
}

// room refuses a group more than the quota.
func room(v state.View, c *action.Call) error {
	if state.GroupsByAccount.Count(v, state.Scope(c.Caller.Account, c.RegionCode())) >= maxGroups {
		return api.Errorf(api.CodeQuotaExceedSecurityGroup, "The maximum number of security groups is reached.")
	}
	return nil
}

// newGroup is the record that the request asks for, without what only a
// transaction has.
func newGroup(c *action.Call, v state.View, in *api.CreateSecurityGroupRequest) (*ecs.SecurityGroup, error) {
	if action.Flag(in.ServiceManaged) {
		return nil, api.Errorf(api.CodeInvalidOperationResourceManagedByCloudProduct, "A security group that a cloud product manages can be created by that product only.")
	}
	if err := checkTexts(in.SecurityGroupName, in.Description); err != nil {
		return nil, err
	}
	enterprise, ok := parseType(in.SecurityGroupType)
	if !ok {
		return nil, api.Errorf(api.CodeInvalidParamsGroupType, "The specified security group type is not valid.")
	}
	if err := checkTags(in.Tag); err != nil {
		return nil, err
	}
	if !resource.HasGroup(v, c.Caller.Account, in.ResourceGroupID) {
		return nil, noGroup()
	}
	r := &ecs.SecurityGroup{
		Account: c.Caller.Account, Name: strings.Clone(in.SecurityGroupName), Description: strings.Clone(in.Description),
		Enterprise: enterprise, InnerDrop: enterprise,
	}
	if in.VPCID != "" {
		k, _, err := action.VPC(c, v, in.VPCID)
		if err != nil {
			return nil, vpcNotFound()
		}
		r.VPC = k
		return r, nil
	}
	if enterprise {
		return nil, api.Errorf(api.CodeInvalidParamsVpcIdGroupType, "Only VPC instance supports enterprise level security group.")
	}
	if c.Has("VpcId") || !c.Region.Classic {
		return nil, api.Errorf(api.CodeInvalidVpcIdNotFound, "The VpcId must not empty when only support vpc vm.").WithStatus(403)
	}
	return r, nil
}

// parseType finds a group type by its API name.
func parseType(s string) (enterprise, ok bool) {
	switch s {
	case "", "normal":
		return false, true
	case "enterprise":
		return true, true
	}
	return false, false
}

// checkTags is tag.Check in this action's words.
func checkTags(tags []api.Tag) error {
	err := tag.Check(tags)
	e, ok := err.(*api.Error)
	if !ok {
		return err
	}
	switch e.Code {
	case api.CodeInvalidTagKeyMalformed:
		e.Message = "Specified tag key is not valid."
	case api.CodeInvalidTagValueMalformed:
		e.Message = "Specified tag value is not valid."
	case api.CodeDuplicateTagKey:
		e.Message = "The Tag.N.Key contain duplicate key."
	}
	return e
}
