package image_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

func disksOf(s *actiontest.Service, instance string) []api.DescribeDisksDisk {
	s.T.Helper()
	d := actiontest.Call[api.DescribeDisksResponse](s, "DescribeDisks", "InstanceId", instance).Disks.Disk
	slices.SortFunc(d, func(a, b api.DescribeDisksDisk) int { return strings.Compare(a.Device, b.Device) })
	return d
}

// TestLaunch: an instance of a custom image gets its data disks, unless the
// request says otherwise of a device, and a system disk no smaller than its own.
func TestLaunch(t *testing.T) {
	s := start(t)
	first := s.Stopped("SystemDisk.Size", "50", "DataDisk.1.Size", "30", "DataDisk.1.Category", "cloud_essd")
	id := create(s, "InstanceId", first)
	s.Settle()
	snap := see(s, id).DiskDeviceMappings.DiskDeviceMapping[1].SnapshotID

	i := actiontest.Call[api.CreateInstanceResponse](s, "CreateInstance", launch(s, id, "DataDisk.1.Size", "20", "DataDisk.1.Category", "cloud_essd")...).InstanceID
	s.Settle()
	s.Want(i, "Stopped")
	if m := s.See(i); m.ImageID != id || m.OSName != "Alibaba Cloud Linux  3.2104 LTS 64位" || m.OSType != "linux" {
		t.Errorf("%+v", m)
	}
	d := disksOf(s, i)
	if len(d) != 3 || d[0].Size != 50 || d[0].ImageID != id || d[1].Size != 30 || d[1].SourceSnapshotID != snap || d[2].Size != 20 || d[2].Device != "/dev/xvdc" || d[2].SourceSnapshotID != "" {
		t.Errorf("%+v", d)
	}
	j := actiontest.Call[api.CreateInstanceResponse](s, "CreateInstance",
		launch(s, id, "SystemDisk.Size", "60", "DataDisk.1.Size", "40", "DataDisk.1.Category", "cloud_essd", "DataDisk.1.Device", "/dev/xvdb", "DataDisk.1.DeleteWithInstance", "false")...).InstanceID
	s.Settle()
	d = disksOf(s, j)
	if len(d) != 2 || d[0].Size != 60 || d[1].Size != 40 || d[1].SourceSnapshotID != snap || d[1].DeleteWithInstance {
		t.Errorf("%+v", d)
	}
	s.Refuse(404, api.CodeInvalidSystemDiskSizeLessThanImageSize, "", "CreateInstance", launch(s, id, "SystemDisk.Size", "49")...)
	s.Refuse(400, api.CodeInvalidDataDiskSizeValueNotSupported, "", "CreateInstance",
		launch(s, id, "DataDisk.1.Size", "29", "DataDisk.1.Category", "cloud_essd", "DataDisk.1.Device", "/dev/xvdb")...)
	s.Refuse(404, api.CodeInvalidImageIdNotFound, "", "CreateInstance", launch(s, "m-none")...)
	s.As(s.In("cn-beijing")).Refuse(404, api.CodeInvalidImageIdNotFound, "", "CopyImage", "ImageId", id)

	if m := see(s, id); m.Usage != "instance" {
		t.Errorf("%s", m.Usage)
	}
	if got := images(s, "Usage", "none"); len(got) != 0 {
		t.Errorf("%+v", got)
	}
	s.Refuse(403, api.CodeImageUsingByInstance, "", "DeleteImage", "ImageId", id)
	s.Refuse(400, api.CodeDryRunOperation, "", "DeleteImage", "ImageId", id, "Force", "true", "DryRun", "true")
	// An image of an instance of a custom image is of the same kind.
	grand := create(s, "InstanceId", i)
	s.Settle()
	if m := see(s, grand); m.OSNameEn != "Alibaba Cloud Linux  3.2104 LTS 64 bit" || m.Platform != "Aliyun" || len(m.DiskDeviceMappings.DiskDeviceMapping) != 3 {
		t.Errorf("%+v", m)
	}
	s.Do("DeleteImage", "ImageId", id, "Force", "true")
	s.Settle()
	s.Want(i, "Stopped")
	if m := s.See(i); m.ImageID != id {
		t.Errorf("%+v", m)
	}
	s.Refuse(404, api.CodeInvalidImageIdNotFound, "", "CreateInstance", launch(s, id)...)
}

// TestLaunchOfFullImage: the data disks of an image count.
func TestLaunchOfFullImage(t *testing.T) {
	s := start(t)
	id, _ := made(s)
	var params []string
	for n := 1; n <= 16; n++ {
		p := "DataDisk." + strconv.Itoa(n)
		params = append(params, p+".Size", "20", p+".Category", "cloud_essd")
	}
	s.Do("CreateInstance", launch(s, id, params...)...)
	s.Settle()
	snap := see(s, id).DiskDeviceMappings.DiskDeviceMapping[0].SnapshotID
	full := create(s, "DiskDeviceMapping.1.DiskType", "system", "DiskDeviceMapping.1.SnapshotId", snap, "DiskDeviceMapping.2.Size", "20")
	s.Settle()
	s.Refuse(400, api.CodeInstanceDiskNumberLimitExceed, "", "CreateInstance", launch(s, full, params...)...)
}

func TestDescribeImageSupportInstanceTypes(t *testing.T) {
	s := start(t)
	id, _ := made(s)
	types := func(params ...string) []string {
		t.Helper()
		var out []string
		r := actiontest.Call[api.DescribeImageSupportInstanceTypesResponse](s, "DescribeImageSupportInstanceTypes", params...)
		for _, v := range r.InstanceTypes.InstanceType {
			if v.CPUCoreCount == 0 || v.InstanceTypeFamily == "" || v.MemorySize == 0 {
				t.Errorf("%+v", v)
			}
			out = append(out, v.InstanceTypeID)
		}
		return out
	}
	own := types("ImageId", id, "ActionType", "CreateEcs")
	if !slices.Contains(own, actiontest.InstanceType) || !slices.Equal(own, types("ImageId", actiontest.Image)) {
		t.Errorf("%v", own)
	}
	for _, n := range own {
		if typ, _ := s.Catalog.Type(n); typ.Family.Architecture == "ARM" {
			t.Errorf("%s", n)
		}
	}
	arm := create(s, "SnapshotId", see(s, id).DiskDeviceMappings.DiskDeviceMapping[0].SnapshotID, "Architecture", "arm64")
	s.Settle()
	for _, n := range types("ImageId", arm) {
		if typ, _ := s.Catalog.Type(n); typ.Family.Architecture != "ARM" {
			t.Errorf("%s", n)
		}
	}
	if got := types("ImageId", "m-none"); len(got) != 0 {
		t.Errorf("%v", got)
	}
	for _, bad := range [][]string{{}, {"ImageId", id, "ActionType", "x"}, {"ImageId", id, "Filter.1.Key", "x", "Filter.1.Value", "y"}} {
		s.Refuse(400, api.CodeInvalidParamter, "", "DescribeImageSupportInstanceTypes", bad...)
	}
}
