package tag

import (
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/state"
)

// distinct is what ListTagKeys and ListTagValues have in common: each symbol that
// of finds in the tags of a region's resources, once.
type distinct struct {
	FuzzyType, QueryType, ResourceType, TagProduct string

	filter string  // what the symbol's text must be, or with FuzzyType PREFIX begin with
	key    ecs.Sym // 0: of resources with any tag
	of     func(ecs.Tag) ecs.Sym
}

// list collects a page, the newest symbol first: what a symbol stands for never
// changes, so pages fit together whatever is tagged in between. It looks at all
// resources with the tags that are asked for: a tag is no row of its own.
func (d distinct) list(c *action.Call, v *state.Snapshot, page action.Page) (out []string, next string, err error) {
	fits := func(s string) bool { return d.filter == "" || s == d.filter }
	switch d.FuzzyType {
	case "", "EQUAL":
	case "PREFIX":
		fits = func(s string) bool { return strings.HasPrefix(s, d.filter) }
	default:
		return nil, "", api.Errorf(api.CodeFuzzyQueryNotSupport, "The fuzzy query is not supported.")
	}
	kinds, err := productKinds(d.ResourceType)
	if err != nil {
		return nil, "", err
	}
	switch {
	case d.TagProduct != "":
		return nil, "", api.Errorf(api.CodeUnsupportedOperationNotImplemented, "OpenECS does not support TagProduct.")
	case strings.EqualFold(d.QueryType, "MetaTag"): // there are no preset tags here
		return nil, "", nil
	case d.QueryType != "" && !strings.EqualFold(d.QueryType, "ResourceTag"):
		return nil, "", action.Invalid("QueryType")
	}
	found := map[ecs.Sym]struct{}{}
	account, region := c.Caller.Account, c.RegionCode()
	for _, src := range resource.Tagged(kinds, state.TagKey(account, region, d.key, 0)) {
		for k, r := range src.Kind.Rows(v, src.By, src.Index, 0) {
			if r.Account != account || k.Region() != region {
				continue
			}
			for _, t := range r.Tags {
				if d.key == 0 || t.Key == d.key {
					found[d.of(t)] = struct{}{}
				}
			}
		}
	}
	syms := slices.Sorted(maps.Keys(found))
	// The empty value has symbol 0, which is no key of a row: keys are one more.
	rows, _, next := action.List(page, func(below ecs.Key) iter.Seq2[ecs.Key, *ecs.Sym] {
		return func(yield func(ecs.Key, *ecs.Sym) bool) {
			for i := range slices.Backward(syms) {
				if k := ecs.Key(syms[i]) + 1; (below == 0 || k < below) && !yield(k, &syms[i]) {
					return
				}
			}
		}
	}, func(_ ecs.Key, s *ecs.Sym) bool { return fits(v.Str(*s)) }, -1)
	for _, r := range rows {
		out = append(out, v.Str(*r.Record))
	}
	return out, next, nil
}
