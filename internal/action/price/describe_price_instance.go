package price

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/model/block"
	"github.com/openecs/openecs/internal/model/image"
	"github.com/openecs/openecs/internal/price"
)

// defaultSystemGiB is the size of a system disk for which none is asked, unless
// the image is larger.
const defaultSystemGiB = 40

// maxDataDisks is how many data disks an instance may be created with.
const maxDataDisks = 16

// instance prices an instance with its disks and bandwidth.
func (s *Service) instance(c *action.Call, in *api.DescribePriceRequest, t price.Term) (q price.Quote, err error) {
	if in.InstanceType == "" {
		return q, api.Errorf(api.CodeInvalidInstanceTypeMissing, "The InstanceType must be specified.").WithStatus(404)
	}
	typ, ok := s.Catalog.Type(catalog.NormalizeType(in.InstanceType))
	if !ok {
		return q, badType()
	}
	zone, err := s.zone(c, typ, in.ZoneID)
	if err != nil {
		return q, err
	}
	io, err := ioOptimized(in, typ)
	if err != nil {
		return q, err
	}
	imageGiB, err := s.image(c, in.ImageID, typ)
	if err != nil {
		return q, err
	}
	w := price.Want{Region: c.Region.ID, Type: typ.ID, Image: true}
	if w.Internet, w.Mbits, err = bandwidth(in, t); err != nil {
		return q, err
	}
	if len(in.DataDisk) > maxDataDisks {
		return q, api.Errorf(api.CodeInstanceDiskNumberLimitExceed, "The total number of specified disk in an instance exceeds.").WithStatus(400)
	}
	category := defaultCategory(typ, zone, io)
	if w.System, err = s.systemDisk(in, category, imageGiB); err != nil {
		return q, err
	}
	disks := []price.Disk{w.System}
	for i := range in.DataDisk {
		d := in.DataDisk[i]
		if d.Category == "" {
			d.Category = category
		}
		disk, err := s.dataDisk(&d)
		if err != nil {
			return q, err
		}
		w.Data, disks = append(w.Data, disk), append(disks, disk)
	}
	for _, d := range disks {
		if !typ.Family.TakesDisk(d.Category) || d.Category != "cloud" && !io {
			return q, api.Errorf(api.CodeInvalidDiskCategoryNotSupported, "The specified disk category is not support the specified instance type.").WithStatus(403)
		}
	}
	if q, err = s.Prices.Quote(w, t); err != nil {
		return q, err
	}
	spot, err := onSpot(in, t)
	if spot {
		q = s.Prices.OnSpot(q, zone.ID, typ.ID, c.Now)
	}
	return q, err
}

func badType() error {
	return api.Errorf(api.CodeInvalidInstanceTypeValueNotSupported, "The specified InstanceType is not valid.").WithStatus(400)
}

// zone is the zone asked for, which must sell the type, or the first that does.
func (s *Service) zone(c *action.Call, typ *catalog.Type, id string) (*catalog.Zone, error) {
	if id != "" {
		z, ok := s.Catalog.Zone(id)
		switch {
		case !ok || z.Region != c.Region:
			return nil, api.Errorf(api.CodeInvalidZoneIdNotFound, "The ZoneId provided does not exist in our records.")
		case !z.SellsFamily(typ.Family):
			return nil, badType()
		}
		return z, nil
	}
	for _, z := range s.Catalog.Zones(c.Region.ID) {
		if z.SellsFamily(typ.Family) {
			return z, nil
		}
	}
	return nil, badType()
}

// ioOptimized settles whether the instance is I/O optimized, as its creation does.
func ioOptimized(in *api.DescribePriceRequest, typ *catalog.Type) (on bool, err error) {
	if !action.OneOf(in.InstanceNetworkType, "vpc", "classic") {
		return false, api.Errorf(api.CodeInvalidNetworkTypeValueNotSupported, "The specified InstanceNetworkType is not valid.")
	}
	if in.InstanceNetworkType == "classic" && !typ.Family.Classic {
		return false, api.Errorf(api.CodeInvalidNetworkTypeMismatch, "The specified InstanceNetworkType does not match the instance type.")
	}
	if !action.OneOf(in.Platform, "Linux", "Windows", "linux", "windows") {
		return false, action.Invalid("Platform")
	}
	switch in.IOOptimized {
	case "":
		on = typ.Family.Generation != "ecs-1" || typ.IOOptimized == catalog.IORequired
	case "optimized":
		on = true
	case "none":
	default:
		return false, api.Errorf(api.CodeInvalidIoOptimizedValueValueNotSupported, "The specified IoOptimized is not valid.")
	}
	switch {
	case on && typ.IOOptimized == catalog.IONone:
		return false, api.Errorf(api.CodeIoOptimizedNotSupported, "The specified instancetype is not support IoOptimized instance.").WithStatus(404)
	case !on && typ.IOOptimized == catalog.IORequired:
		return false, api.Errorf(api.CodeDependencyViolationIoOptimized, "The specified instancetype must be IoOptimized instance.").WithStatus(404)
	}
	return on, nil
}

