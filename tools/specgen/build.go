package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// A productInput says where one product's facts are.
type productInput struct {
	file, name, version string
	folder              string // in the older SDK; empty: the newer ECS SDK
}

var products = []productInput{
	{"ecs", "Ecs", "2014-05-26", ""},
	{"vpc", "Vpc", "2016-04-28", "vpc"},
	{"sts", "Sts", "2015-04-01", "sts"},
	{"location", "Location", "2015-06-12", "location"},
	{"resourcemanager", "ResourceManager", "2020-03-31", "resourcemanager"},
	{"tag", "Tag", "2018-08-28", "tag"},
	{"ram", "Ram", "2015-05-01", "ram"},
	{"bssopenapi", "BssOpenApi", "2017-12-14", "bssopenapi"},
}

type generator struct {
	facts, sdk1 string
	ecs         *source
	table       map[string]row
	selected    map[string]map[string]row
}

// product builds one product's spec.
func (g *generator) product(p productInput) (*spec, error) {
	s := &spec{Product: p.name, Version: p.version}
	m := new(meta)
	if p.file != "location" { // no metadata published; hand.go has its one action
		var err error
		if m, err = readMeta(filepath.Join(g.facts, p.file+".json")); err != nil {
			return nil, err
		}
	}
	src := g.ecs
	rows := g.table
	if p.folder != "" {
		var err error
		if src, err = parseFolder(filepath.Join(g.sdk1, p.folder)); err != nil {
			return nil, err
		}
		rows = g.selected[p.name]
	}
	names := map[string]bool{}
	for n := range m.Actions {
		names[n] = true
	}
	for n := range rows {
		names[n] = true
	}
	for n := range src.structs {
		if a, ok := strings.CutSuffix(n, "Request"); ok && p.folder != "" && !strings.HasSuffix(a, "Shrink") {
			names[a] = true
		}
	}
	for n := range names {
		r, typed := rows[n]
		_, inMeta := m.Actions[n]
		_, inSDK := src.structs[n+"Request"]
		hand, byHand := handwritten[p.name+"."+n]
		if !typed || !inMeta && !inSDK && !byHand {
			s.Known = append(s.Known, n)
			continue
		}
		a := action{Name: n, Group: r.group, Tier: r.tier, Write: r.write, Deprecated: r.deprecated}
		a.Post = inMeta && m.Actions[n].Methods == "POST"
		a.Params = metaParams(m.Actions[n].Params).tree()
		if inSDK {
			merge(&a.Params, src.fields(n+"Request"))
			g.markJSON(p, n, a.Params)
		}
		if byHand {
			if hand.params != nil {
				a.Params = hand.params
			}
			a.Response, a.Source = hand.response, hand.source
		} else if p.folder == "" {
			a.Response = src.fields(n + "ResponseBody")
		} else {
			a.Response = src.fields(n + "Response")
		}
		a.Params, a.Response = clean(a.Params), clean(a.Response)
		if fix, ok := fixes[p.name+"."+n]; ok {
			fix(&a)
		}
		if i := slices.IndexFunc(a.Response, func(f field) bool { return f.Name == "RequestId" }); i >= 0 {
			a.Response = slices.Delete(a.Response, i, i+1) // every answer has it
		}
		a.Response = answer(p, a.Response)
		sortFields(a.Params)
		sortFields(a.Response)
		s.Actions = append(s.Actions, a)
	}
	slices.SortFunc(s.Actions, func(a, b action) int { return strings.Compare(a.Name, b.Name) })
	slices.Sort(s.Known)
	for n := range rows {
		if !names[n] {
			return nil, fmt.Errorf("selected action %s is in no input", n)
		}
	}
	return s, nil
}

// merge adds what the SDK knows of the nesting to what the metadata says. The metadata's types of plain values win.
func merge(into *[]field, sdk []field) {
	for _, f := range sdk {
		if path := strings.Split(f.Name, "."); len(path) > 1 { // the older SDK has some dotted names too
			if !hasPath(*into, path) {
				place(into, path, metaParam{Name: f.Name, Type: metaNames[f.Type]})
			}
			continue
		}
		have := find(*into, f.Name)
		if have == nil {
			*into = append(*into, f)
			continue
		}
		have.JSON = have.JSON || f.JSON
		switch {
		case f.Type == have.Type && len(f.Fields) > 0:
			merge(&have.Fields, f.Fields)
		case have.Type == "[]string" && strings.HasPrefix(f.Type, "[]"), have.Type == "struct" && len(have.Fields) == 0:
			have.Type, have.Fields = f.Type, f.Fields
		case have.Type == "string" && (f.Type == "struct" || f.Type == "json"):
			// a JSON object in one parameter; the SDKs write it from a struct or a map
			have.Type, have.Fields, have.JSON = f.Type, f.Fields, true
		}
	}
}

// hasPath reports whether a dotted name is there, whatever its indexes.
func hasPath(fields []field, path []string) bool {
	for len(path) > 0 && isNumber(path[0]) {
		path = path[1:]
	}
	if len(path) == 0 {
		return true
	}
	f := find(fields, path[0])
	return f != nil && hasPath(f.Fields, path[1:])
}

// markJSON marks the parameters that the newer SDK sends as one JSON string, which its *Shrink* types show.
func (g *generator) markJSON(p productInput, name string, params []field) {
	if p.folder != "" {
		return
	}
	for _, f := range g.ecs.fields(name + "ShrinkRequest") {
		if have := find(params, f.Name); have != nil && f.Type == "string" && have.Type != "string" {
			have.JSON = true
		}
	}
}

// clean drops what is no business parameter and merges names that differ only in the first letter's case.
func clean(fields []field) []field {
	var out []field
	for _, f := range fields {
		switch f.Name {
		case "OwnerAccount", "ResourceOwnerAccount", "ResourceOwnerId":
			continue
		case "OwnerId":
			if f.Type == "long" || f.Type == "int" {
				if len(fields) > 3 && find(fields, "ResourceOwnerId") != nil {
					continue
				}
			}
		}
		if (f.Name == "key" || f.Name == "value") && find(fields, strings.ToUpper(f.Name[:1])+f.Name[1:]) != nil {
			continue
		}
		f.Fields = clean(f.Fields)
		if strings.HasSuffix(f.Type, "struct") && len(f.Fields) == 0 {
			f.Type = strings.TrimSuffix(f.Type, "struct") + "json"
		}
		out = append(out, f)
	}
	return out
}

// omitted are top-level fields of answers that are absent when they have no value: the last page has no NextToken, only
// a bought thing has an order, and clients take a Code for a failure.
var omitted = map[string]bool{"NextToken": true, "OrderId": true, "TradePrice": true, "Code": true}

func answer(p productInput, fields []field) []field {
	coded := find(fields, "Code") != nil
	for i := range fields {
		f := &fields[i]
		f.Omit = omitted[f.Name] || coded && (f.Name == "Message" || f.Name == "Success" && p.name != "BssOpenApi")
	}
	oneTag(p, fields)
	return fields
}

// oneTag undoes what the older SDK's one Tag type adds: it has both spellings of a tag, the products have one each.
func oneTag(p productInput, fields []field) {
	for i := range fields {
		f := &fields[i]
		if f.Name == "Tag" && find(f.Fields, "Key") != nil && find(f.Fields, "TagKey") != nil {
			f.Fields = str("TagKey", "TagValue")
			if p.name == "Vpc" {
				f.Fields = str("Key", "Value")
			}
		}
		oneTag(p, f.Fields)
	}
}
