package main

import (
	"fmt"
	"slices"
	"strings"
)

// writeRegistry writes one table per product, ascending by name, made of constants and addresses only.
func (m *model) writeRegistry(w *writer) {
	w.p("var products = [...]product{")
	for _, p := range m.products {
		w.p("{%q, %q, %s[:]},", p.Product.Product, p.Version, p.table())
	}
	w.p("}\n")
	for _, p := range m.products {
		names := slices.Clone(p.Known)
		for _, a := range p.actions {
			names = append(names, a.Name)
		}
		slices.Sort(names)
		w.p("var %s = [...]ActionInfo{", p.table())
		for _, n := range names {
			w.p("%s,", p.entry(n))
		}
		w.p("}\n")
		w.p("const (")
		for i, n := range names {
			if p.byName[n] != nil {
				w.p("%s%s = %d", p.table(), n, i)
			}
		}
		w.p(")\n")
	}
}

func (p *product) table() string { return lowerFirst(p.Product.Product) + "Actions" }

func (p *product) entry(name string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "{Product: %q, Version: %q, Name: %q", p.Product.Product, p.Version, name)
	a := p.byName[name]
	if a == nil {
		fmt.Fprintf(&b, ", Write: %v}", !readOnly(name))
		return strings.Replace(b.String(), ", Write: false", "", 1)
	}
	fmt.Fprintf(&b, ", Group: %q, Tier: %q", a.Group, a.Tier)
	if a.Write {
		b.WriteString(", Write: true")
	}
	if a.Post {
		b.WriteString(", Post: true")
	}
	if a.Deprecated != "" {
		fmt.Fprintf(&b, ", Deprecated: %q", a.Deprecated)
	}
	var required []string
	for _, f := range a.Params {
		if f.Required {
			required = append(required, fmt.Sprintf("%q", f.Name))
		}
	}
	if required != nil {
		fmt.Fprintf(&b, ", Required: []string{%s}", strings.Join(required, ", "))
	}
	typed := a
	if a.legacy {
		typed = a.alias
	}
	fmt.Fprintf(&b, ",\nNew: func() Request { return new(%sRequest) }", typed.base)
	fmt.Fprintf(&b, ", NewResponse: func() Response { return new(%sResponse) }", typed.base)
	if a.legacy {
		fmt.Fprintf(&b, ",\nAlias: &%s[%s%s]", typed.product.table(), typed.product.table(), typed.Name)
		if a.request != nil {
			fmt.Fprintf(&b, ", Legacy: func() Request { return new(%sRequest) }", a.base)
		}
	}
	b.WriteString("}")
	return b.String()
}

func readOnly(name string) bool {
	return slices.ContainsFunc([]string{"Describe", "List", "Get", "Query", "Check"}, func(p string) bool { return strings.HasPrefix(name, p) })
}

// writeClient writes one method of the typed client per action.
func (m *model) writeClient(w *writer) {
	w.p("import (\n\"context\"\n\n\"github.com/openecs/openecs/api\"\n)\n")
	w.p("// methodInfo is the action a generated method calls.\nfunc methodInfo(version, action string) *api.ActionInfo {\na, _ := api.Lookup(version, action)\nreturn a\n}\n")
	for _, p := range m.products {
		for _, a := range p.actions {
			if a.legacy {
				continue
			}
			verb := "changes something"
			if !a.Write {
				verb = "only reads"
			}
			extra := ""
			if a.Deprecated != "" && a.Deprecated != "-" {
				extra = "\n//\n// Deprecated: use " + a.Deprecated + "."
			}
			w.p("// %s calls %s %s, which %s.%s", a.base, p.Product.Product, a.Name, verb, extra)
			w.p("func (c *Client) %s(ctx context.Context, in *api.%sRequest) (*api.%sResponse, error) {", a.base, a.base, a.base)
			w.p("return call[api.%sResponse](ctx, c, methodInfo(%q, %q), in)\n}\n", a.base, p.Version, a.Name)
		}
	}
}
