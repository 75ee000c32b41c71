package catalog

import "slices"

// Zone is a part of a region with power and network of its own.
type Zone struct {
	ID     string // cn-hangzhou-h
	Region *Region
	NameEN string
	NameZH string
	Sale   *Sale // what the zone sells besides what is sold everywhere; nil: nothing more
	Source string

	regionID, saleID string
	all              *Sale
	at               origin
}

func (z *Zone) key() string   { return z.ID }
func (z *Zone) where() origin { return z.at }

// Sale says what the zones that name it sell.
type Sale struct {
	ID     string // by default that of a region; * is sold in every zone
	Disks  []string
	Source string

	familyIDs []string
	families  map[*Family]bool // nil: every family
	at        origin
}

func (s *Sale) key() string   { return s.ID }
func (s *Sale) where() origin { return s.at }

func (s *Sale) sells(f *Family) bool {
	return s != nil && (s.families == nil || s.families[f])
}

// Zone finds a zone by its id.
func (c *Catalog) Zone(id string) (*Zone, bool) { return c.zones.get(id) }

// Zones are the zones of a region, in file order; none for an unknown region.
func (c *Catalog) Zones(region string) []*Zone { return c.zonesOf[region] }

// DefaultZone is where a resource of the region goes when the request names no
// zone: the region's first. It is false for an unknown region and for one
// without zones.
func (c *Catalog) DefaultZone(region string) (*Zone, bool) {
	if zones := c.zonesOf[region]; len(zones) > 0 {
		return zones[0], true
	}
	return nil, false
}

// TypeInZone reports whether the zone sells the instance type. It is false when
// either is unknown.
func (c *Catalog) TypeInZone(typeID, zoneID string) bool {
	t, ok := c.types.get(typeID)
	if !ok {
		return false
	}
	z, ok := c.zones.get(zoneID)
	return ok && z.SellsFamily(t.Family)
}

// DiskInZone reports whether the zone sells disks of the category.
func (c *Catalog) DiskInZone(category, zoneID string) bool {
	z, ok := c.zones.get(zoneID)
	return ok && z.SellsDisk(category)
}

// SellsFamily reports whether instances of the family can be created here.
func (z *Zone) SellsFamily(f *Family) bool { return z.Sale.sells(f) || z.all.sells(f) }

// SellsDisk reports whether disks of the category can be created here.
func (z *Zone) SellsDisk(category string) bool {
	return z.Sale != nil && slices.Contains(z.Sale.Disks, category) || z.all != nil && slices.Contains(z.all.Disks, category)
}

// DiskCategories are the disk categories the zone sells.
func (z *Zone) DiskCategories() []string {
	var all []string
	for _, s := range []*Sale{z.all, z.Sale} {
		if s == nil {
			continue
		}
		for _, category := range s.Disks {
			if !slices.Contains(all, category) {
				all = append(all, category)
			}
		}
	}
	return all
}

// TypesIn are the instance types a zone sells, in file order; none for an
// unknown zone.
func (c *Catalog) TypesIn(zoneID string) []*Type {
	z, ok := c.zones.get(zoneID)
	if !ok {
		return nil
	}
	var sold []*Type
	for _, t := range c.types.rows {
		if z.SellsFamily(t.Family) {
			sold = append(sold, t)
		}
	}
	return sold
}

func (c *Catalog) readZones(s source) error {
	names := columns{"id", "region", "?name_en", "?name_zh", "?sales", "?source"}
	return readRows(s, "zones.tsv", names, func(r *row) error {
		v := &Zone{ID: r.text(0), regionID: r.text(1), NameEN: r.opt(2), NameZH: r.opt(3), saleID: r.opt(4), Source: r.opt(5), at: r.at}
		if r.err != nil {
			return r.err
		}
		if v.NameEN == "" {
			v.NameEN = v.ID
		}
		if v.NameZH == "" {
			v.NameZH = v.NameEN
		}
		return c.zones.put(v)
	})
}

func (c *Catalog) readSales(s source) error {
	names := columns{"id", "families", "disks", "?source"}
	return readRows(s, "sales.tsv", names, func(r *row) error {
		v := &Sale{ID: r.text(0), familyIDs: r.list(1), Disks: r.list(2), Source: r.opt(3), at: r.at}
		if r.err != nil {
			return r.err
		}
		return c.sales.put(v)
	})
}

func (c *Catalog) linkSales() error {
	for _, s := range c.sales.rows {
		if len(s.familyIDs) == 1 && s.familyIDs[0] == "*" {
			continue
		}
		s.families = make(map[*Family]bool, len(s.familyIDs))
		for _, id := range s.familyIDs {
			f, ok := c.families.get("ecs." + id)
			if !ok {
				return s.at.errorf("families names %s, and there is no family ecs.%s", id, id)
			}
			s.families[f] = true
		}
		for _, category := range s.Disks {
			if !c.knowsDisk(category) {
				return s.at.errorf("disks names %s, and there is no such disk category", category)
			}
		}
	}
	return nil
}

func (c *Catalog) linkZones() error {
	c.zonesOf = make(map[string][]*Zone, len(c.regions.rows))
	everywhere := c.sales.byID["*"]
	for _, z := range c.zones.rows {
		var ok bool
		if z.Region, ok = c.regions.get(z.regionID); !ok {
			return z.at.errorf("the region %s of the zone %s is not known", z.regionID, z.ID)
		}
		z.all = everywhere
		if z.saleID == "" {
			z.Sale = c.sales.byID[z.regionID]
		} else if z.Sale, ok = c.sales.get(z.saleID); !ok {
			return z.at.errorf("the sales %s of the zone %s are not known", z.saleID, z.ID)
		}
		c.zonesOf[z.regionID] = append(c.zonesOf[z.regionID], z)
	}
	return nil
}
