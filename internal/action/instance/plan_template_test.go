package instance_test

import (
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/state"
)

// TestTemplateKeepsSystemDisk honours what a launch template can say and
// RunInstances cannot: that the system disk outlives its instance.
func TestTemplateKeepsSystemDisk(t *testing.T) {
	s := actiontest.Start(t)
	n := s.Network()
	for _, keep := range []string{"false", "true"} {
		id := actiontest.Call[api.CreateLaunchTemplateResponse](s, "CreateLaunchTemplate", "LaunchTemplateName", "keep-"+keep,
			"InstanceType", actiontest.InstanceType, "ImageId", actiontest.Image, "SecurityGroupId", n.Group, "VSwitchId", n.VSwitch,
			"SystemDisk.Category", "cloud_essd", "SystemDisk.DeleteWithInstance", keep).LaunchTemplateID
		made := actiontest.Call[api.RunInstancesResponse](s, "RunInstances", "LaunchTemplateId", id).InstanceIDSets.InstanceIDSet[0]
		s.Settle()
		disk, ok := state.Disks.Get(s.DB().Snapshot(), record(s, made).SystemDisk)
		if !ok || disk.DeleteWithInstance != (keep == "true") {
			t.Errorf("SystemDisk.DeleteWithInstance=%s made %+v", keep, disk)
		}
	}
}
