package instance

import (
	"slices"
	"strconv"
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/block"
	"github.com/openecs/openecs/internal/state"
)

// maxDataDisks is how many data disks a create request may name.
const maxDataDisks = 16

// diskFormats checks what the request alone tells of the disks.
func (p *planner) diskFormats() error {
	in := &p.in.SystemDisk
	size, err := strconv.Atoi(in.Size)
	if in.Size != "" && (err != nil || size < 1) {
		return api.Errorf(api.CodeInvalidSystemDiskSizeValueNotSupported, `The specified parameter "SystemDisk.Size" is not valid.`)
	}
	system := &api.RunInstancesRequestDataDisk{
		AutoSnapshotPolicyID: in.AutoSnapshotPolicyID, BurstingEnabled: in.BurstingEnabled, Category: in.Category, Description: in.Description,
		Device: catalog.DeviceName(0), DiskName: in.DiskName, EncryptAlgorithm: in.EncryptAlgorithm, Encrypted: in.Encrypted, KMSKeyID: in.KMSKeyID,
		PerformanceLevel: in.PerformanceLevel, ProvisionedIops: in.ProvisionedIops, StorageClusterID: in.StorageClusterID,
	}
	if in.Size != "" {
		system.Size = &size
	}
	if p.keep {
		system.DeleteWithInstance = new(bool)
	}
	p.disks = append(p.disks, system)
	for i := range p.in.DataDisk {
		p.disks = append(p.disks, &p.in.DataDisk[i])
	}
	taken := map[string]bool{}
	for i, d := range p.disks {
		if err := p.diskFormat(d, i == 0); err != nil {
			return err
		}
		if i > 0 && d.Device != "" && !block.ValidDevice(d.Device) {
			return api.Errorf(api.CodeInvalidDataDeviceMalformed, `The specified parameter "DataDisk.n.Device" is not valid.`)
		}
		if taken[d.Device] {
			return api.Errorf(api.CodeInvalidDeviceInUse, "The specified device has been occupied.")
		}
		taken[d.Device] = d.Device != ""
	}
	if len(p.in.DataDisk) > maxDataDisks {
		return api.Errorf(api.CodeInstanceDiskNumberLimitExceed, "The total number of specified disk in an instance exceeds.")
	}
	return nil
}

func (p *planner) diskFormat(in *api.RunInstancesRequestDataDisk, system bool) error {
	encrypted := strings.EqualFold(in.Encrypted, "true")
	err := action.FirstOf([]action.Check{
		{in.Encrypted != "" && !encrypted && !strings.EqualFold(in.Encrypted, "false"), api.CodeInvalidParameter, `The specified parameter "Encrypted" of a disk is not valid.`},
		{in.KMSKeyID != "" && !encrypted, api.CodeInvalidEncryptedNotMatchKmsKeyId, "The specified parameter Encrypted must be true when KmsKeyId is not empty."},
		{!action.OneOf(in.EncryptAlgorithm, "aes-256", "sm4-128"), api.CodeInvalidEncryptAlgorithm, "The specified parameter EncryptAlgorithm is not valid."},
		{in.EncryptAlgorithm != "" && !encrypted, api.CodeInvalidEncryptedNotMatchEncryptAlgorithm, "The specified parameter Encrypted must be true when EncryptAlgorithm is not empty."},
		{in.DiskName != "" && !ecs.ValidName(in.DiskName), api.CodeInvalidDiskNameMalformed, `The specified parameter "SystemDisk.DiskName or DataDisk.n.DiskName" is not valid.`},
		{in.Description != "" && !ecs.ValidDescription(in.Description), api.CodeInvalidDiskDescriptionMalformed, `The specified parameter "SystemDisk.DiskDescription" or "DataDisk.n.Description" is not valid.`},
	})
	if err != nil {
		return err
	}
	spec := p.spec(in, in.Category)
	if err := p.specError(spec.CheckForm(), system); err != nil {
		return err
	}
	if in.Category == "" { // the instance type decides; the size is checked then
		if !system && in.SnapshotID == "" && number(in.Size, 0) < 1 {
			return badDataSize()
		}
		return nil
	}
	if !slices.Contains(p.s.Catalog.DiskCategories(), in.Category) {
		if system {
			return api.Errorf(api.CodeInvalidSystemDiskCategoryValueNotSupported, `The specified parameter "SystemDisk.Category" is not valid.`)
		}
		return api.Errorf(api.CodeInvalidDataDiskCategoryValueNotSupported, `The specified parameter "DataDisk.n.Category" is not valid.`)
	}
	return p.size(in, in.Category, system)
}

