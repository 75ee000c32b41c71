package tag

import (
	"slices"
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// maxPatterns is how many TagFilter.N a request may have, and values each.
const maxPatterns = 5

// patterns is the TagFilter.N of ListTagResources: a resource must have a tag for
// each of them. A key alone may be a pattern; with values the key is exact and
// one of the values must fit. A pattern is x* for what begins with x, *x* for
// what contains it, and x for itself.
type patterns []api.ListTagResourcesRequestTagFilter

func newPatterns(list []api.ListTagResourcesRequestTagFilter) (patterns, error) {
	malformed := api.Errorf(api.CodeInvalidTagFilterMalformed, "The specified TagFilter is not valid.")
	if len(list) > maxPatterns {
		return nil, malformed
	}
	for _, f := range list {
		if len(f.TagValues) > maxPatterns {
			return nil, api.Errorf(api.CodeNumberExceedTagValues, "The number of the specified TagValues is beyond permitted range, the max is %d.", maxPatterns)
		}
		if strings.Trim(f.TagKey, "*") == "" || !ecs.ValidTagKey(f.TagKey) || len(f.TagValues) > 0 && strings.Contains(f.TagKey, "*") {
			return nil, malformed
		}
		for _, v := range f.TagValues {
			if !ecs.ValidTagValue(v) {
				return nil, malformed
			}
		}
	}
	return list, nil
}

func (p patterns) match(v state.View, tags []ecs.Tag) bool {
	for _, f := range p {
		if !slices.ContainsFunc(tags, func(t ecs.Tag) bool {
			if len(f.TagValues) == 0 {
				return fits(f.TagKey, v.Str(t.Key))
			}
			return f.TagKey == v.Str(t.Key) &&
				slices.ContainsFunc(f.TagValues, func(want string) bool { return fits(want, v.Str(t.Value)) })
		}) {
			return false
		}
	}
	return true
}

func fits(pattern, s string) bool {
	prefix, open := strings.CutSuffix(pattern, "*")
	inner, infix := strings.CutPrefix(prefix, "*")
	switch {
	case open && infix:
		return strings.Contains(s, inner)
	case open:
		return strings.HasPrefix(s, prefix)
	}
	return s == pattern
}
