package service_test

import (
	"errors"
	"hash/maphash"
	"slices"
	"strings"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/api/spec"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
)

// good are requests that succeed in the world of newWorld, by action; $name is
// the identifier of one of its things.
var good = map[string]string{
	"CreateDisk":                         "ZoneId=cn-hangzhou-h DiskCategory=cloud_essd Size=20",
	"AttachDisk":                         "DiskId=$free InstanceId=$stopped",
	"DetachDisk":                         "DiskId=$disk InstanceId=$running",
	"DeleteDisk":                         "DiskId=$free",
	"DescribeDisks":                      "",
	"ModifyDiskAttribute":                "DiskId=$disk DiskName=data",
	"ModifyDiskSpec":                     "DiskId=$disk DiskCategory=cloud_auto",
	"ResizeDisk":                         "DiskId=$free NewSize=40",
	"ReInitDisk":                         "DiskId=$kept",
	"ResetDisk":                          "DiskId=$kept SnapshotId=$keptsnapshot",
	"ReplaceSystemDisk":                  "InstanceId=$stopped ImageId=" + actiontest.Image,
	"CloneDisks":                         "SourceDiskId=$disk DiskCategory=cloud_essd Size=100 MultiAttach=Disabled DiskName=clone",
	"DescribeDiskMonitorData":            "DiskId=$disk StartTime=2026-08-09T05:00:00Z EndTime=2026-08-09T06:00:00Z",
	"CreateSnapshot":                     "DiskId=$disk",
	"DescribeSnapshots":                  "",
	"ModifySnapshotAttribute":            "SnapshotId=$snapshot SnapshotName=other",
	"CopySnapshot":                       "SnapshotId=$snapshot DestinationRegionId=cn-beijing DestinationSnapshotName=copy DestinationSnapshotDescription=copied",
	"CreateSnapshotGroup":                "InstanceId=$running",
	"LockSnapshot":                       "SnapshotId=$snapshot LockMode=compliance LockDuration=1 CoolOffPeriod=1",
	"CreateAutoSnapshotPolicy":           `timePoints=["1"] repeatWeekdays=["1"] retentionDays=1`,
	"ModifyAutoSnapshotPolicyEx":         "autoSnapshotPolicyId=$policy retentionDays=2",
	"DescribeSnapshotLinks":              "",
	"CreateImage":                        "SnapshotId=$rootsnapshot",
	"DescribeImages":                     "",
	"CopyImage":                          "ImageId=$image DestinationRegionId=cn-beijing",
	"ModifyImageAttribute":               "ImageId=$image ImageName=other",
	"ModifyImageSharePermission":         "ImageId=$image AddAccount.1=42",
	"DescribeImageSharePermission":       "ImageId=$image",
	"DescribeImageSupportInstanceTypes":  "ImageId=$image",
	"CreateKeyPair":                      "KeyPairName=made",
	"AttachKeyPair":                      `KeyPairName=pair InstanceIds=["$stopped"]`,
	"DetachKeyPair":                      `KeyPairName=pair InstanceIds=["$stopped"]`,
	"DeleteKeyPairs":                     `KeyPairNames=["pair"]`,
	"DescribeKeyPairs":                   "",
	"CreateLaunchTemplate":               "LaunchTemplateName=other",
	"CreateLaunchTemplateVersion":        "LaunchTemplateId=$template",
	"DescribeLaunchTemplates":            "",
	"DescribeLaunchTemplateVersions":     "LaunchTemplateId=$template",
	"TagResources":                       "ResourceType=disk ResourceId.1=$disk Tag.1.Key=k Tag.1.Value=v",
	"UntagResources":                     "ResourceType=disk ResourceId.1=$disk TagKey.1=k",
	"ListTagResources":                   "ResourceType=disk ResourceId.1=$disk",
	"AddTags":                            "ResourceType=disk ResourceId=$disk Tag.1.Key=k",
	"CreateCommand":                      "Name=other Type=RunShellScript CommandContent=ZWNobyAx",
	"ModifyCommand":                      "CommandId=$command Name=other",
	"RunCommand":                         "Type=RunShellScript CommandContent=ZWNobyAx InstanceId.1=$running",
	"InvokeCommand":                      "CommandId=$command InstanceId.1=$running",
	"SendFile":                           "InstanceId.1=$running Name=f TargetDir=/tmp Content=x",
	"DescribeCommands":                   "",
	"DescribeInvocations":                "",
	"DescribeInvocationResults":          "",
	"CreateDeploymentSet":                "",
	"ModifyDeploymentSetAttribute":       "DeploymentSetId=$set DeploymentSetName=other",
	"DescribeDeploymentSets":             "",
	"AllocateDedicatedHosts":             "DedicatedHostType=ddh.g7 ZoneId=cn-hangzhou-h",
	"ModifyDedicatedHostAttribute":       "DedicatedHostId=$host DedicatedHostName=other",
	"ModifyDedicatedHostAutoReleaseTime": "DedicatedHostId=$host AutoReleaseTime=2026-08-10T05:00:00Z",
	"DescribeDedicatedHosts":             "",
	"CreateDedicatedHostCluster":         "ZoneId=cn-hangzhou-h",
	"DescribeDedicatedHostClusters":      "",
	"CreateAutoProvisioningGroup": "TotalTargetCapacity=1 PayAsYouGoTargetCapacity=1 LaunchConfiguration.ImageId=" + actiontest.Image +
		" LaunchConfiguration.SecurityGroupId=$group LaunchConfiguration.SystemDiskCategory=cloud_essd LaunchTemplateConfig.1.InstanceType=ecs.g7.large LaunchTemplateConfig.1.VSwitchId=$vswitch",
	"ModifyAutoProvisioningGroup":          "AutoProvisioningGroupId=$provisioning AutoProvisioningGroupName=other",
	"DescribeAutoProvisioningGroups":       "",
	"DescribeAutoProvisioningGroupHistory": "AutoProvisioningGroupId=$provisioning",
	"ModifyInstanceAutoReleaseTime":        "InstanceId=$running AutoReleaseTime=2026-08-10T05:00:00Z",
	"ModifyInstanceVncPasswd":              "InstanceId=$running VncPassword=abc123",
	"ModifyInstanceMetadataOptions":        "InstanceId=$running HttpEndpoint=enabled HttpTokens=required",
	"ModifyInstanceNetworkSpec":            "InstanceId=$running InternetMaxBandwidthOut=5",
	"ModifyInstanceSpec":                   "InstanceId=$stopped InstanceType=ecs.g7.xlarge",
	"DescribeTasks":                        "",
	"DescribeInstanceHistoryEvents":        "",
	"DescribeInstanceMonitorData":          "InstanceId=$running StartTime=2026-08-09T05:00:00Z EndTime=2026-08-09T06:00:00Z",
}

