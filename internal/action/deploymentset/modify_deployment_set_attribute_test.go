package deploymentset_test

import (
	"testing"

	"github.com/openecs/openecs/internal/actiontest"
)

func TestModifyDeploymentSetAttribute(t *testing.T) {
	s := actiontest.Start(t)
	id := create(s, "DeploymentSetName", "web", "Description", "first")
	s.Do("ModifyDeploymentSetAttribute", "DeploymentSetId", id, "DeploymentSetName", "back")
	s.Do("ModifyDeploymentSetAttribute", "DeploymentSetId", id, "Description", "second")
	if d := see(s, id); d.DeploymentSetName != "back" || d.DeploymentSetDescription != "second" {
		t.Errorf("%+v", d)
	}
	good := []string{"DeploymentSetId", id, "DeploymentSetName", "other"}
	s.Refusals(t, "ModifyDeploymentSetAttribute", good, []actiontest.Refusal{
		{"absent", []string{"DeploymentSetId", ""}, 400, "MissingParameter", ""},
		{"unknown", []string{"DeploymentSetId", "ds-1"}, 400, "InvalidDeploymentSetId.NotFound", "The specified DeploymentSetId does not exist."},
		{"name", []string{"DeploymentSetName", "1"}, 400, "InvalidDeploymentSetName.Malformed", ""},
		{"description", []string{"Description", "x"}, 400, "InvalidDescription.Malformed", ""},
	})
	s.As(s.Other).Refuse(400, "InvalidDeploymentSetId.NotFound", "", "ModifyDeploymentSetAttribute", good...)
}
