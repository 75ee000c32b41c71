package snapshot

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

var _ = action.Handle(&actions, "CopySnapshot", (*Service).CopySnapshot)

// CopySnapshot begins a copy of a snapshot in another region, or in the same:
// it is progressing there until the engine has copied it, and the source cannot
// be deleted meanwhile.
func (s *Service) CopySnapshot(c *action.Call, in *api.CopySnapshotRequest) (*api.CopySnapshotResponse, error) {
	once, err := c.Once(in.ClientToken, nil)
	if err != nil {
		return nil, err
	}
	snap := s.DB.Snapshot()
	made, found, err := once.Earlier(snap, c.Now)
	if err != nil {
		return nil, err
	}
	if found {
		return &api.CopySnapshotResponse{SnapshotID: ecs.ID(ecs.KindSnapshot, made[0])}, nil
	}
	if err := checkCopy(c, snap, in); err != nil {
		return nil, err
	}
	to, ok := s.Catalog.Region(in.DestinationRegionID)
	if !ok {
		return nil, api.Errorf(api.CodeInvalidRegionIdNotFound, "The specified DestinationRegionId does not exist.")
	}
	zone, ok := s.Catalog.DefaultZone(to.ID)
	if !ok {
		return nil, api.Errorf(api.CodeInvalidRegionIdNotFound, "The specified DestinationRegionId has no zones.")
	}
	from, _, ok := action.Find(c, snap, state.Snapshots, ecs.KindSnapshot, account, in.SnapshotID)
	if !ok {
		return nil, noSource()
	}
	err = s.DB.Update(c.Context, func(tx *state.Tx) error {
		made, err = once.Do(tx, func() ([]ecs.Key, error) {
			src, ok := state.Snapshots.Get(tx, from)
			switch {
			case !ok || src.Work.Doing(ecs.WorkDelete):
				return nil, noSource()
			case !block.SnapshotReady(src):
				return nil, api.Errorf(api.CodeInvalidSnapshotIdNotReady, "The specified snapshot has not completed yet.")
			case tx.Str(src.Category) == "flash":
				return nil, api.Errorf(api.CodeInvalidSnapshotCategoryMalformed, "A local snapshot cannot be copied.")
			}
			group, ok := resource.Group(tx, src.Account, in.ResourceGroupID)
			if !ok {
				return nil, noResourceGroup()
			}
			if err := billing.Affordable(tx, src.Account, billing.Something); err != nil {
				return nil, err
			}
			return []ecs.Key{block.CopySnapshot(tx, from, src, to.Code, tx.Sym(zone.ID), ecs.Snapshot{
				Name: strings.Clone(in.DestinationSnapshotName), Description: strings.Clone(in.DestinationSnapshotDescription),
				Retention: int32(number(in.RetentionDays)), Encrypted: action.Flag(in.Encrypted), Tags: tag.Store(tx, in.Tag), ResourceGroup: group,
			})}, nil
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	return &api.CopySnapshotResponse{SnapshotID: ecs.ID(ecs.KindSnapshot, made[0])}, nil
}

func noSource() error {
	return api.Errorf(api.CodeInvalidSnapshotIdNotFound, "The specified SnapshotId does not exist.").WithStatus(403)
}

// checkCopy checks what the request alone tells.
func checkCopy(c *action.Call, v state.View, in *api.CopySnapshotRequest) error {
	if err := checkTexts(in.DestinationSnapshotName, in.DestinationSnapshotDescription); err != nil {
		return err
	}
	if err := checkRetention(in.RetentionDays); err != nil {
		return err
	}
	if err := tag.Check(in.Tag); err != nil {
		return err
	}
	switch {
	case in.KMSKeyID != "" && !action.Flag(in.Encrypted):
		return api.Errorf(api.CodeInvalidParameterEncryptedIllegal, "The specified parameter Encrypted must be true when KMSKeyId is not empty.").WithStatus(400)
	case in.KMSKeyID != "":
		return api.Errorf(api.CodeInvalidParameterKMSKeyIdNotFound, "The specified KMSKeyId does not exist.").WithStatus(404)
	case len(in.Arn) > 0:
		return api.Errorf(api.CodeUnsupportedOperationNotImplemented, "OpenECS does not support Arn of snapshots.")
	}
	return checkPlace(c, v, in.ResourceGroupID, in.DestinationStorageLocationArn)
}
