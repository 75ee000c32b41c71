package instance

import (
	"slices"
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
		return api.Errorf(api.CodeInstanceDiskNumberLimitExceed, "The total number of specified disk in an instance exceeds.")
	}
	if len(in.DataDisk)+1 > pl.typ.Disks {
		return api.Errorf(api.CodeInstanceDiskNumLimitExceed, "The instance type takes at most %d disks.", pl.typ.Disks)
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
		keep: p.plan.system.keep, // of a launch template
	}
	encrypted := strings.EqualFold(in.Encrypted, "true")
	for _, no := range [...]struct {
		set           bool
		code, message string
	}{
		{in.StorageClusterID != "", api.CodeInvalidStorageClusterIdNotExist, "The specified StorageClusterId does not exist in current region."},
		{in.Encrypted != "" && !encrypted && !strings.EqualFold(in.Encrypted, "false"), api.CodeInvalidParameter, `The specified parameter "SystemDisk.Encrypted" is not valid.`},
		{in.KMSKeyID != "" && !encrypted, api.CodeInvalidEncryptedNotMatchKmsKeyId, "The specified parameter Encrypted must be true when KmsKeyId is not empty."},
		{in.KMSKeyID != "", api.CodeInvalidParameterKMSKeyIdNotFound, "The specified KMSKeyId does not exist."},
		{!oneOf(in.EncryptAlgorithm, "aes-256", "sm4-128"), api.CodeInvalidEncryptAlgorithm, "The specified parameter EncryptAlgorithm is not valid."},
		{flag(in.BurstingEnabled) && in.Category != "cloud_auto", api.CodeBurstingEnabledForDiskCategoryUnsupported, "The specified disk category does not support bursting enabled."},
		{in.ProvisionedIops != nil && *in.ProvisionedIops > 0 && in.Category != "cloud_auto", api.CodeProvisionedIopsForDiskCategoryUnsupported, "The specified disk category does not support provisioned iops."},
		{flag(in.BurstingEnabled) || in.ProvisionedIops != nil && *in.ProvisionedIops > 0, api.CodeUnsupportedOperationNotImplemented, "OpenECS does not support BurstingEnabled and ProvisionedIops of disks yet."},
	} {
		if no.set {
			return api.Errorf(no.code, "%s", no.message)
		}
	}
	d.encrypted = encrypted
	if d.category == "" {
		d.category = p.defaultCategory()
	}
	if err := p.offered(d.category, true); err != nil {
		return err
	}
	low, high, err := p.sizes(d, true)
	if err != nil {
		return err
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
			return api.Errorf(api.CodeInvalidSystemDiskSizeValueNotSupported, `The specified parameter "SystemDisk.Size" is not valid.`)
		case n > high:
			return api.Errorf(api.CodeInvalidSystemDiskSizeMoreThanMaxSize, "The specified SystemDisk.Size parameter exceeds the maximum size.")
		case n < image.SizeGiB:
			return api.Errorf(api.CodeInvalidSystemDiskSizeLessThanImageSize, "The specified parameter SystemDisk.Size is less than the image size.")
		case n < low && d.performance != "" && d.performance != "PL1" && d.performance != "PL0":
			return levelTooHigh()
		case n < low:
			return api.Errorf(api.CodeInvalidSystemDiskSizeLessThanMinSize, "The specified parameter SystemDisk.Size is less than the min size.")
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

// offered checks that a disk category exists, that the instance takes it and
// that the zone sells it.
func (p *planner) offered(category string, system bool) error {
	if !slices.Contains(p.s.Catalog.DiskCategories(), category) {
		if system {
			return api.Errorf(api.CodeInvalidSystemDiskCategoryValueNotSupported, `The specified parameter "SystemDisk.Category" is not valid.`)
		}
		return api.Errorf(api.CodeInvalidDataDiskCategoryValueNotSupported, `The specified parameter "DataDisk.n.Category" is not valid.`)
	}
	if !p.plan.typ.Family.TakesDisk(category) || category != "cloud" && !p.plan.record.Flags.Has(ecs.IOOptimized) {
		return api.Errorf(api.CodeInvalidDiskCategoryNotSupported, "The specified disk category is not support the specified instance type.").WithStatus(403)
	}
	if !p.plan.zone.SellsDisk(category) {
		return api.Errorf(api.CodeCategoryNotSupported, "The specified zone does not offer the specified disk category.")
	}
	return nil
}

// sizes are the limits of a disk. A performance level that does not exist is
// refused.
func (p *planner) sizes(d disk, system bool) (low, high int, err error) {
	if d.performance != "" && !slices.Contains([]string{"PL0", "PL1", "PL2", "PL3"}, d.performance) {
		return 0, 0, api.Errorf(api.CodeInvalidPerformanceLevelMalformed, "The specified parameter DataDisk.n.PerformanceLevel is not valid.")
	}
	low, high, ok := p.s.Catalog.DiskLimits(d.category, d.performance, system)
	if !ok {
		return 0, 0, api.Errorf(api.CodeInvalidPerformanceLevelMalformed, "The specified parameter DataDisk.n.PerformanceLevel is not valid.")
	}
	return low, high, nil
}

// levelTooHigh refuses a performance level that needs a larger disk.
func levelTooHigh() error {
	return api.Errorf(api.CodeOperationDeniedPerformanceLevelNotMatch, "The specified DataDisk.n.PerformanceLevel and DataDisk.n.Size do not match.")
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

// validDevice reports whether a data disk may be at a device: /dev/xvdb to
// /dev/xvdz, or two letters.
func validDevice(device string) bool {
	name, ok := strings.CutPrefix(device, "/dev/xvd")
	return ok && (len(name) == 1 || len(name) == 2) && strings.Trim(name, "abcdefghijklmnopqrstuvwxyz") == ""
}

func diskTexts(name, description string) error {
	if name != "" && !ecs.ValidName(name) {
		return api.Errorf(api.CodeInvalidDiskNameMalformed, `The specified parameter "SystemDisk.DiskName or DataDisk.n.DiskName" is not valid.`)
	}
	if description != "" && !ecs.ValidDescription(description) {
		return api.Errorf(api.CodeInvalidDiskDescriptionMalformed, `The specified parameter "SystemDisk.DiskDescription" or "DataDisk.n.Description" is not valid.`)
	}
	return nil
}

func (p *planner) dataDisk(in api.RunInstancesRequestDataDisk, taken map[string]bool) (disk, error) {
	d := disk{
		category: in.Category, performance: in.PerformanceLevel, name: strings.Clone(in.DiskName), description: strings.Clone(in.Description),
		keep: in.DeleteWithInstance != nil && !*in.DeleteWithInstance, encrypted: strings.EqualFold(in.Encrypted, "true"),
	}
	for _, no := range [...]struct {
		set           bool
		code, message string
	}{
		{in.SnapshotID != "", api.CodeInvalidDataDiskSnapshotIdNotFound, `The specified parameter "DataDisk.n.SnapshotId" is not valid.`},
		{in.AutoSnapshotPolicyID != "", api.CodeInvalidAutoSnapshotPolicyIdNotFound, "Specified parameter AutoSnapshotPolicyId not found."},
		{in.StorageClusterID != "", api.CodeInvalidStorageClusterIdNotExist, "The specified StorageClusterId does not exist in current region."},
		{in.KMSKeyID != "" && !d.encrypted, api.CodeInvalidEncryptedNotMatchKmsKeyId, "The specified parameter Encrypted must be true when KmsKeyId is not empty."},
		{in.KMSKeyID != "", api.CodeInvalidParameterKMSKeyIdNotFound, "The specified KMSKeyId does not exist."},
		{in.EncryptAlgorithm != "" && in.EncryptAlgorithm != "aes-256" && in.EncryptAlgorithm != "sm4-128", api.CodeInvalidEncryptAlgorithm, "The specified parameter EncryptAlgorithm is not valid."},
		{in.Encrypted != "" && !strings.EqualFold(in.Encrypted, "true") && !strings.EqualFold(in.Encrypted, "false"), api.CodeInvalidParameter, `The specified parameter "DataDisk.N.Encrypted" is not valid.`},
		{flag(in.BurstingEnabled) && in.Category != "cloud_auto", api.CodeBurstingEnabledForDiskCategoryUnsupported, "The specified disk category does not support bursting enabled."},
		{in.ProvisionedIops != nil && *in.ProvisionedIops > 0 && in.Category != "cloud_auto", api.CodeProvisionedIopsForDiskCategoryUnsupported, "The specified disk category does not support provisioned iops."},
		{flag(in.BurstingEnabled) || in.ProvisionedIops != nil && *in.ProvisionedIops > 0, api.CodeUnsupportedOperationNotImplemented, "OpenECS does not support BurstingEnabled and ProvisionedIops of disks yet."},
	} {
		if no.set {
			return d, api.Errorf(no.code, "%s", no.message)
		}
	}
	if d.category == "" {
		d.category = p.defaultCategory()
	}
	if err := p.offered(d.category, false); err != nil {
		return d, err
	}
	low, high, err := p.sizes(d, false)
	if err != nil {
		return d, err
	}
	d.performance = level(d)
	if in.Size != nil && *in.Size < low && (d.performance == "PL2" || d.performance == "PL3") {
		return d, levelTooHigh()
	}
	if in.Size == nil || *in.Size < low || *in.Size > high {
		return d, api.Errorf(api.CodeInvalidDataDiskSizeValueNotSupported, "The specified DataDisk.n.Size beyond the permitted range, or the capacity of snapshot exceeds the size limit of the specified disk category.")
	}
	d.size = *in.Size
	if err := diskTexts(d.name, d.description); err != nil {
		return d, err
	}
	if in.Device != "" {
		if !validDevice(in.Device) {
			return d, api.Errorf(api.CodeInvalidDataDeviceMalformed, `The specified parameter "DataDisk.n.Device" is not valid.`)
		}
		if taken[in.Device] {
			return d, api.Errorf(api.CodeInvalidDeviceInUse, "The specified device has been occupied.")
		}
		d.device = strings.Clone(in.Device)
		taken[d.device] = true
	}
	return d, nil
}
