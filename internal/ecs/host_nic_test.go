package ecs_test

import (
	"testing"

	"github.com/openecs/openecs/internal/ecs"
)

func TestHostNIC(t *testing.T) {
	for _, k := range []ecs.Key{1, 36, 1<<56 | 12345, 1<<64 - 1} {
		name := ecs.HostNIC(k)
		if got, ok := ecs.ParseHostNIC(name); !ok || got != k || len(name) > 15 {
			t.Errorf("%d: %s, %d %v", k, name, got, ok)
		}
	}
	for _, name := range []string{"", "oe", "oe0", "oe01", "oeA", "ou1", "oe1/", "oe3w5e11264sgsg", "eth0"} {
		if k, ok := ecs.ParseHostNIC(name); ok {
			t.Errorf("%q is %d", name, k)
		}
	}
}
