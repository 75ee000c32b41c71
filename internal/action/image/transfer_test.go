package image_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/clock"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/engine"
	"github.com/openecs/openecs/internal/engine/sim"
	"github.com/openecs/openecs/internal/oss"
	"github.com/openecs/openecs/internal/oss/osstest"
	"github.com/openecs/openecs/internal/state"
)

// store is an object store with a bucket "images" that has an object "disk",
// and the option to use it with an access key.
func store(t *testing.T, secret string) (*osstest.Server, actiontest.Option) {
	t.Helper()
	o := osstest.New("images")
	t.Cleanup(o.Close)
	o.Set("images", "disk", []byte("raw"))
	c, err := oss.New(o.URL, osstest.KeyID, secret, clock.Real().Now)
	if err != nil {
		t.Fatal(err)
	}
	return o, actiontest.Objects(c)
}

var theDisk = []string{"DiskDeviceMapping.1.OSSBucket", "images", "DiskDeviceMapping.1.OSSObject", "disk", "Platform", "Ubuntu"}

func importing(s *actiontest.Service, params ...string) (image, task string) {
	s.T.Helper()
	out := actiontest.Call[api.ImportImageResponse](s, "ImportImage", append(theDisk[:len(theDisk):len(theDisk)], params...)...)
	if out.RegionID != "cn-hangzhou" {
		s.T.Errorf("%+v", out)
	}
	return out.ImageID, out.TaskID
}

// taskIs ends the test unless a task is in a state.
func taskIs(s *actiontest.Service, id string, want ecs.TaskStatus) ecs.Task {
	s.T.Helper()
	r := actiontest.Record(s, state.Tasks, id)
	if r.Status() != want || (r.Finished != 0) != (want != ecs.TaskProcessing) {
		s.T.Fatalf("the task is %v (%s), want %v", r.Status(), s.DB().Snapshot().Str(r.Work.Failure), want)
	}
	return r
}

func TestImportImage(t *testing.T) {
	_, objects := store(t, osstest.KeySecret)
	s := start(t, objects, actiontest.Stepped())
	id, task := importing(s, "ImageName", "imported", "DiskDeviceMapping.1.DiskImageSize", "60", "DiskDeviceMapping.2.OSSBucket", "images",
		"DiskDeviceMapping.2.OSSObject", "disk", "DiskDeviceMapping.2.Format", "qcow2", "LicenseType", "BYOL", "Features.NvmeSupport", "supported")
	s.Quiet()
	if m := want(s, id, "Creating"); m.Progress != "10%" {
		t.Errorf("%s", m.Progress)
	}
	taskIs(s, task, ecs.TaskProcessing)
	s.Refuse(403, api.CodeImageIsImporting, "", "DeleteImage", "ImageId", id)
	s.Settle()
	m := want(s, id, "Available")
	d := m.DiskDeviceMappings.DiskDeviceMapping
	if m.Size != 60 || m.Platform != "Ubuntu" || m.OSType != "linux" || m.Architecture != "x86_64" || m.LicenseType != "BYOL" || m.Features.NvmeSupport != "supported" ||
		m.OSNameEn != "Ubuntu 64 bit" || len(d) != 2 || d[0].Format != "RAW" || d[0].ImportOSSBucket != "images" || d[0].ImportOSSObject != "disk" ||
		d[1].Format != "QCOW2" || d[1].Device != "/dev/xvdb" || d[1].Size != "20" {
		t.Errorf("%+v", m)
	}
	taskIs(s, task, ecs.TaskFinished)
	instance := actiontest.Call[api.CreateInstanceResponse](s, "CreateInstance", launch(s, id)...).InstanceID
	s.Settle()
	s.Want(instance, "Stopped")
	if i := s.See(instance); i.OSName != "Ubuntu 64位" || i.ImageID != id {
		t.Errorf("%+v", i)
	}
}

// TestImportImageFails: what the store does not have, or does not let us have,
// ends in the failed state; so does a store that stays away, and an engine that
// cannot.
func TestImportImageFails(t *testing.T) {
	for name, c := range map[string]struct {
		secret string
		params []string
		before func(*actiontest.Service, *osstest.Server)
	}{
		"no such object": {osstest.KeySecret, []string{"DiskDeviceMapping.1.OSSObject", "none"}, nil},
		"no such bucket": {osstest.KeySecret, []string{"DiskDeviceMapping.1.OSSBucket", "none"}, nil},
		"wrong key":      {"wrong", nil, nil},
		"nobody there":   {osstest.KeySecret, nil, func(_ *actiontest.Service, o *osstest.Server) { o.Close() }},
		"out of order":   {osstest.KeySecret, nil, func(_ *actiontest.Service, o *osstest.Server) { o.Down(true) }},
		"engine that can't": {osstest.KeySecret, nil, func(s *actiontest.Service, _ *osstest.Server) {
			s.Sim.Inject(sim.Fault{Match: sim.Match{Op: sim.ImageWork}, When: sim.Late, Times: 1, Err: engine.ErrPermanent})
		}},
	} {
		t.Run(name, func(t *testing.T) {
			o, objects := store(t, c.secret)
			s := start(t, objects)
			if c.before != nil {
				c.before(s, o)
			}
			id, task := importing(s, c.params...)
			s.Advance(11 * time.Minute)
			s.Settle()
			want(s, id, "CreateFailed")
			if r := taskIs(s, task, ecs.TaskFailed); r.Work.Failure == 0 {
				t.Error("nothing says why")
			}
			s.Do("DeleteImage", "ImageId", id)
			s.Settle()
			want(s, id, "gone")
		})
	}
}

