package network

import (
	"errors"
	"strings"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/ecs"
)

func TestParseIDs(t *testing.T) {
	a, b := ecs.Key(1<<56|1), ecs.Key(1<<56|2)
	id := ecs.ID(ecs.KindVPC, a)
	for _, c := range []struct {
		list string
		a, b bool
	}{
		{"", true, true}, {id, true, false}, {id + "," + ecs.ID(ecs.KindVPC, b), true, true}, {"x, " + id, true, false},
		{"vpc-x", false, false}, {",", false, false}, {ecs.ID(ecs.KindVSwitch, a), false, false},
	} {
		ids, ok := ParseIDs(ecs.KindVPC, c.list)
		if !ok || ids.Match(a) != c.a || ids.Match(b) != c.b {
			t.Errorf("%q: %v %v %v", c.list, ok, ids.Match(a), ids.Match(b))
		}
	}
	if _, ok := ParseIDs(ecs.KindVPC, strings.Repeat(id+",", MaxIDs-1)+id); !ok {
		t.Errorf("%d identifiers are refused", MaxIDs)
	}
	if _, ok := ParseIDs(ecs.KindVPC, strings.Repeat(id+",", MaxIDs)+id); ok {
		t.Errorf("%d identifiers are not refused", MaxIDs+1)
	}
}

func TestCheckTags(t *testing.T) {
	many := make([]api.Tag, 21)
	for i := range many {
		many[i].Key = strings.Repeat("k", i+1)
	}
	for _, c := range []struct {
		name string
		tags []api.Tag
		code string
	}{
		{"none", nil, ""},
		{"20", many[:20], ""},
		{"21", many, api.CodeIllegalParamTagKey},
		{"empty key", []api.Tag{{Value: "v"}}, api.CodeIllegalParamTagKey},
		{"reserved key", []api.Tag{{Key: "acs:x"}}, api.CodeIllegalParamTagKey},
		{"twice", []api.Tag{{Key: "k"}, {Key: "k", Value: "v"}}, api.CodeIllegalParamTagKey},
		{"value", []api.Tag{{Key: "k", Value: strings.Repeat("v", 129)}}, api.CodeIllegalParamTagValue},
	} {
		code := ""
		if e, ok := errors.AsType[*api.Error](CheckTags(c.tags)); ok {
			code = e.Code
		}
		if code != c.code {
			t.Errorf("%s: %q, want %q", c.name, code, c.code)
		}
	}
}
