package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/openecs/openecs/api/spec"
)

// A model is the spec with everything named.
type model struct {
	products []*product
	types    map[string]bool // every type name given
}

type product struct {
	spec.Product
	prefix  string // before names that another product has plain
	actions []*action
	byName  map[string]*action
}

type action struct {
	spec.Action
	product  *product
	base     string  // of its type and method names: the name, with the product's prefix on a clash
	legacy   bool    // ECS's version of an action that the VPC product has: only its request is generated, if at all
	alias    *action // for a legacy one, the VPC product's
	request  *typ
	response *typ
}

// A typ is one struct to generate.
type typ struct {
	name   string
	fields []*fieldType
	nested []*typ
	tags   bool // json tags for a request type that is sent as JSON
}

type fieldType struct {
	spec.Field
	goName string
	goType string // of the element for a list
	list   bool
	st     *typ // of a struct or a list of structs, unless shared
	shared bool // Tag or ResourceTag
	inner  *fieldType
}

var prefixes = map[string]string{
	"Ecs": "ECS", "Vpc": "VPC", "Sts": "STS", "Location": "Location", "ResourceManager": "ResourceManager", "Tag": "Tag",
	"Ram": "RAM", "BssOpenApi": "BSS",
}

func newModel(products []spec.Product) *model {
	m := &model{types: map[string]bool{"Tag": true, "ResourceTag": true}}
	for _, p := range products {
		q := &product{Product: p, prefix: prefixes[p.Product], byName: map[string]*action{}}
		for _, a := range p.Actions {
			act := &action{Action: a, product: q, base: a.Name}
			q.actions = append(q.actions, act)
			q.byName[a.Name] = act
		}
		m.products = append(m.products, q)
	}
	ecs, vpc := m.products[0], m.products[1]
	taken := map[string]bool{}
	for _, a := range ecs.actions {
		if v := vpc.byName[a.Name]; v != nil && a.Group == "vpc-legacy" {
			a.legacy, a.alias, a.base = true, v, "Legacy"+a.Name
			continue
		}
		taken[a.base] = true
	}
	for _, p := range m.products[1:] {
		for _, a := range p.actions {
			if taken[a.base] {
				a.base = p.prefix + a.base
			}
			taken[a.base] = true
		}
	}
	for _, p := range m.products {
		for _, a := range p.actions {
			m.reserve(a.base + "Request")
			m.reserve(a.base + "Response")
		}
	}
	for _, p := range m.products {
		for _, a := range p.actions {
			if a.legacy && subset(a.Params, a.alias.Params) {
				continue
			}
			a.request = m.requestType(a.base+"Request", a.Params, false)
			if !a.legacy {
				a.response = m.responseType(a.base+"Response", a.base, a.Response)
			}
		}
	}
	return m
}

// subset reports whether the parameters of a are all among b's, with the same types, and no more are required by b.
func subset(a, b []spec.Field) bool {
	for _, f := range a {
		i := slices.IndexFunc(b, func(g spec.Field) bool { return g.Name == f.Name })
		if i < 0 || b[i].Type != f.Type || !subset(f.Fields, b[i].Fields) {
			return false
		}
	}
	for _, g := range b {
		i := slices.IndexFunc(a, func(f spec.Field) bool { return f.Name == g.Name })
		if g.Required && (i < 0 || !a[i].Required) {
			return false
		}
	}
	return true
}

func (m *model) reserve(name string) {
	if m.types[name] {
		panic("apigen: type name twice: " + name)
	}
	m.types[name] = true
}

// unique takes the first free name.
func (m *model) unique(names ...string) string {
	for _, n := range names {
		if !m.types[n] {
			m.types[n] = true
			return n
		}
	}
	for i := 2; ; i++ {
		if n := fmt.Sprint(names[len(names)-1], i); !m.types[n] {
			m.types[n] = true
			return n
		}
	}
}

var goTypes = map[string]string{
	"string": "string", "int": "int", "long": "int64", "float": "float64", "double": "float64", "bool": "bool", "json": "RawJSON",
}

func isPair(fields []spec.Field, a, b string) bool {
	return len(fields) == 2 && fields[0].Name == a && fields[1].Name == b && fields[0].Type == "string" && fields[1].Type == "string"
}

func (m *model) requestType(name string, fields []spec.Field, tags bool) *typ {
	t := &typ{name: name, tags: tags}
	for i := range fields {
		f := &fieldType{Field: fields[i], goName: goName(fields[i].Name)}
		elem, list := f.Elem()
		f.list = list
		switch {
		case elem != "struct":
			f.goType = goTypes[elem]
		case list && isPair(f.Fields, "Key", "Value") && strings.Contains(f.Name, "Tag"):
			f.goType, f.shared = "Tag", true
		default:
			f.goType = m.unique(name + f.goName)
			f.st = m.requestType(f.goType, f.Fields, tags || f.JSON)
			t.nested = append(t.nested, f.st)
		}
		t.fields = append(t.fields, f)
	}
	t.checkNames()
	return t
}

// responseType names nested types after base, which is the element path without wrappers.
func (m *model) responseType(name, base string, fields []spec.Field) *typ {
	t := &typ{name: name}
	for i := range fields {
		t.fields = append(t.fields, m.responseField(t, base, base, fields[i]))
	}
	t.checkNames()
	return t
}

func (m *model) responseField(t *typ, base, long string, sf spec.Field) *fieldType {
	f := &fieldType{Field: sf, goName: goName(sf.Name)}
	elem, list := f.Elem()
	f.list = list
	switch {
	case elem != "struct":
		f.goType = goTypes[elem]
	case list && isPair(f.Fields, "TagKey", "TagValue"):
		f.goType, f.shared = "ResourceTag", true
	case list && isPair(f.Fields, "Key", "Value") && strings.Contains(f.Name, "Tag"):
		f.goType, f.shared = "Tag", true
	case f.Wrapper():
		f.inner = m.responseField(t, base, long+f.goName, f.Fields[0])
	default:
		f.goType = m.unique(base+f.goName, long+f.goName, long+f.goName+"Item")
		f.st = m.responseType(f.goType, f.goType, f.Fields)
		t.nested = append(t.nested, f.st)
	}
	return f
}

// checkNames makes the Go names of a struct's fields distinct: KMSKeyId and KmsKeyId are two names on the wire.
func (t *typ) checkNames() {
	seen := map[string]bool{}
	for _, f := range t.fields {
		for n := 2; seen[f.goName]; n++ {
			f.goName = fmt.Sprint(goName(f.Name), n)
		}
		seen[f.goName] = true
	}
}

func (p *product) groups() []string {
	var out []string
	for _, a := range p.actions {
		if !slices.Contains(out, a.Group) {
			out = append(out, a.Group)
		}
	}
	slices.Sort(out)
	return out
}