// TestImportImageWaits: a store that comes back in time is no failure.
func TestImportImageWaits(t *testing.T) {
	o, objects := store(t, osstest.KeySecret)
	s := start(t, objects)
	o.Down(true)
	id, task := importing(s)
	s.Advance(5 * time.Minute)
	want(s, id, "Creating")
	o.Down(false)
	s.Settle()
	want(s, id, "Available")
	taskIs(s, task, ecs.TaskFinished)
}

func TestImportImageRefusals(t *testing.T) {
	start(t).Refuse(400, api.CodeUnsupportedOperationNotImplemented, "", "ImportImage", theDisk...)
	_, objects := store(t, osstest.KeySecret)
	s := start(t, objects)
	importing(s, "ImageName", "taken")
	s.Settle()
	s.Refuse(403, api.CodeMissingParameterDiskDeviceMapping, "", "ImportImage")
	s.Refusals(t, "ImportImage", theDisk, []actiontest.Refusal{
		{"name", []string{"ImageName", "x"}, 400, api.CodeInvalidImageNameMalformed, ""},
		{"name that is taken", []string{"ImageName", "taken"}, 400, api.CodeInvalidImageNameDuplicated, ""},
		{"description", []string{"Description", "x"}, 400, api.CodeInvalidDescriptionMalformed, ""},
		{"architecture", []string{"Architecture", "vax"}, 400, api.CodeInvalidArchitectureMalformed, ""},
		{"system", []string{"OSType", "dos"}, 400, api.CodeInvalidOSTypeMalformed, ""},
		{"platform", []string{"Platform", "BeOS"}, 400, api.CodeInvalidPlatformMalformed, ""},
		{"license", []string{"LicenseType", "none"}, 400, api.CodeInvalidLicenseTypeNotSupported, ""},
		{"boot mode", []string{"BootMode", "tape"}, 400, api.CodeInvalidParameter, ""},
		{"NVMe", []string{"Features.NvmeSupport", "maybe"}, 400, api.CodeInvalidParameter, ""},
		{"format", []string{"DiskDeviceMapping.1.Format", "ISO"}, 400, api.CodeInvalidImageFormatMalformed, ""},
		{"bucket", []string{"DiskDeviceMapping.1.OSSBucket", "Images"}, 400, api.CodeInvalidOSSBucketNotFound, ""},
		{"no bucket", []string{"DiskDeviceMapping.1.OSSBucket", ""}, 400, api.CodeMissingParameter, ""},
		{"object", []string{"DiskDeviceMapping.1.OSSObject", "/disk"}, 400, api.CodeInvalidOSSObjectMalformed, ""},
		{"size", []string{"DiskDeviceMapping.1.DiskImSize", "2049"}, 400, api.CodeInvalidImageSize, ""},
		{"size of a data disk", []string{"DiskDeviceMapping.2.OSSBucket", "images", "DiskDeviceMapping.2.OSSObject", "x", "DiskDeviceMapping.2.DiskImageSize", "0"}, 400, api.CodeInvalidDataDiskSize, ""},
		{"device", []string{"DiskDeviceMapping.1.Device", "/dev/xvdb"}, 400, api.CodeInvalidParameter, ""},
		{"role", []string{"RoleName", "mine"}, 403, api.CodeNoSetRoletoECSServiceAcount, ""},
		{"arn", []string{"StorageLocationArn", "acs:x"}, 400, api.CodeUnsupportedOperationNotImplemented, ""},
		{"resource group", []string{"ResourceGroupId", "rg-none"}, 404, api.CodeInvalidResourceGroupNotFound, ""},
		{"tags", actiontest.Tags(21), 403, api.CodeQuotaExceedTags, ""},
		{"dry run", []string{"DryRun", "true"}, 400, api.CodeDryRunOperation, ""},
	})
	if n := len(images(s)); n != 1 {
		t.Errorf("%d images", n)
	}
	a, ta := importing(s, "ClientToken", "t")
	if b, tb := importing(s, "ClientToken", "t"); a != b || ta != tb {
		t.Errorf("%s %s, then %s %s", a, ta, b, tb)
	}
}

