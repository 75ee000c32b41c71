package instance_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/compute"
	"github.com/openecs/openecs/internal/state"
)

// fate is what becomes of one parameter of a create action. It is refused with
// a code, when sent as in with, or it shows in the instances made.
type fate struct {
	with []string // name, value, …: what is sent beside a good request, the parameter among it
	code string
	see  func(*made) any
	want any
}

// made is all there is to see of what a create request made.
type made struct {
	ids    []string
	shown  api.DescribeInstancesInstance
	record ecs.Instance
	secret ecs.Secret
	disks  []ecs.Disk // by device
	view   *state.Snapshot
}

func refuse(code string, with ...string) fate { return fate{with: with, code: code} }

func show(want any, see func(*made) any, with ...string) fate {
	return fate{with: with, see: see, want: want}
}

const ours = api.CodeUnsupportedOperationNotImplemented

// fates names what becomes of each parameter. A name that ends in a dot stands
// for all parameters below it; one that begins with an action's is of that
// action only.
func fates(s *actiontest.Service) map[string]fate {
	secondGroup := s.Group("VpcId", s.Network().VPC)
	vswitch := s.Network().VSwitch
	flag := func(f ecs.InstanceFlags) func(*made) any {
		return func(m *made) any { return m.record.Flags.Has(f) }
	}
	system := func(see func(ecs.Disk) any) func(*made) any { return func(m *made) any { return see(m.disks[0]) } }
	data := func(see func(ecs.Disk) any) func(*made) any { return func(m *made) any { return see(m.disks[1]) } }
	address := func(m *made) any { return m.shown.VPCAttributes.PrivateIPAddress.IPAddress[0] }
	disk := func(more ...string) []string {
		return append([]string{"DataDisk.1.Size", "100", "DataDisk.1.Category", "cloud_essd"}, more...)
	}
	prepaid := func(more ...string) []string {
		return append([]string{"InstanceChargeType", "PrePaid", "Period", "2"}, more...)
	}
	// card looks at the secondary interface of the first instance.
	card := func(see func(*ecs.NetworkInterface) any) func(*made) any {
		return func(m *made) any {
			k, _ := ecs.ParseID(ecs.KindInstance, m.ids[0])
			for _, n := range state.InterfacesByInstance.Ascend(m.view, uint64(k), 0) {
				if !n.Primary {
					return see(n)
				}
			}
			return nil
		}
	}
	const otherType = "ecs.g6.large"
	images := actiontest.Call[api.DescribeImagesResponse](s, "DescribeImages", "ImageFamily", "acs:ubuntu_22_04_x64").Images.Image
	if len(images) == 0 {
		s.T.Fatal("no image of Ubuntu 22.04")
	}
	otherImage := images[0].ImageID
	snapshot := s.Snapshot(s.Key(ecs.KindDisk, s.DataDisk("Size", "30")))
	return map[string]fate{
		"RegionId":     refuse("InvalidRegionId.NotFound", "RegionId", "cn-nowhere"),
		"ClientToken":  refuse("InvalidClientToken.ValueNotSupported", "ClientToken", strings.Repeat("x", 65)), // kept: TestTokens
		"DryRun":       refuse("DryRunOperation", "DryRun", "true"),
		"ImageId":      show(otherImage, func(m *made) any { return m.shown.ImageID }, "ImageId", otherImage),
		"ImageFamily":  show(otherImage, func(m *made) any { return m.shown.ImageID }, "ImageId", "-", "ImageFamily", "acs:ubuntu_22_04_x64"),
		"InstanceType": show(otherType, func(m *made) any { return m.shown.InstanceType }, "InstanceType", otherType),
		"VSwitchId":    show(vswitch, func(m *made) any { return m.shown.VPCAttributes.VSwitchID }, "VSwitchId", vswitch),
		"ZoneId":       refuse("InvalidParameter.Mismatch", "ZoneId", "cn-hangzhou-g"),
		"IoOptimized":  refuse("DependencyViolation.IoOptimized", "IoOptimized", "none"),
		"InstanceName": show("web", func(m *made) any { return m.shown.InstanceName }, "InstanceName", "web"),
		"Description":  show("a web server", func(m *made) any { return m.shown.Description }, "Description", "a web server"),
		"HostName":     show("web-1", func(m *made) any { return m.shown.HostName }, "HostName", "web-1"),
		"Tag.1.Key":    show("k", func(m *made) any { return keyOf(m.shown.Tags.Tag) }, "Tag.1.Key", "k"),
		"Tag.1.Value":  show("v", func(m *made) any { return valueOf(m.shown.Tags.Tag) }, "Tag.1.Key", "k", "Tag.1.Value", "v"),
		"UserData":     show("#!", func(m *made) any { return string(m.secret.UserData) }, "UserData", base64.StdEncoding.EncodeToString([]byte("#!"))),
		"Password":     show("Str0ng-pass", func(m *made) any { return m.secret.Password }, "Password", "Str0ng-pass"),
		"HttpEndpoint": show("disabled", func(m *made) any { return m.shown.MetadataOptions.HTTPEndpoint }, "HttpEndpoint", "disabled"),
		"HttpTokens":   show("required", func(m *made) any { return m.shown.MetadataOptions.HTTPTokens }, "HttpTokens", "required"),
		"KeyPairName":  refuse("InvalidKeyPairName.NotFound", "KeyPairName", "kp"),
		"RamRoleName": show("role", func(m *made) any {
			return m.view.Str(compute.Options(m.view, s.Key(ecs.KindInstance, m.ids[0])).RAMRole)
		}, "RamRoleName", "role"),
		"Affinity":     refuse("InvalidParameter.Affinity", "Affinity", "host"),
		"Tenancy":      refuse("NoAvaliableDedicatedHost", "Tenancy", "host"),
		"HpcClusterId": refuse("InvalidHpcClusterId.NotFound", "HpcClusterId", "hpc-1"),
		"StorageSetId": refuse("InvalidParameter.StorageSetId", "StorageSetId", "ss-1"),
		"SpotStrategy": show("SpotAsPriceGo", func(m *made) any { return m.shown.SpotStrategy }, "SpotStrategy", "SpotAsPriceGo"),
		"Arn.":         refuse(ours),
		"SpotDuration": refuse("InvalidSpotDuration", "SpotDuration", "9"), // without SpotStrategy it says nothing, as documented
		"PeriodUnit":   show("week", func(m *made) any { return m.shown.SaleCycle }, prepaid("PeriodUnit", "Week")...),
		"Period":       show(uint8(2), func(m *made) any { return m.record.Period }, prepaid()...),
		"AutoRenew":    show(uint8(1), func(m *made) any { return m.record.AutoRenew }, prepaid("AutoRenew", "true")...),

		"HttpPutResponseHopLimit":          show(64, func(m *made) any { return m.shown.MetadataOptions.HTTPPutResponseHopLimit }, "HttpPutResponseHopLimit", "64"),
		"SecurityGroupId":                  show([]string{secondGroup}, func(m *made) any { return m.shown.SecurityGroupIDs.SecurityGroupID }, "SecurityGroupId", secondGroup),
		"PrivateIpAddress":                 show("192.168.24.1", address, "PrivateIpAddress", "192.168.24.1"),
		"RunInstances PrivateIpAddress":    show("192.168.28.1", address, "PrivateIpAddress", "192.168.28.1"),
		"SecurityEnhancementStrategy":      show(true, flag(ecs.SecurityOff), "SecurityEnhancementStrategy", "Deactive"),
		"PasswordInherit":                  show(true, flag(ecs.PasswordInherit), "PasswordInherit", "true"),
		"DeletionProtection":               show(true, func(m *made) any { return m.shown.DeletionProtection }, "DeletionProtection", "true"),
		"CreditSpecification":              show("Unlimited", func(m *made) any { return m.shown.CreditSpecification }, "InstanceType", "ecs.t6-c1m1.large", "SystemDisk.Category", "-", "CreditSpecification", "Unlimited"),
		"InternetChargeType":               show("PayByBandwidth", func(m *made) any { return m.shown.InternetChargeType }, "InternetChargeType", "PayByBandwidth"),
		"InternetMaxBandwidthOut":          show(7, func(m *made) any { return m.shown.InternetMaxBandwidthOut }, "InternetMaxBandwidthOut", "7"),
		"InternetMaxBandwidthIn":           show(3, func(m *made) any { return m.shown.InternetMaxBandwidthIn }, "InternetMaxBandwidthOut", "7", "InternetMaxBandwidthIn", "3"),
		"InstanceChargeType":               show("PrePaid", func(m *made) any { return m.shown.InstanceChargeType }, prepaid()...),
		"AutoRenewPeriod":                  show(uint8(3), func(m *made) any { return m.record.AutoRenew }, prepaid("AutoRenew", "true", "AutoRenewPeriod", "3")...),
		"ResourceGroupId":                  refuse("InvalidResourceGroup.NotFound", "ResourceGroupId", "rg-1"),
		"DedicatedHostId":                  refuse("InvalidDedicatedHostId.NotFound", "DedicatedHostId", "dh-1"),
		"DeploymentSetId":                  refuse("DeploymentSet.NotFound", "DeploymentSetId", "ds-1"),
		"DeploymentSetGroupNo":             refuse("InvalidParameter.DeploymentSetGroupNo", "DeploymentSetGroupNo", "1"),
		"HibernationOptions.":              refuse("HibernationConfigured.InstanceTypeNotSupport"),
		"StorageSetPartitionNumber":        refuse("InvalidParameter.StorageSetPartitionNumber", "StorageSetPartitionNumber", "2"),
		"PrivatePoolOptions.Id":            refuse("Invalid.PrivatePoolOptions.Id", "PrivatePoolOptions.MatchCriteria", "Target", "PrivatePoolOptions.Id", "eap-1"),
		"SpotInterruptionBehavior":         refuse("InvalidSpotInterruptionBehavior", "SpotInterruptionBehavior", "x"), // as SpotDuration
		"SpotPriceLimit":                   refuse("InvalidSpotPriceLimit", "SpotPriceLimit", "-1"),                    // as SpotDuration
		"SystemDisk.Category":              show("cloud_auto", system(func(d ecs.Disk) any { return d.Category }), "SystemDisk.Category", "cloud_auto"),
		"SystemDisk.Description":           show("a disk", system(func(d ecs.Disk) any { return d.Description }), "SystemDisk.Description", "a disk"),
		"SystemDisk.DiskName":              show("root", system(func(d ecs.Disk) any { return d.Name }), "SystemDisk.DiskName", "root"),
		"SystemDisk.PerformanceLevel":      show("PL0", system(func(d ecs.Disk) any { return d.Performance }), "SystemDisk.PerformanceLevel", "PL0"),
		"SystemDisk.Size":                  show(int32(77), system(func(d ecs.Disk) any { return d.Size }), "SystemDisk.Size", "77"),
		"SystemDisk.StorageClusterId":      refuse("InvalidStorageClusterId.NotExist", "SystemDisk.StorageClusterId", "dbsc-1"),
		"DataDisk.1.Category":              show("cloud_auto", data(func(d ecs.Disk) any { return d.Category }), "DataDisk.1.Size", "100", "DataDisk.1.Category", "cloud_auto"),
		"DataDisk.1.Size":                  show(int32(100), data(func(d ecs.Disk) any { return d.Size }), disk()...),
		"DataDisk.1.DeleteWithInstance":    show(false, data(func(d ecs.Disk) any { return d.DeleteWithInstance }), disk("DataDisk.1.DeleteWithInstance", "false")...),
		"DataDisk.1.Description":           show("a disk", data(func(d ecs.Disk) any { return d.Description }), disk("DataDisk.1.Description", "a disk")...),
		"DataDisk.1.Device":                show("/dev/xvdf", data(func(d ecs.Disk) any { return d.Device }), disk("DataDisk.1.Device", "/dev/xvdf")...),
		"DataDisk.1.DiskName":              show("data", data(func(d ecs.Disk) any { return d.Name }), disk("DataDisk.1.DiskName", "data")...),
		"DataDisk.1.Encrypted":             show(true, data(func(d ecs.Disk) any { return d.Encrypted }), disk("DataDisk.1.Encrypted", "true")...),
		"DataDisk.1.EncryptAlgorithm":      refuse(ours, disk("DataDisk.1.Encrypted", "true", "DataDisk.1.EncryptAlgorithm", "sm4-128")...), // aes-256 is what there is
		"DataDisk.1.KMSKeyId":              refuse("InvalidParameter.KMSKeyId.NotFound", disk("DataDisk.1.Encrypted", "true", "DataDisk.1.KMSKeyId", "k")...),
		"DataDisk.1.PerformanceLevel":      show("PL0", data(func(d ecs.Disk) any { return d.Performance }), disk("DataDisk.1.PerformanceLevel", "PL0")...),
		"DataDisk.1.SnapshotId":            show(snapshot, data(func(d ecs.Disk) any { return d.Snapshot }), disk("DataDisk.1.SnapshotId", snapshot)...),
		"DataDisk.1.StorageClusterId":      refuse("InvalidStorageClusterId.NotExist", disk("DataDisk.1.StorageClusterId", "dbsc-1")...),
		"PrivatePoolOptions.MatchCriteria": refuse("Invalid.PrivatePoolOptions.MatchCriteria", "PrivatePoolOptions.MatchCriteria", "x"), // Open and None: there are no pools

		"ClusterId":            refuse("InvalidClusterId.NotFound", "ClusterId", "c"),
		"InnerIpAddress":       refuse("InvalidInnerIpAddress.Unusable", "InnerIpAddress", "10.0.0.9"),
		"NodeControllerId":     refuse("InvalidNodeControllerId.Malformed", "NodeControllerId", "n"),
		"UseAdditionalService": refuse(ours, "UseAdditionalService", "true"),
		"VlanId":               refuse("OperationDenied", "VlanId", "v"),

		"RunInstances DeploymentSetGroupNo":                 refuse("InvalidParameter.DeploymentSetGroupNo", "DeploymentSetGroupNo", "1"),
		"Amount":                                            show(2, func(m *made) any { return len(m.ids) }, "Amount", "2"),
		"MinAmount":                                         refuse("InvalidMinAmount.Malformed", "Amount", "2", "MinAmount", "3"), // kept: TestMinAmount
		"AutoPay":                                           refuse(ours, prepaid("AutoPay", "false")...),
		"AutoReleaseTime":                                   show("2026-08-10T05:00Z", func(m *made) any { return m.shown.AutoReleaseTime }, "AutoReleaseTime", "2026-08-10T05:00:00Z"),
		"ClockOptions.PtpStatus":                            refuse(ours, "ClockOptions.PtpStatus", "enabled"),
		"CpuOptions.Core":                                   refuse("InvalidParameter.CpuOptionsCore", "CpuOptions.Core", "1"),
		"CpuOptions.ThreadsPerCore":                         refuse("InvalidParameter.CpuOptionsThreadsPerCore", "CpuOptions.ThreadsPerCore", "1"),
		"CpuOptions.Numa":                                   refuse("InvalidParameter.CpuOptionsNuma", "CpuOptions.Numa", "1"),
		"CpuOptions.TopologyType":                           refuse(ours, "CpuOptions.TopologyType", "DiscreteCoreToHTMapping"),
		"HostNames.1":                                       show("web-1", func(m *made) any { return m.shown.HostName }, "HostNames.1", "web-1"),
		"ImageOptions.LoginAsNonRoot":                       show(true, flag(ecs.LoginAsNonRoot), "ImageOptions.LoginAsNonRoot", "true"),
		"Ipv6Address.1":                                     refuse("InvalidVSwitch.Ipv6NotTurnOn", "Ipv6Address.1", "2001:db8::1"),
		"Ipv6AddressCount":                                  refuse("InvalidVSwitch.Ipv6NotTurnOn", "Ipv6AddressCount", "1"),
		"Isp":                                               refuse("InvalidIspType.ValueNotSupported", "Isp", "BGP"),
		"LaunchTemplateId":                                  refuse("InvalidLaunchTemplate.NotFound", "LaunchTemplateId", "lt-1"),
		"LaunchTemplateName":                                refuse("InvalidLaunchTemplate.NotFound", "LaunchTemplateName", "lt"),
		"LaunchTemplateVersion":                             refuse("InvalidLaunchTemplateVersion.NotFound", "LaunchTemplateVersion", "1"),
		"NetworkInterface.1.DeleteOnRelease":                show(false, card(func(n *ecs.NetworkInterface) any { return n.Rest().Flags.Has(ecs.DeleteOnRelease) }), "NetworkInterface.1.DeleteOnRelease", "false", "NetworkInterface.1.InstanceType", "Secondary"),
		"NetworkInterface.1.Description":                    show("of two", card(func(n *ecs.NetworkInterface) any { return n.Rest().Description }), "NetworkInterface.1.Description", "of two"),
		"NetworkInterface.1.InstanceType":                   refuse("InvalidParameter.EniType", "NetworkInterface.1.InstanceType", "x"),
		"NetworkInterface.1.Ipv6Address.1":                  refuse("InvalidParams.CreateEniParams", "NetworkInterface.1.Ipv6Address.1", "x"),
		"NetworkInterface.1.Ipv6AddressCount":               refuse("InvalidVSwitch.Ipv6NotTurnOn", "NetworkInterface.1.Ipv6AddressCount", "1"),
		"NetworkInterface.1.NetworkCardIndex":               refuse("InvalidParam.NetworkInterface", "NetworkInterface.1.NetworkCardIndex", "1"),
		"NetworkInterface.1.NetworkInterfaceId":             refuse("InvalidEniId.NotFound", "NetworkInterface.1.NetworkInterfaceId", "eni-none"),
		"NetworkInterface.1.NetworkInterfaceName":           show("eth1", card(func(n *ecs.NetworkInterface) any { return n.Rest().Name }), "NetworkInterface.1.NetworkInterfaceName", "eth1"),
		"NetworkInterface.1.NetworkInterfaceTrafficMode":    refuse("InvalidOperation.HighPerformanceEniPerInstanceLimitExceeded", "NetworkInterface.1.NetworkInterfaceTrafficMode", "HighPerformance"),
		"NetworkInterface.1.PrimaryIpAddress":               show("192.168.16.99", card(func(n *ecs.NetworkInterface) any { return n.IP.String() }), "NetworkInterface.1.PrimaryIpAddress", "192.168.16.99"),
		"NetworkInterface.1.QueueNumber":                    show(int32(1), card(func(n *ecs.NetworkInterface) any { return n.Rest().Queues }), "NetworkInterface.1.QueueNumber", "1"),
		"NetworkInterface.1.QueuePairNumber":                refuse("InvalidParameter.QueuePairNumberMustEmpty", "NetworkInterface.1.QueuePairNumber", "1"),
		"NetworkInterface.1.RxQueueSize":                    refuse("InvalidParameter.EniQueueSize", "NetworkInterface.1.RxQueueSize", "8192"),
		"NetworkInterface.1.TxQueueSize":                    refuse("InvalidParameter.EniQueueSize", "NetworkInterface.1.TxQueueSize", "8192"),
		"NetworkInterface.1.SecondaryPrivateIpAddressCount": show(2, card(func(n *ecs.NetworkInterface) any { return len(n.Rest().Secondary) }), "NetworkInterface.1.SecondaryPrivateIpAddressCount", "2"),
		"NetworkInterface.1.SecurityGroupId":                show([]ecs.Key{s.Key(ecs.KindSecurityGroup, secondGroup)}, card(func(n *ecs.NetworkInterface) any { return n.Groups }), "NetworkInterface.1.SecurityGroupId", secondGroup),
		"NetworkInterface.1.SecurityGroupIds.1":             show([]ecs.Key{s.Key(ecs.KindSecurityGroup, secondGroup)}, card(func(n *ecs.NetworkInterface) any { return n.Groups }), "NetworkInterface.1.SecurityGroupIds.1", secondGroup),
		"NetworkInterface.1.SourceDestCheck":                show(true, card(func(n *ecs.NetworkInterface) any { return n.Rest().Flags.Has(ecs.SourceDestCheck) }), "NetworkInterface.1.SourceDestCheck", "true"),
		"NetworkInterface.1.VSwitchId":                      show(s.Key(ecs.KindVSwitch, vswitch), card(func(n *ecs.NetworkInterface) any { return n.VSwitch }), "NetworkInterface.1.VSwitchId", vswitch),
		"NetworkInterfaceQueueNumber":                       show(int32(1), func(m *made) any { n, _ := state.Interfaces.Get(m.view, m.record.Interface); return n.Rest().Queues }, "NetworkInterfaceQueueNumber", "1"),
		"NetworkOptions.":                                   refuse(ours),
		"NetworkOptions.EnableJumboFrame":                   refuse("InvalidParam.NotSupportJumboFrame", "NetworkOptions.EnableJumboFrame", "true"),
		"PrivateDnsNameOptions.":                            refuse(ours),
		"SecurityGroupIds.1":                                show([]string{secondGroup}, func(m *made) any { return m.shown.SecurityGroupIDs.SecurityGroupID }, "SecurityGroupId", "-", "SecurityGroupIds.1", secondGroup),
		"SecurityOptions.TrustedSystemMode":                 refuse("InvalidInstanceType.NotSupported", "SecurityOptions.TrustedSystemMode", "vTPM"),
		"UniqueSuffix":                                      show("web001", func(m *made) any { return m.shown.InstanceName }, "Amount", "2", "InstanceName", "web", "UniqueSuffix", "true"),

		"SecurityOptions.ConfidentialComputingMode": refuse("InvalidInstanceType.NotSupported", "SecurityOptions.ConfidentialComputingMode", "TDX"),
		"SchedulerOptions.":                         refuse("InvalidDedicatedHostClusterId.NotFound"),
		"SystemDisk.AutoSnapshotPolicyId":           refuse("InvalidAutoSnapshotPolicyId.NotFound", "SystemDisk.AutoSnapshotPolicyId", "sp-1"),
		"SystemDisk.BurstingEnabled":                show(true, system(func(d ecs.Disk) any { return d.Flags.Has(ecs.Bursting) }), "SystemDisk.Category", "cloud_auto", "SystemDisk.BurstingEnabled", "true"),
		"SystemDisk.ProvisionedIops":                show(int32(100), system(func(d ecs.Disk) any { return d.ProvisionedIOPS }), "SystemDisk.Category", "cloud_auto", "SystemDisk.ProvisionedIops", "100"),
		"SystemDisk.Encrypted":                      show(true, system(func(d ecs.Disk) any { return d.Encrypted }), "SystemDisk.Encrypted", "true"),
		"SystemDisk.EncryptAlgorithm":               refuse(ours, "SystemDisk.Encrypted", "true", "SystemDisk.EncryptAlgorithm", "sm4-128"),
		"SystemDisk.KMSKeyId":                       refuse("InvalidParameter.KMSKeyId.NotFound", "SystemDisk.Encrypted", "true", "SystemDisk.KMSKeyId", "k"),
		"DataDisk.1.AutoSnapshotPolicyId":           refuse("InvalidAutoSnapshotPolicyId.NotFound", disk("DataDisk.1.AutoSnapshotPolicyId", "sp-1")...),
		"DataDisk.1.BurstingEnabled":                show(true, data(func(d ecs.Disk) any { return d.Flags.Has(ecs.Bursting) }), "DataDisk.1.Size", "100", "DataDisk.1.Category", "cloud_auto", "DataDisk.1.BurstingEnabled", "true"),
		"DataDisk.1.ProvisionedIops":                show(int32(100), data(func(d ecs.Disk) any { return d.ProvisionedIOPS }), "DataDisk.1.Size", "100", "DataDisk.1.Category", "cloud_auto", "DataDisk.1.ProvisionedIops", "100"),
	}
}

