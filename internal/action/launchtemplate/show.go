package launchtemplate

import (
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
)

// The types of an answer are named at length.
type (
	templateData     = api.DescribeLaunchTemplateVersionsLaunchTemplateVersionSetLaunchTemplateData
	templateDisk     = api.DescribeLaunchTemplateVersionsLaunchTemplateVersionSetLaunchTemplateDataDataDisk
	templateSystem   = api.DescribeLaunchTemplateVersionsLaunchTemplateVersionSetLaunchTemplateDataSystemDisk
	templateNIC      = api.DescribeLaunchTemplateVersionsLaunchTemplateVersionSetLaunchTemplateDataNetworkInterface
	templateImage    = api.DescribeLaunchTemplateVersionsLaunchTemplateVersionSetLaunchTemplateDataImageOptions
	templateSecurity = api.DescribeLaunchTemplateVersionsLaunchTemplateVersionSetLaunchTemplateDataSecurityOptions
)

// showData is what a version holds, as DescribeLaunchTemplateVersions shows it.
func showData(o *templateData, r *ecs.LaunchTemplateVersion) error {
	in, err := request(r)
	if err != nil {
		return err
	}
	*o = templateData{
		AutoReleaseTime: in.AutoReleaseTime, AutoRenew: action.Flag(in.AutoRenew), AutoRenewPeriod: or0(in.AutoRenewPeriod),
		CreditSpecification: in.CreditSpecification, DeletionProtection: action.Flag(in.DeletionProtection), DeploymentSetID: in.DeploymentSetID,
		Description: in.Description, EnableVmOSConfig: action.Flag(in.EnableVmOSConfig), HostName: in.HostName, HTTPEndpoint: in.HTTPEndpoint,
		HTTPPutResponseHopLimit: or0(in.HTTPPutResponseHopLimit), HTTPTokens: in.HTTPTokens, ImageID: in.ImageID,
		ImageOptions: templateImage{LoginAsNonRoot: action.Flag(in.ImageOptions.LoginAsNonRoot)}, ImageOwnerAlias: in.ImageOwnerAlias,
		InstanceChargeType: in.InstanceChargeType, InstanceName: in.InstanceName, InstanceType: in.InstanceType,
		InternetChargeType: in.InternetChargeType, InternetMaxBandwidthIn: or0(in.InternetMaxBandwidthIn),
		InternetMaxBandwidthOut: or0(in.InternetMaxBandwidthOut), IOOptimized: in.IOOptimized, IPv6AddressCount: or0(in.IPv6AddressCount),
		KeyPairName: in.KeyPairName, NetworkType: in.NetworkType, PasswordInherit: action.Flag(in.PasswordInherit), Period: or0(in.Period),
		PeriodUnit: in.PeriodUnit, PrivateIPAddress: in.PrivateIPAddress, RAMRoleName: in.RAMRoleName, ResourceGroupID: in.ResourceGroupID,
		SecurityEnhancementStrategy: in.SecurityEnhancementStrategy, SecurityGroupID: in.SecurityGroupID,
		SecurityOptions: templateSecurity{TrustedSystemMode: in.SecurityOptions.TrustedSystemMode},
		SpotDuration:    or0(in.SpotDuration), SpotPriceLimit: or0(in.SpotPriceLimit), SpotStrategy: in.SpotStrategy,
		UserData: in.UserData, VSwitchID: in.VSwitchID, VPCID: in.VPCID, ZoneID: in.ZoneID,
	}
	o.SecurityGroupIDs.SecurityGroupID = in.SecurityGroupIDs
	o.Tags.InstanceTag = in.Tag
	showDisks(o, in)
	for _, n := range in.NetworkInterface {
		nic := templateNIC{
			DeleteOnRelease: orTrue(n.DeleteOnRelease), Description: n.Description, InstanceType: n.InstanceType,
			NetworkInterfaceName: n.NetworkInterfaceName, NetworkInterfaceTrafficMode: n.NetworkInterfaceTrafficMode,
			PrimaryIPAddress: n.PrimaryIPAddress, SecurityGroupID: n.SecurityGroupID, VSwitchID: n.VSwitchID,
		}
		nic.SecurityGroupIDs.SecurityGroupID = n.SecurityGroupIDs
		o.NetworkInterfaces.NetworkInterface = append(o.NetworkInterfaces.NetworkInterface, nic)
	}
	return nil
}

func showDisks(o *templateData, in *api.CreateLaunchTemplateVersionRequest) {
	d := &in.SystemDisk
	o.SystemDisk = templateSystem{
		AutoSnapshotPolicyID: d.AutoSnapshotPolicyID, BurstingEnabled: action.Flag(d.BurstingEnabled), Category: d.Category,
		DeleteWithInstance: orTrue(d.DeleteWithInstance), Description: d.Description, DiskName: d.DiskName, Encrypted: encrypted(d.Encrypted),
		Iops: or0(d.Iops), KMSKeyID: d.KMSKeyID, PerformanceLevel: d.PerformanceLevel, ProvisionedIops: or0(d.ProvisionedIops), Size: or0(d.Size),
	}
	s := &o.SystemDisk // once more, beside the others: clients differ in where they look
	o.SystemDiskAutoSnapshotPolicyID, o.SystemDiskBurstingEnabled, o.SystemDiskCategory = s.AutoSnapshotPolicyID, s.BurstingEnabled, s.Category
	o.SystemDiskDeleteWithInstance, o.SystemDiskDescription, o.SystemDiskDiskName = s.DeleteWithInstance, s.Description, s.DiskName
	o.SystemDiskEncrypted, o.SystemDiskIops, o.SystemDiskKMSKeyID = s.Encrypted, s.Iops, s.KMSKeyID
	o.SystemDiskPerformanceLevel, o.SystemDiskProvisionedIops, o.SystemDiskSize = s.PerformanceLevel, s.ProvisionedIops, s.Size
	for _, d := range in.DataDisk {
		o.DataDisks.DataDisk = append(o.DataDisks.DataDisk, templateDisk{
			AutoSnapshotPolicyID: d.AutoSnapshotPolicyID, BurstingEnabled: action.Flag(d.BurstingEnabled), Category: d.Category,
			DeleteWithInstance: orTrue(d.DeleteWithInstance), Description: d.Description, Device: d.Device, DiskName: d.DiskName,
			Encrypted: encrypted(d.Encrypted), KMSKeyID: d.KMSKeyID, PerformanceLevel: d.PerformanceLevel, ProvisionedIops: or0(d.ProvisionedIops),
			Size: or0(d.Size), SnapshotID: d.SnapshotID,
		})
	}
}

// encrypted reads a switch that requests write as a string and answers show as
// a truth value: Terraform takes no string for one.
func encrypted(text string) bool { return strings.EqualFold(text, "true") }

// or0 is an optional number, zero when it was not given.
func or0[T int | int64 | float64](n *T) T {
	if n == nil {
		return 0
	}
	return *n
}

// orTrue is an optional boolean whose default is true.
func orTrue(b *bool) bool { return b == nil || *b }