func TestExportImage(t *testing.T) {
	o, objects := store(t, osstest.KeySecret)
	s := start(t, objects, actiontest.Stepped())
	instance := s.Stopped("DataDisk.1.Size", "20", "DataDisk.1.Category", "cloud_essd")
	id := create(s, "InstanceId", instance)
	s.Refuse(400, api.CodeIncorrectImageStatus, "", "ExportImage", "ImageId", id, "OSSBucket", "images")
	s.Settle()
	task := actiontest.Call[api.ExportImageResponse](s, "ExportImage", "ImageId", id, "OSSBucket", "images", "OSSPrefix", "pre", "ImageFormat", "raw").TaskID
	s.Quiet()
	taskIs(s, task, ecs.TaskFinished)
	for object, says := range map[string]string{
		fmt.Sprintf("pre_%s_system.raw", id):    "/dev/xvda of image " + id + ", 40 GiB",
		fmt.Sprintf("pre_%s_data_xvdb.raw", id): "/dev/xvdb of image " + id + ", 20 GiB",
	} {
		b, ok := o.Object("images", object)
		if !ok || len(b) != 512 || !bytes.HasSuffix(b, []byte{0x55, 0xAA}) || !strings.Contains(string(b), says) {
			t.Errorf("%s: %v %q", object, ok, b)
		}
	}
}

func TestExportImageFails(t *testing.T) {
	for name, c := range map[string]struct{ secret, bucket string }{
		"no such bucket": {osstest.KeySecret, "none"}, "wrong key": {"wrong", "images"}, "nobody there": {osstest.KeySecret, "images"},
	} {
		t.Run(name, func(t *testing.T) {
			o, objects := store(t, c.secret)
			s := start(t, objects)
			id, _ := made(s)
			if name == "nobody there" {
				o.Close()
			}
			task := actiontest.Call[api.ExportImageResponse](s, "ExportImage", "ImageId", id, "OSSBucket", c.bucket).TaskID
			if name == "nobody there" {
				s.Advance(time.Minute)
				taskIs(s, task, ecs.TaskProcessing)
				s.Refuse(403, api.CodeImageIsExporting, "", "ExportImage", "ImageId", id, "OSSBucket", c.bucket)
				s.Refuse(403, api.CodeImageIsExporting, "", "DeleteImage", "ImageId", id)
				s.Advance(10 * time.Minute)
			}
			s.Settle()
			taskIs(s, task, ecs.TaskFailed)
			want(s, id, "Available")
		})
	}
}

func TestExportImageRefusals(t *testing.T) {
	_, objects := store(t, osstest.KeySecret)
	s := start(t, objects)
	id, _ := made(s)
	large := actiontest.Record(s, state.Images, id)
	large.Name, large.Disks = "large", []ecs.ImageDisk{large.Disks[0]}
	large.Disks[0].Size = 501
	var key ecs.Key
	s.Update(func(tx *state.Tx) {
		key = tx.NewKey(s.Key(ecs.KindImage, id).Region())
		state.Images.Put(tx, key, &large)
	})
	s.Refusals(t, "ExportImage", []string{"ImageId", id, "OSSBucket", "images"}, []actiontest.Refusal{
		{"no such image", []string{"ImageId", "m-none"}, 404, api.CodeInvalidImageIdNotFound, ""},
		{"image of the system", []string{"ImageId", actiontest.Image}, 400, api.CodeImageNotSupported, ""},
		{"large disk", []string{"ImageId", ecs.ID(ecs.KindImage, key)}, 400, api.CodeInvalidImageDiskAmountOrSize, ""},
		{"format", []string{"ImageFormat", "ISO"}, 400, api.CodeInvalidImageFormatMalformed, ""},
		{"format that is not written", []string{"ImageFormat", "qcow2"}, 400, api.CodeUnsupportedOperationNotImplemented, ""},
		{"bucket", []string{"OSSBucket", "x"}, 400, api.CodeInvalidOSSBucketNotFound, ""},
		{"prefix", []string{"OSSPrefix", "a/b"}, 400, api.CodeInvalidOSSPrefixMalformed, ""},
		{"role", []string{"RoleName", "mine"}, 403, api.CodeNoSetRoletoECSServiceAcount, ""},
		{"dry run", []string{"DryRun", "true"}, 400, api.CodeDryRunOperation, ""},
	})
	bare := start(t)
	bare.Refuse(400, api.CodeUnsupportedOperationNotImplemented, "", "ExportImage", "ImageId", id, "OSSBucket", "images")
	if n := state.Tasks.Len(s.DB().Snapshot()); n != 0 {
		t.Errorf("%d tasks", n)
	}
}

// transfers is an import that becomes an export.
func transfers(s *actiontest.Service) {
	id, in := importing(s)
	s.Settle()
	want(s, id, "Available")
	taskIs(s, in, ecs.TaskFinished)
	out := actiontest.Call[api.ExportImageResponse](s, "ExportImage", "ImageId", id, "OSSBucket", "images").TaskID
	s.Settle()
	taskIs(s, out, ecs.TaskFinished)
	s.Do("DeleteImage", "ImageId", id)
	s.Settle()
	want(s, id, "gone")
	s.NothingLeft()
}

func TestTransferFailures(t *testing.T) {
	_, objects := store(t, osstest.KeySecret)
	actiontest.EachFault(t, transfers, objects)
}

func TestTransferRestarts(t *testing.T) {
	_, objects := store(t, osstest.KeySecret)
	actiontest.EachRestart(t, transfers, objects)
}
