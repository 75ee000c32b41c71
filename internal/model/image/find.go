package image

import (
	"slices"
	"time"

	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// Source is an image that machines and disks can be made from, whoever owns it.
// Find, Newest and Of are the one way to resolve an ImageId.
type Source struct {
	*catalog.Image            // what instances see of it; its ID is what records name
	Key            ecs.Key    // of a custom image; 0: of the catalogue
	Record         *ecs.Image // likewise; nil
}

// DataDisks are the data disks that instances made of it get.
func (s *Source) DataDisks() []ecs.ImageDisk {
	if s.Record == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(s.Record.Disks), func(d ecs.ImageDisk) bool { return d.System })
}

// Usable reports whether instances can be made of it now: an image that is
// being made or removed, or could not be made, is none yet.
func (s *Source) Usable() bool { return s.Record == nil || s.Record.Usable() }

// Visible reports whether an account may use a custom image.
func Visible(r *ecs.Image, account uint64) bool {
	return r.Account == account || slices.Contains(r.Shared, account)
}

// Find finds an image by its identifier: one of the catalogue that the region
// has, or a custom one there that the account owns or that is shared with it. It
// may not be Usable.
func Find(v state.View, cat *catalog.Catalog, region *catalog.Region, account uint64, id string) (*Source, bool) {
	if m, ok := cat.Image(id); ok {
		return &Source{Image: m}, m.In(region.ID)
	}
	k, ok := ecs.ParseID(ecs.KindImage, id)
	if !ok || k.Region() != region.Code {
		return nil, false
	}
	r, ok := state.Images.Get(v, k)
	if !ok || !Visible(r, account) {
		return nil, false
	}
	return custom(v, cat, k, r), true
}

// Newest finds the newest available image of a family: the account's own, else
// the catalogue's.
func Newest(v state.View, cat *catalog.Catalog, region *catalog.Region, account uint64, family string) (*Source, bool) {
	if sym, ok := state.LookupSym(v, family); ok && sym != 0 {
		for k, r := range state.ImagesByFamily.Descend(v, state.Within(account, region.Code, uint64(sym)), 0) {
			if r.Account == account && k.Region() == region.Code && r.Family == sym && r.Status() == ecs.ImageAvailable {
				return custom(v, cat, k, r), true
			}
		}
	}
	m, ok := cat.ImageFamily(family)
	if !ok || !m.In(region.ID) {
		return nil, false
	}
	return &Source{Image: m}, true
}

// Of finds the image that a record names, whoever may use it: what an instance
// or a disk was made from. It is gone when the image was deleted meanwhile.
func Of(v state.View, cat *catalog.Catalog, id string) (*Source, bool) {
	if m, ok := cat.Image(id); ok {
		return &Source{Image: m}, true
	}
	k, ok := ecs.ParseID(ecs.KindImage, id)
	if !ok {
		return nil, false
	}
	r, ok := state.Images.Get(v, k)
	if !ok {
		return nil, false
	}
	return custom(v, cat, k, r), true
}

func custom(v state.View, cat *catalog.Catalog, k ecs.Key, r *ecs.Image) *Source {
	m := new(catalog.Image)
	Fill(m, v, cat, r)
	m.ID = ecs.ID(ecs.KindImage, k)
	return &Source{Image: m, Key: k, Record: r}
}

// Fill makes m what instances see of a custom image, but for its ID, which
// costs more than all the rest. What the image descends from tells the name of
// the system, as long as that still fits.
func Fill(m *catalog.Image, v state.View, cat *catalog.Catalog, r *ecs.Image) {
	*m = catalog.Image{
		Family: v.Str(r.Family), OSType: v.Str(r.OSType), Platform: v.Str(r.Platform), Architecture: v.Str(r.Architecture),
		BootMode: v.Str(r.BootMode), SizeGiB: int(r.Size), CreatedAt: time.Unix(r.Created, 0).UTC(), IOOptimized: true,
		CloudInit: r.Flags.Has(ecs.ImageCloudInit), NonRootLogin: r.Flags.Has(ecs.ImageNonRootLogin), Description: r.Description,
	}
	if base, ok := cat.Image(v.Str(r.Base)); ok && base.Platform == m.Platform && base.Architecture == m.Architecture {
		m.OSNameEN, m.OSNameZH, m.IOOptimized = base.OSNameEN, base.OSNameZH, base.IOOptimized
		return
	}
	bits := "64"
	if m.Architecture == "i386" {
		bits = "32"
	}
	m.OSNameEN, m.OSNameZH = m.Platform+" "+bits+" bit", m.Platform+" "+bits+"位"
}

// Resident reports whether an account that may use the image has instances of
// it.
func Resident(v state.View, k ecs.Key, r *ecs.Image) bool {
	sym, ok := state.LookupSym(v, ecs.ID(ecs.KindImage, k))
	if !ok {
		return false
	}
	used := func(account uint64) bool {
		for _, i := range state.InstancesByImage.Ascend(v, state.Within(account, k.Region(), uint64(sym)), 0) {
			if i.Image == sym {
				return true
			}
		}
		return false
	}
	return used(r.Account) || slices.ContainsFunc(r.Shared, used)
}
