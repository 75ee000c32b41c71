package service_test

import (
	"context"
	"testing"

	"github.com/openecs/openecs/api"
)

// TestTemplateSurvivesRestart runs an instance of a launch template that was
// read back from the store, with the key pair that it names.
func TestTemplateSurvivesRestart(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	_, err := w.client.CreateKeyPair(ctx, &api.CreateKeyPairRequest{RegionID: "cn-hangzhou", KeyPairName: "mine"})
	w.must(err)
	made, err := w.client.CreateLaunchTemplate(ctx, &api.CreateLaunchTemplateRequest{
		RegionID: "cn-hangzhou", LaunchTemplateName: "web", ImageID: "aliyun_3_x64_20G_alibase_20240819.vhd", InstanceType: "ecs.g7.large",
		SecurityGroupID: w.group, VSwitchID: w.vswitch, KeyPairName: "mine", Description: "a *~+ü & b=c",
		SystemDisk: api.CreateLaunchTemplateRequestSystemDisk{Category: "cloud_essd"},
	})
	w.must(err)
	w.shut()
	w.open()
	run, err := w.client.RunInstances(ctx, &api.RunInstancesRequest{RegionID: "cn-hangzhou", LaunchTemplateID: made.LaunchTemplateID})
	w.must(err)
	i, err := w.client.FindInstance(ctx, "cn-hangzhou", run.InstanceIDSets.InstanceIDSet[0])
	w.must(err)
	if i == nil || i.KeyPairName != "mine" || i.Description != "a *~+ü & b=c" {
		t.Errorf("%+v", i)
	}
	version, err := w.client.CreateLaunchTemplateVersion(ctx, &api.CreateLaunchTemplateVersionRequest{RegionID: "cn-hangzhou", LaunchTemplateName: "web"})
	w.must(err)
	if version.LaunchTemplateVersionNumber != 2 {
		t.Errorf("version %d after version 1", version.LaunchTemplateVersionNumber)
	}
}
