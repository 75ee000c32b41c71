package incus

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strings"

	incus "github.com/lxc/incus/v6/client"
	"github.com/lxc/incus/v6/shared/api"
)

// Import puts an image on the host and gives it an alias, in the place of another
// that had it. meta is a unified tarball, or the metadata of rootfs, which then is
// the image proper; a rootfs in the qcow2 format makes it one for virtual machines.
// An error is a sentence that says what to do.
func (h *Host) Import(ctx context.Context, meta, rootfs io.Reader, alias string) error {
	args := &incus.ImageCreateArgs{MetaFile: meta, MetaName: "image", RootfsFile: rootfs, RootfsName: "rootfs"}
	typ := string(api.InstanceTypeContainer)
	if rootfs != nil {
		magic := make([]byte, 4)
		n, err := io.ReadFull(rootfs, magic)
		if err != nil {
			return fmt.Errorf("the image's file system cannot be read: %w", err)
		}
		args.RootfsFile = io.MultiReader(strings.NewReader(string(magic[:n])), rootfs)
		if string(magic) == "QFI\xfb" {
			typ, args.Type = string(api.InstanceTypeVM), string(api.InstanceTypeVM)
		}
	}
	fingerprint, err := h.upload(ctx, args)
	if err != nil {
		return err
	}
	if err := h.checkArchitecture(ctx, fingerprint); err != nil {
		if undo := h.async(context.WithoutCancel(ctx), "DELETE", "/1.0/images/"+fingerprint, nil); undo != nil {
			h.log.Warn("an image that was refused is left on the host", "image", fingerprint, "cause", undo)
		}
		return err
	}
	path := "/1.0/images/aliases/" + escape(alias)
	switch err := h.get(ctx, path, new(api.ImageAliasesEntry)); {
	case err == nil:
		return h.sync(ctx, "PUT", path, api.ImageAliasesEntryPut{Target: fingerprint, Description: "OpenECS"})
	case !isNotFound(err):
		return err
	}
	return h.alias(ctx, alias, fingerprint, typ)
}

// upload sends an image; one that is there already is as good. It takes as long as
// it takes.
func (h *Host) upload(ctx context.Context, args *incus.ImageCreateArgs) (fingerprint string, err error) {
	sum := sha256.New() // the host's name for it: of the metadata, then the file system
	args.MetaFile = io.TeeReader(args.MetaFile, sum)
	if args.RootfsFile != nil {
		args.RootfsFile = io.TeeReader(args.RootfsFile, sum)
	}
	c := h.server.UseProject(api.ProjectDefaultName).(*incus.ProtocolIncus).WithContext(ctx)
	op, err := c.CreateImage(api.ImagesPost{}, args)
	if err == nil {
		err = h.wait(ctx, op.Get().ID)
	}
	if err != nil && !strings.Contains(err.Error(), "already exists") {
		return "", fmt.Errorf("the host does not take the image: %w", err)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// checkArchitecture refuses an image that the host cannot run.
func (h *Host) checkArchitecture(ctx context.Context, fingerprint string) error {
	var i api.Image
	if err := h.get(ctx, "/1.0/images/"+fingerprint, &i); err != nil {
		return err
	}
	var s api.Server
	if err := h.get(ctx, "/1.0", &s); err != nil {
		return err
	}
	if !slices.Contains(s.Environment.Architectures, i.Architecture) {
		return fmt.Errorf("the image is for %s and this host runs %s: take the image for that", i.Architecture, strings.Join(s.Environment.Architectures, " and "))
	}
	return nil
}
