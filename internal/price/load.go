package price

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/ecs"
)

// everywhere is the name under which prices of all regions stand.
const everywhere = "*"

// The highest prices, so that sums cannot overflow: of an instance type or a
// host, and of one of what there are thousands of, such as GiB.
const (
	maxWhole = 100_000 * ecs.Unit
	maxPiece = 1_000 * ecs.Unit
)

// Load reads an operator's price list, a YAML or JSON file (docs/prices.md). It
// takes the place of OpenECS's own as a whole: what it leaves out has no price.
// Errors are sentences that begin with file and line and name the key.
func Load(path string, cat *catalog.Catalog) (*List, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("the price list cannot be read: %w", err)
	}
	return read(filepath.Base(path), b, cat)
}

func read(file string, b []byte, cat *catalog.Catalog) (*List, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(b, &doc); err != nil {
		return nil, fmt.Errorf("%s: %s", file, strings.TrimPrefix(err.Error(), "yaml: "))
	}
	if len(doc.Content) == 0 {
		return nil, fmt.Errorf("%s: the price list is empty", file)
	}
	l := &List{
		catalog: cat, types: map[string]map[string]price{}, hosts: map[string]price{}, disks: map[string]price{},
		vcpu: noPrice, gib: noPrice, iops: noPrice, mbit: noPrice, traffic: none, snapshots: none, eip: none,
	}
	r := &reader{file: file, list: l, cat: cat}
	r.top(value{node: doc.Content[0]})
	if r.err == nil && (l.source == "" || l.currency == "") {
		r.fail(value{node: doc.Content[0]}, "it needs a source and a currency")
	}
	if r.err != nil {
		return nil, r.err
	}
	return l, nil
}

// value is a value of the file with the keys that lead to it.
type value struct {
	path string
	node *yaml.Node
}

// reader fills a list from a file, until the first error.
type reader struct {
	file string
	list *List
	cat  *catalog.Catalog
	err  error
}

func (r *reader) fail(v value, format string, args ...any) {
	if r.err != nil {
		return
	}
	where := ""
	if v.path != "" {
		where = v.path + ": "
	}
	r.err = fmt.Errorf("%s:%d: %s%s", r.file, v.node.Line, where, fmt.Sprintf(format, args...))
}

// each calls f for every key of a mapping.
func (r *reader) each(v value, f func(key string, v value)) {
	if v.node.Kind == yaml.AliasNode {
		v.node = v.node.Alias
	}
	if v.node.Kind != yaml.MappingNode {
		r.fail(v, "wanted keys with values below them")
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(v.node.Content) && r.err == nil; i += 2 {
		key := v.node.Content[i].Value
		below := value{strings.TrimPrefix(v.path+"."+key, "."), v.node.Content[i+1]}
		if seen[key] {
			r.fail(value{below.path, v.node.Content[i]}, "is there twice")
		}
		seen[key] = true
		f(key, below)
	}
}

// fields reads a mapping of known keys.
func (r *reader) fields(v value, known map[string]func(value)) {
	r.each(v, func(key string, v value) {
		if f := known[key]; f != nil {
			f(v)
			return
		}
		names := make([]string, 0, len(known))
		for name := range known {
			names = append(names, name)
		}
		slices.Sort(names)
		r.fail(v, "is not known; here are %s", strings.Join(names, ", "))
	})
}

func (r *reader) top(v value) {
	l := r.list
	r.fields(v, map[string]func(value){
		"source":    func(v value) { l.source = r.text(v) },
		"currency":  func(v value) { l.currency = r.text(v) },
		"instances": r.instances,
		"hosts": func(v value) {
			r.each(v, func(id string, v value) {
				if _, ok := r.cat.HostType(id); !ok {
					r.fail(v, "there is no dedicated host type %s", id)
				}
				l.hosts[id] = r.price(v, maxWhole)
			})
		},
		"disks": func(v value) {
			r.each(v, func(name string, v value) {
				category, level, _ := strings.Cut(name, " ")
				if _, _, ok := r.cat.DiskLimits(category, level, false); !ok || level != "" && category != "cloud_essd" {
					r.fail(v, "there is no disk category %s", name)
				}
				l.disks[name] = r.price(v, maxPiece)
			})
		},
		"iops": func(v value) { l.iops = r.price(v, maxPiece) },
		"bandwidth": func(v value) {
			r.fields(v, map[string]func(value){
				"payByBandwidth": func(v value) { l.mbit = r.price(v, maxPiece) },
				"payByTraffic":   func(v value) { l.traffic = r.money(v, maxPiece) },
			})
		},
		"snapshots": func(v value) { l.snapshots = r.money(v, maxPiece) },
		"eip":       func(v value) { l.eip = r.money(v, maxPiece) },
		"discounts": r.discounts,
		"spot": func(v value) {
			r.fields(v, map[string]func(value){"seed": func(v value) {
				n, err := strconv.ParseUint(r.text(v), 10, 64)
				if err != nil {
					r.fail(v, "is %q, wanted a whole number", v.node.Value)
				}
				l.market.Seed = n
			}})
		},
	})
}

func (r *reader) instances(v value) {
	r.each(v, func(region string, v value) {
		if region == "formula" {
			r.fields(v, map[string]func(value){
				"vcpu": func(v value) { r.list.vcpu = r.price(v, maxPiece) },
				"gib":  func(v value) { r.list.gib = r.price(v, maxPiece) },
			})
			return
		}
		if _, ok := r.cat.Region(region); !ok && region != everywhere {
			r.fail(v, "there is no region %s", region)
		}
		types := map[string]price{}
		r.each(v, func(id string, v value) {
			if _, ok := r.cat.Type(id); !ok {
				r.fail(v, "there is no instance type %s", id)
			}
			types[id] = r.price(v, maxWhole)
		})
		r.list.types[region] = types
	})
}

func (r *reader) discounts(v value) {
	r.each(v, func(key string, v value) {
		months, err := strconv.Atoi(key)
		if err != nil || months < 1 || months > 60 {
			r.fail(v, "%q is no number of months from 1 to 60", key)
		}
		percent, err := strconv.Atoi(r.text(v))
		if err != nil || percent < 0 || percent > 99 {
			r.fail(v, "is %q, wanted whole percent from 0 to 99", v.node.Value)
		}
		r.list.discounts = append(r.list.discounts, discount{months, percent})
	})
	slices.SortFunc(r.list.discounts, func(a, b discount) int { return cmp.Compare(a.months, b.months) })
}

// price reads a price by the hour, by the month or both.
func (r *reader) price(v value, most ecs.Money) price {
	p := noPrice
	r.fields(v, map[string]func(value){
		"hour":  func(v value) { p.hour = r.money(v, most) },
		"month": func(v value) { p.month = r.money(v, most) },
	})
	if p == noPrice {
		r.fail(v, "has neither hour nor month")
	}
	return p
}

func (r *reader) money(v value, most ecs.Money) ecs.Money {
	m, err := ecs.ParseMoney(r.text(v))
	if err == nil && m > most {
		err = errors.New("the most is " + most.String())
	}
	if err != nil {
		r.fail(v, "is %q: %v", v.node.Value, err)
	}
	return m
}

func (r *reader) text(v value) string {
	if v.node.Kind != yaml.ScalarNode || v.node.Value == "" || v.node.Tag == "!!null" {
		r.fail(v, "wanted one value")
		return ""
	}
	return v.node.Value
}