const publicKey = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC2hhEoegtfugwSGD3LdemtTc9YzSXlQr9jwNgP2OW5J1WcHq3jhLkIGW3hp0khY2Vy+/zU52TGo1wQ3AA9GXNYFOoUHxqCiQNl4KNSOhtjJC9V3Q95uecwHfKLmcOC8tbT2HDR2Bko6vWiHpcTQ3tDSK5U7y8KowiXiBESltvSbthRaPCk10dV3KJ3Sj8Wg5qIcFhVaQvHYg6HB9rpNsy2u2BZWw2mUcRDoWxtdhgvo4+vMDrp1/8L8pinT2pm3NQte8WR9VztFYTquwNVsJ5E2zydkf9RXLSHf9mS3UNO4zk7oJJXntNYE0CE7Qg857mn1TLWYX2BIQkQH8saSFpn me@host"

// world is a service with one of each thing.
type world struct {
	*actiontest.Service
	ids *strings.Replacer
}

func newWorld(t testing.TB) *world {
	s := actiontest.Start(t)
	n := s.Network()
	running, stopped, free, disk, kept := s.Instance(), s.Instance(), s.DataDisk(), s.DataDisk(), s.DataDisk()
	s.Settle()
	s.Do("StartInstance", "InstanceId", running)
	s.Do("AttachDisk", "DiskId", kept, "InstanceId", stopped)
	s.Settle()
	s.Do("AttachDisk", "DiskId", disk, "InstanceId", running)
	s.Settle()
	root := actiontest.Call[api.DescribeDisksResponse](s, "DescribeDisks", "InstanceId", running, "DiskType", "system").Disks.Disk[0].DiskID
	snapshot := func(disk string) string {
		return actiontest.Call[api.CreateSnapshotResponse](s, "CreateSnapshot", "DiskId", disk).SnapshotID
	}
	data, system := snapshot(disk), snapshot(root)
	before := s.Snapshot(s.Key(ecs.KindDisk, kept))
	s.Settle()
	image := actiontest.Call[api.CreateImageResponse](s, "CreateImage", "SnapshotId", system, "ImageName", "made").ImageID
	s.Do("ImportKeyPair", "KeyPairName", "pair", "PublicKeyBody", publicKey)
	template := actiontest.Call[api.CreateLaunchTemplateResponse](s, "CreateLaunchTemplate", "LaunchTemplateName", "web").LaunchTemplateID
	command := actiontest.Call[api.CreateCommandResponse](s, "CreateCommand", "Name", "c", "Type", "RunShellScript", "CommandContent", "ZWNobyAx").CommandID
	policy := actiontest.Call[api.CreateAutoSnapshotPolicyResponse](s, "CreateAutoSnapshotPolicy", "timePoints", `["1"]`, "repeatWeekdays", `["1"]`, "retentionDays", "1").AutoSnapshotPolicyID
	set := actiontest.Call[api.CreateDeploymentSetResponse](s, "CreateDeploymentSet").DeploymentSetID
	host := actiontest.Call[api.AllocateDedicatedHostsResponse](s, "AllocateDedicatedHosts", "DedicatedHostType", "ddh.g7", "ZoneId", actiontest.Zone).DedicatedHostIDSets.DedicatedHostID[0]
	ids := []string{"$free", free, "$running", running, "$stopped", stopped, "$disk", disk, "$keptsnapshot", before, "$kept", kept, // longer names first
		"$snapshot", data, "$rootsnapshot", system, "$image", image, "$template", template, "$command", command, "$policy", policy, "$set", set, "$host", host,
		"$group", n.Group, "$vswitch", n.VSwitch}
	w := &world{s, strings.NewReplacer(ids...)}
	provisioning := actiontest.Call[api.CreateAutoProvisioningGroupResponse](s, "CreateAutoProvisioningGroup", w.params("CreateAutoProvisioningGroup")...)
	w.ids = strings.NewReplacer(append(ids, "$provisioning", provisioning.AutoProvisioningGroupID)...)
	s.Settle()
	return w
}

