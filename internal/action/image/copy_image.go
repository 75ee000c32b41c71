package image

import (
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/block"
	"github.com/openecs/openecs/internal/model/tag"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "CopyImage", (*Service).CopyImage)

// maxCopies is how many copies an account may have under way from a region.
const maxCopies = 5

// CopyImage copies a custom image of the caller's to another region, or within
// its own: with each of its snapshots. The copy is Creating until all of them
// are there.
func (s *Service) CopyImage(c *action.Call, in *api.CopyImageRequest) (*api.CopyImageResponse, error) {
	if err := regional(c); err != nil {
		return nil, err
	}
	once, err := c.Once(in.ClientToken, in.DryRun)
	if err != nil {
		return nil, err
	}
	to, err := s.checkCopy(c, in)
	if err != nil {
		return nil, err
	}
	var made []ecs.Key
	err = s.DB.Update(c.Context, func(tx *state.Tx) error {
		made, err = once.Do(tx, func() ([]ecs.Key, error) {
			k, err := s.copyTo(tx, c, in, to)
			return []ecs.Key{k}, err
		})
		if err == nil && action.Flag(in.DryRun) {
			err = action.DryRun() // what was written is undone
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return &api.CopyImageResponse{ImageID: ecs.ID(ecs.KindImage, made[0])}, nil
}

// checkCopy checks what the request alone tells, and finds the region.
func (s *Service) checkCopy(c *action.Call, in *api.CopyImageRequest) (*catalog.Region, error) {
	if err := texts(in.DestinationImageName, "", in.DestinationDescription); err != nil {
		return nil, err
	}
	if err := tag.Check(in.Tag); err != nil {
		return nil, err
	}
	to := c.Region
	if in.DestinationRegionID != "" {
		var ok bool
		if to, ok = s.Catalog.Region(in.DestinationRegionID); !ok {
			return nil, api.Errorf(api.CodeDestinationRegionNotFound, "The specified DestinationRegionId does not exist.").WithStatus(400)
		}
	}
	switch encrypted := action.Flag(in.Encrypted); {
	case in.KMSKeyID != "" && !encrypted:
		return nil, api.Errorf(api.CodeInvalidParameterEncryptedIllegal, "The specified parameter Encrypted must be true when KmsKeyId is not empty.").WithStatus(400)
	case in.KMSKeyID != "":
		return nil, api.Errorf(api.CodeInvalidParameterKMSKeyIdNotFound, "The specified KMSKeyId does not exist.").WithStatus(404)
	case in.EncryptAlgorithm != "" && !encrypted:
		return nil, api.Errorf(api.CodeInvalidParameterEncryptedIllegal, "The specified parameter Encrypted must be true when EncryptAlgorithm is not empty.").WithStatus(400)
	case in.EncryptAlgorithm != "" && !strings.EqualFold(in.EncryptAlgorithm, "aes-256"):
		return nil, api.Errorf(api.CodeUnsupportedOperationNotImplemented, "OpenECS does not support the EncryptAlgorithm %s of images.", in.EncryptAlgorithm)
	}
	return to, nil
}

func (s *Service) copyTo(tx *state.Tx, c *action.Call, in *api.CopyImageRequest, to *catalog.Region) (ecs.Key, error) {
	src, r, err := find(c, tx, in.ImageID)
	if err != nil {
		return 0, err
	}
	if r.Status() != ecs.ImageAvailable {
		return 0, incorrectStatus()
	}
	under := 0
	for _, o := range state.ImagesOpen.Ascend(tx, 0, 0) {
		if o.CopyOf.Region() == src.Region() && o.CopyOf != 0 && o.Account == r.Account && o.Work.Doing(ecs.WorkCreate) {
			under++
		}
	}
	if under >= maxCopies {
		return 0, api.Errorf(api.CodeOperationDeniedImageCopying, "At most %d images can be copied from a region at a time.", maxCopies).WithStatus(403)
	}
	next := *r
	next.Name, next.Description, next.Tags = strings.Clone(in.DestinationImageName), strings.Clone(in.DestinationDescription), tag.Store(tx, in.Tag)
	next.CopyOf, next.Created, next.Instance, next.Work = src, c.Now.Unix(), 0, ecs.Work{}
	next.Shared, next.SharedAt = nil, nil
	if next.ResourceGroup, err = group(tx, r.Account, in.ResourceGroupID); err != nil {
		return 0, err
	}
	if action.Flag(in.Encrypted) {
		next.Flags |= ecs.ImageEncrypted
	}
	next.Flags &^= ecs.ImageImported
	k := tx.NewKey(to.Code)
	zones := s.Catalog.Zones(to.ID)
	if len(zones) == 0 {
		return 0, api.Errorf(api.CodeRegionNotSupportCopy, "The specified region does not support image copies.").WithStatus(403)
	}
	next.Disks = make([]ecs.ImageDisk, len(r.Disks))
	for i, d := range r.Disks {
		if d.Snapshot != 0 {
			old, ok := state.Snapshots.Get(tx, d.Snapshot)
			if !ok {
				return 0, api.Errorf(api.CodeInvalidSnapshotIdNotFound, "A snapshot of the image does not exist any more.").WithStatus(400)
			}
			d.Snapshot = copySnapshot(tx, c, to, zones[0].ID, d.Snapshot, *old, next.Flags.Has(ecs.ImageEncrypted))
		}
		next.Disks[i] = d
	}
	return k, add(tx, k, next)
}

func copySnapshot(tx *state.Tx, c *action.Call, to *catalog.Region, zone string, of ecs.Key, s ecs.Snapshot, encrypted bool) ecs.Key {
	k := tx.NewKey(to.Code)
	block.WorkSnapshot(tx, k, ecs.Snapshot{
		Account: s.Account, Zone: tx.Sym(zone), Size: s.Size, System: s.System, DiskCategory: s.DiskCategory, Image: s.Image, Category: s.Category,
		Created: c.Now.Unix(), Modified: c.Now.Unix(), Encrypted: s.Encrypted || encrypted, KMSKey: s.KMSKey, CopyOf: of,
	}, ecs.WorkCreate)
	return k
}
