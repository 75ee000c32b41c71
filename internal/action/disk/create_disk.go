package disk

import (
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/billing"
	"github.com/openecs/openecs/internal/model/block"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/model/tag"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "CreateDisk", (*Service).CreateDisk)

// CreateDisk makes a data disk: pay-as-you-go in a zone, attached to nothing,
// or with InstanceId one that is paid with a subscription instance and attached
// to it for good. It is Creating until the engine has made it.
func (s *Service) CreateDisk(c *action.Call, in *api.CreateDiskRequest) (*api.CreateDiskResponse, error) {
	once, err := c.Once(in.ClientToken, nil)
	if err != nil {
		return nil, err
	}
	snap := s.DB.Snapshot()
	k, found, err := once.EarlierOne(snap, c.Now)
	if err != nil {
		return nil, err
	}
	if found {
		return created(snap, k), nil
	}
	p, err := s.plan(c, snap, in)
	if err != nil {
		return nil, err
	}
	err = s.DB.Update(c.Context, func(tx *state.Tx) error {
		k, err = once.DoOne(tx, func() (ecs.Key, error) { return p.write(tx, c.RegionCode()) })
		return err
	})
	if err != nil {
		return nil, err
	}
	return created(s.DB.Snapshot(), k), nil
}

func created(v state.View, k ecs.Key) *api.CreateDiskResponse {
	out := &api.CreateDiskResponse{DiskID: ecs.ID(ecs.KindDisk, k)}
	if d, ok := state.Disks.Get(v, k); ok {
		out.OrderID = block.OrderID(d.Order)
	}
	return out
}

// plan is a disk that has been checked.
type plan struct {
	record   ecs.Disk // without symbols
	zone     string
	spec     block.Spec
	tags     []api.Tag
	group    string // the resource group
	instance ecs.Key
	service  *Service
}

func (s *Service) plan(c *action.Call, v *state.Snapshot, in *api.CreateDiskRequest) (*plan, error) {
	p := &plan{service: s, tags: in.Tag, group: in.ResourceGroupID}
	if err := p.texts(in); err != nil {
		return nil, err
	}
	if err := p.options(c, v, in); err != nil {
		return nil, err
	}
	p.record = ecs.Disk{
		Account: c.Caller.Account, Name: strings.Clone(in.DiskName), Description: strings.Clone(in.Description),
		Encrypted: action.Flag(in.Encrypted), Created: c.Now.Unix(),
	}
	if err := p.place(c, v, in); err != nil {
		return nil, err
	}
	return p, p.content(c, v, in)
}

// texts checks what has a form.
func (p *plan) texts(in *api.CreateDiskRequest) error {
	if in.DiskName != "" && !ecs.ValidName(in.DiskName) {
		return api.Errorf(api.CodeInvalidDiskNameMalformed, "The specified disk name is wrongly formed.")
	}
	if in.Description != "" && !ecs.ValidDescription(in.Description) {
		return api.Errorf(api.CodeInvalidDescriptionMalformed, "The specified description is wrongly formed.")
	}
	return tag.Check(in.Tag)
}

// options checks what belongs together, and refuses what is not to be had here.
func (p *plan) options(c *action.Call, v state.View, in *api.CreateDiskRequest) error {
	for _, no := range [...]struct {
		set           bool
		code, message string
	}{
		{in.ZoneID != "" && in.InstanceID != "", api.CodeInvalidParameterConflict, "ZoneId and InstanceId cannot be given together."},
		{in.ZoneID == "" && in.InstanceID == "", api.CodeMissingParameter, `The input parameter "ZoneId" that is mandatory for processing this request is not supplied.`},
		{in.Size == nil && in.SnapshotID == "", api.CodeMissingParameter, `The input parameter "Size" that is mandatory for processing this request is not supplied.`},
		{in.MultiAttach != "" && in.MultiAttach != "Enabled" && in.MultiAttach != "Disabled", api.CodeInvalidParameterMultiAttach, "The specified parameter MultiAttach is not valid."},
		{in.MultiAttach == "Enabled" && in.InstanceID != "", api.CodeInvalidParameterMultiAttachAndInstanceIdConflict, "MultiAttach and InstanceId cannot be given together."},
		{in.KMSKeyID != "" && !action.Flag(in.Encrypted), api.CodeInvalidParameterEncryptedIllegal, "The specified parameter Encrypted must be true when KmsKeyId is not empty."},
		{in.KMSKeyID != "" && in.KMSKeyID != block.ServiceKey(c.Caller.Account, c.RegionCode()), api.CodeInvalidParameterKMSKeyIdNotFound, "The specified KMSKeyId does not exist."},
		{in.EncryptAlgorithm != "" && in.EncryptAlgorithm != "aes-256" && in.EncryptAlgorithm != "sm4-128", api.CodeInvalidEncryptAlgorithm, "The specified parameter EncryptAlgorithm is not valid."},
		{in.EncryptAlgorithm == "sm4-128", api.CodeUnsupportedOperationNotImplemented, "OpenECS encrypts by aes-256."},
		{in.StorageSetID != "" || in.StorageSetPartitionNumber != nil, api.CodeUnsupportedOperationNotImplemented, "OpenECS has no storage sets."},
		{in.StorageClusterID != "", api.CodeInvalidStorageClusterIdNotExist, "The specified StorageClusterId does not exist in current region."},
		{in.MultiAttach == "Enabled", api.CodeUnsupportedOperationNotImplemented, "OpenECS does not attach a disk to several instances yet."},
		{in.AdvancedFeatures != "" || len(in.Arn) > 0, api.CodeUnsupportedOperationNotImplemented, "OpenECS does not support AdvancedFeatures and Arn of disks."},
		{!resource.HasGroup(v, c.Caller.Account, in.ResourceGroupID), api.CodeInvalidResourceGroupNotFound, "The specified resource group does not exist."},
	} {
		if no.set {
			return api.Errorf(no.code, "%s", no.message)
		}
	}
	p.spec.Bursting = action.Flag(in.BurstingEnabled)
	if in.ProvisionedIops != nil {
		p.spec.IOPS = *in.ProvisionedIops
	}
	return nil
}

// place settles the zone: the one asked for, or that of the instance.
func (p *plan) place(c *action.Call, v *state.Snapshot, in *api.CreateDiskRequest) error {
	p.zone = in.ZoneID
	if in.InstanceID != "" {
		k, i, err := action.Instance(c, v, in.InstanceID)
		if err != nil {
			return err
		}
		if i.ChargeType != ecs.PrePaid {
			return api.Errorf(api.CodeInvalidPayMethod, "The specified pay method is not valid.")
		}
		p.instance, p.zone = k, v.Str(i.Zone)
	}
	z, ok := p.service.Catalog.Zone(p.zone)
	if !ok || z.Region.Code != c.RegionCode() {
		return api.Errorf(api.CodeInvalidZoneIdNotFound, "The specified zone does not exist.").WithStatus(404)
	}
	p.spec.Category = in.DiskCategory
	if p.spec.Category == "" {
		p.spec.Category = "cloud"
	}
	if !block.KnownCategory(p.service.Catalog, p.spec.Category) {
		return api.Errorf(api.CodeInvalidDataDiskCategoryValueNotSupported, "The specified disk category is not valid.")
	}
	if !z.SellsDisk(p.spec.Category) {
		return api.Errorf(api.CodeInvalidDataDiskCategoryNotSupported, "The specified zone does not offer the specified disk category.")
	}
	return nil
}

// content settles the size: of the snapshot at least.
func (p *plan) content(c *action.Call, v *state.Snapshot, in *api.CreateDiskRequest) error {
	if in.Size != nil {
		p.spec.SizeGiB = *in.Size
	}
	if in.SnapshotID != "" {
		k, src, ok := action.Find(c, v, state.Snapshots, ecs.KindSnapshot, func(r *ecs.Snapshot) uint64 { return r.Account }, in.SnapshotID)
		switch {
		case !ok:
			return api.Errorf(api.CodeInvalidSnapshotIdNotFound, "The specified SnapshotId does not exist.").WithStatus(404)
		case src.Status() != ecs.SnapshotAccomplished || src.Work.Doing(ecs.WorkDelete):
			return api.Errorf(api.CodeInvalidSnapshotIdNotReady, "The specified snapshot is not ready.")
		case src.System:
			return api.Errorf(api.CodeInvalidSnapshotIdNotDataDiskSnapshot, "The specified snapshot is a system disk snapshot.")
		}
		p.spec.SizeGiB = max(p.spec.SizeGiB, int(src.Size))
		p.record.Encrypted = p.record.Encrypted || src.Encrypted
		p.spec.Snapshot = k
	}
	p.spec.Level = in.PerformanceLevel
	return specError(p.spec.Check(p.service.Catalog, false), api.CodeInvalidDataDiskSizeValueNotSupported)
}

// write makes the disk. What can race is checked again: that the snapshot and
// the instance are still there.
func (p *plan) write(tx *state.Tx, region uint8) (ecs.Key, error) {
	d := p.record
	d.Zone, d.Category, d.Performance, d.Size = tx.Sym(strings.Clone(p.zone)), tx.Sym(strings.Clone(p.spec.Category)), tx.Sym(strings.Clone(p.spec.Level)), int32(p.spec.SizeGiB)
	d.Flags |= ecs.KeepAutoSnapshots // as Terraform finds a disk that was made without a word about it
	d.Tags, d.ProvisionedIOPS = tag.Store(tx, p.tags), int32(p.spec.IOPS)
	var ok bool
	if d.ResourceGroup, ok = resource.Group(tx, d.Account, p.group); !ok {
		return 0, api.Errorf(api.CodeInvalidResourceGroupNotFound, "The specified resource group does not exist.")
	}
	if p.spec.Bursting {
		d.Flags |= ecs.Bursting
	}
	block.Encrypt(tx, region, &d)
	if p.spec.Snapshot != 0 {
		src, ok := state.Snapshots.Get(tx, p.spec.Snapshot)
		if !ok || src.Work.Doing(ecs.WorkDelete) {
			return 0, api.Errorf(api.CodeInvalidSnapshotIdNotFound, "The specified SnapshotId does not exist.").WithStatus(404)
		}
		d.Snapshot = tx.Sym(ecs.ID(ecs.KindSnapshot, p.spec.Snapshot))
	}
	k := tx.NewKey(region)
	if p.instance == 0 {
		if err := billing.Affordable(tx, d.Account, billing.Something); err != nil {
			return 0, err
		}
		if err := p.service.diskRoom(tx, region, &d, d.Size); err != nil {
			return 0, err
		}
	} else {
		i, ok := state.Instances.Get(tx, p.instance)
		if !ok {
			return 0, api.Errorf(api.CodeInvalidInstanceIdNotFound, "The specified InstanceId does not exist.").WithStatus(404)
		}
		if err := p.service.attachable(tx, &d, p.instance, i); err != nil {
			return 0, err
		}
		at, err := device(tx, p.instance, "")
		if err != nil {
			return 0, err
		}
		d.Instance, d.Device, d.DeleteWithInstance = p.instance, tx.Sym(at), true
		d.ChargeType, d.Expires, d.Attached = ecs.PrePaid, i.Expires, tx.Now().Unix()
		if d.Order, err = block.Order(tx, p.service.Prices, ecs.OrderNew, k, nil, &d); err != nil {
			return 0, action.NoPrice(err)
		}
	}
	block.Work(tx, k, d, ecs.WorkCreate)
	return k, nil
}
