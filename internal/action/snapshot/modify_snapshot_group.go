package snapshot

import (
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "ModifySnapshotGroup", (*Service).ModifySnapshotGroup)

// ModifySnapshotGroup changes a group's name and description.
func (s *Service) ModifySnapshotGroup(c *action.Call, in *api.ModifySnapshotGroupRequest) (*api.ModifySnapshotGroupResponse, error) {
	if err := checkGroupTexts(in.Name, in.Description); err != nil {
		return nil, err
	}
	k, err := findGroup(c, s.DB.Snapshot(), in.SnapshotGroupID)
	if err != nil {
		return nil, err
	}
	return &api.ModifySnapshotGroupResponse{}, s.DB.Update(c.Context, func(tx *state.Tx) error {
		g, ok := state.SnapshotGroups.Get(tx, k)
		if !ok {
			return noGroup()
		}
		next := *g
		if in.Name != "" {
			next.Name = strings.Clone(in.Name)
		}
		if c.Has("Description") {
			next.Description = strings.Clone(in.Description)
		}
		state.SnapshotGroups.Put(tx, k, &next)
		return nil
	})
}

func findGroup(c *action.Call, v state.View, id string) (ecs.Key, error) {
	k, _, ok := action.Find(c, v, state.SnapshotGroups, ecs.KindSnapshotGroup, groupAccount, id)
	if !ok {
		return 0, noGroup()
	}
	return k, nil
}

func noGroup() error {
	return api.Errorf(api.CodeInvalidSnapshotGroupIdNotFound, "The specified SnapshotGroupId does not exist.")
}