// spec is a disk of a category as it is asked for.
func (p *planner) spec(in *api.RunInstancesRequestDataDisk, category string) block.Spec {
	s := block.Spec{
		Category: strings.Clone(category), Level: strings.Clone(in.PerformanceLevel), SizeGiB: number(in.Size, 0), Bursting: action.Flag(in.BurstingEnabled),
	}
	if in.ProvisionedIops != nil {
		s.IOPS = *in.ProvisionedIops
	}
	return s
}

// size checks a disk of a category against what there is. How small a system disk
// may be is left to systemSize, because the image has a say in it, and a disk of
// a snapshot that is given no size gets the snapshot's.
func (p *planner) size(in *api.RunInstancesRequestDataDisk, category string, system bool) error {
	spec := p.spec(in, category)
	if system || in.Size == nil && in.SnapshotID != "" {
		low, high, _ := p.s.Catalog.DiskLimits(category, in.PerformanceLevel, system)
		if system && spec.SizeGiB > high {
			return p.specError(block.ErrSize, true)
		}
		spec.SizeGiB, spec.IOPS = max(low, spec.SizeGiB), 0 // as many as the size allows: placeDisks
	}
	return p.specError(spec.Check(p.s.Catalog, system), system)
}

// specError is what is answered to an error of a block.Spec.
func (p *planner) specError(err error, system bool) error {
	switch {
	case err == nil:
		return nil
	case err == block.ErrLevel:
		return api.Errorf(api.CodeInvalidPerformanceLevelMalformed, "The specified parameter DataDisk.n.PerformanceLevel is not valid.")
	case err == block.ErrLevelNeedsMore:
		return levelTooHigh()
	case err == block.ErrBursting:
		return api.Errorf(api.CodeBurstingEnabledForDiskCategoryUnsupported, "The specified disk category does not support bursting enabled.")
	case err == block.ErrNoIOPS:
		return api.Errorf(api.CodeProvisionedIopsForDiskCategoryUnsupported, "The specified disk category does not support provisioned iops.")
	case err == block.ErrIOPS:
		return api.Errorf(api.CodeInvalidProvisionedIopsLimitExceed, "The specified ProvisionedIops is out of range.")
	case system:
		return api.Errorf(api.CodeInvalidSystemDiskSizeMoreThanMaxSize, "The specified SystemDisk.Size parameter exceeds the maximum size.")
	}
	return badDataSize()
}

// systemSize is the size of the system disk: at least the image's and what the
// category begins with.
func (p *planner) systemSize(in *api.RunInstancesRequestDataDisk, category string) (int, error) {
	low, _, _ := p.s.Catalog.DiskLimits(category, in.PerformanceLevel, true)
	image, l := p.plan.image.SizeGiB, level(category, in.PerformanceLevel)
	if in.Size == nil {
		return max(40, image, low), nil
	}
	switch n := *in.Size; {
	case n < image:
		return 0, api.Errorf(api.CodeInvalidSystemDiskSizeLessThanImageSize, "The specified parameter SystemDisk.Size is less than the image size.")
	case n < low && (l == "PL2" || l == "PL3"):
		return 0, levelTooHigh()
	case n < low:
		return 0, api.Errorf(api.CodeInvalidSystemDiskSizeLessThanMinSize, "The specified parameter SystemDisk.Size is less than the min size.")
	}
	return *in.Size, nil
}

// placeDisks checks that instance and zone take the disks, and gives each a
// category, a size and a device.
func (p *planner) placeDisks() error {
	pl := &p.plan
	if len(p.disks) > pl.typ.Disks {
		return api.Errorf(api.CodeInstanceDiskNumLimitExceed, "The instance type takes at most %d disks.", pl.typ.Disks)
	}
	taken := map[string]bool{}
	for _, in := range p.disks {
		taken[in.Device] = true
	}
	for i, in := range p.disks {
		d := disk{
			name: strings.Clone(in.DiskName), description: strings.Clone(in.Description), device: strings.Clone(in.Device),
			keep: in.DeleteWithInstance != nil && !*in.DeleteWithInstance, encrypted: strings.EqualFold(in.Encrypted, "true"),
			policy: p.policy(in),
		}
		category := in.Category
		if category == "" {
			category = p.defaultCategory()
		}
		err := p.offered(category)
		if err == nil {
			err = p.size(in, category, i == 0)
		}
		d.Spec = p.spec(in, category)
		if err == nil && i == 0 {
			d.SizeGiB, err = p.systemSize(in, category)
		} else if err == nil {
			err = p.snapshot(in, &d)
		}
		if err == nil {
			err = p.specError(d.Check(p.s.Catalog, i == 0), i == 0)
		}
		if err != nil {
			return err
		}
		for n := 1; d.device == ""; n++ {
			if name := catalog.DeviceName(n); !taken[name] {
				taken[name], d.device = true, name
			}
		}
		if i == 0 {
			pl.system = d
			continue
		}
		if of, ok := p.of[in]; ok {
			if d.SizeGiB < int(of.Size) {
				return badDataSize()
			}
			if d.Snapshot == 0 {
				d.Snapshot = of.Snapshot
			}
			d.encrypted = d.encrypted || pl.image.Record.Flags.Has(ecs.ImageEncrypted)
		}
		pl.data = append(pl.data, d)
	}
	return nil
}

