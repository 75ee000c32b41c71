package catalog

import "slices"

// Region is a place with a service endpoint of its own.
type Region struct {
	ID       string // cn-hangzhou
	Code     uint8  // 1..255; in stored keys, hence never changed nor reused
	Prefix   string // three characters of [0-9a-z] that resource ids carry after their kind, as bp1 in i-bp1…
	NameEN   string // as DescribeRegions shows it with AcceptLanguage en-US
	NameZH   string // … zh-CN
	Endpoint string // host name of the real service there
	Classic  bool   // has the classic network besides VPCs
	Source   string
	at       origin
}

func (r *Region) key() string   { return r.ID }
func (r *Region) where() origin { return r.at }

// Regions are all regions, in file order.
func (c *Catalog) Regions() []*Region { return c.regions.rows }

// Region finds a region by its id.
func (c *Catalog) Region(id string) (*Region, bool) { return c.regions.get(id) }

// RegionByCode finds a region by the code that keys carry.
func (c *Catalog) RegionByCode(code uint8) (*Region, bool) {
	r := c.byCode[code]
	return r, r != nil
}

func (c *Catalog) readRegions(s source) error {
	names := columns{"id", "code", "prefix", "name_en", "?name_zh", "?endpoint", "?classic", "?source"}
	return readRows(s, "regions.tsv", names, func(r *row) error {
		v := &Region{
			ID:       r.text(0),
			Code:     uint8(r.number(1, 1, 255)),
			Prefix:   r.text(2),
			NameEN:   r.text(3),
			NameZH:   r.opt(4),
			Endpoint: r.opt(5),
			Classic:  r.flag(6),
			Source:   r.opt(7),
			at:       r.at,
		}
		if len(v.Prefix) != 3 || slices.ContainsFunc([]byte(v.Prefix), func(b byte) bool {
			return (b < '0' || b > '9') && (b < 'a' || b > 'z')
		}) {
			r.fail(2, "is %q, wanted three characters of 0-9 and a-z", v.Prefix)
		}
		if r.err != nil {
			return r.err
		}
		if old, ok := c.regions.get(v.ID); ok && (old.Code != v.Code || old.Prefix != v.Prefix) {
			return r.at.errorf("%s has the code %d and the prefix %s for good: they are in stored keys and in ids", v.ID, old.Code, old.Prefix)
		}
		if v.NameZH == "" {
			v.NameZH = v.NameEN
		}
		if v.Endpoint == "" {
			v.Endpoint = "ecs." + v.ID + ".aliyuncs.com"
		}
		return c.regions.put(v)
	})
}

func (c *Catalog) linkRegions() error {
	prefixes := make(map[string]*Region, len(c.regions.rows))
	for _, r := range c.regions.rows {
		if other := c.byCode[r.Code]; other != nil {
			return r.at.errorf("the code %d of %s is that of %s", r.Code, r.ID, other.ID)
		}
		if other := prefixes[r.Prefix]; other != nil {
			return r.at.errorf("the prefix %s of %s is that of %s", r.Prefix, r.ID, other.ID)
		}
		c.byCode[r.Code], prefixes[r.Prefix] = r, r
	}
	return nil
}
