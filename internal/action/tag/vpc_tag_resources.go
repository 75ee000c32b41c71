package tag

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
)

var _ = action.Handle(&vpcActions, "TagResources", (*Service).VPCTagResources)

// VPCTagResources is TagResources of the VPC product, which has codes of its own.
func (s *Service) VPCTagResources(c *action.Call, in *api.VPCTagResourcesRequest) (*api.VPCTagResourcesResponse, error) {
	if err := vpcNumbers(len(in.ResourceID), len(in.Tag)); err != nil {
		return nil, err
	}
	if err := vpcTags(in.Tag); err != nil {
		return nil, err
	}
	kind, err := vpcKind(in.ResourceType)
	if err != nil {
		return nil, err
	}
	targets, ok := find(c, s.DB.Snapshot(), kind, in.ResourceID)
	if !ok {
		return nil, vpcGone()
	}
	return &api.VPCTagResourcesResponse{}, s.apply(c, targets, change{set: in.Tag, gone: vpcGone, toMany: vpcTooMany})
}
