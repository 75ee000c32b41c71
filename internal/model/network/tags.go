package network

import (
	"slices"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/tag"
	"github.com/openecs/openecs/internal/state"
)

// CheckTags refuses tags that no resource of the VPC product may have: 400
// IllegalParam.TagKey and IllegalParam.TagValue, which that product answers
// where ECS has codes of more kinds.
func CheckTags(tags []api.Tag) error {
	if len(tags) > tag.Max {
		return api.Errorf(api.CodeIllegalParamTagKey, "The param of Tag.Key is illegal.")
	}
	for i, t := range tags {
		if !ecs.ValidTagKey(t.Key) || slices.ContainsFunc(tags[:i], func(o api.Tag) bool { return o.Key == t.Key }) {
			return api.Errorf(api.CodeIllegalParamTagKey, "The param of Tag.Key is illegal.")
		}
		if !ecs.ValidTagValue(t.Value) {
			return api.Errorf(api.CodeIllegalParamTagValue, "The param of Tag.Value is illegal.")
		}
	}
	return nil
}

// TagFilter reads the Tag.N of a Describe action of the VPC product: 400
// InvalidTagKey for more than 20 of them and for a value without a key, and
// InvalidTagValue for a value that no tag has.
func TagFilter(v state.View, tags []api.Tag) (tag.Filter, error) {
	if len(tags) > tag.Max {
		return tag.Filter{}, api.Errorf(api.CodeInvalidTagKey, "The tag keys are not valid.")
	}
	for _, t := range tags {
		if !ecs.ValidTagKey(t.Key) {
			return tag.Filter{}, api.Errorf(api.CodeInvalidTagKey, "The tag keys are not valid.")
		}
		if !ecs.ValidTagValue(t.Value) {
			return tag.Filter{}, api.Errorf(api.CodeInvalidTagValue, "The tag values are not valid.")
		}
	}
	return tag.NewFilter(v, tags), nil
}

// ShowTags is a resource's tags as the VPC product shows them.
func ShowTags(v state.View, tags []ecs.Tag) []api.Tag {
	if len(tags) == 0 {
		return nil
	}
	out := make([]api.Tag, len(tags))
	for i, t := range tags {
		out[i] = api.Tag{Key: v.Str(t.Key), Value: v.Str(t.Value)}
	}
	return out
}