// params are those of the good request.
func (w *world) params(action string) (params []string) {
	for f := range strings.FieldsSeq(good[action]) {
		name, value, _ := strings.Cut(f, "=")
		params = append(params, name, w.ids.Replace(value))
	}
	return params
}

// stored tells one state of the store from another.
func (w *world) stored() uint64 {
	var h maphash.Hash
	h.SetSeed(storedSeed)
	for c, err := range w.Stored() {
		if err != nil {
			w.T.Fatal(err)
		}
		h.Write(c.Key)
		h.Write(c.Value)
	}
	return h.Sum64()
}

var storedSeed = maphash.MakeSeed()

// hostile are values of which none is one of the parameter's type, and values that
// no such parameter may have.
func hostile(f *spec.Field) (malformed, impossible, odd []string) {
	long := strings.Repeat("x", 2000)
	switch typ := strings.TrimPrefix(f.Type, "[]"); {
	case slices.Contains([]string{"int", "long", "float", "double"}, typ):
		return []string{"x", "1.2.3", "99999999999999999999999999999999999999999999e999"}, []string{"-2147483648", "-1"}, nil
	case typ == "bool":
		return []string{"perhaps"}, nil, nil
	case typ != "string":
		return nil, nil, nil
	case strings.HasSuffix(f.Name, "Time"):
		return nil, []string{"yesterday", "2026-13-01T00:00:00Z", long}, nil
	case strings.HasSuffix(f.Name, "Ids") || strings.HasSuffix(f.Name, "KeyPairNames"):
		return nil, []string{"[", `["x"`, "{}", "[1]", strings.Repeat("[", 1000)}, nil
	case strings.HasSuffix(f.Name, "Description"):
		return nil, []string{long}, nil
	case strings.HasSuffix(f.Name, "Name"):
		return nil, []string{long, "http://x"}, nil
	}
	return nil, nil, []string{long, "\xff\xfe"}
}

