package havip

import (
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "ModifyHaVipAttribute", (*Service).ModifyHaVipAttribute)

// ModifyHaVipAttribute changes a HaVip's name and description; what is absent
// stays.
func (s *Service) ModifyHaVipAttribute(c *action.Call, in *api.ModifyHaVipAttributeRequest) (*api.ModifyHaVipAttributeResponse, error) {
	if err := checkText(in.Name, in.Description); err != nil {
		return nil, err
	}
	return &api.ModifyHaVipAttributeResponse{}, s.change(c, in.HaVipID, in.ClientToken, func(_ *state.Tx, _ ecs.Key, next *ecs.HaVip) error {
		if next.Phase != ecs.PhaseReady {
			return api.Errorf(api.CodeIncorrectStatus, "The HaVip is neither Available nor InUse.").WithStatus(400)
		}
		if c.Has("Name") {
			next.Name = strings.Clone(in.Name)
		}
		if c.Has("Description") {
			next.Description = strings.Clone(in.Description)
		}
		return nil
	})
}
