package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
)

// A source is the structs of one SDK package, by name.
type source struct {
	structs map[string]*ast.StructType
}

// parseFolder reads every Go file of a folder that holds models.
func parseFolder(dir string) (*source, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	s := &source{structs: map[string]*ast.StructType{}}
	fset := token.NewFileSet()
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".go") || e.Name() == "client.go" {
			continue
		}
		f, err := parser.ParseFile(fset, filepath.Join(dir, e.Name()), nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		for _, d := range f.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok {
				continue
			}
			for _, sp := range g.Specs {
				if t, ok := sp.(*ast.TypeSpec); ok {
					if st, ok := t.Type.(*ast.StructType); ok {
						s.structs[t.Name.Name] = st
					}
				}
			}
		}
	}
	return s, nil
}

// fields returns the fields of a struct by their wire names: the json tag of answers and of the newer SDK's
// requests, the name tag of the older SDK's requests.
func (s *source) fields(name string) []field { return s.walk(name, nil) }

func (s *source) walk(name string, above []string) []field {
	st, ok := s.structs[name]
	if !ok {
		return nil
	}
	for _, a := range above { // shared types of the older SDK can contain themselves
		if a == name {
			return nil
		}
	}
	above = append(above, name)
	var out []field
	for _, f := range st.Fields.List {
		if f.Tag == nil {
			continue
		}
		raw, _ := strconv.Unquote(f.Tag.Value)
		tag := reflect.StructTag(raw)
		wire, _, _ := strings.Cut(tag.Get("json"), ",")
		if wire == "" {
			wire = tag.Get("name")
		}
		if wire == "" || wire == "-" {
			continue
		}
		fl := field{Name: wire}
		fl.JSON = tag.Get("type") == "Json"
		fl.Type, fl.Fields = s.typeOf(f.Type, above)
		if fl.Type == "" {
			continue
		}
		out = append(out, fl)
	}
	return out
}

// typeOf names a type in the spec's words: string, int, long, float, double, bool, json, struct, and [] before one.
func (s *source) typeOf(t ast.Expr, above []string) (string, []field) {
	switch t := t.(type) {
	case *ast.StarExpr:
		return s.typeOf(t.X, above)
	case *ast.ArrayType:
		e, fields := s.typeOf(t.Elt, above)
		if e == "" {
			return "", nil
		}
		return "[]" + e, fields
	case *ast.MapType, *ast.InterfaceType:
		return "json", nil
	case *ast.SelectorExpr:
		switch t.Sel.Name {
		case "Integer":
			return "int", nil
		case "Boolean":
			return "bool", nil
		case "Float":
			return "double", nil
		}
		return "", nil
	case *ast.Ident:
		switch t.Name {
		case "string":
			return "string", nil
		case "int", "int32":
			return "int", nil
		case "int64":
			return "long", nil
		case "float32":
			return "float", nil
		case "float64":
			return "double", nil
		case "bool":
			return "bool", nil
		}
		if _, ok := s.structs[t.Name]; ok {
			return "struct", s.walk(t.Name, above)
		}
	}
	return "", nil
}
