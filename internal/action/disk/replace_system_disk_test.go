package disk_test

import (
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/engine"
	"github.com/openecs/openecs/internal/engine/sim"
	"github.com/openecs/openecs/internal/state"
)

// otherImage is an image of Ubuntu 22.04.
func otherImage(s *actiontest.Service) string {
	s.T.Helper()
	images := actiontest.Call[api.DescribeImagesResponse](s, "DescribeImages", "ImageFamily", "acs:ubuntu_22_04_x64").Images.Image
	if len(images) == 0 {
		s.T.Fatal("no image of Ubuntu 22.04")
	}
	return images[0].ImageID
}

func replace(s *actiontest.Service, instance string, params ...string) string {
	s.T.Helper()
	return actiontest.Call[api.ReplaceSystemDiskResponse](s, "ReplaceSystemDisk", append([]string{"InstanceId", instance, "ImageId", otherImage(s)}, params...)...).DiskID
}

func TestReplaceSystemDisk(t *testing.T) {
	s := actiontest.Start(t, actiontest.Stepped())
	instance := s.Stopped("SystemDisk.DiskName", "root", "Tag.1.Key", "k", "Tag.1.Value", "v")
	old := system(s, instance)
	params := []string{"SystemDisk.Size", "60", "Password", "Str0ng-pass", "Encrypted", "true", "ClientToken", "t", "Architecture", "x86_64", "Platform", "Ubuntu"}
	id := replace(s, instance, params...)
	if replace(s, instance, params...) != id {
		t.Error("the same token made another disk")
	}
	s.Quiet()
	if d := system(s, instance); d.DiskID != id || d.Status != "Creating" || d.ImageID != otherImage(s) || d.Size != 60 || !d.Encrypted || d.KMSKeyID == "" ||
		d.DiskName != "root" || d.Device != old.Device || d.Category != old.Category || len(d.Tags.Tag) != 1 || len(d.OperationLocks.OperationLock) != 0 {
		t.Errorf("%+v", d)
	}
	if i := s.See(instance); len(i.OperationLocks.LockReason) != 1 || i.ImageID != otherImage(s) {
		t.Errorf("%+v", i)
	}
	refuse(s, "ReplaceSystemDisk", 403, "IncorrectDiskStatus", "InstanceId", instance, "ImageId", actiontest.Image)
	refuse(s, "ResizeDisk", 404, "InvalidDiskId.NotFound", "DiskId", old.DiskID, "NewSize", "400")
	s.Refuse(403, "IncorrectInstanceStatus", "", "StartInstance", "InstanceId", instance)
	s.Step(id)
	if d := system(s, instance); d.DiskID != id || d.Status != "In_use" {
		t.Errorf("%+v", d)
	}
	if i := s.See(instance); len(i.OperationLocks.LockReason) != 0 || i.Status != "Stopped" {
		t.Errorf("%+v", i)
	}
	s.Settle()
	if _, ok := state.Disks.Get(s.DB().Snapshot(), s.Key(ecs.KindDisk, old.DiskID)); ok {
		t.Error("the old disk is still there")
	}
	s.Do("StartInstance", "InstanceId", instance)
	s.Settle()
	s.Want(instance, "Running")
	if p := secret(s, instance).Password; p != "Str0ng-pass" {
		t.Errorf("the password is %q", p)
	}
	s.Do("StopInstance", "InstanceId", instance)
	s.Settle()
	replace(s, instance, "PasswordInherit", "true")
	s.Settle()
	if i := actiontest.Record(s, state.Instances, instance); !i.Flags.Has(ecs.PasswordInherit) || i.Flags.Has(ecs.HasPassword) {
		t.Error("PasswordInherit is not honoured")
	}
	if d := system(s, instance); d.Size != 60 {
		t.Errorf("a disk that no size is asked for has %d GiB", d.Size)
	}
}

