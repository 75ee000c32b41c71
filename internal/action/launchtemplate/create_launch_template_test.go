package launchtemplate_test

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"github.com/openecs/openecs/api"
)

// everything is each parameter that a version keeps, with a value of its own.
var everything = []string{
	"AutoReleaseTime", "2027-01-01T00:00:00Z", "AutoRenew", "true", "AutoRenewPeriod", "3", "CreditSpecification", "Unlimited",
	"DataDisk.1.AutoSnapshotPolicyId", "sp-1", "DataDisk.1.BurstingEnabled", "true", "DataDisk.1.Category", "cloud_auto",
	"DataDisk.1.DeleteWithInstance", "false", "DataDisk.1.Description", "data", "DataDisk.1.Device", "/dev/xvdb", "DataDisk.1.DiskName", "disk",
	"DataDisk.1.Encrypted", "true", "DataDisk.1.KMSKeyId", "key", "DataDisk.1.PerformanceLevel", "PL1", "DataDisk.1.ProvisionedIops", "4000",
	"DataDisk.1.Size", "100", "DataDisk.1.SnapshotId", "s-1", "DataDisk.2.Size", "200", "DeletionProtection", "true", "DeploymentSetId", "ds-1",
	"Description", "a *~+ü & b=c", "EnableVmOsConfig", "true", "HostName", "web[1,3]", "HttpEndpoint", "disabled", "HttpPutResponseHopLimit", "3",
	"HttpTokens", "required", "ImageId", "m-1", "ImageOptions.LoginAsNonRoot", "true", "ImageOwnerAlias", "self", "InstanceChargeType", "PrePaid",
	"InstanceName", "web", "InstanceType", "ecs.g7.large", "InternetChargeType", "PayByBandwidth", "InternetMaxBandwidthIn", "7",
	"InternetMaxBandwidthOut", "5", "IoOptimized", "optimized", "Ipv6AddressCount", "2", "KeyPairName", "pair",
	"NetworkInterface.1.DeleteOnRelease", "false", "NetworkInterface.1.Description", "nic", "NetworkInterface.1.InstanceType", "Secondary",
	"NetworkInterface.1.NetworkInterfaceName", "eth", "NetworkInterface.1.NetworkInterfaceTrafficMode", "Standard",
	"NetworkInterface.1.PrimaryIpAddress", "10.0.0.9", "NetworkInterface.1.SecurityGroupId", "sg-9", "NetworkInterface.1.SecurityGroupIds.1", "sg-8",
	"NetworkInterface.1.VSwitchId", "vsw-9", "NetworkType", "vpc", "PasswordInherit", "true", "Period", "6", "PeriodUnit", "Month",
	"PrivateIpAddress", "10.0.0.8", "RamRoleName", "role", "SecurityEnhancementStrategy", "Active", "SecurityGroupId", "sg-1",
	"SecurityGroupIds.1", "sg-2", "SecurityGroupIds.2", "sg-3", "SecurityOptions.TrustedSystemMode", "vTPM", "SpotDuration", "0",
	"SpotPriceLimit", "0.125", "SpotStrategy", "SpotWithPriceLimit", "SystemDisk.AutoSnapshotPolicyId", "sp-2", "SystemDisk.BurstingEnabled", "true",
	"SystemDisk.Category", "cloud_essd", "SystemDisk.DeleteWithInstance", "false", "SystemDisk.Description", "system", "SystemDisk.DiskName", "root",
	"SystemDisk.Encrypted", "true", "SystemDisk.Iops", "1000", "SystemDisk.KMSKeyId", "key2", "SystemDisk.PerformanceLevel", "PL0",
	"SystemDisk.ProvisionedIops", "5000", "SystemDisk.Size", "60", "Tag.1.Key", "env", "Tag.1.Value", "test",
	"UserData", "ZWNobyBoZWxsbw==", "VSwitchId", "vsw-1", "VpcId", "vpc-1", "ZoneId", "cn-hangzhou-h",
}

