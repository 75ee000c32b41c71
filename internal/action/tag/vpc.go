package tag

import (
	"slices"
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/model/tag"
)

// vpcKind finds the kind that a ResourceType of the VPC product names, whatever
// its case.
func vpcKind(name string) (resource.Kind, error) {
	kind, known := resource.Lookup("vpc", strings.ToLower(name))
	if !known {
		return nil, api.Errorf(api.CodeInvalidInstanceTypeNotFound, "The instance type is not found")
	}
	return kind, nil
}

// vpcShown is the name of a kind in the VPC product's answers.
func vpcShown(k resource.Kind) string { return strings.ToUpper(k.Type()) }

func vpcGone() error {
	return api.Errorf(api.CodeInvalidInstanceIdsNotFound, "The instanceIds are not found")
}

func vpcTooMany() error {
	return api.Errorf(api.CodeQuotaExceededTagNum, "Custom Tags quota exceeded")
}

// vpcNumbers refuses more resources or tags than a request may name.
func vpcNumbers(resources, tags int) error {
	switch {
	case resources > maxResources:
		return api.Errorf(api.CodeSizeLimitExceededResourceId, "The maximum number of resource IDs is exceeded.")
	case tags > tag.Max:
		return api.Errorf(api.CodeSizeLimitExceededTagNum, "The maximum number of tags is exceeded.")
	}
	return nil
}

// vpcTags refuses tags that no resource may have.
func vpcTags(tags []api.Tag) error {
	keys := make([]string, len(tags))
	for i, t := range tags {
		keys[i] = t.Key
	}
	if err := vpcKeys(keys); err != nil {
		return err
	}
	for _, t := range tags {
		if !ecs.ValidTagValue(t.Value) {
			return api.Errorf(api.CodeInvalidTagValue, "The tag values are not valid.")
		}
	}
	return nil
}

// vpcKeys refuses keys that no tag may have, and one that comes twice.
func vpcKeys(keys []string) error {
	for i, k := range keys {
		if !ecs.ValidTagKey(k) {
			return api.Errorf(api.CodeInvalidTagKey, "The tag keys are not valid.")
		}
		if slices.Contains(keys[:i], k) {
			return api.Errorf(api.CodeForbiddenTagKeyDuplicated, "The specified tag key already exists.")
		}
	}
	return nil
}
