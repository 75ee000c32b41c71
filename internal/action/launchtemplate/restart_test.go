package launchtemplate_test

import (
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

// TestTemplateSurvivesRestart runs an instance of a launch template that was
// read back from the store, with the key pair that it names.
func TestTemplateSurvivesRestart(t *testing.T) {
	s := actiontest.Start(t)
	n := s.Network()
	s.Do("CreateKeyPair", "KeyPairName", "mine")
	made := actiontest.Call[api.CreateLaunchTemplateResponse](s, "CreateLaunchTemplate", "LaunchTemplateName", "web",
		"ImageId", actiontest.Image, "InstanceType", actiontest.InstanceType, "SecurityGroupId", n.Group, "VSwitchId", n.VSwitch,
		"KeyPairName", "mine", "Description", "a *~+ü & b=c", "SystemDisk.Category", "cloud_essd")
	s.Restart()
	run := actiontest.Call[api.RunInstancesResponse](s, "RunInstances", "LaunchTemplateId", made.LaunchTemplateID)
	if i := s.See(run.InstanceIDSets.InstanceIDSet[0]); i == nil || i.KeyPairName != "mine" || i.Description != "a *~+ü & b=c" {
		t.Errorf("%+v", i)
	}
	version := actiontest.Call[api.CreateLaunchTemplateVersionResponse](s, "CreateLaunchTemplateVersion", "LaunchTemplateName", "web")
	if version.LaunchTemplateVersionNumber != 2 {
		t.Errorf("version %d after version 1", version.LaunchTemplateVersionNumber)
	}
}