// TestCreateLaunchTemplate shows again everything that was given, whatever it
// is worth.
func TestCreateLaunchTemplate(t *testing.T) {
	h := start(t)
	id := h.create("web", append([]string{"VersionDescription", "first", "TemplateTag.1.Key", "team", "TemplateTag.1.Value", "a"}, everything...)...)
	if !strings.HasPrefix(id, "lt-bp1") {
		t.Errorf("identifier %q", id)
	}
	got := h.template(id)
	if got.LaunchTemplateName != "web" || got.DefaultVersionNumber != 1 || got.LatestVersionNumber != 1 || got.CreatedBy != "1234567890123456" ||
		got.CreateTime != "2026-08-09T05:00:00Z" || got.ModifiedTime != "2026-08-09T05:00:00Z" {
		t.Errorf("%+v", got)
	}
	if len(got.Tags.Tag) != 1 || got.Tags.Tag[0] != (api.ResourceTag{TagKey: "team", TagValue: "a"}) {
		t.Errorf("tags %v", got.Tags.Tag)
	}
	list := h.versions("LaunchTemplateId", id)
	if len(list) != 1 {
		t.Fatalf("%d versions", len(list))
	}
	v := list[0]
	if v.LaunchTemplateID != id || v.LaunchTemplateName != "web" || v.VersionNumber != 1 || !v.DefaultVersion || v.VersionDescription != "first" ||
		v.CreatedBy != "1234567890123456" || v.CreateTime != "2026-08-09T05:00:00Z" {
		t.Errorf("%+v", v)
	}
	shown := fmt.Sprintf("%+v", v.LaunchTemplateData)
	const want = `{AutoReleaseTime:2027-01-01T00:00:00Z AutoRenew:true AutoRenewPeriod:3 CreditSpecification:Unlimited ` +
		`DataDisks:{DataDisk:[{AutoSnapshotPolicyID:sp-1 BurstingEnabled:true Category:cloud_auto DeleteWithInstance:false Description:data ` +
		`Device:/dev/xvdb DiskName:disk Encrypted:true KMSKeyID:key PerformanceLevel:PL1 ProvisionedIops:4000 Size:100 SnapshotID:s-1} ` +
		`{AutoSnapshotPolicyID: BurstingEnabled:false Category: DeleteWithInstance:true Description: Device: DiskName: Encrypted:false KMSKeyID: ` +
		`PerformanceLevel: ProvisionedIops:0 Size:200 SnapshotID:}]} DeletionProtection:true DeploymentSetID:ds-1 Description:a *~+ü & b=c ` +
		`EnableVmOSConfig:true HostName:web[1,3] HTTPEndpoint:disabled HTTPPutResponseHopLimit:3 HTTPTokens:required ImageID:m-1 ` +
		`ImageOptions:{LoginAsNonRoot:true} ImageOwnerAlias:self InstanceChargeType:PrePaid InstanceName:web InstanceType:ecs.g7.large ` +
		`InternetChargeType:PayByBandwidth InternetMaxBandwidthIn:7 InternetMaxBandwidthOut:5 IOOptimized:optimized IPv6AddressCount:2 ` +
		`KeyPairName:pair NetworkInterfaces:{NetworkInterface:[{DeleteOnRelease:false Description:nic InstanceType:Secondary ` +
		`NetworkInterfaceName:eth NetworkInterfaceTrafficMode:Standard PrimaryIPAddress:10.0.0.9 SecurityGroupID:sg-9 ` +
		`SecurityGroupIDs:{SecurityGroupID:[sg-8]} VSwitchID:vsw-9}]} NetworkType:vpc PasswordInherit:true Period:6 PeriodUnit:Month ` +
		`PrivateIPAddress:10.0.0.8 RAMRoleName:role ResourceGroupID: SecurityEnhancementStrategy:Active SecurityGroupID:sg-1 ` +
		`SecurityGroupIDs:{SecurityGroupID:[sg-2 sg-3]} SecurityOptions:{TrustedSystemMode:vTPM} SpotDuration:0 SpotPriceLimit:0.125 ` +
		`SpotStrategy:SpotWithPriceLimit SystemDisk:{AutoSnapshotPolicyID:sp-2 BurstingEnabled:true Category:cloud_essd DeleteWithInstance:false ` +
		`Description:system DiskName:root Encrypted:true Iops:1000 KMSKeyID:key2 PerformanceLevel:PL0 ProvisionedIops:5000 Size:60} ` +
		`SystemDiskAutoSnapshotPolicyID:sp-2 SystemDiskBurstingEnabled:true SystemDiskCategory:cloud_essd SystemDiskDeleteWithInstance:false ` +
		`SystemDiskDescription:system SystemDiskDiskName:root SystemDiskEncrypted:true SystemDiskIops:1000 SystemDiskKMSKeyID:key2 ` +
		`SystemDiskPerformanceLevel:PL0 SystemDiskProvisionedIops:5000 SystemDiskSize:60 ` +
		`Tags:{InstanceTag:[{Key:env Value:test}]} UserData:ZWNobyBoZWxsbw== VSwitchID:vsw-1 VPCID:vpc-1 ZoneID:cn-hangzhou-h}`
	if shown != want {
		t.Errorf("it holds\n%s\nwant\n%s", shown, want)
	}
}

