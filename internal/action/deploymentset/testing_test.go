package deploymentset_test

import (
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

func create(s *actiontest.Service, params ...string) string {
	s.T.Helper()
	return actiontest.Call[api.CreateDeploymentSetResponse](s, "CreateDeploymentSet", params...).DeploymentSetID
}

func list(s *actiontest.Service, params ...string) []api.DescribeDeploymentSetsDeploymentSet {
	s.T.Helper()
	return actiontest.Call[api.DescribeDeploymentSetsResponse](s, "DescribeDeploymentSets", params...).DeploymentSets.DeploymentSet
}

func see(s *actiontest.Service, id string) api.DescribeDeploymentSetsDeploymentSet {
	s.T.Helper()
	l := list(s, "DeploymentSetIds", `["`+id+`"]`)
	if len(l) != 1 {
		s.T.Fatalf("%d sets, want one", len(l))
	}
	return l[0]
}

// run is the parameters of a RunInstances request in actiontest's network.
func run(s *actiontest.Service, params ...string) []string {
	n := s.Network()
	return append([]string{"InstanceType", actiontest.InstanceType, "ImageId", actiontest.Image, "SecurityGroupId", n.Group,
		"VSwitchId", n.VSwitch, "SystemDisk.Category", "cloud_essd"}, params...)
}

// TestLifecycle takes a set from its creation, over a member's life, to its end.
func TestLifecycle(t *testing.T) {
	actiontest.EachRestart(t, func(s *actiontest.Service) {
		id := create(s, "DeploymentSetName", "web")
		i := s.Instance("DeploymentSetId", id)
		s.Settle()
		if got := see(s, id); got.InstanceAmount != 1 || got.InstanceIDs.InstanceID[0] != i {
			s.T.Errorf("%+v", got)
		}
		s.Refuse(403, "DependencyViolation.NotEmpty", "There are still instance(s) in the specified DeploymentSetId.", "DeleteDeploymentSet", "DeploymentSetId", id)
		s.Do("DeleteInstance", "InstanceId", i, "Force", "true")
		s.Settle()
		s.Do("DeleteDeploymentSet", "DeploymentSetId", id)
		if l := list(s); len(l) != 0 {
			s.T.Errorf("left: %+v", l)
		}
		s.NothingLeft()
	})
}
