package instance_test

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/openecs/openecs/internal/actiontest"
)

// bench is a service with its network, and more to go wrong with.
type bench struct {
	*actiontest.Service
	net               actiontest.Network
	classic           string // a classic group in cn-beijing
	otherGroup, small string // a group of another VPC; a vSwitch of four usable addresses
}

func newBench(t *testing.T, opts ...actiontest.Option) *bench {
	t.Helper()
	s := actiontest.Start(t, opts...)
	n := s.Network()
	return &bench{
		Service: s, net: n, classic: s.Group("RegionId", "cn-beijing"),
		otherGroup: s.Group("VpcId", s.VPC("CidrBlock", "10.0.0.0/8")), small: s.VSwitch(n.VPC, "192.168.1.0/29"),
	}
}

// call calls an action with parameters by name.
func (b *bench) call(action string, p map[string]string) (map[string]any, error) {
	var params []string
	for name, value := range p {
		params = append(params, name, value)
	}
	body, err := b.Send(action, params...)
	if err != nil {
		return nil, err
	}
	var out map[string]any
	if err := json.Unmarshal(body, &out); err != nil {
		b.T.Fatalf("%s: %v", action, err)
	}
	return out, nil
}

// good is a request that works, as CreateInstance and RunInstances take it.
func (b *bench) good() map[string]string {
	return map[string]string{
		"RegionId": "cn-hangzhou", "InstanceType": actiontest.InstanceType, "ImageId": actiontest.Image,
		"SecurityGroupId": b.net.Group, "VSwitchId": b.net.VSwitch, "SystemDisk.Category": "cloud_essd",
	}
}

// with is a request with parameters changed; "-" takes one away.
func with(base map[string]string, changes ...string) map[string]string {
	p := maps.Clone(base)
	for i := 0; i < len(changes); i += 2 {
		if p[changes[i]] = changes[i+1]; changes[i+1] == "-" {
			delete(p, changes[i])
		}
	}
	return p
}

func (b *bench) refused(action string, p map[string]string, status int, code string) {
	b.T.Helper()
	_, err := b.call(action, p)
	actiontest.Refused(b.T, err, code, status)
}

func userData(n int) string { return base64.StdEncoding.EncodeToString(make([]byte, n)) }

