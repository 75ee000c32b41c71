package instance

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/compute"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "ModifyInstanceAttachmentAttributes", (*Service).ModifyInstanceAttachmentAttributes)

// ModifyInstanceAttachmentAttributes says how an instance finds a private pool.
// There are no private pools here, so that none can be the target.
func (s *Service) ModifyInstanceAttachmentAttributes(c *action.Call, req *api.ModifyInstanceAttachmentAttributesRequest) (*api.ModifyInstanceAttachmentAttributesResponse, error) {
	pool := req.PrivatePoolOptions
	match, ok := ecs.ParsePoolMatch(pool.MatchCriteria)
	switch {
	case !ok:
		return nil, action.Invalid("PrivatePoolOptions.MatchCriteria")
	case match != ecs.PoolTarget && pool.ID != "":
		return nil, action.Invalid("PrivatePoolOptions.Id")
	case match == ecs.PoolTarget && pool.ID == "":
		return nil, missing("PrivatePoolOptions.Id")
	}
	err := s.DB.Update(c.Context, func(tx *state.Tx) error {
		k, r, err := action.Instance(c, tx, req.InstanceID)
		if err != nil {
			return err
		}
		if match == ecs.PoolTarget {
			return api.Errorf(api.CodeInvalidPrivatePoolOptionsId, "The PrivatePool does not exist.").WithStatus(404)
		}
		compute.ChangeOptions(tx, k, r.Account, func(o *ecs.InstanceOptions) { o.PoolMatch = match })
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &api.ModifyInstanceAttachmentAttributesResponse{}, nil
}
