package image

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
)

var _ = action.Handle(&actions, "ModifyImageShareGroupPermission", (*Service).ModifyImageShareGroupPermission)

// ModifyImageShareGroupPermission would publish an image to all accounts, the
// one group that there is. There are no community images here, so only taking
// one back, which changes nothing, is not refused.
func (s *Service) ModifyImageShareGroupPermission(c *action.Call, in *api.ModifyImageShareGroupPermissionRequest) (*api.ModifyImageShareGroupPermissionResponse, error) {
	if _, _, err := find(c, s.DB.Snapshot(), in.ImageID); err != nil {
		return nil, err
	}
	if len(in.AddGroup) == 0 && len(in.RemoveGroup) == 0 {
		return nil, api.Errorf(api.CodeMissingParameter, "AddGroup.N or RemoveGroup.N is needed.").WithStatus(400)
	}
	for _, g := range append(in.AddGroup, in.RemoveGroup...) {
		if g != "all" {
			return nil, api.Errorf(api.CodeInvalidGroupMalformed, "The specified group is not valid: it is all.").WithStatus(400)
		}
	}
	if len(in.AddGroup) > 0 {
		return nil, api.Errorf(api.CodeUnsupportedOperationNotImplemented, "OpenECS has no community images: an image cannot be shared with the group all.")
	}
	return &api.ModifyImageShareGroupPermissionResponse{}, nil
}