func keyOf(tags []api.ResourceTag) any {
	if len(tags) == 0 {
		return nil
	}
	return tags[0].TagKey
}

func valueOf(tags []api.ResourceTag) any {
	if len(tags) == 0 {
		return nil
	}
	return tags[0].TagValue
}

// TestNoParameterIsDropped walks every parameter of both create actions: each
// is refused or shows in what is made, and no longer is or does when it alone
// is left out of the same request.
func TestNoParameterIsDropped(t *testing.T) {
	b := newBench(t)
	wide := b.VSwitch(b.net.VPC, "192.168.16.0/20")
	good := with(b.good(), "VSwitchId", wide)
	table := fates(b.Service)
	used := map[string]bool{}
	for i, request := range []api.Request{&api.CreateInstanceRequest{}, &api.RunInstancesRequest{}} {
		action, samples := creators[i], parameters(t, request)
		for _, name := range slices.Sorted(maps.Keys(samples)) {
			key, ok := fateOf(table, action, name)
			if !ok {
				t.Errorf("%s %s: nothing says what becomes of it", action, name)
				continue
			}
			used[key] = true
			t.Run(action+" "+name, func(t *testing.T) {
				f := table[key]
				if f.with == nil {
					f.with = []string{name, samples[name]}
				}
				b := *b
				b.Service = b.With(t)
				b.holds(action, name, f, good)
			})
		}
	}
	for key := range table {
		if !used[key] {
			t.Errorf("%s is no parameter", key)
		}
	}
}

