package instance

import (
	"strconv"
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/ecs"
)

// maxDataDisks is how many data disks a create request may name.
const maxDataDisks = 16

// disks checks the system disk and the data disks.
func (p *planner) disks() error {
	if err := p.systemDisk(); err != nil {
		return err
	}
	in, pl := p.in, &p.plan
	if len(in.DataDisk) > maxDataDisks {
		return api.Errorf(api.CodeInstanceDiskNumberLimitExceed, "An instance can be created with at most %d data disks.", maxDataDisks)
	}
	if len(in.DataDisk)+1 > pl.typ.Disks {
		return api.Errorf(api.CodeInstanceDiskNumLimitExceed, "The instance type takes at most %d disks.", pl.typ.Disks).WithStatus(403)
	}
	taken := map[string]bool{pl.system.device: true}
	for _, d := range in.DataDisk {
		disk, err := p.dataDisk(d, taken)
		if err != nil {
			return err
		}
		pl.data = append(pl.data, disk)
	}
	for i := range pl.data {
		if pl.data[i].device != "" {
			continue
		}
		for n := 1; ; n++ {
			if name := catalog.DeviceName(n); !taken[name] {
				taken[name], pl.data[i].device = true, name
				break
			}
		}
	}
	return nil
}

func (p *planner) systemDisk() error {
	in, image := p.in.SystemDisk, p.plan.image
	d := disk{
		category: in.Category, performance: in.PerformanceLevel, device: catalog.DeviceName(0),
		name: strings.Clone(in.DiskName), description: strings.Clone(in.Description),
	}
	if d.category == "" {
		d.category = p.defaultCategory()
	}
	if !p.takes(d.category) {
		return api.Errorf(api.CodeInvalidSystemDiskCategoryValueNotSupported, "The specified parameter SystemDisk.Category is not valid for the instance type and zone.")
	}
	low, high, ok := p.s.Catalog.DiskLimits(d.category, d.performance, true)
	if !ok {
		return api.Errorf(api.CodeInvalidParameter, "The specified parameter SystemDisk.PerformanceLevel is not valid.")
	}
	if err := diskTexts(d.name, d.description); err != nil {
		return err
	}
	d.performance = level(d)
	if in.Size == "" {
		d.size = max(40, image.SizeGiB, low)
	} else {
		n, err := strconv.Atoi(in.Size)
		switch {
		case err != nil:
			return api.Errorf(api.CodeInvalidSystemDiskSizeValueNotSupported, "The specified parameter SystemDisk.Size is not valid.")
		case n > high:
			return api.Errorf(api.CodeInvalidSystemDiskSizeMoreThanMaxSize, "The specified SystemDisk.Size is larger than the maximum of %d GiB.", high).WithStatus(404)
		case n < image.SizeGiB:
			return api.Errorf(api.CodeInvalidSystemDiskSizeLessThanImageSize, "The specified SystemDisk.Size is smaller than the image, which has %d GiB.", image.SizeGiB).WithStatus(404)
		case n < low:
			return api.Errorf(api.CodeInvalidSystemDiskSizeLessThanMinSize, "The specified SystemDisk.Size is smaller than the minimum of %d GiB.", low).WithStatus(404)
		}
		d.size = n
	}
	p.plan.system = d
	return nil
}

// defaultCategory is what a disk gets when none is asked for: cloud where the
// instance is not I/O optimized, else cloud_efficiency, or what the family
// takes instead.
func (p *planner) defaultCategory() string {
	if !p.plan.record.Flags.Has(ecs.IOOptimized) {
		return "cloud"
	}
	if p.takes("cloud_efficiency") || len(p.plan.typ.Family.DiskCategories) == 0 {
		return "cloud_efficiency"
	}
	return p.plan.typ.Family.DiskCategories[0]
}

func (p *planner) takes(category string) bool {
	return p.plan.typ.Family.TakesDisk(category) && p.plan.zone.SellsDisk(category)
}

// level is the performance level of an ESSD, PL1 unless asked for otherwise.
func level(d disk) string {
	if d.category == "cloud_essd" && d.performance == "" {
		return "PL1"
	}
	if d.category != "cloud_essd" {
		return ""
	}
	return d.performance
}

func diskTexts(name, description string) error {
	if name != "" && !ecs.ValidName(name) {
		return api.Errorf(api.CodeInvalidDiskNameMalformed, "The specified parameter DiskName is not valid.")
	}
	if description != "" && !ecs.ValidDescription(description) {
		return api.Errorf(api.CodeInvalidDiskDescriptionMalformed, "The specified parameter Description of the disk is not valid.")
	}
	return nil
}

func (p *planner) dataDisk(in api.RunInstancesRequestDataDisk, taken map[string]bool) (disk, error) {
	d := disk{
		category: in.Category, performance: in.PerformanceLevel, name: strings.Clone(in.DiskName), description: strings.Clone(in.Description),
		keep: in.DeleteWithInstance != nil && !*in.DeleteWithInstance, encrypted: strings.EqualFold(in.Encrypted, "true"),
		kmsKey: strings.Clone(in.KMSKeyID),
	}
	if in.SnapshotID != "" {
		return d, api.Errorf(api.CodeInvalidDataDiskSnapshotIdNotFound, "The specified parameter DataDisk.N.SnapshotId does not exist.").WithStatus(404)
	}
	if in.AutoSnapshotPolicyID != "" {
		return d, api.Errorf(api.CodeInvalidRelationResourceNotFound, "The specified AutoSnapshotPolicyId does not exist.").WithStatus(400)
	}
	if in.StorageClusterID != "" || flag(in.BurstingEnabled) || in.ProvisionedIops != nil {
		return d, api.Errorf(api.CodeUnsupportedOperationNotImplemented, "OpenECS does not support StorageClusterId, BurstingEnabled and ProvisionedIops of disks yet.")
	}
	if d.kmsKey != "" && !d.encrypted {
		return d, api.Errorf(api.CodeInvalidParameterEncryptedIllegal, "DataDisk.N.KMSKeyId needs DataDisk.N.Encrypted.")
	}
	if d.category == "" {
		d.category = p.defaultCategory()
	}
	if !p.takes(d.category) {
		return d, api.Errorf(api.CodeInvalidDataDiskCategoryValueNotSupported, "The specified parameter DataDisk.N.Category is not valid for the instance type and zone.")
	}
	low, high, ok := p.s.Catalog.DiskLimits(d.category, d.performance, false)
	if !ok {
		return d, api.Errorf(api.CodeInvalidParameter, "The specified parameter DataDisk.N.PerformanceLevel is not valid.")
	}
	d.performance = level(d)
	if in.Size == nil || *in.Size < low || *in.Size > high {
		return d, api.Errorf(api.CodeInvalidDataDiskSizeValueNotSupported, "The specified parameter DataDisk.N.Size must be between %d and %d GiB.", low, high)
	}
	d.size = *in.Size
	if err := diskTexts(d.name, d.description); err != nil {
		return d, err
	}
	if in.Device != "" {
		if !strings.HasPrefix(in.Device, "/dev/xvd") || len(in.Device) < 9 || len(in.Device) > 10 {
			return d, api.Errorf(api.CodeInvalidDataDeviceMalformed, "The specified parameter DataDisk.N.Device is not valid.")
		}
		if taken[in.Device] {
			return d, api.Errorf(api.CodeInvalidDeviceInUse, "The specified device %s is used already.", in.Device).WithStatus(403)
		}
		d.device = strings.Clone(in.Device)
		taken[d.device] = true
	}
	return d, nil
}
