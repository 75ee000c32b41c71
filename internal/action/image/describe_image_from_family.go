package image

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/model/image"
)

var _ = action.Handle(&actions, "DescribeImageFromFamily", (*Service).DescribeImageFromFamily)

// DescribeImageFromFamily shows the newest available image of a family: the
// caller's own, else the catalogue's. Without one the image is empty.
func (s *Service) DescribeImageFromFamily(c *action.Call, in *api.DescribeImageFromFamilyRequest) (*api.DescribeImageFromFamilyResponse, error) {
	if err := regional(c); err != nil {
		return nil, err
	}
	out := &api.DescribeImageFromFamilyResponse{}
	v := s.DB.Snapshot()
	src, ok := image.Newest(v, s.Catalog, c.Region, c.Caller.Account, in.ImageFamily)
	if !ok {
		return out, nil
	}
	var m api.DescribeImagesImage
	if src.Record == nil {
		m = showSystem(src.Image)
	} else {
		m = s.showCustom(v, &candidate{facts: src.Image, key: src.Key, rec: src.Record, own: true})
	}
	out.Image = api.DescribeImageFromFamilyImage{
		Architecture: m.Architecture, CreationTime: m.CreationTime, Description: m.Description, ImageFamily: m.ImageFamily, ImageID: m.ImageID,
		ImageName: m.ImageName, ImageOwnerAlias: m.ImageOwnerAlias, ImageVersion: m.ImageVersion, IsCopied: m.IsCopied, IsSelfShared: m.IsSelfShared,
		IsSubscribed: m.IsSubscribed, IsSupportCloudinit: m.IsSupportCloudinit, IsSupportIOOptimized: m.IsSupportIOOptimized, OSName: m.OSName,
		OSType: m.OSType, Platform: m.Platform, ProductCode: m.ProductCode, Progress: m.Progress, Size: m.Size, Status: m.Status, Usage: m.Usage,
	}
	out.Image.Tags.Tag = m.Tags.Tag
	for _, d := range m.DiskDeviceMappings.DiskDeviceMapping {
		out.Image.DiskDeviceMappings.DiskDeviceMapping = append(out.Image.DiskDeviceMappings.DiskDeviceMapping, api.DescribeImageFromFamilyImageDiskDeviceMapping{
			Device: d.Device, Format: d.Format, ImportOSSBucket: d.ImportOSSBucket, ImportOSSObject: d.ImportOSSObject, Size: d.Size, SnapshotID: d.SnapshotID, Type: d.Type,
		})
	}
	return out, nil
}