func TestCreateLaunchTemplateRefusals(t *testing.T) {
	h := start(t)
	h.create("taken")
	good := []string{"LaunchTemplateName", "free"}
	h.table("CreateLaunchTemplate", good, append([]refusal{
		{[]string{"LaunchTemplateName", ""}, 400, "MissingParameter"},
		{[]string{"LaunchTemplateName", "x"}, 400, "InvalidLaunchTemplateName.Malformed"},
		{[]string{"LaunchTemplateName", "1st"}, 400, "InvalidLaunchTemplateName.Malformed"},
		{[]string{"LaunchTemplateName", "http://x"}, 400, "InvalidLaunchTemplateName.Malformed"},
		{[]string{"LaunchTemplateName", strings.Repeat("x", 129)}, 400, "InvalidLaunchTemplateName.Malformed"},
		{[]string{"LaunchTemplateName", "taken"}, 403, "LaunchTemplateName.Duplicated"},
		{[]string{"TemplateTag.1.Key", "acs:x"}, 400, "InvalidTagKey.Malformed"},
		{[]string{"TemplateTag.1.Key", "x", "TemplateTag.1.Value", "http://x"}, 400, "InvalidTagValue.Malformed"},
		{[]string{"TemplateTag.1.Key", "x", "TemplateTag.2.Key", "x"}, 400, "Duplicate.TagKey"},
		{tags("TemplateTag", 21), 403, "QuotaExceed.Tags"},
		{[]string{"TemplateResourceGroupId", "rg-x"}, 404, "InvalidResourceGroup.NotFound"},
	}, dataRefusals...))
	h.refuse(400, "MissingParameter", "CreateLaunchTemplate")
	if got := h.names(); len(got) != 1 {
		t.Errorf("after refusals there are %v", got)
	}
	h.create("taken", "RegionId", "cn-beijing") // names are a region's
	if _, err := h.stranger().Send("CreateLaunchTemplate", "LaunchTemplateName", "taken"); err != nil {
		t.Error(err) // and an account's
	}
}

// dataRefusals are those of both actions that make a version.
var dataRefusals = []refusal{
	{[]string{"RegionId", ""}, 400, "MissingParameter"},
	{[]string{"RegionId", "nowhere"}, 400, "InvalidRegion.NotExist"},
	{[]string{"VersionDescription", "x"}, 400, "InvalidDescription.Malformed"},
	{[]string{"Description", "http://x"}, 400, "InvalidDescription.Malformed"},
	{[]string{"HostName", "-x"}, 400, "InvalidHostName.Malformed"},
	{[]string{"HostName", "web[1,3"}, 400, "InvalidHostName.Malformed"},
	{[]string{"UserData", "?"}, 400, "InvalidUserData.Base64FormatInvalid"},
	{[]string{"UserData", base64.StdEncoding.EncodeToString(make([]byte, 32<<10+1))}, 400, "InvalidUserData.SizeExceeded"},
	{[]string{"Tag.1.Key", "aliyun"}, 400, "InvalidTagKey.Malformed"},
	{[]string{"Tag.1.Key", "x", "Tag.1.Value", "https://x"}, 400, "InvalidTagValue.Malformed"},
	{[]string{"Tag.1.Key", "x", "Tag.2.Key", "x"}, 400, "Duplicate.TagKey"},
	{tags("Tag", 21), 403, "QuotaExceed.Tags"},
	{[]string{"ResourceGroupId", "rg-x"}, 404, "InvalidResourceGroup.NotFound"},
	{[]string{"InternetMaxBandwidthOut", "many"}, 400, "InvalidParameter"},
	{[]string{"SystemDisk.Size", "big"}, 400, "InvalidParameter"},
	{[]string{"PasswordInherit", "maybe"}, 400, "InvalidParameter"},
}

func TestLaunchTemplateQuota(t *testing.T) {
	h := start(t)
	for i := range 30 {
		h.create(fmt.Sprint("template-", i))
	}
	h.refuse(403, "LaunchTemplateLimitExceed", "CreateLaunchTemplate", "LaunchTemplateName", "more")
	call[api.DeleteLaunchTemplateResponse](h, "DeleteLaunchTemplate", "LaunchTemplateName", "template-7")
	h.create("more")
}
