package resourcegroup

import (
	"slices"
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/tag"
	"github.com/openecs/openecs/internal/state"
)

// maxTagged is how many groups a request about tags names.
const maxTagged = 50

// tagType is the one type whose tags ResourceManager keeps here, in its answers.
const tagType = "ResourceGroup"

// checkTagged refuses a type other than resource groups, whatever its case, and
// more groups than a request may name.
func checkTagged(typ string, ids []string) error {
	if !strings.EqualFold(typ, tagType) {
		return api.Errorf(api.CodeInvalidParameterResourceType, "The ResourceType parameter is invalid.")
	}
	if len(ids) > maxTagged {
		return api.Errorf(api.CodeNumberExceedResourceIds, "The maximum number of ResourceIds is exceeded.")
	}
	return nil
}

// findAll is the caller's groups with some identifiers, or 404
// EntityNotExists.ResourceGroup.
func findAll(c *action.Call, v state.View, ids []string) (keys []ecs.Key, err error) {
	for _, id := range ids {
		k, _, err := find(c, v, id)
		if err != nil {
			return nil, notThere()
		}
		if !slices.Contains(keys, k) {
			keys = append(keys, k)
		}
	}
	return keys, nil
}

// retag changes the tags of all groups of a request, or of none.
func (s *Service) retag(c *action.Call, ids []string, set []api.Tag, drop func(key string) bool) error {
	if _, err := findAll(c, s.DB.Snapshot(), ids); err != nil {
		return err
	}
	return s.DB.Update(c.Context, func(tx *state.Tx) error {
		keys, err := findAll(c, tx, ids)
		if err != nil {
			return err
		}
		tags := tag.Store(tx, set)
		for _, k := range keys {
			_, r, err := find(c, tx, ecs.ID(ecs.KindResourceGroup, k))
			if err != nil {
				return err
			}
			row := *r
			row.Tags = slices.DeleteFunc(tag.Merge(r.Tags, tags), func(t ecs.Tag) bool { return drop != nil && drop(tx.Str(t.Key)) })
			if len(row.Tags) > tag.Max {
				return api.Errorf(api.CodeQuotaExceedTags, "The number of tags exceeds the limit of %d.", tag.Max)
			}
			state.ResourceGroups.Put(tx, k, &row)
		}
		return nil
	})
}
