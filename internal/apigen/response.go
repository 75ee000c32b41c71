package main

import "fmt"

func (f *fieldType) responseGoType() string {
	if f.inner != nil {
		return fmt.Sprintf("struct {\n%s %s `json:%q`\n}", f.inner.goName, f.inner.responseGoType(), f.inner.Name)
	}
	if f.list {
		return "[]" + f.goType
	}
	return f.goType
}

func (a *action) writeResponse(w *writer) {
	t := a.response
	if t == nil {
		return
	}
	w.p("// %s is the answer of %s %s.", t.name, a.product.Product.Product, a.Name)
	if a.Source != "" {
		w.p("// Source of its shape: %s.", a.Source)
	}
	w.p("type %s struct {\nRequestID string `json:\"RequestId\"`", t.name)
	t.writeResponseFields(w)
	w.p("}\n")
	w.p("// SetRequestID sets the id of the request that the answer is for.")
	w.p("func (r *%s) SetRequestID(id string) { r.RequestID = id }\n", t.name)
	w.p("// Encode appends the whole answer.")
	w.p("func (r *%s) Encode(e *Encoder) {", t.name)
	w.p("e.start(%q, r.RequestID)", a.Name+"Response")
	t.writeEncode(w)
	w.p("e.finish(%q)\n}\n", a.Name+"Response")
	t.writeNestedResponse(w)
}

func (t *typ) writeNestedResponse(w *writer) {
	for _, n := range t.nested {
		w.p("// %s is part of an answer.", n.name)
		w.p("type %s struct {", n.name)
		n.writeResponseFields(w)
		w.p("}\n")
		w.p("func (r *%s) encode(e *Encoder) {", n.name)
		n.writeEncode(w)
		w.p("}\n")
		n.writeNestedResponse(w)
	}
}

func (t *typ) writeResponseFields(w *writer) {
	for _, f := range t.fields {
		w.p("%s %s `json:%q`", f.goName, f.responseGoType(), f.Name)
	}
}

func (t *typ) writeEncode(w *writer) {
	for _, f := range t.fields {
		f.writeEncode(w, "r."+f.goName)
	}
}

func (f *fieldType) writeEncode(w *writer, at string) {
	if f.Omit {
		switch {
		case f.list:
			w.p("if len(%s) > 0 {", at)
		case f.goType == "string" || f.goType == "RawJSON":
			w.p("if %s != \"\" {", at)
		case f.goType == "bool":
			w.p("if %s {", at)
		default:
			w.p("if %s != 0 {", at)
		}
		defer w.p("}")
	}
	key := "`\"" + f.Name + "\":`" // as it stands in JSON
	switch {
	case f.inner != nil:
		w.p("e.open(%s)", key)
		f.inner.writeEncode(w, at+"."+f.inner.goName)
		w.p("e.close(%s)", key)
	case f.list && (f.st != nil || f.shared):
		w.p("e.list(%s)\nfor i := range %s {\ne.item(%s)\n%s[i].encode(e)\ne.close(%s)\n}\ne.endList()", key, at, key, at, key)
	case f.list:
		w.p("e.%ss(%s, %s)", method(f), key, at)
	case f.st != nil:
		w.p("e.open(%s)\n%s.encode(e)\ne.close(%s)", key, at, key)
	default:
		w.p("e.%s(%s, %s)", method(f), key, at)
	}
}
