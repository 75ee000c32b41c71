package instance_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/catalog"
)

var creators = []string{"CreateInstance", "RunInstances"}

// TestFormatBeforeExistence sends requests that are malformed and name things
// that do not exist: the service looks at the form first.
func TestFormatBeforeExistence(t *testing.T) {
	b := newBench(t)
	nothing := with(b.good(), "ImageId", "no-such-image", "SecurityGroupId", "sg-none", "VSwitchId", "vsw-none", "ZoneId", "cn-nowhere-a",
		"KeyPairName", "kp", "RamRoleName", "a role", "ResourceGroupId", "rg-1", "DedicatedHostId", "dh-1")
	b.refused("CreateInstance", with(nothing, "ClusterId", "c", "HostName", "-x"), 400, "InvalidHostName.Malformed")
	b.refused("CreateInstance", with(nothing, "InnerIpAddress", "here"), 400, "InvalidInnerIpAddress.Malformed")
	b.refused("CreateInstance", with(nothing, "NodeControllerId", "n"), 400, "InvalidNodeControllerId.Malformed")
	b.refused("RunInstances", with(nothing, "Amount", "0"), 403, "InvalidParam.Amount")
	b.refused("RunInstances", with(nothing, "HostName", "h[x]"), 400, "InvalidInstanceName.CustomMalformed")
	b.refused("RunInstances", with(nothing, "HostName", "ab", "HostNames.1", "cd"), 403, "InvalidHostname.SingleAndMultiConflict")
	b.refused("RunInstances", with(nothing, "SecurityGroupId", "-", "SecurityGroupIds.1", "sg-x", "SecurityGroupIds.2", "sg-x"), 400, "InvalidParameter.SecurityGroupIdRepeated")
	for _, c := range []struct {
		changes []string
		status  int
		code    string
	}{
		{[]string{"ClientToken", strings.Repeat("x", 65)}, 400, "InvalidClientToken.ValueNotSupported"},
		{[]string{"ImageId", "-"}, 400, "MissingParameter"},
		{[]string{"InstanceType", "ecs.none.large"}, 400, "InvalidInstanceType.ValueNotSupported"},
		{[]string{"InstanceName", "x"}, 400, "InvalidInstanceName.Malformed"},
		{[]string{"Description", "http://x"}, 400, "InvalidDescription.Malformed"},
		{[]string{"HostName", "-x"}, 400, "InvalidHostName.Malformed"},
		{[]string{"Password", "weak"}, 400, "InvalidPassword.Malformed"},
		{[]string{"Password", "Str0ng-pass", "PasswordInherit", "true"}, 400, "InvalidPasswordParam.Mismatch"},
		{[]string{"UserData", userData(32<<10 + 1)}, 400, "InvalidUserData.SizeExceeded"},
		{[]string{"Tag.1.Key", "acs:x"}, 400, "InvalidTagKey.Malformed"},
		{[]string{"InternetChargeType", "Free"}, 400, "InvalidInternetChargeType.ValueNotSupported"},
		{[]string{"InternetMaxBandwidthOut", "101"}, 400, "InvalidParameter"},
		{[]string{"InternetMaxBandwidthIn", "0"}, 400, "InvalidInternetMaxBandwidthIn.Malformed"},
		{[]string{"InstanceChargeType", "PrePaid"}, 400, "MissingParamter"},
		{[]string{"InstanceChargeType", "PrePaid", "Period", "11"}, 400, "InvalidPeriod"},
		{[]string{"PrivateIpAddress", "here"}, 400, "InvalidPrivateIpAddress.Malformed"},
		{[]string{"HttpTokens", "maybe"}, 400, "InvalidHttpTokens.NotSupported"},
		{[]string{"HttpPutResponseHopLimit", "0"}, 400, "InvalidHttpPutResponseHopLimit.NotSupported"},
		{[]string{"CreditSpecification", "Boundless"}, 400, "InvalidParameter.CreditSpecification"},
		{[]string{"SystemDisk.Category", "floppy"}, 400, "InvalidSystemDiskCategory.ValueNotSupported"},
		{[]string{"SystemDisk.Size", "99999"}, 404, "InvalidSystemDiskSize.MoreThanMaxSize"},
		{[]string{"SystemDisk.Size", "0"}, 400, "InvalidSystemDiskSize.ValueNotSupported"},
		{[]string{"SystemDisk.DiskName", "x"}, 400, "InvalidDiskName.Malformed"},
		{[]string{"SystemDisk.PerformanceLevel", "PL9"}, 400, "InvalidPerformanceLevel.Malformed"},
		{[]string{"DataDisk.1.Category", "cloud_essd"}, 400, "InvalidDataDiskSize.ValueNotSupported"},
		{[]string{"DataDisk.1.Size", "100", "DataDisk.1.Category", "tape"}, 400, "InvalidDataDiskCategory.ValueNotSupported"},
		{[]string{"DataDisk.1.Size", "100", "DataDisk.1.Device", "/dev/sda"}, 400, "InvalidDataDevice.Malformed"},
		{[]string{"DataDisk.1.Size", "100", "DataDisk.1.EncryptAlgorithm", "aes-256"}, 400, "InvalidEncrypted.NotMatchEncryptAlgorithm"},
	} {
		for _, action := range creators {
			b.refused(action, with(nothing, c.changes...), c.status, c.code)
		}
	}
}

