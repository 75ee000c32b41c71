package ecstest

import (
	"context"
	"os"
	"testing"
)

// Save writes what the service holds to a YAML file that Seed, `openecs serve
// --seed` and PUT /_openecs/state read: resources with ids, times and addresses.
// Its comments name what it does not hold. Written by hand, a file may leave out
// ids and times, and refer to resources by name:
//
//	version: 1
//	region: cn-hangzhou
//	vpcs:
//	  - {VpcName: main, CidrBlock: 192.168.0.0/16}
//	vswitches:
//	  - {VSwitchName: a, VpcId: main, ZoneId: cn-hangzhou-h, CidrBlock: 192.168.0.0/24}
//
// Fields that begin with a capital letter are parameters of the action that makes
// the resource.
func (s *Server) Save(tb testing.TB, file string) {
	tb.Helper()
	data, err := s.kit.Save()
	if err == nil {
		err = os.WriteFile(file, data, 0o600)
	}
	if err != nil {
		tb.Fatalf("ecstest: %v", err)
	}
}

// SeedYAML makes the service what a text says, in place of all that it has, and
// Reset goes back to that. What is wrong with it fails the test, with its line.
func (s *Server) SeedYAML(tb testing.TB, text string) {
	tb.Helper()
	if err := s.kit.Seed(context.Background(), []byte(text)); err != nil {
		tb.Fatalf("ecstest: %v", err)
	}
}
