package image

import (
	"strconv"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/tag"
	"github.com/openecs/openecs/internal/state"
)

// systemImages is the catalogue's images of a region as they are shown, newest
// first. Answers share their lists: they are not written to.
func (s *Service) systemImages(region string) []api.DescribeImagesImage {
	images := s.Catalog.Images(region)
	list := make([]api.DescribeImagesImage, len(images))
	for i, m := range images {
		list[i] = showSystem(m)
	}
	return list
}

// modern is when the system images began to carry NVMe drivers and to take
// hardened metadata access, by the catalogue's rule for ecs-user.
var modern = time.Date(2021, time.December, 1, 0, 0, 0, 0, time.UTC)

const (
	supported   = "supported"
	unsupported = "unsupported"
)

// showFacts shows what instances see of an image.
func showFacts(m *catalog.Image) api.DescribeImagesImage {
	v := api.DescribeImagesImage{
		ImageFamily: m.Family, Description: m.Description, OSName: m.OSNameZH, OSNameEn: m.OSNameEN, OSType: m.OSType, Platform: m.Platform,
		Architecture: m.Architecture, BootMode: m.BootMode, Size: m.SizeGiB, CreationTime: m.CreatedAt.UTC().Format("2006-01-02T15:04:05Z"),
		IsSupportCloudinit: m.CloudInit, IsSupportIOOptimized: m.IOOptimized, LoginAsNonRootSupported: m.NonRootLogin,
	}
	v.Features = api.DescribeImagesImageFeatures{
		CPUOnlineDowngrade: unsupported, CPUOnlineUpgrade: unsupported, MemoryOnlineDowngrade: unsupported, MemoryOnlineUpgrade: unsupported,
		ImdsSupport: "v1", NvmeSupport: unsupported,
	}
	return v
}

// showSystem shows a system image as recorded answers do: its name is its id,
// it maps no disks, has no version, and counts as in use.
func showSystem(m *catalog.Image) api.DescribeImagesImage {
	v := showFacts(m)
	v.ImageID, v.ImageName, v.ImageOwnerAlias, v.IsPublic = m.ID, m.ID, ownerSystem, true
	v.Status, v.Progress, v.Usage, v.Usable = ecs.ImageAvailable.String(), "100%", usedByInstance, true
	if modernImage(m) {
		v.Features.ImdsSupport, v.Features.NvmeSupport = "v2", supported
	}
	return v
}

func modernImage(m *catalog.Image) bool { return !m.CreatedAt.Before(modern) }

// showCustom shows a custom image to its owner, or to an account that it is
// shared with, who sees neither tags nor group.
func (s *Service) showCustom(v state.View, m *candidate) api.DescribeImagesImage {
	r := m.rec
	o := showFacts(m.facts)
	o.ImageID, o.ImageName, o.ImageOwnerAlias, o.ImageOwnerID = ecs.ID(ecs.KindImage, m.key), m.name(), ownerOthers, int64(r.Account)
	o.ImageVersion, o.IsCopied, o.LicenseType = r.Version, r.CopyOf != 0, v.Str(r.License)
	o.Status, o.Progress, o.Usage = r.Status().String(), progress(r), usage(v, m)
	o.Usable = r.Status() == ecs.ImageAvailable || r.Status() == ecs.ImageIsDeprecated // Terraform waits for it
	if m.own {
		o.ImageOwnerAlias, o.ResourceGroupID, o.Tags.Tag = ownerSelf, v.Str(r.ResourceGroup), tag.Show(v, r.Tags)
		if len(r.Shared) > 0 {
			o.IsSelfShared = "True"
		}
	}
	if r.Flags.Has(ecs.ImageNVMe) {
		o.Features.NvmeSupport = supported
	}
	if imds := v.Str(r.IMDS); imds != "" {
		o.Features.ImdsSupport = imds
	}
	if r.Detection != 0 { // there is no content to find anything in
		o.DetectionOptions.Status = "Finished"
		if r.Status() == ecs.ImageCreating {
			o.DetectionOptions.Status = "Processing"
		}
	}
	for i := range r.Disks {
		o.DiskDeviceMappings.DiskDeviceMapping = append(o.DiskDeviceMappings.DiskDeviceMapping, showDisk(v, r, &r.Disks[i]))
	}
	return o
}

func showDisk(v state.View, r *ecs.Image, d *ecs.ImageDisk) api.DescribeImagesImageDiskDeviceMapping {
	o := api.DescribeImagesImageDiskDeviceMapping{
		Device: v.Str(d.Device), Size: strconv.Itoa(int(d.Size)), SnapshotID: ecs.ID(ecs.KindSnapshot, d.Snapshot), Type: "data",
		Format: v.Str(d.Format), ImportOSSBucket: d.Bucket, ImportOSSObject: d.Object, Encrypted: r.Flags.Has(ecs.ImageEncrypted), Progress: progress(r),
	}
	if d.System {
		o.Type = "system"
	}
	return o
}

// progress is how far the making of an image has come.
func progress(r *ecs.Image) string {
	if r.Status() == ecs.ImageCreating || r.Status() == ecs.ImageCreateFailed {
		return strconv.Itoa(int(r.Work.Percent)) + "%"
	}
	return "100%"
}
