package tag

import (
	"slices"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/model/tag"
)

// ecsKind finds the kind that a ResourceType of ECS names; nil is one of which
// there is no resource.
func ecsKind(name string) (resource.Kind, error) {
	kind, known := resource.Lookup("ecs", name)
	if !known {
		return nil, api.Errorf(api.CodeInvalidResourceTypeNotFound, "The ResourceType provided does not exist in our records.")
	}
	return kind, nil
}

func ecsGone() error {
	return api.Errorf(api.CodeInvalidResourceIdNotFound, "The specified ResourceIds are not found in our records.")
}

func ecsTooMany() error {
	return api.Errorf(api.CodeOperationDeniedQuotaExceed, "The quota of tags on resource is beyond permitted range.")
}

// ecsOwner refuses to speak of somebody else's tags, which only cloud services
// themselves may.
func ecsOwner(c *action.Call, owner *int64) error {
	switch {
	case c.Has("TagOwnerUid"):
		return api.Errorf(api.CodePermissionDeniedTagOwnerUid, "The specified operator not have permission to set TagOwnerUid value.")
	case c.Has("Scope"):
		return api.Errorf(api.CodePermissionDeniedScope, "The specified operator not have permission to set Scope value.")
	case owner != nil && uint64(*owner) != c.Caller.Account:
		return api.Errorf(api.CodeNoPermissionTag, "The operator is not permission for the tag.")
	}
	return nil
}

// ecsNumbers refuses more resources or tags than a request may name.
func ecsNumbers(resources, tags int) error {
	switch {
	case resources > maxResources:
		return api.Errorf(api.CodeNumberExceedResourceIds, "The ResourceIds parameter's number is exceed , Valid : %d.", maxResources)
	case tags > tag.Max:
		return api.Errorf(api.CodeNumberExceedTags, "The Tags parameter's number is exceed , Valid : %d.", tag.Max)
	}
	return nil
}

// ecsTags refuses tags that no resource may have.
func ecsTags(tags []api.Tag) error {
	if err := tag.CheckFilter(tags); err != nil {
		return err
	}
	return tag.Check(tags)
}

// ecsKeys refuses keys that no tag may have, and one that comes twice.
func ecsKeys(keys []string) error {
	for i, k := range keys {
		if !ecs.ValidTagKey(k) {
			return api.Errorf(api.CodeInvalidTagKeyMalformed, "The specified Tag.n.Key is not valid.")
		}
		if slices.Contains(keys[:i], k) {
			return api.Errorf(api.CodeDuplicateTagKey, "The Tag.N.Key contain duplicate key.")
		}
	}
	return nil
}
