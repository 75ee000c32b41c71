package spec

import (
	"slices"
	"strings"
	"testing"
)

func TestLoad(t *testing.T) {
	products, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	types := []string{"string", "int", "long", "float", "double", "bool", "json", "struct"}
	var check func(where string, fields []Field)
	check = func(where string, fields []Field) {
		for i, f := range fields {
			at := where + "." + f.Name
			if i > 0 && f.Name <= fields[i-1].Name {
				t.Errorf("%s is out of order", at)
			}
			elem, _ := f.Elem()
			if !slices.Contains(types, elem) {
				t.Errorf("%s has type %q", at, f.Type)
			}
			if (elem == "struct") != (len(f.Fields) > 0) {
				t.Errorf("%s: %s with %d fields", at, f.Type, len(f.Fields))
			}
			// In requests dots part names; among answers one has names such as SystemDisk.Size.
			if f.Name == "" || strings.Contains(f.Name, " ") || strings.Contains(f.Name, ".") && !strings.HasPrefix(where, "Ecs.DescribeLaunchTemplateVersions answer") {
				t.Errorf("%s: the name cannot be", at)
			}
			check(at, f.Fields)
		}
	}
	for _, p := range products {
		if !slices.IsSortedFunc(p.Actions, func(a, b Action) int { return strings.Compare(a.Name, b.Name) }) || !slices.IsSorted(p.Known) {
			t.Errorf("%s is not sorted", p.Product)
		}
		for _, a := range p.Actions {
			check(p.Product+"."+a.Name+" request", a.Params)
			check(p.Product+"."+a.Name+" answer", a.Response)
			if a.Group == "" || !strings.HasPrefix(a.Tier, "T") {
				t.Errorf("%s.%s: group %q, tier %q", p.Product, a.Name, a.Group, a.Tier)
			}
			if slices.Contains(p.Known, a.Name) {
				t.Errorf("%s.%s is in both lists", p.Product, a.Name)
			}
		}
	}
}