// holds holds a parameter to its fate.
func (b *bench) holds(action, name string, f fate, good map[string]string) {
	b.T.Helper()
	request := with(good, f.with...)
	if _, ok := request[name]; !ok {
		b.T.Fatalf("the request lacks it: %v", f.with)
	}
	without := maps.Clone(request)
	delete(without, name)
	m, refused := b.try(action, request)
	m2, refused2 := b.try(action, without)
	if f.code != "" {
		switch {
		case refused == nil || refused.Code != f.code || refused.Status < 400 || refused.Status >= 500 || refused.RequestID == "":
			b.T.Errorf("%v, want %s", refused, f.code)
		case refused2 != nil && refused2.Code == f.code:
			b.T.Errorf("it is refused without the parameter too: %v", refused2)
		case !api.HasCode("Ecs", action, f.code):
			b.T.Errorf("docs/errors.tsv has no %s", f.code)
		}
		return
	}
	if refused != nil {
		b.T.Fatalf("it is refused: %v", refused)
	}
	got := m.resolve(f.see(m))
	if !reflect.DeepEqual(got, f.want) {
		b.T.Errorf("%v shows, want %v", got, f.want)
	}
	if refused2 == nil && reflect.DeepEqual(m2.resolve(f.see(m2)), f.want) {
		b.T.Errorf("%v shows without the parameter too", f.want)
	}
}

