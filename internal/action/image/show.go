package image

import (
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/catalog"
)

// image is one image as the filters see it, whoever owns it, and as it is
// shown. What is shown shares its lists among answers: it is not written to.
type image struct {
	shown    api.DescribeImagesImage
	system   *catalog.Image // what instances see of it
	created  time.Time
	snapshot string // the snapshot it was made of
}

// systemImages is the catalogue's images of a region, newest first.
func (s *Service) systemImages(region string) []image {
	images := s.Catalog.Images(region)
	list := make([]image, len(images))
	for i, m := range images {
		list[i] = image{shown: showSystem(m), system: m, created: m.CreatedAt}
	}
	return list
}

// modern is when the system images began to carry NVMe drivers and to take
// hardened metadata access, by the catalogue's rule for ecs-user.
var modern = time.Date(2021, time.December, 1, 0, 0, 0, 0, time.UTC)

// showSystem shows a system image as recorded answers do: its name is its id,
// it maps no disks, has no version, and counts as in use.
func showSystem(m *catalog.Image) api.DescribeImagesImage {
	v := api.DescribeImagesImage{
		ImageID: m.ID, ImageName: m.ID, ImageFamily: m.Family, ImageOwnerAlias: ownerSystem, Description: m.Description,
		OSName: m.OSNameZH, OSNameEn: m.OSNameEN, OSType: m.OSType, Platform: m.Platform, Architecture: m.Architecture,
		BootMode: m.BootMode, Size: m.SizeGiB, CreationTime: m.CreatedAt.UTC().Format("2006-01-02T15:04:05Z"),
		IsPublic: true, IsSupportCloudinit: m.CloudInit, IsSupportIOOptimized: m.IOOptimized, LoginAsNonRootSupported: m.NonRootLogin,
		Status: statusAvailable, Progress: "100%", Usage: "instance",
	}
	v.Features = api.DescribeImagesImageFeatures{
		CPUOnlineDowngrade: unsupported, CPUOnlineUpgrade: unsupported, MemoryOnlineDowngrade: unsupported, MemoryOnlineUpgrade: unsupported,
		ImdsSupport: "v1", NvmeSupport: unsupported,
	}
	if !m.CreatedAt.Before(modern) {
		v.Features.ImdsSupport, v.Features.NvmeSupport = "v2", "supported"
	}
	return v
}

const unsupported = "unsupported"
