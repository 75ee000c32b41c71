package securitygroup

import (
	"strconv"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DescribeSecurityGroupReferences", (*Service).DescribeSecurityGroupReferences)

// maxReferenced is how many groups are asked about at once.
const maxReferenced = 10

// DescribeSecurityGroupReferences shows which groups, of any account, have rules
// that name the groups asked about. A group that none names is left out.
func (s *Service) DescribeSecurityGroupReferences(c *action.Call, in *api.DescribeSecurityGroupReferencesRequest) (*api.DescribeSecurityGroupReferencesResponse, error) {
	if len(in.SecurityGroupID) > maxReferenced {
		return nil, api.Errorf(api.CodeAbsGroupNosMalformed, "The specified SecurityGroupId can have at most %d items.", maxReferenced)
	}
	snap := s.DB.Snapshot()
	out := &api.DescribeSecurityGroupReferencesResponse{}
	for _, id := range in.SecurityGroupID {
		k, _, err := action.SecurityGroup(c, snap, id)
		if err != nil {
			return nil, err
		}
		ref := api.DescribeSecurityGroupReferencesSecurityGroupReference{SecurityGroupID: ecs.ID(ecs.KindSecurityGroup, k)}
		list := &ref.ReferencingSecurityGroups.ReferencingSecurityGroup
		for by, g := range state.GroupsByPeer.Ascend(snap, uint64(k), 0) {
			*list = append(*list, api.DescribeSecurityGroupReferencesSecurityGroupReferenceReferencingSecurityGroup{
				AliUid: strconv.FormatUint(g.Account, 10), SecurityGroupID: ecs.ID(ecs.KindSecurityGroup, by),
			})
		}
		if len(*list) > 0 {
			out.SecurityGroupReferences.SecurityGroupReference = append(out.SecurityGroupReferences.SecurityGroupReference, ref)
		}
	}
	return out, nil
}
