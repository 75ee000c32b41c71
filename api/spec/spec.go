// Package spec holds the project's own description of every action OpenECS knows: its parameters, its answer, its
// group and tier. Package api, the typed client and the shape check of the tests are generated from it. Only
// generators and tests may import it: the files are embedded, and no product binary needs them.
//
// The files are written by tools/specgen and are not edited by hand.
package spec

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"
)

//go:embed *.json
var files embed.FS

// A Product is one product of the service, told by its version.
type Product struct {
	Product string   `json:"product"` // as clients spell it: Ecs, Vpc, BssOpenApi
	Version string   `json:"version"` // 2014-05-26
	Actions []Action `json:"actions"` // ascending by name
	Known   []string `json:"known"`   // actions known by name only, ascending
}

// An Action is one action with its parameters and its answer.
type Action struct {
	Name       string  `json:"name"`
	Group      string  `json:"group"`      // the resource group it is sorted under: instance, eip
	Tier       string  `json:"tier"`       // T0 to T3, by how many clients call it
	Write      bool    `json:"write"`      // changes something
	Post       bool    `json:"post"`       // GET is refused
	Deprecated string  `json:"deprecated"` // Product.Action of the successor, "-" for none
	Source     string  `json:"source"`     // where a shape written by hand comes from
	Params     []Field `json:"params"`
	Response   []Field `json:"response"` // without RequestId, which every answer has
}

// A Field is one parameter or one field of an answer.
type Field struct {
	Name string `json:"name"` // on the wire
	// Type is string, int (32 bits), long (64), float, double, bool, json (any JSON value), struct, or a list of
	// one: []string. A struct in an answer that holds one list and nothing else is that list's wrapper.
	Type     string  `json:"type"`
	Required bool    `json:"required"`
	JSON     bool    `json:"json"`   // a parameter sent as one JSON string; the flattened form is understood too
	Omit     bool    `json:"omit"`   // a field of an answer that is absent when it has no value
	Fields   []Field `json:"fields"` // of a struct or a list of structs, ascending by name
}

// Elem returns the element type of a list, and whether the field is one.
func (f *Field) Elem() (string, bool) { return strings.CutPrefix(f.Type, "[]") }

// Wrapper reports whether the field is a struct around one list, as in Instances.Instance.
func (f *Field) Wrapper() bool {
	return f.Type == "struct" && len(f.Fields) == 1 && strings.HasPrefix(f.Fields[0].Type, "[]")
}

// order is the order in which products are generated: of two that use one name the earlier has it plain.
var order = []string{"ecs", "vpc", "sts", "location", "resourcemanager", "tag", "ram", "bssopenapi"}

// Load returns all products, Ecs first.
func Load() ([]Product, error) {
	entries, err := files.ReadDir(".")
	if err != nil {
		return nil, err
	}
	var out []Product
	for _, name := range order {
		b, err := files.ReadFile(name + ".json")
		if err != nil {
			return nil, err
		}
		d := json.NewDecoder(bytes.NewReader(b))
		d.DisallowUnknownFields()
		var p Product
		if err := d.Decode(&p); err != nil {
			return nil, fmt.Errorf("%s.json: %w", name, err)
		}
		out = append(out, p)
	}
	for _, e := range entries {
		if !slices.Contains(order, strings.TrimSuffix(path.Base(e.Name()), ".json")) {
			return nil, fmt.Errorf("%s: not one of the products", e.Name())
		}
	}
	return out, nil
}
