package resourcegroup_test

import (
	"testing"

	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

func TestJoinResourceGroup(t *testing.T) {
	s := actiontest.Start(t)
	a, b := group(s, "alpha"), group(s, "beta")
	n, i := s.Network(), s.Stopped()
	r := actiontest.Record(s, state.Instances, i)
	for _, o := range []struct{ typ, id string }{
		{"instance", i}, {"disk", ecs.ID(ecs.KindDisk, r.SystemDisk)}, {"eni", ecs.ID(ecs.KindNetworkInterface, r.Interface)}, {"securitygroup", n.Group},
	} {
		t.Run(o.typ, func(t *testing.T) {
			s := s.With(t)
			what := []string{"ResourceType", o.typ, "ResourceId", o.id}
			to := func(id string) []string { return append(what[:len(what):len(what)], "ResourceGroupId", id) }
			d := defaultGroup(s)
			const again = "InvalidResourceGroup.Duplicate"
			s.Refuse(403, again, "", "JoinResourceGroup", to(d)...)
			s.Do("JoinResourceGroup", to(a)...)
			same(t, inGroup(s, a), o.id)
			s.Refuse(403, again, "", "JoinResourceGroup", to(a)...)
			s.Do("JoinResourceGroup", to(b)...)
			same(t, inGroup(s, a))
			same(t, inGroup(s, b), o.id)
			s.Do("JoinResourceGroup", to(d)...)
			same(t, inGroup(s, b))
			s.Refuse(403, again, "", "JoinResourceGroup", to(d)...)
		})
	}
	s.Refusals(t, "JoinResourceGroup", []string{"ResourceType", "instance", "ResourceId", i, "ResourceGroupId", a}, []actiontest.Refusal{
		{"region absent", []string{"RegionId", ""}, 403, "MissingParameter", ""},
		{"id absent", []string{"ResourceId", ""}, 403, "MissingParameter", ""},
		{"group absent", []string{"ResourceGroupId", ""}, 403, "MissingParameter", ""},
		{"type absent", []string{"ResourceType", ""}, 404, "InvalidResourceType.NotFound", ""},
		{"type unknown", []string{"ResourceType", "Instance"}, 404, "InvalidResourceType.NotFound", ""},
		{"group unknown", []string{"ResourceGroupId", unknown}, 404, "InvalidResourceGroup.NotFound", ""},
		{"group of another account", []string{"ResourceGroupId", defaultGroup(s.As(s.Other))}, 404, "InvalidResourceGroup.NotFound", ""},
		{"id unknown", []string{"ResourceId", "i-x"}, 404, "InvalidResourceId.NotFound", ""},
		{"id of another type", []string{"ResourceType", "disk"}, 404, "InvalidResourceId.NotFound", ""},
		{"type of which there is none", []string{"ResourceType", "ddh"}, 404, "InvalidResourceId.NotFound", ""},
		{"other region", []string{"RegionId", "cn-beijing"}, 404, "InvalidResourceId.NotFound", ""},
	})
	o := s.As(s.Other)
	o.Refuse(404, "InvalidResourceId.NotFound", "", "JoinResourceGroup", "ResourceType", "instance", "ResourceId", i, "ResourceGroupId", group(o, "theirs"))
}
