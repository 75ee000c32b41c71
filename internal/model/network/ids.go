package network

import (
	"slices"
	"strings"

	"github.com/openecs/openecs/internal/ecs"
)

// MaxIDs is how many identifiers a filter of the VPC product may list.
const MaxIDs = 20

// IDs is a filter of the VPC product that lists identifiers with commas between
// them. The zero IDs asks for everything.
type IDs struct {
	given bool
	keys  []ecs.Key
}

// ParseIDs reads such a filter. What names nothing is left out: it finds
// nothing. ok is false when there are more than MaxIDs.
func ParseIDs(kind ecs.Kind, list string) (ids IDs, ok bool) {
	if list == "" {
		return IDs{}, true
	}
	if strings.Count(list, ",") >= MaxIDs {
		return IDs{}, false
	}
	ids.given = true
	for id := range strings.SplitSeq(list, ",") {
		if k, ok := ecs.ParseID(kind, strings.TrimSpace(id)); ok {
			ids.keys = append(ids.keys, k)
		}
	}
	return ids, true
}

// Match reports whether a row is asked for.
func (ids IDs) Match(k ecs.Key) bool { return !ids.given || slices.Contains(ids.keys, k) }
