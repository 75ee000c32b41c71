// Package catalog is what can be rented and where: regions, zones, instance
// type families, instance types, system images and disk categories, as data.
//
// The data are the tab-separated files in data/, one row an entry, each row
// with its source (data/SOURCES.md explains the keys). [Load] gives the
// embedded catalogue; [LoadFrom] gives it with an operator's own rows added or
// put in the place of ours (docs/catalog.md).
//
// A Catalog never changes after it was made, so any number of goroutines may
// read it without locks, and every look-up by id takes constant time. Whatever
// a method returns by pointer or slice is shared: do not modify it.
//
// The package is at the bottom of the layers: it imports the standard library
// only, and anything above may import it.
package catalog

import (
	"embed"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
)

//go:embed data/*.tsv
var embedded embed.FS

// Catalog is one consistent set of entries. Its zero value is of no use; get
// one from [Load] or [LoadFrom].
type Catalog struct {
	regions    table[Region, *Region]
	zones      table[Zone, *Zone]
	families   table[Family, *Family]
	types      table[Type, *Type]
	images     table[Image, *Image]
	sales      table[Sale, *Sale]
	disks      table[DiskLimit, *DiskLimit]
	categories []string

	byCode   [256]*Region
	limits   map[limitKey]*DiskLimit
	zonesOf  map[string][]*Zone
	imagesOf map[string][]*Image
	newestOf map[string]*Image
}

// embeddedOnce parses the embedded files on first use and keeps the result for
// the life of the process.
var embeddedOnce = sync.OnceValues(func() (*Catalog, error) { return build(nil, "") })

// Load returns the embedded catalogue. It is parsed once in a process, on the
// first call; later calls return the same Catalog.
func Load() (*Catalog, error) { return embeddedOnce() }

// LoadFrom returns the embedded catalogue with the rows of an operator's files
// in dir added; a row whose id exists already takes the place of ours. Files
// have the names and the form of the embedded ones; those that are missing are
// skipped. A row that cannot be read, or that refers to something that does
// not exist, is refused with an error of the form "file:line: reason". Without a
// dir it is Load.
func LoadFrom(dir string) (*Catalog, error) {
	if dir == "" {
		return Load()
	}
	info, err := os.Stat(dir)
	if err != nil {
		return nil, fmt.Errorf("catalogue directory: %w", err)
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("catalogue directory: %s is not a directory", dir)
	}
	return build(os.DirFS(dir), filepath.Clean(dir))
}

// build makes a Catalog of the embedded files and, when extra is not nil, of
// those in extra, which errors call by the name of the folder dir.
func build(extra fs.FS, dir string) (*Catalog, error) {
	c := new(Catalog)
	sources := []source{{embedded, "data/", "data/"}}
	if extra != nil {
		if err := refuseUnknownFiles(extra, dir); err != nil {
			return nil, err
		}
		sources = append(sources, source{extra, "", dir + string(os.PathSeparator)})
	}
	for _, s := range sources {
		for _, read := range []func(source) error{
			c.readRegions, c.readZones, c.readFamilies, c.readTypes, c.readImages, c.readSales, c.readDisks,
		} {
			if err := read(s); err != nil {
				return nil, err
			}
		}
	}
	if err := c.link(); err != nil {
		return nil, err
	}
	return c, nil
}

// link resolves references between the tables and fills the indexes. It runs
// once, when all rows are in.
func (c *Catalog) link() error {
	for _, step := range []func() error{
		c.linkRegions, c.linkDisks, c.linkFamilies, c.linkTypes, c.linkSales, c.linkZones, c.linkImages,
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}