// TestExistenceBeforeFit sends requests whose parts do not go together, and one
// of which does not exist.
func TestExistenceBeforeFit(t *testing.T) {
	b := newBench(t)
	const arm = "centos_7_9_arm64_20G_alibase_20210706.vhd"
	for _, action := range creators {
		b.refused(action, with(b.good(), "ImageId", arm), 400, "InvalidInstanceType.NotSupported")
		b.refused(action, with(b.good(), "ImageId", arm, "ZoneId", "cn-nowhere-a"), 404, "InvalidZoneId.NotFound")
		b.refused(action, with(b.good(), "ImageId", arm, "VSwitchId", "vsw-none"), 404, "InvalidVSwitchId.NotFound")
		b.refused(action, with(b.good(), "ImageId", arm, "KeyPairName", "kp"), 404, "InvalidKeyPairName.NotFound")
		b.refused(action, with(b.good(), "SystemDisk.Category", "cloud", "ImageId", "no-such-image"), 404, "InvalidImageId.NotFound")
	}
}

// TestRoleAndKeyPairNeeds asks for a role in the classic network and for a key
// pair without I/O optimization; Windows ignores a key pair.
func TestRoleAndKeyPairNeeds(t *testing.T) {
	b := newBench(t)
	old := map[string]string{
		"RegionId": "cn-beijing", "ImageId": "ubuntu1404_64_40G_cloudinit_20160727.raw", "InstanceType": "ecs.s2.large", "SecurityGroupId": b.classic,
	}
	for _, action := range creators {
		b.refused(action, with(old, "RamRoleName", "role"), 403, "InvalidNetworkType.MismatchRamRole")
		b.refused(action, with(old, "KeyPairName", "kp"), 404, "DependencyViolation.IoOptimized")
		b.refused(action, with(old, "KeyPairName", "kp", "IoOptimized", "optimized"), 404, "InvalidKeyPairName.NotFound")
		b.refused(action, with(b.good(), "RamRoleName", "a role"), 404, "InvalidRamRole.NotFound")
		if _, err := b.call(action, with(b.good(), "KeyPairName", "kp", "ImageId", "win2016_1607_x64_dtc_en-us_40G_alibase_20210618.vhd")); err != nil {
			t.Errorf("%s of Windows with a key pair: %v", action, err)
		}
	}
}

