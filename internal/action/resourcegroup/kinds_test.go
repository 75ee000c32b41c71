package resourcegroup_test

import (
	"fmt"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

// TestKinds puts what is rarely grouped into a group at its creation, finds it by
// the group, and moves it; the group stays as long as it has it.
func TestKinds(t *testing.T) {
	s := actiontest.Start(t)
	n, i := s.Network(), s.Running()
	disk := actiontest.Call[api.DescribeDisksResponse](s, "DescribeDisks", "InstanceId", i).Disks.Disk[0].DiskID
	with := func(group string, params ...string) []string { return append(params, "ResourceGroupId", group) }
	run := func(group string, params ...string) *api.RunCommandResponse {
		return actiontest.Call[api.RunCommandResponse](s, "RunCommand", with(group, append(params, "Type", "RunShellScript", "CommandContent", "true", "InstanceId.1", i)...)...)
	}
	list := func(action, field string) func(group string) (ids []string, shown string) {
		return func(group string) (ids []string, shown string) {
			switch action {
			case "DescribeAutoSnapshotPolicyEx":
				for _, r := range actiontest.Call[api.DescribeAutoSnapshotPolicyExResponse](s, action, with(group)...).AutoSnapshotPolicies.AutoSnapshotPolicy {
					ids, shown = append(ids, r.AutoSnapshotPolicyID), r.ResourceGroupID
				}
			case "DescribeSnapshotGroups":
				for _, r := range actiontest.Call[api.DescribeSnapshotGroupsResponse](s, action, with(group)...).SnapshotGroups.SnapshotGroup {
					ids, shown = append(ids, r.SnapshotGroupID), r.ResourceGroupID
				}
			case "DescribeCommands":
				for _, r := range actiontest.Call[api.DescribeCommandsResponse](s, action, with(group)...).Commands.Command {
					ids, shown = append(ids, r.CommandID), r.ResourceGroupID
				}
			case "DescribeInvocations":
				for _, r := range actiontest.Call[api.DescribeInvocationsResponse](s, action, with(group)...).Invocations.Invocation {
					ids, shown = append(ids, r.InvokeID), group
				}
				var results []string
				for _, r := range actiontest.Call[api.DescribeInvocationResultsResponse](s, "DescribeInvocationResults", with(group)...).Invocation.InvocationResults.InvocationResult {
					results = append(results, r.InvokeID)
				}
				same(t, results, ids...)
			case "DescribeSendFileResults":
				for _, r := range actiontest.Call[api.DescribeSendFileResultsResponse](s, action, with(group)...).Invocations.Invocation {
					ids, shown = append(ids, r.InvokeID), group
				}
			case "DescribeActivations":
				for _, r := range actiontest.Call[api.DescribeActivationsResponse](s, action, with(group)...).ActivationList {
					ids, shown = append(ids, r.ActivationID), r.ResourceGroupID
				}
			case "DescribeAutoProvisioningGroups":
				for _, r := range actiontest.Call[api.DescribeAutoProvisioningGroupsResponse](s, action, with(group)...).AutoProvisioningGroups.AutoProvisioningGroup {
					ids, shown = append(ids, r.AutoProvisioningGroupID), r.ResourceGroupID
				}
			default:
				t.Fatalf("nothing lists %s", field)
			}
			return ids, shown
		}
	}
	for j, e := range []struct {
		typ, describe string
		make          func(group string) string
		refuse        []string // the action and its parameters, to be sent with a group that is not there
	}{
		{"snapshotpolicy", "DescribeAutoSnapshotPolicyEx", func(g string) string {
			return actiontest.Call[api.CreateAutoSnapshotPolicyResponse](s, "CreateAutoSnapshotPolicy", with(g, "timePoints", `["1"]`, "repeatWeekdays", `["1"]`, "retentionDays", "1")...).AutoSnapshotPolicyID
		}, []string{"CreateAutoSnapshotPolicy", "timePoints", `["1"]`, "repeatWeekdays", `["1"]`, "retentionDays", "1"}},
		{"snapshotgroup", "DescribeSnapshotGroups", func(g string) string {
			return actiontest.Call[api.CreateSnapshotGroupResponse](s, "CreateSnapshotGroup", with(g, "DiskId.1", disk)...).SnapshotGroupID
		}, []string{"CreateSnapshotGroup", "DiskId.1", disk}},
		{"command", "DescribeCommands", func(g string) string {
			return actiontest.Call[api.CreateCommandResponse](s, "CreateCommand", with(g, "Name", "c", "Type", "RunShellScript", "CommandContent", "dHJ1ZQ==")...).CommandID
		}, []string{"CreateCommand", "Name", "c", "Type", "RunShellScript", "CommandContent", "dHJ1ZQ=="}},
		{"invocation", "DescribeInvocations", func(g string) string { return run(g).InvokeID }, []string{"RunCommand", "Type", "RunShellScript", "CommandContent", "true", "InstanceId.1", i}},
		{"filetransfer", "DescribeSendFileResults", func(g string) string {
			return actiontest.Call[api.SendFileResponse](s, "SendFile", with(g, "InstanceId.1", i, "Name", "x", "TargetDir", "/", "Content", "x")...).InvokeID
		}, []string{"SendFile", "InstanceId.1", i, "Name", "x", "TargetDir", "/", "Content", "x"}},
		{"activation", "DescribeActivations", func(g string) string {
			return actiontest.Call[api.CreateActivationResponse](s, "CreateActivation", with(g)...).ActivationID
		}, []string{"CreateActivation"}},
		{"autoprovisioninggroup", "DescribeAutoProvisioningGroups", func(g string) string {
			return actiontest.Call[api.CreateAutoProvisioningGroupResponse](s, "CreateAutoProvisioningGroup", with(g, "TotalTargetCapacity", "1", "PayAsYouGoTargetCapacity", "1",
				"LaunchConfiguration.ImageId", actiontest.Image, "LaunchConfiguration.SecurityGroupId", n.Group, "LaunchTemplateConfig.1.InstanceType", actiontest.InstanceType,
				"LaunchTemplateConfig.1.VSwitchId", n.VSwitch)...).AutoProvisioningGroupID
		}, []string{"CreateAutoProvisioningGroup", "TotalTargetCapacity", "1", "PayAsYouGoTargetCapacity", "1", "LaunchConfiguration.ImageId", actiontest.Image}},
	} {
		t.Run(e.typ, func(t *testing.T) {
			a, b := group(s, fmt.Sprintf("a-%d", j)), group(s, fmt.Sprintf("b-%d", j))
			find := list(e.describe, e.typ)
			wants := func(group string, want ...string) {
				t.Helper()
				ids, shown := find(group)
				same(t, ids, want...)
				if len(ids) > 0 && shown != group {
					t.Errorf("shown in %q, want %q", shown, group)
				}
				same(t, inGroup(s, group), want...)
			}
			id := e.make(a)
			s.Settle()
			wants(a, id)
			wants(b)
			s.Refuse(409, "DeleteConflict.ResourceGroup.Resource", "", "DeleteResourceGroup", "ResourceGroupId", a)
			s.Do("JoinResourceGroup", "ResourceType", e.typ, "ResourceId", id, "ResourceGroupId", b)
			wants(a)
			wants(b, id)
			s.Do("DeleteResourceGroup", "ResourceGroupId", a)
			moved := actiontest.Call[api.MoveResourcesResponse](s, "MoveResources", append(one(1, "cn-hangzhou", "ecs", e.typ, id), "ResourceGroupId", defaultGroup(s))...).Responses
			if len(moved) != 1 || moved[0].Status != "SUCCESS" {
				t.Errorf("%+v", moved)
			}
			wants(b)
			s.Do("DeleteResourceGroup", "ResourceGroupId", b)
			s.Refuse(404, "InvalidResourceGroup.NotFound", "", e.refuse[0], with(b, e.refuse[1:]...)...)
			s.As(s.Other).Refuse(404, "InvalidResourceId.NotFound", "", "JoinResourceGroup", "ResourceType", e.typ, "ResourceId", id, "ResourceGroupId", defaultGroup(s.As(s.Other)))
		})
	}
	// A command that is kept is in the group of the invocation that made it.
	g := group(s, "kept")
	kept := run(g, "KeepCommand", "true")
	invoked := actiontest.Call[api.InvokeCommandResponse](s, "InvokeCommand", with(g, "CommandId", kept.CommandID, "InstanceId.1", i)...).InvokeID
	same(t, inGroup(s, g), kept.CommandID, invoked, kept.InvokeID)
}
