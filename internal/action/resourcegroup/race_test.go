package resourcegroup_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/openecs/openecs/internal/actiontest"
)

// A group is deleted while things are put into it: either it stays, or nothing
// is in it.
func TestDeleteResourceGroupRaces(t *testing.T) {
	s := actiontest.Start(t)
	n := s.Network()
	for i := range 20 {
		id := group(s, fmt.Sprint("group-", i))
		var all sync.WaitGroup
		for _, call := range [][]string{
			{"CreateVpc", "ResourceGroupId", id},
			{"CreateSecurityGroup", "VpcId", n.VPC, "ResourceGroupId", id},
			{"JoinResourceGroup", "ResourceType", "securitygroup", "ResourceId", n.Group, "ResourceGroupId", id},
			{"DeleteResourceGroup", "ResourceGroupId", id},
		} {
			all.Go(func() { s.Send(call[0], call[1:]...) }) // refused or not: what is left tells
		}
		all.Wait()
		left := inGroup(s, id)
		if gone := len(groups(s, "ResourceGroupId", id)) == 0; gone && len(left) > 0 {
			t.Fatalf("the group is gone, and %v are in it", left)
		}
	}
}
