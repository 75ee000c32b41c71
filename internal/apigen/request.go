package main

import (
	"fmt"
	"strings"
)

// declared is the Go type of a request's field: numbers and booleans are pointers, so that absent can be told.
func (f *fieldType) requestGoType() string {
	switch {
	case f.list:
		return "[]" + f.goType
	case f.st != nil, f.goType == "string", f.goType == "RawJSON":
		return f.goType
	}
	return "*" + f.goType
}

func (a *action) writeRequest(w *writer) {
	t := a.request
	if t == nil {
		return
	}
	if a.legacy {
		w.p("// %s is the request of %s %s of ECS %s, whose parameters are checked before the VPC product's action answers it.", t.name, a.product.Product.Product, a.Name, a.product.Version)
	} else {
		w.p("// %s is the request of %s %s.", t.name, a.product.Product.Product, a.Name)
	}
	t.writeRequestStruct(w)
	w.p("// Decode fills the request from the parameters.")
	w.p("func (r *%s) Decode(p *Params) error {", t.name)
	w.p("d := p.decoder(%q, %q)", a.product.Product.Product, a.Name)
	if len(t.fields) > 0 {
		w.p("for ps := p.list; len(ps) > 0; {\nvar head string\nvar g group\nhead, g, ps = next(ps, 0)\nswitch head {")
		t.writeCases(w)
		w.p("}\n}")
		for _, f := range t.fields {
			if f.Required {
				w.p("d.need(%s, %q)", f.present(a.Name), f.Name)
			}
		}
	}
	w.p("return d.done()\n}\n")
	w.p("// AppendParams adds the request's parameters.")
	w.p("func (r *%s) AppendParams(p *Params) {", t.name)
	for _, f := range t.fields {
		f.writeAppend(w, `""`)
	}
	w.p("p.merge()\n}\n")
	t.writeNested(w)
}

func (t *typ) writeNested(w *writer) {
	for _, n := range t.nested {
		w.p("// %s is part of a request.", n.name)
		n.writeRequestStruct(w)
		w.p("func (r *%s) decode(d *decoder, ps []Param, at int) {", n.name)
		var required []*fieldType
		for _, f := range n.fields {
			if f.Required {
				required = append(required, f)
			}
		}
		if required != nil {
			w.p("all := ps")
		}
		w.p("for len(ps) > 0 {\nvar head string\nvar g group\nhead, g, ps = next(ps, at)\nswitch head {")
		n.writeCases(w)
		w.p("}\n}")
		for _, f := range required {
			w.p("d.needIn(%s, all, at, %q)", f.filled(), f.Name)
		}
		w.p("}\n")
		w.p("func (r *%s) append(p *Params, at string) {", n.name)
		for _, f := range n.fields {
			f.writeAppend(w, "at")
		}
		w.p("}\n")
		n.writeNested(w)
	}
}

func (t *typ) writeRequestStruct(w *writer) {
	w.p("type %s struct {", t.name)
	for _, f := range t.fields {
		tag := ""
		if t.tags {
			tag = fmt.Sprintf(" `json:\"%s,omitempty\"`", f.Name)
			if f.st != nil && !f.list {
				tag = fmt.Sprintf(" `json:\"%s,omitzero\"`", f.Name)
			}
		}
		note := ""
		if f.Required {
			note = " // required"
		}
		w.p("%s %s%s%s", f.goName, f.requestGoType(), tag, note)
	}
	w.p("}\n")
}

func (t *typ) writeCases(w *writer) {
	for _, f := range t.fields {
		g := "g"
		if f.JSON && f.goType != "RawJSON" {
			g = "d.flat(g)"
		}
		w.p("case %q:", f.Name)
		switch {
		case f.list && (f.st != nil || f.shared):
			w.p("structs(d, &r.%s, %s, (*%s).decode)", f.goName, g, f.goType)
		case f.list:
			w.p("d.%ss(&r.%s, %s)", method(f), f.goName, g)
		case f.st != nil:
			w.p("if g := %s; !g.leaf {\nr.%s.decode(d, g.ps, g.skip+1)\n}", g, f.goName)
		default:
			w.p("d.%s(&r.%s, g)", method(f), f.goName)
		}
	}
}

// method is the runtime's method for a plain type.
func method(f *fieldType) string {
	switch f.goType {
	case "string":
		return "str"
	case "int64":
		return "long"
	case "float64":
		return "float"
	case "RawJSON":
		return "raw"
	}
	return f.goType
}

// mayBeEmpty are required strings of which the action decides what an empty one is: a copy without a name and a
// description of its own; a refusal that is documented as another one.
var mayBeEmpty = map[string]bool{
	"CopySnapshot.DestinationSnapshotName":        true,
	"CopySnapshot.DestinationSnapshotDescription": true,
	"DescribeEndpoints.ServiceCode":               true,
}

// present is the condition that a required parameter of the request was given. An empty string counts as missing, unless
// mayBeEmpty has it.
func (f *fieldType) present(action string) string {
	if mayBeEmpty[action+"."+f.Name] {
		return fmt.Sprintf("p.Has(%q)", f.Name)
	}
	return f.filled()
}

func (f *fieldType) filled() string {
	switch {
	case f.list:
		return fmt.Sprintf("len(r.%s) > 0", f.goName)
	case f.st != nil:
		var parts []string
		for _, n := range f.st.fields {
			inner := *n
			inner.goName = f.goName + "." + n.goName
			parts = append(parts, inner.filled())
		}
		return strings.Join(parts, " || ")
	case f.goType == "string" || f.goType == "RawJSON":
		return fmt.Sprintf("r.%s != \"\"", f.goName)
	}
	return fmt.Sprintf("r.%s != nil", f.goName)
}

func (f *fieldType) writeAppend(w *writer, at string) {
	switch {
	case f.JSON && f.goType != "RawJSON":
		w.p("p.json(%s, %q, r.%s)", at, f.Name, f.goName)
	case f.shared && f.list:
		w.p("p.tags(%s, %q, r.%s)", at, f.Name, f.goName)
	case f.list && f.st != nil:
		w.p("for i := range r.%s {\nr.%s[i].append(p, element(%s, %q, i))\n}", f.goName, f.goName, at, f.Name)
	case f.list:
		w.p("p.%ss(%s, %q, r.%s)", method(f), at, f.Name, f.goName)
	case f.st != nil:
		if at == `""` {
			w.p("r.%s.append(p, %q)", f.goName, f.Name+".")
		} else {
			w.p("r.%s.append(p, at + %q)", f.goName, f.Name+".")
		}
	case f.goType == "RawJSON":
		w.p("p.str(%s, %q, string(r.%s))", at, f.Name, f.goName)
	default:
		w.p("p.%s(%s, %q, r.%s)", method(f), at, f.Name, f.goName)
	}
}
