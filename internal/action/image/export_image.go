package image

import (
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/image"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "ExportImage", (*Service).ExportImage)

// What can be exported: so many disks, of so many GiB each.
const (
	maxExportDisks = 5
	maxExportSize  = 500
)

// ExportImage writes a custom image of the caller's to the operator's object
// store, an object for each disk. Its task is Processing until all are written;
// what cannot be written makes it Failed. The simulator keeps no content: it
// writes raw disks of one sector that say so.
func (s *Service) ExportImage(c *action.Call, in *api.ExportImageRequest) (*api.ExportImageResponse, error) {
	if err := regional(c); err != nil {
		return nil, err
	}
	if err := s.checkExport(in); err != nil {
		return nil, err
	}
	if _, ok := s.Catalog.Image(in.ImageID); ok {
		return nil, api.Errorf(api.CodeImageNotSupported, "Images of the system cannot be exported.").WithStatus(400)
	}
	var task ecs.Key
	err := s.DB.Update(c.Context, func(tx *state.Tx) error {
		k, r, err := find(c, tx, in.ImageID)
		if err != nil {
			return err
		}
		if err := exportable(tx, k, r); err != nil {
			return err
		}
		if action.Flag(in.DryRun) {
			return action.DryRun()
		}
		task = tx.NewKey(c.RegionCode())
		image.WorkTask(tx, task, ecs.Task{
			Account: r.Account, Action: tx.Sym(image.ExportTask), Image: k, Created: c.Now.Unix(), Bucket: strings.Clone(in.OSSBucket),
			Prefix: strings.Clone(in.OSSPrefix), Format: tx.Sym("RAW"),
		})
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &api.ExportImageResponse{TaskID: ecs.ID(ecs.KindTask, task), RegionID: c.Region.ID}, nil
}

// checkExport checks what the request alone tells.
func (s *Service) checkExport(in *api.ExportImageRequest) error {
	format := strings.ToUpper(in.ImageFormat)
	switch {
	case !action.OneOf(format, "RAW", "VHD", "QCOW2", "VMDK", "VDI"):
		return api.Errorf(api.CodeInvalidImageFormatMalformed, "The specified ImageFormat is wrongly formed.").WithStatus(400)
	case !action.OneOf(format, "RAW"):
		return api.Errorf(api.CodeUnsupportedOperationNotImplemented, "OpenECS exports images as RAW only.")
	case !validBucket(in.OSSBucket):
		return api.Errorf(api.CodeInvalidOSSBucketNotFound, "The specified OSSBucket does not exist.").WithStatus(400)
	case len(in.OSSPrefix) > 30 || strings.Trim(in.OSSPrefix, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != "":
		return api.Errorf(api.CodeInvalidOSSPrefixMalformed, "The specified OSSPrefix is wrongly formed: letters and digits, 30 at most.").WithStatus(400)
	}
	return s.transferable(in.RoleName)
}

func exportable(v state.View, k ecs.Key, r *ecs.Image) error {
	if r.Status() != ecs.ImageAvailable {
		return incorrectStatus()
	}
	if image.Exporting(v, k) {
		return api.Errorf(api.CodeImageIsExporting, "The specified image is being exported.").WithStatus(403)
	}
	for _, d := range r.Disks {
		if d.Size > maxExportSize || len(r.Disks) > maxExportDisks {
			return api.Errorf(api.CodeInvalidImageDiskAmountOrSize, "An image of more than %d disks, or with one above %d GiB, cannot be exported.", maxExportDisks, maxExportSize).WithStatus(400)
		}
	}
	return nil
}
