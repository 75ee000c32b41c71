package image

import (
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/block"
	"github.com/openecs/openecs/internal/model/image"
	"github.com/openecs/openecs/internal/model/tag"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "ImportImage", (*Service).ImportImage)

// ImportImage makes a custom image of objects in the operator's object store:
// the first mapping is the system disk. The image is Creating, and its task
// Processing, until the objects were found and the engine has made it; what
// cannot be found or read makes them CreateFailed and Failed.
func (s *Service) ImportImage(c *action.Call, in *api.ImportImageRequest) (*api.ImportImageResponse, error) {
	if err := regional(c); err != nil {
		return nil, err
	}
	once, err := c.Once(in.ClientToken, in.DryRun)
	if err != nil {
		return nil, err
	}
	if err := s.checkImport(in); err != nil {
		return nil, err
	}
	var made []ecs.Key
	err = s.DB.Update(c.Context, func(tx *state.Tx) error {
		made, err = once.Do(tx, func() ([]ecs.Key, error) { return importImage(tx, c, in) })
		if err == nil && action.Flag(in.DryRun) {
			err = action.DryRun() // what was written is undone
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return &api.ImportImageResponse{ImageID: ecs.ID(ecs.KindImage, made[0]), TaskID: ecs.ID(ecs.KindTask, made[1]), RegionID: c.Region.ID}, nil
}

// transferable refuses what an import and an export have in common.
func (s *Service) transferable(role string) error {
	if !s.Objects {
		return api.Errorf(api.CodeUnsupportedOperationNotImplemented,
			"This OpenECS has no object store: its operator names one with openecs serve --oss-endpoint and --oss-key-file.")
	}
	if !action.OneOf(role, "AliyunECSImageImportDefaultRole", "AliyunECSImageExportDefaultRole") {
		return api.Errorf(api.CodeNoSetRoletoECSServiceAcount, "The specified role does not exist.").WithStatus(403)
	}
	return nil
}

// checkImport checks what the request alone tells.
func (s *Service) checkImport(in *api.ImportImageRequest) error {
	if err := texts(in.ImageName, "", in.Description); err != nil {
		return err
	}
	for _, no := range [...]struct {
		set           bool
		code, message string
	}{
		{!action.OneOf(in.Architecture, "i386", "x86_64", "arm64"), api.CodeInvalidArchitectureMalformed, "The specified Architecture is wrongly formed."},
		{!action.OneOf(in.OSType, "linux", "windows"), api.CodeInvalidOSTypeMalformed, "The specified OSType is wrongly formed."},
		{in.Platform != "" && osOf(in.Platform) == "", api.CodeInvalidPlatformMalformed, "The specified Platform is wrongly formed."},
		{!action.OneOf(in.LicenseType, "Auto", "Aliyun", "BYOL"), api.CodeInvalidLicenseTypeNotSupported, "The specified LicenseType is not supported."},
	} {
		if no.set {
			return api.Errorf(no.code, "%s", no.message).WithStatus(400)
		}
	}
	if err := modes(in.BootMode, in.DetectionStrategy, in.Features.ImdsSupport, in.Features.NvmeSupport); err != nil {
		return err
	}
	if err := tag.Check(in.Tag); err != nil {
		return err
	}
	if in.StorageLocationArn != "" {
		return api.Errorf(api.CodeUnsupportedOperationNotImplemented, "OpenECS does not support StorageLocationArn.")
	}
	if err := checkObjects(in.DiskDeviceMapping); err != nil {
		return err
	}
	return s.transferable(in.RoleName)
}

// checkObjects checks the mappings of an import.
func checkObjects(in []api.ImportImageRequestDiskDeviceMapping) error {
	if len(in) == 0 {
		return api.Errorf(api.CodeMissingParameterDiskDeviceMapping, "DiskDeviceMapping.N is needed.").WithStatus(403)
	}
	if len(in) > maxDataDisks+1 {
		return action.Invalid("DiskDeviceMapping.N")
	}
	taken := map[string]bool{}
	for i, d := range in {
		size := importSize(&d, i == 0)
		switch {
		case d.OSSBucket == "" || d.OSSObject == "":
			return api.Errorf(api.CodeMissingParameter, "DiskDeviceMapping.N needs OSSBucket and OSSObject.").WithStatus(400)
		case !validBucket(d.OSSBucket):
			return api.Errorf(api.CodeInvalidOSSBucketNotFound, "The specified OSSBucket does not exist.").WithStatus(400)
		case len(d.OSSObject) > 1023 || strings.HasPrefix(d.OSSObject, "/") || strings.HasPrefix(d.OSSObject, `\`):
			return api.Errorf(api.CodeInvalidOSSObjectMalformed, "The specified OSSObject is wrongly formed.").WithStatus(400)
		case !action.OneOf(strings.ToUpper(d.Format), "RAW", "VHD", "QCOW2", "VMDK", "VDI"):
			return api.Errorf(api.CodeInvalidImageFormatMalformed, "The specified Format is wrongly formed.").WithStatus(400)
		case i == 0 && (size < minSize || size > maxSystem):
			return api.Errorf(api.CodeInvalidImageSize, "The specified size of the system disk is not valid.").WithStatus(400)
		case size < minSize || size > maxData:
			return api.Errorf(api.CodeInvalidDataDiskSize, "The specified size of a data disk is not valid.").WithStatus(400)
		case i == 0 && !action.OneOf(d.Device, catalog.DeviceName(0)), i > 0 && d.Device != "" && !block.ValidDevice(d.Device), d.Device != "" && taken[d.Device]:
			return action.Invalid("DiskDeviceMapping.N.Device")
		}
		taken[d.Device] = true
	}
	return nil
}

// importSize is the size of an imported disk in GiB, under its new name or its
// old one. Nothing is known of the content: by default it is what disks of that
// kind begin with.
func importSize(d *api.ImportImageRequestDiskDeviceMapping, system bool) int {
	switch {
	case d.DiskImageSize != nil:
		return *d.DiskImageSize
	case d.DiskImSize != nil:
		return *d.DiskImSize
	case system:
		return 40
	}
	return 20
}

// validBucket is the rule for names of buckets: 3 to 63 small letters, digits
// and hyphens, none of these at an end.
func validBucket(s string) bool {
	return len(s) >= 3 && len(s) <= 63 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == "" && s[0] != '-' && s[len(s)-1] != '-'
}

func or(v, otherwise string) string {
	if v == "" {
		return otherwise
	}
	return v
}

// importImage writes the image and its task.
func importImage(tx *state.Tx, c *action.Call, in *api.ImportImageRequest) ([]ecs.Key, error) {
	sym := func(s string) ecs.Sym { return tx.Sym(strings.Clone(s)) }
	platform := in.Platform
	if platform == "" {
		platform = map[string]string{"windows": "Other Windows"}[in.OSType]
	}
	platform = or(platform, "Others Linux")
	r := ecs.Image{
		Account: c.Caller.Account, Name: strings.Clone(in.ImageName), Description: strings.Clone(in.Description), Platform: sym(platform),
		OSType: sym(or(in.OSType, osOf(platform))), Architecture: sym(or(in.Architecture, "x86_64")), BootMode: sym(or(in.BootMode, "BIOS")),
		Created: c.Now.Unix(), Flags: ecs.ImageImported, Tags: tag.Store(tx, in.Tag), License: sym(or(in.LicenseType, "Auto")),
		Detection: sym(in.DetectionStrategy), IMDS: sym(in.Features.ImdsSupport),
	}
	if osOf(platform) == "linux" { // whether cloud-init is in it nobody looks
		r.Flags |= ecs.ImageCloudInit
	}
	if in.Features.NvmeSupport == supported {
		r.Flags |= ecs.ImageNVMe
	}
	var err error
	if r.ResourceGroup, err = group(tx, r.Account, in.ResourceGroupID); err != nil {
		return nil, err
	}
	taken := map[string]bool{}
	for _, d := range in.DiskDeviceMapping {
		taken[d.Device] = true
	}
	for i := range in.DiskDeviceMapping {
		d := &in.DiskDeviceMapping[i]
		device := d.Device
		for n := i; device == ""; n++ {
			if name := catalog.DeviceName(n); i == 0 || !taken[name] {
				taken[name], device = true, name
			}
		}
		r.Disks = append(r.Disks, ecs.ImageDisk{
			Size: int32(importSize(d, i == 0)), Device: sym(device), System: i == 0, Format: sym(strings.ToUpper(or(d.Format, "RAW"))),
			Bucket: strings.Clone(d.OSSBucket), Object: strings.Clone(d.OSSObject),
		})
	}
	r.Size = r.Disks[0].Size
	k, t := tx.NewKey(c.RegionCode()), tx.NewKey(c.RegionCode())
	if err := add(tx, k, r); err != nil {
		return nil, err
	}
	image.WorkTask(tx, t, ecs.Task{Account: r.Account, Action: tx.Sym(image.ImportTask), Image: k, Created: r.Created, Bucket: r.Disks[0].Bucket})
	return []ecs.Key{k, t}, nil
}