// TestWindowsRules are those that only the image brings into play.
func TestWindowsRules(t *testing.T) {
	b := newBench(t)
	windows := with(b.good(), "ImageId", "win2016_1607_x64_dtc_en-us_40G_alibase_20210618.vhd")
	for _, action := range creators {
		for name, value := range map[string]string{"HostName": "web.example", "Password": "/Str0ng-pass"} {
			code := "Invalid" + name + ".Malformed"
			b.refused(action, with(windows, name, value), 400, code)
			if _, err := b.call(action, with(b.good(), name, value)); err != nil {
				t.Errorf("%s of Linux with %s %s: %v", action, name, value, err)
			}
		}
	}
}

// TestOrderedNames are names that count, those that cannot, and those that look
// as if they did.
func TestOrderedNames(t *testing.T) {
	b := newBench(t)
	for _, c := range []struct {
		name, unique string
		want         string // of three instances; a code where it is refused
	}{
		{"n-[]-x", "", "n-000000-x n-000001-x n-000002-x"},
		{"n-[,]-x", "", "n-000000-x n-000001-x n-000002-x"},
		{"n-[99]-x", "", "n-000099-x n-000100-x n-000101-x"},
		{"n-[99,1]-x", "", "n-000099-x n-000100-x n-000101-x"},
		{"n-[7,2]", "", "n-07 n-08 n-09"},
		{"n-[,2]", "", "n-00 n-01 n-02"},
		{"n-[999998]-x", "", "n-999998-x n-999999-x n-999999-x"},
		{"n-[5000000,9]", "", "n-000000 n-000001 n-000002"},
		{"n-[]-x", "true", "n-000000-x001 n-000001-x002 n-000002-x003"},
		{"n-[]", "true", "n-000000 n-000001 n-000002"},
		{"web", "true", "web001 web002 web003"},
		{"web", "", "web web web"},
		{"n-[1, 2]", "", "InvalidInstanceName.CustomMalformed"},
		{"n-[a]", "", "InvalidInstanceName.CustomMalformed"},
		{"n-[-1]", "", "InvalidInstanceName.CustomMalformed"},
		{"n-[+1]", "", "InvalidInstanceName.CustomMalformed"},
		{"n-[1,2,3]", "", "InvalidInstanceName.CustomMalformed"},
		{"n-[1", "", "InvalidInstanceName.CustomMalformed"},
		{"[1,2]n", "", "InvalidInstanceName.Malformed"}, // literally, and no name has brackets
		{"n-[1][2]", "", "InvalidInstanceName.Malformed"},
		{strings.Repeat("n", 126), "true", "InvalidParams.InstanceNameExceed"},
	} {
		p := with(b.good(), "Amount", "3", "InstanceName", c.name, "UniqueSuffix", c.unique)
		if c.unique == "" {
			delete(p, "UniqueSuffix")
		}
		if strings.HasPrefix(c.want, "Invalid") {
			b.refused("RunInstances", p, api.StatusOf("Ecs", "RunInstances", c.want), c.want)
			continue
		}
		if got := b.names(p); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	b.refused("RunInstances", with(b.good(), "HostName", "h[a]"), 400, "InvalidInstanceName.CustomMalformed")
	b.refused("RunInstances", with(b.good(), "HostName", "[1]h"), 400, "InvalidHostName.Malformed")
	b.refused("RunInstances", with(b.good(), "HostName", strings.Repeat("h", 63), "Amount", "2", "UniqueSuffix", "true"), 403, "InvalidParams.HostnameExceed")
	b.refused("CreateInstance", with(b.good(), "InstanceName", "n-[1,2]"), 400, "InvalidInstanceName.Malformed")
	b.refused("CreateInstance", with(b.good(), "HostName", "h[1,2]"), 400, "InvalidHostName.Malformed")
}

// names are the names of the instances made, in order.
func (b *bench) names(p map[string]string) string {
	b.T.Helper()
	out, err := b.call("RunInstances", p)
	if err != nil {
		b.T.Fatalf("%s: %v", p["InstanceName"], err)
	}
	var names []string
	for _, id := range out["InstanceIdSets"].(map[string]any)["InstanceIdSet"].([]any) {
		i, err := b.Client.FindInstance(context.Background(), "cn-hangzhou", id.(string))
		if err != nil || i == nil {
			b.T.Fatal(err)
		}
		names = append(names, i.InstanceName)
	}
	return strings.Join(names, " ")
}

// TestHopLimit keeps HttpPutResponseHopLimit, 1 to 64, shows it where it is
// asked for, and finds instances by it.
func TestHopLimit(t *testing.T) {
	b := newBench(t)
	for _, action := range creators {
		for _, bad := range []string{"-1", "0", "65"} {
			b.refused(action, with(b.good(), "HttpPutResponseHopLimit", bad), 400, "InvalidHttpPutResponseHopLimit.NotSupported")
		}
		b.refused(action, with(b.good(), "HttpPutResponseHopLimit", "many"), 400, "InvalidParameter")
		for _, p := range []map[string]string{b.good(), with(b.good(), "HttpPutResponseHopLimit", "64")} {
			if _, err := b.call(action, p); err != nil {
				t.Fatal(err)
			}
		}
	}
	for want, n := range map[int]int{1: 2, 64: 2, 2: 0} {
		out, err := b.Client.DescribeInstances(context.Background(), &api.DescribeInstancesRequest{
			RegionID: "cn-hangzhou", HTTPPutResponseHopLimit: &want, AdditionalAttributes: []string{"META_OPTIONS"},
		})
		if err != nil || out.TotalCount != n {
			t.Fatalf("%d hops: %+v %v, want %d instances", want, out, err, n)
		}
		for _, i := range out.Instances.Instance {
			if i.MetadataOptions.HTTPPutResponseHopLimit != want {
				t.Errorf("%+v, want %d", i.MetadataOptions, want)
			}
		}
	}
}

// TestPlaces are a zone that does not sell the type, a full vSwitch, an image
// larger than the disk, user data of the largest size, and what belongs to
// another account or region.
func TestPlaces(t *testing.T) {
	cat, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(cat.Types(), func(t *catalog.Type) bool {
		return t.Family.Architecture == "X86" && t.Family.TakesDisk("cloud_essd") && !cat.TypeInZone(t.ID, "cn-hangzhou-h")
	})
	if at < 0 {
		t.Fatal("zone h sells everything")
	}
	b := newBench(t)
	stranger := *b
	stranger.Service = b.As(b.Other)
	for _, action := range creators {
		b.refused(action, with(b.good(), "InstanceType", cat.Types()[at].ID), 403, "InvalidInstanceType.ZoneNotSupported")
		b.refused(action, with(b.good(), "ImageId", "ubuntu1404_64_40G_cloudinit_20160727.raw", "SystemDisk.Size", "39"), 404, "InvalidSystemDiskSize.LessThanImageSize")
		if _, err := b.call(action, with(b.good(), "UserData", userData(32<<10))); err != nil {
			t.Errorf("%s with 32 KiB of user data: %v", action, err)
		}
		noGroup := map[string]string{"CreateInstance": "InvalidSecurityGroupId.NotFound", "RunInstances": "InvalidSecurityGroupId"}[action]
		stranger.refused(action, b.good(), 404, noGroup)
		b.refused(action, with(b.good(), "RegionId", "cn-beijing"), 404, noGroup)
		for _, reserved := range []string{"192.168.0.0", "192.168.0.253", "192.168.0.254", "192.168.0.255"} {
			b.refused(action, with(b.good(), "PrivateIpAddress", reserved), 403, "InvalidVSwitchId.IpInvalid")
		}
	}
	full := with(b.good(), "VSwitchId", b.small)
	for range 4 {
		if _, err := b.call("CreateInstance", full); err != nil {
			t.Fatal(err)
		}
	}
	for _, action := range creators {
		b.refused(action, full, 400, "QuotaExceeded.PrivateIpAddress")
	}
}