// TestReplaceSystemDiskFails: where the new disk cannot be made, the old one is
// the system disk as before.
func TestReplaceSystemDiskFails(t *testing.T) {
	s := start(t)
	instance := s.Stopped()
	old := system(s, instance)
	s.Sim.Inject(sim.Fault{Match: sim.Match{Op: sim.DiskWork}, Times: 1, Err: engine.ErrNoStock})
	replace(s, instance)
	s.Settle()
	if d := system(s, instance); d.DiskID != old.DiskID || d.Status != "In_use" {
		t.Errorf("%+v", d)
	}
	if i := s.See(instance); len(i.OperationLocks.LockReason) != 0 || i.ImageID != actiontest.Image {
		t.Errorf("%+v", i)
	}
	s.Do("DeleteInstance", "InstanceId", instance)
	s.Settle()
	s.NothingLeft()
}

// TestReplaceSystemDiskPrepaid: a new system disk is paid as the old one was.
func TestReplaceSystemDiskPrepaid(t *testing.T) {
	s := start(t)
	instance := prepaid(s)
	old := system(s, instance)
	replace(s, instance)
	s.Settle()
	if d := system(s, instance); d.DiskChargeType != "PrePaid" || d.ExpiredTime != old.ExpiredTime || d.Status != "In_use" {
		t.Errorf("%+v", d)
	}
}

// TestReplaceSystemDiskWithCustomImage makes a system disk of a custom image.
func TestReplaceSystemDiskWithCustomImage(t *testing.T) {
	s := start(t)
	instance := s.Stopped()
	var id string
	s.Update(func(tx *state.Tx) {
		k := tx.NewKey(s.Key(ecs.KindInstance, instance).Region())
		id = ecs.ID(ecs.KindImage, k)
		state.Images.Put(tx, k, &ecs.Image{Account: actiontest.Account, Base: tx.Sym(actiontest.Image), Size: 50, Work: ecs.Work{Op: ecs.WorkCreate, Gen: 1, Done: 1}})
	})
	refuse(s, "ReplaceSystemDisk", 404, "InvalidSystemDiskSize.LessThanImageSize", "InstanceId", instance, "ImageId", id, "SystemDisk.Size", "49")
	s.Do("ReplaceSystemDisk", "InstanceId", instance, "ImageId", id)
	s.Settle()
	if d := system(s, instance); d.ImageID != id || d.Size != 50 {
		t.Errorf("%+v", d)
	}
}

