// Package tag is the rules and the storing of tags, for every group whose
// resources carry them.
package tag

import (
	"slices"
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// Max is how many tags a resource, or a request, may have.
const Max = 20

// Check refuses tags that no resource may have: more than Max (403
// QuotaExceed.Tags), a malformed key or value (400 InvalidTagKey.Malformed,
// InvalidTagValue.Malformed) and a key given twice (400 Duplicate.TagKey).
func Check(tags []api.Tag) error {
	if len(tags) > Max {
		return api.Errorf(api.CodeQuotaExceedTags, "The number of tags exceeds the limit of %d.", Max)
	}
	for i, t := range tags {
		if !ecs.ValidTagKey(t.Key) {
			return api.Errorf(api.CodeInvalidTagKeyMalformed, "The specified Tag.n.Key is not valid.")
		}
		if !ecs.ValidTagValue(t.Value) {
			return api.Errorf(api.CodeInvalidTagValueMalformed, "The specified Tag.n.Value is not valid.")
		}
		if slices.ContainsFunc(tags[:i], func(o api.Tag) bool { return o.Key == t.Key }) {
			return api.Errorf(api.CodeDuplicateTagKey, "The Tag.N.Key contain duplicate key.")
		}
	}
	return nil
}

// CheckRun is Check with the codes of RunInstances: too many are 400
// InvalidTagCount, and a value without a key is 400 InvalidTag.Mismatch.
func CheckRun(tags []api.Tag) error {
	if err := CheckFilter(tags); err != nil {
		return err
	}
	return Check(tags)
}

// CheckFilter refuses the Tag.N of a Describe action that can never match: more
// than Max (400 InvalidTagCount), or a value without a key (400
// InvalidTag.Mismatch).
func CheckFilter(tags []api.Tag) error {
	if len(tags) > Max {
		return api.Errorf(api.CodeInvalidTagCount, "The specified tags are beyond the permitted range.")
	}
	for _, t := range tags {
		if t.Key == "" && t.Value != "" {
			return api.Errorf(api.CodeInvalidTagMismatch, "The specified Tag.n.Key and Tag.n.Value are not match.")
		}
	}
	return nil
}

// Store makes symbols of checked tags.
func Store(tx *state.Tx, tags []api.Tag) []ecs.Tag {
	if len(tags) == 0 {
		return nil
	}
	out := make([]ecs.Tag, len(tags))
	for i, t := range tags {
		out[i] = ecs.Tag{Key: tx.Sym(strings.Clone(t.Key)), Value: tx.Sym(strings.Clone(t.Value))}
	}
	return out
}

// Merge is a resource's tags with others set: the value of a key that is there
// already is replaced. The result is a new slice.
func Merge(have, set []ecs.Tag) []ecs.Tag {
	out := slices.Clone(have)
	for _, t := range set {
		if i := slices.IndexFunc(out, func(o ecs.Tag) bool { return o.Key == t.Key }); i >= 0 {
			out[i].Value = t.Value
		} else {
			out = append(out, t)
		}
	}
	return out
}

// Filter is the tags that a Describe action asks for: all must be there, and a
// key without a value matches any value.
type Filter struct {
	want []ecs.Tag
	none bool // a key or value that no resource has
}

// NewFilter reads the Tag.N of a Describe action.
func NewFilter(v state.View, tags []api.Tag) Filter {
	var f Filter
	for _, t := range tags {
		k, ok := state.LookupSym(v, t.Key)
		var val ecs.Sym
		if ok && t.Value != "" {
			val, ok = state.LookupSym(v, t.Value)
		}
		f.none = f.none || !ok
		f.want = append(f.want, ecs.Tag{Key: k, Value: val})
	}
	return f
}

// Match reports whether a resource with these tags is asked for.
func (f Filter) Match(have []ecs.Tag) bool {
	if f.none {
		return false
	}
	for _, w := range f.want {
		if !slices.ContainsFunc(have, func(h ecs.Tag) bool { return h.Key == w.Key && (w.Value == 0 || h.Value == w.Value) }) {
			return false
		}
	}
	return true
}

// SearchKey is the index key under which all that match are: that of the first
// tag, or of any tag at all. ok is false when nothing matches.
func (f Filter) SearchKey(account uint64, region uint8) (key uint64, ok bool) {
	if f.Empty() {
		return state.TagKey(account, region, 0, 0), true
	}
	return f.Key(account, region)
}

// Key is the index key of the filter's first tag; ok is false when it asks for
// none or for one that nothing has.
func (f Filter) Key(account uint64, region uint8) (key uint64, ok bool) {
	if f.none || len(f.want) == 0 {
		return 0, false
	}
	return state.TagKey(account, region, f.want[0].Key, f.want[0].Value), true
}

// Empty reports whether nothing is asked for.
func (f Filter) Empty() bool { return len(f.want) == 0 }

// Show is a resource's tags as Describe actions show them.
func Show(v state.View, tags []ecs.Tag) []api.ResourceTag {
	if len(tags) == 0 {
		return nil
	}
	out := make([]api.ResourceTag, len(tags))
	for i, t := range tags {
		out[i] = api.ResourceTag{TagKey: v.Str(t.Key), TagValue: v.Str(t.Value)}
	}
	return out
}