// taken are the parameters that may have what others may not, by action and by
// themselves; and the rest of a name where it ends in a point.
var taken = map[string]string{
	"MaxResults":                             "is cut to what it may be",
	"AllocateDedicatedHosts.Period":          "is of subscriptions only",
	"AllocateDedicatedHosts.AutoRenewPeriod": "is of subscriptions only",
	"retentionDays":                          "-1 is for ever",
	"CopiedSnapshotsRetentionDays":           "-1 is for ever",
	"CreateCommand.Name":                     "has a length and no form",
	"ModifyCommand.Name":                     "has a length and no form",
	"RunCommand.Name":                        "has a length and no form",
	"TaskIds":                                "is separated by commas",
	"ImageOwnerId":                           "is a filter",
	"MinVersion":                             "is a filter",
	"MaxVersion":                             "is a filter",
	"LaunchTemplateVersion.1":                "is a filter",
	"CreateLaunchTemplate.":                  "is checked when the template is used, as documented",
	"CreateLaunchTemplateVersion.":           "is checked when the template is used, as documented",
	"CreateAutoProvisioningGroup.LaunchConfiguration.": "is checked with each delivery, whose history tells",
}

func mayBeTaken(a *spec.Action, name string) bool {
	if !a.Write && strings.HasSuffix(name, "Name") { // a filter
		return true
	}
	for allowed := range taken {
		if allowed == name || allowed == a.Name+"."+name || strings.HasSuffix(allowed, ".") && strings.HasPrefix(a.Name+"."+name, allowed) {
			return true
		}
	}
	return false
}

// TestHostileValues puts values that nobody means into each parameter of each
// action, on top of a request that succeeds. What is refused is refused by a code
// that is documented for the action, in words, and leaves nothing behind; numbers,
// times, lists, names and descriptions that cannot be are refused.
func TestHostileValues(t *testing.T) {
	products, err := spec.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range products[0].Actions {
		if _, ok := good[a.Name]; !ok {
			continue
		}
		t.Run(a.Name, func(t *testing.T) {
			w := newWorld(t)
			defer func() { // the request is as good as it is meant to be
				if _, err := w.Send(a.Name, w.params(a.Name)...); err != nil {
					t.Errorf("the good request: %v", err)
				}
			}()
			try := func(name, value string, must bool) {
				before := w.stored()
				_, err := w.Send(a.Name, append(w.params(a.Name), name, value)...)
				if err == nil {
					if must {
						t.Errorf("%s=%.40q is taken", name, value)
					}
					if a.Write {
						w = newWorld(t)
					}
					return
				}
				e, ok := errors.AsType[*api.Error](err)
				if !ok || e.Status < 400 || e.Status >= 500 || e.Message == "" || !api.HasCode("Ecs", a.Name, e.Code) {
					t.Errorf("%s=%.40q: %v", name, value, err)
				}
				if w.stored() != before {
					t.Errorf("%s=%.40q: %v, and something was left", name, value, err)
				}
			}
			for _, f := range flat("", a.Params) {
				malformed, impossible, odd := hostile(&f)
				for _, v := range malformed {
					try(f.Name, v, true)
				}
				if mayBeTaken(&a, f.Name) {
					continue
				}
				for _, v := range impossible {
					try(f.Name, v, true)
				}
				for _, v := range odd {
					try(f.Name, v, false)
				}
			}
		})
	}
}

// flat are parameters by the names that requests give them: lists with their
// first element.
func flat(at string, fields []spec.Field) (out []spec.Field) {
	for _, f := range fields {
		f.Name = at + f.Name
		_, list := f.Elem()
		if list {
			f.Name += ".1"
		}
		if len(f.Fields) > 0 {
			out = append(out, flat(f.Name+".", f.Fields)...)
		} else {
			out = append(out, f)
		}
	}
	return out
}
