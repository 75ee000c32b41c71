package image

import (
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "ModifyImageAttribute", (*Service).ModifyImageAttribute)

// ModifyImageAttribute changes what a custom image is called, whether it is
// deprecated, and what guests are told of it. What is absent stays; a family
// that is present and empty goes.
func (s *Service) ModifyImageAttribute(c *action.Call, in *api.ModifyImageAttributeRequest) (*api.ModifyImageAttributeResponse, error) {
	if err := regional(c); err != nil {
		return nil, err
	}
	if err := texts(in.ImageName, in.ImageFamily, in.Description); err != nil {
		return nil, err
	}
	if err := modes(in.BootMode, "", in.Features.ImdsSupport, in.Features.NvmeSupport); err != nil {
		return nil, err
	}
	if !action.OneOf(in.Status, "Deprecated", "Available") {
		return nil, action.Invalid("Status")
	}
	if !action.OneOf(in.LicenseType, "BYOL") {
		return nil, action.Invalid("LicenseType")
	}
	err := s.change(c, in.ImageID, func(tx *state.Tx, k ecs.Key, next *ecs.Image) error {
		if err := nameFree(tx, next.Account, k.Region(), in.ImageName, k); err != nil {
			return err
		}
		if err := deprecate(next, in.Status); err != nil {
			return err
		}
		modify(tx, c, next, in)
		if action.Flag(in.DryRun) {
			return action.DryRun() // what was changed is undone
		}
		return nil
	})
	return &api.ModifyImageAttributeResponse{}, err
}

// deprecate puts an image out of use, or back. A shared one must be taken back
// first.
func deprecate(next *ecs.Image, status string) error {
	switch {
	case status == "":
	case !next.Usable(), status == "Deprecated" && len(next.Shared) > 0:
		return incorrectStatus()
	case status == "Deprecated":
		next.Flags |= ecs.ImageDeprecated
	default:
		next.Flags &^= ecs.ImageDeprecated
	}
	return nil
}

func modify(tx *state.Tx, c *action.Call, next *ecs.Image, in *api.ModifyImageAttributeRequest) {
	if in.ImageName != "" {
		next.Name = strings.Clone(in.ImageName)
	}
	if c.Has("Description") {
		next.Description = strings.Clone(in.Description)
	}
	if c.Has("ImageFamily") {
		next.Family = tx.Sym(strings.Clone(in.ImageFamily))
	}
	if in.BootMode != "" {
		next.BootMode = tx.Sym(strings.Clone(in.BootMode))
	}
	if in.LicenseType != "" {
		next.License = tx.Sym(strings.Clone(in.LicenseType))
	}
	if in.Features.ImdsSupport != "" {
		next.IMDS = tx.Sym(strings.Clone(in.Features.ImdsSupport))
	}
	switch in.Features.NvmeSupport {
	case supported:
		next.Flags |= ecs.ImageNVMe
	case unsupported:
		next.Flags &^= ecs.ImageNVMe
	}
}
