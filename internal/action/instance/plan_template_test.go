package instance_test

import (
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/state"
)

// TestTemplateKeepsSystemDisk honours what a launch template can say and
// RunInstances cannot: that the system disk outlives its instance.
func TestTemplateKeepsSystemDisk(t *testing.T) {
	l := newLab(t)
	for _, keep := range []string{"false", "true"} {
		id := do[api.CreateLaunchTemplateResponse](l, "CreateLaunchTemplate", "RegionId", "cn-hangzhou", "LaunchTemplateName", "keep-"+keep,
			"InstanceType", "ecs.g7.large", "ImageId", "aliyun_3_x64_20G_alibase_20240819.vhd", "SecurityGroupId", l.group, "VSwitchId", l.vswitch,
			"SystemDisk.Category", "cloud_essd", "SystemDisk.DeleteWithInstance", keep).LaunchTemplateID
		made := do[api.RunInstancesResponse](l, "RunInstances", "RegionId", "cn-hangzhou", "LaunchTemplateId", id).InstanceIDSets.InstanceIDSet[0]
		l.settle()
		disk, ok := state.Disks.Get(l.svc.DB.Snapshot(), l.record(made).SystemDisk)
		if !ok || disk.DeleteWithInstance != (keep == "true") {
			t.Errorf("SystemDisk.DeleteWithInstance=%s made %+v", keep, disk)
		}
	}
}
