package catalog

import (
	"slices"
	"strings"
	"time"
)

// AlibabaCloudLinux3 is the image family of the system that a request gets
// when it leaves the choice to us.
const AlibabaCloudLinux3 = "acs:alibaba_cloud_linux_3_2104_lts_x64"

// Image is a system image. Its name is its id.
type Image struct {
	ID           string // aliyun_3_x64_20G_alibase_20240819.vhd
	Family       string // acs:alibaba_cloud_linux_3_2104_lts_x64, or empty
	OSNameEN     string // Alibaba Cloud Linux  3.2104 LTS 64 bit, with the service's two spaces
	OSNameZH     string
	OSType       string // linux or windows
	Platform     string // Aliyun, Ubuntu, Windows Server 2022, …
	Architecture string // x86_64, arm64 or i386
	SizeGiB      int
	CreatedAt    time.Time
	CloudInit    bool
	IOOptimized  bool   // works on I/O optimized instances
	BootMode     string // BIOS, UEFI or UEFI-Preferred
	NonRootLogin bool   // has the user ecs-user
	Description  string
	Regions      []string // nil: every region
	Source       string
	at           origin
}

func (i *Image) key() string   { return i.ID }
func (i *Image) where() origin { return i.at }

// OwnerAlias is system: a catalogue has no other images.
func (i *Image) OwnerAlias() string { return "system" }

// In reports whether the region has the image.
func (i *Image) In(region string) bool { return i.Regions == nil || slices.Contains(i.Regions, region) }

// Fit is whether instances of a type can be made of an image, and if not why.
type Fit uint8

const (
	Fits            Fit = iota
	MisArchitecture     // one of the two is for ARM
	MisMemory           // 32-bit images take less than 4 GiB of memory, Windows takes at least 1 GiB
	MisIO               // the type must be I/O optimized, and the image cannot
)

// Fit is whether instances of the type can be made of the image.
func (i *Image) Fit(t *Type) Fit {
	switch {
	case (i.Architecture == "arm64") != (t.Family.Architecture == "ARM"):
		return MisArchitecture
	case i.Architecture == "i386" && t.MemoryGiB >= 4, i.OSType == "windows" && t.MemoryGiB < 1:
		return MisMemory
	case t.IOOptimized == IORequired && !i.IOOptimized:
		return MisIO
	}
	return Fits
}

// Image finds an image by its id.
func (c *Catalog) Image(id string) (*Image, bool) { return c.images.get(id) }

// Images are the images of a region, newest first; none for an unknown region.
func (c *Catalog) Images(region string) []*Image { return c.imagesOf[region] }

// ImageFamily is the newest image of a family.
func (c *Catalog) ImageFamily(name string) (*Image, bool) {
	i, ok := c.newestOf[name]
	return i, ok
}

// NewestAlibabaCloudLinux3 is the newest image of [AlibabaCloudLinux3].
func (c *Catalog) NewestAlibabaCloudLinux3() *Image { return c.newestOf[AlibabaCloudLinux3] }

func (c *Catalog) readImages(s source) error {
	names := columns{
		"id", "?family", "os_en", "?os_zh", "os_type", "platform", "arch", "size", "created",
		"?cloudinit", "?io_optimized", "?boot", "?nonroot", "?regions", "?description", "?source",
	}
	return readRows(s, "images.tsv", names, func(r *row) error {
		v := &Image{
			ID:           r.text(0),
			Family:       r.opt(1),
			OSNameEN:     r.text(2),
			OSNameZH:     r.opt(3),
			OSType:       r.oneOf(4, "linux", "windows"),
			Platform:     r.text(5),
			Architecture: r.oneOf(6, "x86_64", "arm64", "i386"),
			SizeGiB:      r.number(7, 1, 2048),
			CloudInit:    r.flag(9),
			IOOptimized:  r.flag(10),
			BootMode:     r.oneOf(11, "", "BIOS", "UEFI", "UEFI-Preferred"),
			NonRootLogin: r.flag(12),
			Description:  r.opt(14),
			Source:       r.opt(15),
			at:           r.at,
		}
		created, err := time.Parse(time.RFC3339, r.text(8))
		if err != nil {
			r.fail(8, "is %q, wanted a time like 2024-08-19T00:00:00Z", r.opt(8))
		}
		v.CreatedAt = created
		if v.OSNameZH == "" {
			v.OSNameZH = v.OSNameEN
		}
		if v.BootMode == "" {
			v.BootMode = "BIOS"
		}
		if where := r.opt(13); where != "*" {
			v.Regions = r.list(13)
		}
		if r.err != nil {
			return r.err
		}
		return c.images.put(v)
	})
}

func (c *Catalog) linkImages() error {
	newest := slices.Clone(c.images.rows)
	slices.SortStableFunc(newest, func(a, b *Image) int {
		if order := b.CreatedAt.Compare(a.CreatedAt); order != 0 {
			return order
		}
		return strings.Compare(b.ID, a.ID)
	})
	c.imagesOf = make(map[string][]*Image, len(c.regions.rows))
	c.newestOf = make(map[string]*Image, len(newest))
	everywhere := true
	for _, i := range newest {
		if i.Family != "" && c.newestOf[i.Family] == nil {
			c.newestOf[i.Family] = i
		}
		for _, region := range i.Regions {
			everywhere = false
			if _, ok := c.regions.get(region); !ok {
				return i.at.errorf("regions names %s, and there is no such region", region)
			}
		}
	}
	for _, region := range c.regions.rows {
		if everywhere { // one list for all
			c.imagesOf[region.ID] = newest
			continue
		}
		var here []*Image
		for _, i := range newest {
			if i.In(region.ID) {
				here = append(here, i)
			}
		}
		c.imagesOf[region.ID] = here
	}
	return nil
}