// resolve turns symbols into text.
func (m *made) resolve(v any) any {
	if sym, ok := v.(ecs.Sym); ok {
		return m.view.Str(sym)
	}
	return v
}

// try makes instances, and looks at the first.
func (b *bench) try(action string, request map[string]string) (*made, *api.Error) {
	b.T.Helper()
	var params []string
	for name, value := range request {
		params = append(params, name, value)
	}
	body, err := b.Send(action, params...)
	if e, ok := errors.AsType[*api.Error](err); ok {
		return nil, e
	}
	if err != nil {
		b.T.Fatal(err)
	}
	var out struct {
		InstanceID     string `json:"InstanceId"`
		InstanceIDSets struct {
			InstanceIDSet []string `json:"InstanceIdSet"`
		} `json:"InstanceIdSets"`
	}
	if err := json.Unmarshal(body, &out); err != nil {
		b.T.Fatal(err)
	}
	m := &made{ids: out.InstanceIDSets.InstanceIDSet}
	if out.InstanceID != "" {
		m.ids = []string{out.InstanceID}
	}
	m.shown = actiontest.Call[api.DescribeInstancesResponse](b.Service, "DescribeInstances",
		"InstanceIds", fmt.Sprintf("[%q]", m.ids[0]), "AdditionalAttributes.1", "META_OPTIONS").Instances.Instance[0]
	m.view = b.DB().Snapshot()
	k := b.Key(ecs.KindInstance, m.ids[0])
	m.record = record(b.Service, m.ids[0])
	if s, ok := state.Secrets.Get(m.view, k); ok {
		m.secret = *s
	}
	for _, d := range state.DisksByInstance.Entries(m.view, uint64(k), uint64(k)+1) {
		r, _ := state.Disks.Get(m.view, d)
		m.disks = append(m.disks, *r)
	}
	slices.SortFunc(m.disks, func(a, b ecs.Disk) int { return strings.Compare(m.view.Str(a.Device), m.view.Str(b.Device)) })
	return m, nil
}

