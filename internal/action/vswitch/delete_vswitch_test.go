package vswitch_test

import (
	"testing"
	"time"

	"github.com/openecs/openecs/api"
)

func TestDeleteVSwitch(t *testing.T) {
	for _, product := range []string{"Vpc", "Ecs"} {
		t.Run(product, func(t *testing.T) {
			h := start(t, withStranger())
			vpc := h.vpc()
			id := h.create(vpc, "172.16.0.0/24")
			good := []string{"RegionId", "cn-hangzhou", "VSwitchId", id}
			h.table(product, "DeleteVSwitch", good, []refusal{
				{"absent", []string{"VSwitchId", ""}, 400, "MissingParameter", ""},
				{"unknown", []string{"VSwitchId", "vsw-x"}, 404, "InvalidVSwitchId.NotFound", "VSwitch not exist."},
				{"other region", []string{"RegionId", "cn-beijing"}, 404, "InvalidVSwitchId.NotFound", "VSwitch not exist."},
				{"dry run", []string{"DryRun", "true"}, 400, "DryRunOperation", ""},
				{"bad dry run", []string{"DryRun", "true", "VSwitchId", "vsw-x"}, 404, "InvalidVSwitchId.NotFound", ""},
			})
			_, err := h.send(h.stranger(), product, "DeleteVSwitch", good)
			h.refused(err, product, "DeleteVSwitch", 404, "InvalidVSwitchId.NotFound", "", good)
			call[api.DeleteVSwitchResponse](h, product, "DeleteVSwitch", good...)
			h.refuse(product, "DeleteVSwitch", 404, "InvalidVSwitchId.NotFound", "", good...)
			if n := len(h.list()); n != 0 {
				t.Errorf("%d vSwitches left", n)
			}
			h.create(vpc, "172.16.0.0/24") // its network is free again
		})
	}
}

// TestDeleteVSwitchInUse has an instance in the way, until that is gone.
func TestDeleteVSwitchInUse(t *testing.T) {
	h := start(t)
	vpc := h.vpc()
	id := h.create(vpc, "172.16.0.0/24")
	sg := call[api.CreateSecurityGroupResponse](h, "Ecs", "CreateSecurityGroup", "VpcId", vpc).SecurityGroupID
	instance := call[api.CreateInstanceResponse](h, "Ecs", "CreateInstance", "InstanceType", "ecs.g7.large",
		"ImageId", "aliyun_3_x64_20G_alibase_20240819.vhd", "SecurityGroupId", sg, "VSwitchId", id, "SystemDisk.Category", "cloud_essd").InstanceID
	if n := h.list()[0].AvailableIPAddressCount; n != 251 {
		t.Errorf("%d addresses free, want 251", n)
	}
	h.refuse("Vpc", "DeleteVSwitch", 400, "DependencyViolation", "Specified object has dependent resources.", "VSwitchId", id)
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(2 * time.Millisecond) {
		if _, err := h.send(h.s.Client, "Ecs", "DeleteInstance", []string{"InstanceId", instance, "Force", "true"}); err == nil {
			break
		} else if time.Now().After(deadline) {
			t.Fatal(err)
		}
	}
	for deadline := time.Now().Add(10 * time.Second); h.list()[0].AvailableIPAddressCount != 252; time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the instance keeps its address")
		}
	}
	call[api.DeleteVSwitchResponse](h, "Vpc", "DeleteVSwitch", "VSwitchId", id)
}