// image is the size of the image, which must fit the type; 0 for none.
func (s *Service) image(c *action.Call, id string, typ *catalog.Type) (gib int, err error) {
	if id == "" {
		return 0, nil
	}
	src, ok := image.Find(s.DB.Snapshot(), s.Catalog, c.Region, c.Caller.Account, id)
	if !ok {
		return 0, api.Errorf(api.CodeInvalidImageIdNotFound, "The specified ImageId does not exist.").WithStatus(404)
	}
	if src.Fit(typ) != catalog.Fits {
		return 0, api.Errorf(api.CodeImageNotSupportInstanceType, "The specified image don't support the InstanceType instance.").WithStatus(403)
	}
	return src.SizeGiB, nil
}

// defaultCategory is what a disk gets when none is asked for, as at creation.
func defaultCategory(typ *catalog.Type, zone *catalog.Zone, io bool) string {
	all := typ.Family.DiskCategories
	if !io {
		return "cloud"
	}
	if len(all) == 0 || typ.Family.TakesDisk("cloud_efficiency") && zone.SellsDisk("cloud_efficiency") {
		return "cloud_efficiency"
	}
	return all[0]
}

func (s *Service) systemDisk(in *api.DescribePriceRequest, category string, imageGiB int) (price.Disk, error) {
	spec := block.Spec{Category: in.SystemDisk.Category, Level: in.SystemDisk.PerformanceLevel}
	if spec.Category == "" {
		spec.Category = category
	}
	if !block.KnownCategory(s.Catalog, spec.Category) {
		return price.Disk{}, api.Errorf(api.CodeInvalidSystemDiskCategoryValueNotSupported, `The specified parameter "SystemDisk.Category" is not valid.`)
	}
	low, high, ok := s.Catalog.DiskLimits(spec.Category, spec.Level, true)
	spec.SizeGiB = max(defaultSystemGiB, imageGiB, low)
	if in.SystemDisk.Size != nil {
		spec.SizeGiB = *in.SystemDisk.Size
	}
	switch {
	case !ok || spec.CheckForm() != nil:
		return price.Disk{}, action.Invalid("SystemDisk.PerformanceLevel")
	case spec.SizeGiB < low:
		return price.Disk{}, api.Errorf(api.CodeInvalidSystemDiskSizeLessThanMinSize, "The specified parameter SystemDisk.Size is less than the min size.")
	case spec.SizeGiB < imageGiB:
		return price.Disk{}, api.Errorf(api.CodeInvalidSystemDiskSizeLessThanImageSize, "The specified parameter SystemDisk.Size is less than the image size.").WithStatus(404)
	case spec.SizeGiB > high:
		return price.Disk{}, api.Errorf(api.CodeInvalidSystemDiskSizeMoreThanMaxSize, "The specified SystemDisk.Size parameter exceeds the maximum size.")
	}
	return price.Disk{Category: spec.Category, Level: spec.Level, GiB: spec.SizeGiB}, nil
}

// onSpot tells whether a spot instance is asked for, which is paid by the hour.
func onSpot(in *api.DescribePriceRequest, t price.Term) (bool, error) {
	if !action.OneOf(in.SpotStrategy, "NoSpot", "SpotWithPriceLimit", "SpotAsPriceGo") {
		return false, api.Errorf(api.CodeInvalidSpotStrategy, "The specified SpotStrategy is not valid.")
	}
	if d := in.SpotDuration; d != nil && (*d < 0 || *d > 6) {
		return false, api.Errorf(api.CodeInvalidSpotDuration, "The specified SpotDuration is not valid.")
	}
	spot := in.SpotStrategy != "" && in.SpotStrategy != "NoSpot"
	if spot && t != price.Hour {
		return false, api.Errorf(api.CodeInvalidParameterConflict, "SpotStrategy and PriceUnit do not go together.").WithStatus(400)
	}
	return spot, nil
}
