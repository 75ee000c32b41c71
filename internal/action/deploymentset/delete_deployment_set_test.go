package deploymentset_test

import (
	"testing"

	"github.com/openecs/openecs/internal/actiontest"
)

func TestDeleteDeploymentSet(t *testing.T) {
	s := actiontest.Start(t)
	id := create(s)
	s.Refuse(400, "MissingParameter", "", "DeleteDeploymentSet")
	s.As(s.Other).Refuse(400, "InvalidDeploymentSetId.NotFound", "", "DeleteDeploymentSet", "DeploymentSetId", id)
	s.Do("DeleteDeploymentSet", "DeploymentSetId", id)
	s.Refuse(400, "InvalidDeploymentSetId.NotFound", "", "DeleteDeploymentSet", "DeploymentSetId", id)
}