// TestCreateRefusals sends wrong requests to both actions. Where their codes
// differ the row has that of CreateInstance first; "" means that the action
// does not have the parameter.
func TestCreateRefusals(t *testing.T) {
	b := newBench(t)
	both := func(status int, code string) [2]refusal { return [2]refusal{{status, code}, {status, code}} }
	run := func(status int, code string) [2]refusal { return [2]refusal{{}, {status, code}} }
	create := func(status int, code string) [2]refusal { return [2]refusal{{status, code}, {}} }
	for _, c := range []struct {
		changes []string
		want    [2]refusal
	}{
		{[]string{"ImageId", "-"}, both(400, "MissingParameter")},
		{[]string{"InstanceType", "-"}, both(400, "MissingParameter")},
		{[]string{"SecurityGroupId", "-"}, both(400, "MissingParameter")},
		{[]string{"VSwitchId", "-"}, both(400, "MissingParameter")},
		{[]string{"ImageId", "no-such-image"}, both(404, "InvalidImageId.NotFound")},
		{[]string{"InstanceType", "ecs.none.large"}, both(400, "InvalidInstanceType.ValueNotSupported")},
		{[]string{"SecurityGroupId", "sg-none"}, [2]refusal{{404, "InvalidSecurityGroupId.NotFound"}, {404, "InvalidSecurityGroupId"}}},
		{[]string{"SecurityGroupId", "-", "SecurityGroupIds.1", "sg-none"}, run(404, "InvalidSecurityGroupId.NotFound")},
		{[]string{"SecurityGroupIds.1", b.net.Group}, run(400, "InvalidSecurityGroupId.SingleIdAndMultiIdConflict")},
		{[]string{"SecurityGroupId", "-", "SecurityGroupIds.1", b.net.Group, "SecurityGroupIds.2", b.net.Group}, run(400, "InvalidParameter.SecurityGroupIdRepeated")},
		{[]string{"SecurityGroupId", "-", "SecurityGroupIds.1", b.net.Group, "SecurityGroupIds.2", b.otherGroup}, run(400, "InvalidSecurityGroup.VpcMismatch")},
		{[]string{"VSwitchId", "vsw-none"}, both(404, "InvalidVSwitchId.NotFound")},
		{[]string{"ZoneId", "cn-nowhere-a"}, both(404, "InvalidZoneId.NotFound")},
		{[]string{"ZoneId", "cn-hangzhou-g"}, both(400, "InvalidParameter.Mismatch")},
		{[]string{"SecurityGroupId", b.otherGroup}, both(400, "InvalidParameter.Mismatch")},
		{[]string{"SecurityGroupId", b.classic, "RegionId", "cn-beijing"}, [2]refusal{{400, "InvalidSecurityGroup.NetworkType"}, {400, "InvalidSecurityGroup.NetworkType"}}},
		{[]string{"SecurityGroupId", b.classic, "RegionId", "cn-beijing", "VSwitchId", "-"}, both(403, "InvalidResourceType.NotSupported")},
		{[]string{"PrivateIpAddress", "192.168.0.0"}, both(403, "InvalidVSwitchId.IpInvalid")},
		{[]string{"PrivateIpAddress", "192.168.0.253"}, both(403, "InvalidVSwitchId.IpInvalid")},
		{[]string{"PrivateIpAddress", "192.168.0.254"}, both(403, "InvalidVSwitchId.IpInvalid")},
		{[]string{"PrivateIpAddress", "192.168.0.255"}, both(403, "InvalidVSwitchId.IpInvalid")},
		{[]string{"PrivateIpAddress", "192.168.1.7"}, both(400, "InvalidPrivateIpAddress")},
		{[]string{"PrivateIpAddress", "here"}, both(400, "InvalidPrivateIpAddress.Malformed")},
		{[]string{"Amount", "0"}, run(403, "InvalidParam.Amount")},
		{[]string{"Amount", "101"}, run(403, "InvalidParam.Amount")},
		{[]string{"Amount", "abc"}, run(400, "InvalidParameter")},
		{[]string{"MinAmount", "0"}, run(400, "InvalidMinAmount.Malformed")},
		{[]string{"Amount", "2", "MinAmount", "3"}, run(400, "InvalidMinAmount.Malformed")},
		{[]string{"VSwitchId", b.small, "Amount", "5"}, run(400, "QuotaExceeded.PrivateIpAddress")},
		{actiontest.Tags(21), [2]refusal{{403, "QuotaExceed.Tags"}, {400, "InvalidTagCount"}}},
		{[]string{"Tag.1.Key", "acs:x"}, both(400, "InvalidTagKey.Malformed")},
		{[]string{"Tag.1.Key", "aliyunx"}, both(400, "InvalidTagKey.Malformed")},
		{[]string{"Tag.1.Key", "a", "Tag.1.Value", "http://x"}, both(400, "InvalidTagValue.Malformed")},
		{[]string{"Tag.1.Key", "a", "Tag.2.Key", "a"}, both(400, "Duplicate.TagKey")},
		{[]string{"Tag.1.Value", "v"}, [2]refusal{{400, "InvalidTagKey.Malformed"}, {400, "InvalidTag.Mismatch"}}},
		{[]string{"UserData", "no base64!"}, [2]refusal{{403, "InvalidUserData.Base64FormatInvalid"}, {400, "InvalidUserData.Base64FormatInvalid"}}},
		{[]string{"UserData", userData(32<<10 + 1)}, both(400, "InvalidUserData.SizeExceeded")},
		{[]string{"SystemDisk.Size", "10"}, both(404, "InvalidSystemDiskSize.LessThanImageSize")},
		{[]string{"SystemDisk.Size", "99999"}, both(404, "InvalidSystemDiskSize.MoreThanMaxSize")},
		{[]string{"SystemDisk.Category", "floppy"}, both(400, "InvalidSystemDiskCategory.ValueNotSupported")},
		{[]string{"SystemDisk.Category", "cloud"}, both(403, "InvalidDiskCategory.NotSupported")},
		{[]string{"SystemDisk.PerformanceLevel", "PL9"}, both(400, "InvalidPerformanceLevel.Malformed")},
		{[]string{"SystemDisk.PerformanceLevel", "PL3", "SystemDisk.Size", "100"}, both(403, "OperationDenied.PerformanceLevelNotMatch")},
		{[]string{"SystemDisk.DiskName", "x"}, both(400, "InvalidDiskName.Malformed")},
		{[]string{"SystemDisk.Description", "http://x"}, both(400, "InvalidDiskDescription.Malformed")},
		{[]string{"DataDisk.1.Size", "1"}, both(400, "InvalidDataDiskSize.ValueNotSupported")},
		{[]string{"DataDisk.1.Size", "100", "DataDisk.1.Category", "tape"}, both(400, "InvalidDataDiskCategory.ValueNotSupported")},
		{[]string{"DataDisk.1.Size", "100", "DataDisk.1.Category", "cloud_essd", "DataDisk.1.SnapshotId", "s-1"}, both(404, "InvalidDataDiskSnapshotId.NotFound")},
		{[]string{"DataDisk.1.Size", "100", "DataDisk.1.Category", "cloud_essd", "DataDisk.1.Device", "/dev/sda"}, both(400, "InvalidDataDevice.Malformed")},
		{[]string{"DataDisk.1.Size", "100", "DataDisk.1.Category", "cloud_essd", "DataDisk.1.Device", "/dev/xvda"}, both(403, "InvalidDevice.InUse")},
		{[]string{"DataDisk.1.Size", "100", "DataDisk.1.Category", "cloud_essd", "DataDisk.1.KMSKeyId", "k"}, both(400, "InvalidEncrypted.NotMatchKmsKeyId")},
		{[]string{"DataDisk.1.Size", "100", "DataDisk.1.Category", "cloud_essd", "DataDisk.1.KMSKeyId", "k", "DataDisk.1.Encrypted", "true"}, both(404, "InvalidParameter.KMSKeyId.NotFound")},
		{[]string{"InstanceName", "x"}, both(400, "InvalidInstanceName.Malformed")},
		{[]string{"Description", "http://x"}, both(400, "InvalidDescription.Malformed")},
		{[]string{"HostName", "-x"}, both(400, "InvalidHostName.Malformed")},
		{[]string{"HostName", "ab", "HostNames.1", "cd"}, run(403, "InvalidHostname.SingleAndMultiConflict")},
		{[]string{"HostNames.1", "ab", "HostNames.2", "cd"}, run(403, "InvalidHostname.SizeInvalid")},
		{[]string{"Password", "weak"}, both(400, "InvalidPassword.Malformed")},
		{[]string{"Password", "Str0ng-pass", "PasswordInherit", "true"}, both(400, "InvalidPasswordParam.Mismatch")},
		{[]string{"KeyPairName", "kp"}, both(404, "InvalidKeyPairName.NotFound")},
		{[]string{"RamRoleName", "a role"}, both(404, "InvalidRamRole.NotFound")},
		{[]string{"ResourceGroupId", "rg-1"}, both(404, "InvalidResourceGroup.NotFound")},
		{[]string{"DeploymentSetId", "ds-1"}, both(404, "DeploymentSet.NotFound")},
		{[]string{"DedicatedHostId", "dh-1"}, both(400, "InvalidDedicatedHostId.NotFound")},
		{[]string{"HpcClusterId", "hpc-1"}, both(400, "InvalidHpcClusterId.NotFound")},
		{[]string{"StorageSetId", "ss-1"}, both(403, "InvalidParameter.StorageSetId")},
		{[]string{"LaunchTemplateId", "lt-1"}, run(404, "InvalidLaunchTemplate.NotFound")},
		{[]string{"LaunchTemplateName", "lt"}, run(404, "InvalidLaunchTemplate.NotFound")},
		{[]string{"NetworkInterface.1.VSwitchId", "vsw-none"}, run(404, "InvalidVSwitchId.NotFound")},
		{[]string{"Ipv6AddressCount", "1"}, run(403, "InvalidVSwitch.Ipv6NotTurnOn")},
		{[]string{"SpotStrategy", "SpotWithPriceLimit"}, both(400, "InvalidSpotPriceLimit")},
		{[]string{"SpotStrategy", "SpotWithPriceLimit", "SpotPriceLimit", "0.1234"}, both(400, "InvalidSpotPriceLimit")},
		{[]string{"SpotStrategy", "SpotWithPriceLimit", "SpotPriceLimit", "0.001"}, both(400, "InvalidSpotPriceLimit.LowerThanPublicPrice")},
		{[]string{"SpotStrategy", "SpotAsPriceGo", "SpotInterruptionBehavior", "Sleep"}, both(400, "InvalidSpotInterruptionBehavior")},
		{[]string{"SpotStrategy", "SpotAsPriceGo", "SpotDuration", "7"}, both(400, "InvalidSpotDuration")},
		{[]string{"SpotStrategy", "SpotAsPriceGo", "DeletionProtection", "true"}, both(403, "InvalidChargeType.ValueNotSupported")},
		{[]string{"SpotStrategy", "Cheap"}, both(400, "InvalidSpotStrategy")},
		{[]string{"SpotStrategy", "SpotAsPriceGo", "InstanceChargeType", "PrePaid", "Period", "1"}, both(400, "InvalidSpotPrepaid")},
		{[]string{"InstanceChargeType", "Free"}, both(404, "InvalidInstanceChargeType.NotFound")},
		{[]string{"InstanceChargeType", "PrePaid"}, both(400, "MissingParamter")},
		{[]string{"InstanceChargeType", "PrePaid", "Period", "11"}, both(400, "InvalidPeriod")},
		{[]string{"InstanceChargeType", "PrePaid", "Period", "1", "PeriodUnit", "Day"}, [2]refusal{{400, "InvalidPeriodUnit.ValueNotSupported"}, {400, "InvalidPeriodType.ValueNotSupported"}}},
		{[]string{"InstanceChargeType", "PrePaid", "Period", "1", "AutoRenew", "true", "AutoRenewPeriod", "7"}, both(400, "InvalidAutoRenewPeriod.ValueNotSupported")},
		{[]string{"InstanceChargeType", "PrePaid", "Period", "1", "DeletionProtection", "true"}, both(403, "InvalidChargeType.ValueNotSupported")},
		{[]string{"AutoReleaseTime", "soon"}, run(400, "InvalidAutoReleaseTime.Malformed")},
		{[]string{"AutoReleaseTime", actiontest.Began.Add(10 * time.Minute).Format("2006-01-02T15:04:05Z")}, run(400, "InvalidAutoReleaseTime.Malformed")},
		{[]string{"InternetChargeType", "Free"}, both(400, "InvalidInternetChargeType.ValueNotSupported")},
		{[]string{"InternetMaxBandwidthOut", "101"}, both(400, "InvalidParameter")},
		{[]string{"InternetMaxBandwidthOut", "-1"}, both(400, "InvalidParameter")},
		{[]string{"InternetMaxBandwidthIn", "0"}, both(400, "InvalidInternetMaxBandwidthIn.Malformed")},
		{[]string{"InternetMaxBandwidthIn", "201"}, both(400, "InvalidInternetMaxBandwidthIn.Malformed")},
		{[]string{"InternetMaxBandwidthIn", "-1", "InternetMaxBandwidthOut", "50"}, both(400, "InvalidInternetMaxBandwidthIn.Malformed")},
		{[]string{"IoOptimized", "maybe"}, [2]refusal{{400, "InvalidIoOptimizedValue.ValueNotSupported"}, {400, "InvalidIoOptimize.ValueNotSupported"}}},
		{[]string{"IoOptimized", "none"}, both(404, "DependencyViolation.IoOptimized")},
		{[]string{"CreditSpecification", "Standard"}, both(400, "InvalidParameter.CreditSpecification")},
		{[]string{"HttpEndpoint", "maybe"}, both(400, "InvalidHttpEndpoint.NotSupported")},
		{[]string{"HttpTokens", "maybe"}, both(400, "InvalidHttpTokens.NotSupported")},
		{[]string{"ImageFamily", "acs:ubuntu_22_04_x64"}, both(400, "UnexpectedImageFamily.ImageIdSupplied")},
		{[]string{"ImageId", "-", "ImageFamily", "acs:none"}, both(403, "InvalidImageFamily.MissingAvailableImage")},
		{[]string{"ClientToken", strings.Repeat("x", 65)}, both(400, "InvalidClientToken.ValueNotSupported")},
		{[]string{"Tenancy", "mine"}, both(400, "InvalidParam.Tenancy")},
		{[]string{"RegionId", "cn-nowhere"}, both(404, "InvalidRegionId.NotFound")},
		{[]string{"RegionId", "cn-beijing"}, [2]refusal{{404, "InvalidSecurityGroupId.NotFound"}, {404, "InvalidSecurityGroupId"}}},
		{[]string{"DryRun", "true"}, both(400, "DryRunOperation")},
		{[]string{"DryRun", "true", "ImageId", "no-such-image"}, both(404, "InvalidImageId.NotFound")},
		{[]string{"DryRun", "perhaps"}, both(400, "InvalidParameter")},
		{[]string{"ClusterId", "c"}, create(404, "InvalidClusterId.NotFound")},
		{[]string{"VlanId", "v"}, create(400, "OperationDenied")},
		{[]string{"NodeControllerId", "n"}, create(400, "InvalidNodeControllerId.Malformed")},
	} {
		for i, action := range []string{"CreateInstance", "RunInstances"} {
			if want := c.want[i]; want.code != "" {
				t.Run(action+" "+strings.Join(c.changes[:min(2, len(c.changes))], "="), func(t *testing.T) {
					b := *b
					b.Service = b.With(t)
					b.refused(action, with(b.good(), c.changes...), want.status, want.code)
				})
			}
		}
	}
	out, err := b.call("DescribeInstances", map[string]string{"RegionId": "cn-hangzhou"})
	if err != nil || out["TotalCount"] != float64(0) {
		t.Errorf("refused requests made instances: %v %v", out, err)
	}
}

type refusal struct {
	status int
	code   string
}

// TestBothActionsWork makes sure that the request the refusals are made from is
// good.
func TestBothActionsWork(t *testing.T) {
	b := newBench(t)
	for _, action := range []string{"CreateInstance", "RunInstances"} {
		if _, err := b.call(action, b.good()); err != nil {
			t.Errorf("%s: %v", action, err)
		}
	}
}
