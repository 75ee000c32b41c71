package image

import (
	"errors"
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/billing"
	"github.com/openecs/openecs/internal/model/tag"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "CreateImage", (*Service).CreateImage)

// CreateImage makes a custom image: of an instance, whose disks it takes
// snapshots of, else of DiskDeviceMapping.N, else of a snapshot of a system
// disk. It is Creating until all of its snapshots are taken and the engine has
// made it.
func (s *Service) CreateImage(c *action.Call, in *api.CreateImageRequest) (*api.CreateImageResponse, error) {
	if err := regional(c); err != nil {
		return nil, err
	}
	once, err := c.Once(in.ClientToken, in.DryRun)
	if err != nil {
		return nil, err
	}
	if made, found, err := once.Earlier(s.DB.Snapshot(), c.Now); err != nil || found {
		return created(made, err)
	}
	if err := checkCreate(in); err != nil {
		return nil, err
	}
	write := func(tx *state.Tx) ([]ecs.Key, error) {
		m := &maker{s: s, c: c, tx: tx, in: in, key: tx.NewKey(c.RegionCode())}
		if err := m.make(); err != nil {
			return nil, err
		}
		return []ecs.Key{m.key}, billing.Affordable(tx, c.Caller.Account, billing.Something)
	}
	var made []ecs.Key
	err = s.DB.Update(c.Context, func(tx *state.Tx) error {
		made, err = once.Do(tx, func() ([]ecs.Key, error) { return write(tx) })
		if err == nil && action.Flag(in.DryRun) {
			err = action.DryRun() // what was written is undone
		}
		return err
	})
	return created(made, err)
}

// created answers what was made. The same token on another request has a code
// of its own here.
func created(made []ecs.Key, err error) (*api.CreateImageResponse, error) {
	if e, ok := errors.AsType[*api.Error](err); ok && e.Code == api.CodeIdempotentParameterMismatch {
		return nil, api.Errorf(api.CodeIdempotenceParamNotMatch, "Request uses a client token in a previous request but is not identical to that request.").WithStatus(400)
	}
	if err != nil {
		return nil, err
	}
	return &api.CreateImageResponse{ImageID: ecs.ID(ecs.KindImage, made[0])}, nil
}

// maxVersion is how long ImageVersion may be.
const maxVersion = 40

// checkCreate checks what the request alone tells.
func checkCreate(in *api.CreateImageRequest) error {
	if err := texts(in.ImageName, in.ImageFamily, in.Description); err != nil {
		return err
	}
	for _, no := range [...]struct {
		set           bool
		code, message string
	}{
		{!action.OneOf(in.Architecture, "i386", "x86_64", "arm64"), api.CodeInvalidArchitectureMalformed, "The specified Architecture is wrongly formed."},
		{in.Platform != "" && osOf(in.Platform) == "", api.CodeInvalidPlatformMalformed, "The specified Platform is wrongly formed."},
		{len(in.ImageVersion) > maxVersion, api.CodeInvalidImageVersionMalformed, "The specified ImageVersion is wrongly formed."},
		{in.InstanceID == "" && in.SnapshotID == "" && len(in.DiskDeviceMapping) == 0, api.CodeInvalidParameterAllEmpty, "InstanceId, SnapshotId and DiskDeviceMapping.N cannot all be empty."},
	} {
		if no.set {
			return api.Errorf(no.code, "%s", no.message).WithStatus(400)
		}
	}
	if err := modes(in.BootMode, in.DetectionStrategy, in.Features.ImdsSupport, ""); err != nil {
		return err
	}
	return tag.Check(in.Tag)
}

// modes checks the options whose values are closed sets and that have no codes
// of their own: 400 InvalidParameter.
func modes(boot, detection, imds, nvme string) error {
	for _, p := range [...]struct {
		name, value string
		set         []string
	}{
		{"BootMode", boot, []string{"BIOS", "UEFI", "UEFI-Preferred"}}, {"DetectionStrategy", detection, []string{"Standard"}},
		{"Features.ImdsSupport", imds, []string{"v1", "v2"}}, {"Features.NvmeSupport", nvme, []string{supported, unsupported}},
	} {
		if !action.OneOf(p.value, p.set...) {
			return action.Invalid(p.name)
		}
	}
	return nil
}

// osOf is the type of system that a platform is, "" for one there is not.
func osOf(platform string) string {
	switch platform {
	case "Aliyun", "AlmaLinux", "Anolis", "CentOS", "CentOS Stream", "CoreOS", "Customized Linux", "Debian", "Fedora", "Fedora CoreOS", "FreeBSD", "Freebsd",
		"Gentoo", "Kylin", "OpenSUSE", "Others Linux", "RedHat", "Red Hat", "RockyLinux", "Rocky Linux", "SLES", "SUSE", "UOS", "Ubuntu":
		return "linux"
	case "Other Windows", "Windows 7", "Windows 10", "Windows 11", "Windows":
		return "windows"
	}
	if year, ok := strings.CutPrefix(platform, "Windows Server "); ok && action.OneOf(year, "2003", "2008", "2012", "2016", "2019", "2022", "2025") && year != "" {
		return "windows"
	}
	return ""
}
