package resource

import (
	"slices"
	"testing"
)

// A kind is found by its name, and only a name that the documentation lists is no
// mistake.
func TestKinds(t *testing.T) {
	for _, k := range All("") {
		if got, known := Lookup(k.Product(), k.Type()); got != k || !known {
			t.Errorf("%s %s is another kind's name too, or not found", k.Product(), k.Type())
		}
		if !slices.Contains(types[k.Product()], k.Type()) {
			t.Errorf("%s is no documented type of %s", k.Type(), k.Product())
		}
		if !k.Taggable() && !k.Grouped() {
			t.Errorf("%s neither has tags nor belongs to a group", k.Type())
		}
	}
	if n := len(kinds); n > 255 {
		t.Errorf("%d kinds: more than a listing can be continued over", n)
	}
	for _, none := range [][2]string{{"ecs", "vpc"}, {"vpc", "instance"}, {"", "instance"}, {"nas", "x"}} {
		if k, known := Lookup(none[0], none[1]); k != nil || known {
			t.Errorf("%v is known", none)
		}
	}
	if k, known := Lookup("ecs", "reservedinstance"); k != nil || !known {
		t.Error("a documented type without resources is not known")
	}
}