// fateOf finds the entry of a parameter: the action's own, the parameter's, or
// that of all below a name.
func fateOf(table map[string]fate, action, name string) (key string, ok bool) {
	for _, key := range []string{action + " " + name, name} {
		if _, ok := table[key]; ok {
			return key, true
		}
	}
	head, _, _ := strings.Cut(name, ".")
	_, ok = table[head+"."]
	return head + ".", ok
}

// parameters are the names of all parameters of a request as they are sent,
// each with a value of its type. A list is asked for its first item.
func parameters(t *testing.T, request api.Request) map[string]string {
	t.Helper()
	out := map[string]string{}
	root := reflect.ValueOf(request).Elem()
	var walk func(v reflect.Value)
	walk = func(v reflect.Value) {
		switch v.Kind() {
		case reflect.Struct:
			for i := range v.NumField() {
				walk(v.Field(i))
			}
			return
		case reflect.Slice:
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
			walk(v.Index(0))
			v.SetZero()
			return
		case reflect.Pointer:
			v.Set(reflect.New(v.Type().Elem()))
			set(t, v.Elem())
		default:
			set(t, v)
		}
		p := new(api.Params)
		request.(interface{ AppendParams(*api.Params) }).AppendParams(p)
		n := 0
		for _, param := range p.All() {
			if param.Value != "" {
				out[param.Name] = param.Value
				n++
			}
		}
		if n != 1 {
			t.Errorf("a field makes %d parameters: %v", n, p.All())
		}
		v.SetZero()
	}
	walk(root)
	return out
}

func set(t *testing.T, v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString("x")
	case reflect.Int, reflect.Int64:
		v.SetInt(1)
	case reflect.Float64:
		v.SetFloat(1)
	case reflect.Bool:
		v.SetBool(true)
	default:
		t.Errorf("a field is of %v", v.Type())
	}
}
