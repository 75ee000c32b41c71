package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

// meta is one product's published parameter metadata.
type meta struct {
	Actions map[string]struct {
		Methods string      `json:"methods"`
		Params  []metaParam `json:"params"`
	} `json:"actions"`
}

type metaParam struct {
	Name     string      `json:"name"`
	Type     string      `json:"type"`
	Required bool        `json:"required"`
	Items    []metaParam `json:"items"`
}

func readMeta(path string) (*meta, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	m := new(meta)
	return m, json.Unmarshal(b, m)
}

// row is one line of the table of ECS actions.
type row struct {
	group, deprecated, tier string
	write                   bool
}

func readActions(path string) (map[string]row, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rows := map[string]row{}
	sc := bufio.NewScanner(f)
	for sc.Scan() {
		c := strings.Split(sc.Text(), "\t")
		if len(c) < 9 || c[0] == "action" {
			continue
		}
		r := row{group: groupNames.Replace(c[1]), write: c[2] == "write", tier: c[8]}
		if rest, ok := strings.CutPrefix(c[3], "yes"); ok {
			r.deprecated = strings.TrimPrefix(strings.TrimSpace(rest), "-> ")
			if r.deprecated == "" {
				r.deprecated = "-"
			}
		}
		rows[c[0]] = r
	}
	return rows, sc.Err()
}

var groupNames = strings.NewReplacer("price/billing", "billing", "region/zone/type catalog", "catalog")

// readSelection reads lines "Product Action [tier]"; # starts a comment.
func readSelection(path string) (map[string]map[string]row, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	sel := map[string]map[string]row{}
	sc := bufio.NewScanner(f)
	for n := 1; sc.Scan(); n++ {
		text, _, _ := strings.Cut(sc.Text(), "#")
		c := strings.Fields(text)
		if len(c) == 0 {
			continue
		}
		if len(c) != 4 {
			return nil, fmt.Errorf("%s:%d: want Product Action group tier", path, n)
		}
		if sel[c[0]] == nil {
			sel[c[0]] = map[string]row{}
		}
		sel[c[0]][c[1]] = row{group: c[2], tier: c[3], write: !isRead(c[1])}
	}
	return sel, sc.Err()
}

func isRead(action string) bool {
	for _, p := range []string{"Describe", "List", "Get", "Query", "Check"} {
		if strings.HasPrefix(action, p) {
			return true
		}
	}
	return false
}

// tree builds the nested parameters of an action from its flat, dotted metadata names.
func (p metaParams) tree() []field {
	var root []field
	for _, m := range p {
		place(&root, strings.Split(m.Name, "."), m)
	}
	return root
}

type metaParams []metaParam

// place puts one parameter where its dotted name says; a number in the name makes what is before it a list.
func place(into *[]field, path []string, m metaParam) {
	name := path[0]
	list := len(path) > 1 && isNumber(path[1])
	rest := path[1:]
	if list {
		rest = path[2:]
	}
	f := find(*into, name)
	if f == nil {
		*into = append(*into, field{Name: name})
		f = find(*into, name)
	}
	if len(rest) > 0 {
		f.Type = "struct"
		if list {
			f.Type = "[]struct"
		}
		place(&f.Fields, rest, m)
		return
	}
	f.Required = m.Required
	f.Fields = append(f.Fields, metaParams(m.Items).tree()...)
	f.JSON = f.JSON || m.Type == "Json"
	switch m.Type {
	case "RepeatList", "Array", "Json":
		f.Type = "[]string"
		if len(f.Fields) > 0 {
			f.Type = "[]struct"
		}
	case "Struct":
		f.Type = "struct"
	default:
		f.Type = metaTypes[m.Type]
		if list {
			f.Type = "[]" + f.Type
		}
	}
	if f.Type == "" {
		panic("specgen: unknown type " + m.Type + " of " + m.Name)
	}
}

var metaTypes = map[string]string{"String": "string", "Integer": "int", "Long": "long", "Float": "float", "Double": "double", "Boolean": "bool"}

// metaNames are the metadata's words for the spec's types.
var metaNames = map[string]string{"string": "String", "int": "Integer", "long": "Long", "float": "Float", "double": "Double", "bool": "Boolean", "[]string": "RepeatList"}

func isNumber(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