// snapshot settles a data disk that is made from a snapshot: it is at least as
// large, and encrypted if that is.
func (p *planner) snapshot(in *api.RunInstancesRequestDataDisk, d *disk) error {
	if in.SnapshotID == "" {
		return nil
	}
	k, src, ok := p.findSnapshot(in.SnapshotID)
	if !ok { // unsupportedDisk has refused it
		return nil
	}
	err := action.FirstOf([]action.Check{
		{src.Status() != ecs.SnapshotAccomplished, api.CodeInvalidSnapshotIdNotReady, "The specified snapshot is not ready."},
		{src.System, api.CodeInvalidSnapshotIdNotDataDiskSnapshot, "The specified snapshot is a system disk snapshot."},
	})
	if err != nil {
		return err
	}
	d.Snapshot, d.SizeGiB, d.encrypted = k, max(d.SizeGiB, int(src.Size)), d.encrypted || src.Encrypted
	return nil
}

// findSnapshot finds a snapshot of the caller's that is not being deleted.
func (p *planner) findSnapshot(id string) (ecs.Key, *ecs.Snapshot, bool) {
	k, src, ok := action.Find(p.c, p.snap, state.Snapshots, ecs.KindSnapshot, func(r *ecs.Snapshot) uint64 { return r.Account }, id)
	return k, src, ok && !src.Work.Doing(ecs.WorkDelete)
}

// imageDisks adds the data disks of the image. A disk of the request at the same
// device says what that disk is to be otherwise, no smaller than the image's.
func (p *planner) imageDisks() error {
	p.of = map[*api.RunInstancesRequestDataDisk]ecs.ImageDisk{}
	for _, d := range p.plan.image.DataDisks() {
		device := p.snap.Str(d.Device)
		i := slices.IndexFunc(p.disks, func(in *api.RunInstancesRequestDataDisk) bool { return in.Device == device })
		if i < 0 {
			i = len(p.disks)
			size := int(d.Size)
			p.disks = append(p.disks, &api.RunInstancesRequestDataDisk{Device: device, Size: &size})
		}
		p.of[p.disks[i]] = d
	}
	if len(p.disks) > maxDataDisks+1 {
		return api.Errorf(api.CodeInstanceDiskNumberLimitExceed, "The total number of specified disk in an instance exceeds.")
	}
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

// offered checks that the instance takes disks of a category and that the zone
// sells them.
func (p *planner) offered(category string) error {
	if !p.plan.typ.Family.TakesDisk(category) || category != "cloud" && !p.plan.record.Flags.Has(ecs.IOOptimized) {
		return api.Errorf(api.CodeInvalidDiskCategoryNotSupported, "The specified disk category is not support the specified instance type.").WithStatus(403)
	}
	if !p.plan.zone.SellsDisk(category) {
		return api.Errorf(api.CodeCategoryNotSupported, "The specified zone does not offer the specified disk category.")
	}
	return nil
}

// levelTooHigh refuses a performance level that needs a larger disk.
func levelTooHigh() error {
	return api.Errorf(api.CodeOperationDeniedPerformanceLevelNotMatch, "The specified DataDisk.n.PerformanceLevel and DataDisk.n.Size do not match.")
}

func badDataSize() error {
	return api.Errorf(api.CodeInvalidDataDiskSizeValueNotSupported, "The specified DataDisk.n.Size beyond the permitted range, or the capacity of snapshot exceeds the size limit of the specified disk category.")
}

func (p *planner) takes(category string) bool {
	return p.plan.typ.Family.TakesDisk(category) && p.plan.zone.SellsDisk(category)
}

// level is the performance level of an ESSD, PL1 unless asked for otherwise;
// other categories have none.
func level(category, asked string) string {
	switch {
	case category != "cloud_essd":
		return ""
	case asked == "":
		return "PL1"
	}
	return asked
}