func TestReplaceSystemDiskRefused(t *testing.T) {
	s := start(t)
	instance := s.Stopped("SystemDisk.Size", "50")
	root := system(s, instance).DiskID
	good := []string{"InstanceId", instance, "ImageId", otherImage(s)}
	const action = "ReplaceSystemDisk"
	for _, no := range []struct {
		status int
		code   string
		params []string
	}{
		{404, "InvalidInstanceId.NotFound", []string{"InstanceId", "i-none"}},
		{404, "InvalidImageId.NotFound", []string{"ImageId", "m-none"}},
		{400, "InvalidParameter.AllEmpty", []string{"ImageId", ""}},
		{400, "InvalidParameter.Conflict", []string{"DiskId", root}},
		{400, "UnsupportedOperation.NotImplemented", []string{"DiskId", root, "ImageId", ""}},
		{400, "UnsupportedOperation.NotImplemented", []string{"UseAdditionalService", "true"}},
		{400, "UnsupportedOperation.NotImplemented", []string{"Arn.1.Rolearn", "x"}},
		{400, "UnsupportedOperation.NotImplemented", []string{"Encrypted", "true", "EncryptAlgorithm", "sm4-128"}},
		{400, "InvalidArchitecture.Malformed", []string{"Architecture", "x"}},
		{400, "InvalidPlatform.Malformed", []string{"Platform", "x"}},
		{400, "InvalidSystemDiskSize.ValueNotSupported", []string{"SystemDisk.Size", "0"}},
		{404, "InvalidSystemDiskSize.LessThanImageSize", []string{"SystemDisk.Size", "10"}},
		{404, "InvalidSystemDiskSize.LessThanMinSize", []string{"SystemDisk.Size", "49"}},
		{404, "InvalidSystemDiskSize.MoreThanMaxSize", []string{"SystemDisk.Size", "2049"}},
		{400, "InvalidPassword.Malformed", []string{"Password", "weak"}},
		{400, "InvalidPasswordParam.Mismatch", []string{"Password", "Str0ng-pass", "PasswordInherit", "true"}},
		{400, "InvalidKeyPairName.NotFound", []string{"KeyPairName", "none"}},
		{400, "InvalidParameter", []string{"SecurityEnhancementStrategy", "x"}},
		{400, "InvalidParameter.Conflict", []string{"KMSKeyId", "k"}},
		{404, "InvalidParameter.KMSKeyId.NotFound", []string{"Encrypted", "true", "KMSKeyId", "k"}},
		{400, "InvalidClientToken.ValueNotSupported", []string{"ClientToken", "\u00e9"}},
	} {
		refuse(s, action, no.status, no.code, append(good[:len(good):len(good)], no.params...)...)
	}
	for _, i := range s.Catalog.Images("cn-hangzhou") {
		if i.Architecture == "arm64" {
			refuse(s, action, 403, "ImageNotSupportInstanceType", "InstanceId", instance, "ImageId", i.ID)
			break
		}
	}
	strangers(s, action, 404, "InvalidInstanceId.NotFound", good...)
	busyDisk(s, root, action, "DiskCreatingSnapshot", good...)
	lock(s, instance, ecs.LockFinancial)
	refuse(s, action, 403, "InstanceExpiredOrInArrears", good...)
	lock(s, instance, ecs.LockSecurity)
	refuse(s, action, 403, "InstanceLockedForSecurity", good...)
	lock(s, instance, 0)
	s.Do("StartInstance", "InstanceId", instance)
	s.Settle()
	refuse(s, action, 403, "IncorrectInstanceStatus", good...)
	refuse(s, action, 403, "OperationDenied.InstanceCreating", "InstanceId", s.Instance(), "ImageId", otherImage(s))
}

// TestReplaceSystemDiskOfSharedImage gives an instance a system disk of an image
// of another account, as long as that shares it.
func TestReplaceSystemDiskOfSharedImage(t *testing.T) {
	s := start(t)
	image := actiontest.Call[api.CreateImageResponse](s, "CreateImage", "InstanceId", s.Stopped()).ImageID
	s.Settle()
	other := s.As(s.Other)
	vpc := other.VPC("CidrBlock", "10.0.0.0/8")
	instance := other.Stopped("VSwitchId", other.VSwitch(vpc, "10.0.0.0/24"), "SecurityGroupId", other.Group("VpcId", vpc))
	refuse(other, "ReplaceSystemDisk", 404, "InvalidImageId.NotFound", "InstanceId", instance, "ImageId", image)
	s.Do("ModifyImageSharePermission", "ImageId", image, "AddAccount.1", itoa(actiontest.OtherAccount))
	made := actiontest.Call[api.ReplaceSystemDiskResponse](other, "ReplaceSystemDisk", "InstanceId", instance, "ImageId", image).DiskID
	s.Settle()
	if d := system(other, instance); d.DiskID != made || d.ImageID != image || d.Status != "In_use" {
		t.Errorf("%+v", d)
	}
	s.Do("ModifyImageSharePermission", "ImageId", image, "RemoveAccount.1", itoa(actiontest.OtherAccount))
	refuse(other, "ReplaceSystemDisk", 404, "InvalidImageId.NotFound", "InstanceId", instance, "ImageId", image)
	other.Do("StartInstance", "InstanceId", instance)
	s.Settle()
	other.Want(instance, "Running")
}
