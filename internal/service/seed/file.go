package seed

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"gopkg.in/yaml.v3"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/ecs"
)

// entry is one resource of a file.
type entry struct {
	kind    *kind
	line    int
	id      ecs.Key // 0: any
	account uint64
	region  string
	created time.Time // zero: now
	params  []param
	small   map[string]*yaml.Node
	made    string // its id, once it is made
}

// param is a parameter with the line it is on.
type param struct {
	api.Param
	line int
}

func (e *entry) param(name string) string {
	for _, p := range e.params {
		if p.Name == name {
			return p.Value
		}
	}
	return ""
}

// name is what others refer to it by, "" for nothing.
func (e *entry) name() string { return e.param(e.kind.name) }

func (e *entry) declared() string { return ecs.ID(e.kind.of, e.id) }

func at(line int, format string, args ...any) error {
	return fmt.Errorf("line %d: %w", line, fmt.Errorf(format, args...))
}

// maxEntries bounds a file.
const maxEntries = 100_000

// parse reads a file. An error is a sentence with its line.
func parse(data []byte, account uint64) (entries []*entry, err error) {
	if json.Valid(data) { // a tab is white space there, and in YAML none
		data = bytes.ReplaceAll(data, []byte("\t"), []byte(" "))
	}
	d := yaml.NewDecoder(bytes.NewReader(data))
	var root yaml.Node
	if err := d.Decode(&root); errors.Is(err, io.EOF) {
		return nil, errors.New("it is empty")
	} else if err != nil {
		return nil, errors.New(strings.TrimPrefix(err.Error(), "yaml: "))
	}
	if err := d.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, errors.New("it has a second document, or something after the first")
	}
	top, err := fields(root.Content[0])
	if err != nil {
		return nil, err
	}
	if v := top.take("version"); v == nil || v.Value != "1" {
		return nil, errors.New("it needs version: 1")
	}
	region := ""
	if v := top.take("region"); v != nil {
		region = v.Value
	}
	if v := top.take("account"); v != nil {
		if account, err = strconv.ParseUint(v.Value, 10, 64); err != nil {
			return nil, at(v.Line, "%q is no account", v.Value)
		}
	}
	for i := range kinds {
		list := top.take(kinds[i].list)
		if list == nil {
			continue
		}
		if list.Kind != yaml.SequenceNode {
			return nil, at(list.Line, "%s is a list", kinds[i].list)
		}
		for _, n := range list.Content {
			e := &entry{kind: &kinds[i], account: account, region: region}
			if err := e.read(n); err != nil {
				return nil, err
			}
			if entries = append(entries, e); len(entries) > maxEntries {
				return nil, fmt.Errorf("it has more than %d entries", maxEntries)
			}
		}
	}
	if err := top.rest(); err != nil {
		return nil, err
	}
	return entries, unique(entries)
}

// read reads an entry.
func (e *entry) read(n *yaml.Node) error {
	e.line = n.Line
	m, err := fields(n)
	if err != nil {
		return err
	}
	if v := m.take("id"); v != nil {
		var ok bool
		// A key so late that no time could follow it is nobody's.
		if e.id, ok = ecs.ParseID(e.kind.of, v.Value); !ok || uint64(e.id)&(1<<56-1) >= 1<<56-1<<50 {
			return at(v.Line, "%q is no id of %s", v.Value, e.kind.list)
		}
	}
	if v := m.take("account"); v != nil {
		if e.account, err = strconv.ParseUint(v.Value, 10, 64); err != nil {
			return at(v.Line, "%q is no account", v.Value)
		}
	}
	if v := m.take("region"); v != nil {
		e.region = v.Value
	}
	if v := m.take("created"); v != nil {
		if e.created, err = moment(v); err != nil {
			return err
		}
	}
	e.small = map[string]*yaml.Node{}
	for _, name := range e.kind.small {
		if v := m.take(name); v != nil {
			e.small[name] = v
		}
	}
	e.params, err = m.params(e.kind.version, e.kind.action)
	return err
}

func moment(n *yaml.Node) (time.Time, error) {
	t, err := time.Parse(time.RFC3339, n.Value)
	if err != nil || t.Before(ecs.Epoch) {
		return t, at(n.Line, "%q is no time since 2020 such as 2026-08-09T05:00:00Z", n.Value)
	}
	return t, nil
}

// unique refuses ids and names that occur twice.
func unique(entries []*entry) error {
	seen := map[string]int{}
	for _, e := range entries {
		for _, s := range []string{e.declared(), e.name()} {
			key := fmt.Sprint(e.kind.list, e.account, e.region, s)
			if line := seen[key]; s != "" && line != 0 && line != e.line {
				return at(e.line, "%q is there on line %d already", s, line)
			}
			seen[key] = e.line
		}
	}
	return nil
}

// mapping is a YAML mapping, fields are taken out of.
type mapping struct {
	line  int
	names []string
	nodes map[string]*yaml.Node
}

func fields(n *yaml.Node) (*mapping, error) {
	if n.Kind != yaml.MappingNode {
		return nil, at(n.Line, "names with values are expected here")
	}
	m := &mapping{line: n.Line, nodes: map[string]*yaml.Node{}}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		if k.Kind != yaml.ScalarNode || v.Kind == yaml.AliasNode || v.Tag == "!!null" {
			return nil, at(k.Line, "%q has no value that can be used", k.Value)
		}
		if m.nodes[k.Value] != nil {
			return nil, at(k.Line, "%s is there twice", k.Value)
		}
		m.names, m.nodes[k.Value] = append(m.names, k.Value), v
	}
	return m, nil
}

func (m *mapping) take(name string) *yaml.Node {
	n := m.nodes[name]
	if n != nil {
		delete(m.nodes, name)
		m.names = slices.DeleteFunc(m.names, func(s string) bool { return s == name })
	}
	return n
}

// rest refuses what has not been taken.
func (m *mapping) rest() error {
	if len(m.names) > 0 {
		return at(m.nodes[m.names[0]].Line, "there is no field %s here", m.names[0])
	}
	return nil
}

// params are the fields that are left, as the parameters of an action: every
// one must be known to it.
func (m *mapping) params(version, action string) (list []param, err error) {
	for _, name := range m.names {
		if name == "" || !unicode.IsUpper([]rune(name)[0]) {
			return nil, at(m.nodes[name].Line, "there is no field %s here", name)
		}
		if list, err = flatten(list, name, m.nodes[name]); err != nil {
			return nil, err
		}
	}
	return list, known(list, version, action)
}

func flatten(list []param, name string, n *yaml.Node) (_ []param, err error) {
	switch n.Kind {
	case yaml.ScalarNode:
		return append(list, param{api.Param{Name: name, Value: n.Value}, n.Line}), nil
	case yaml.SequenceNode:
		for i, v := range n.Content {
			if list, err = flatten(list, name+"."+strconv.Itoa(i+1), v); err != nil {
				return nil, err
			}
		}
		return list, nil
	case yaml.MappingNode:
		m, err := fields(n)
		if err != nil {
			return nil, err
		}
		for i, k := range m.names {
			v := m.nodes[k]
			if name == "Tag" {
				if v.Kind != yaml.ScalarNode {
					return nil, at(v.Line, "a tag has one value")
				}
				tag := name + "." + strconv.Itoa(i+1)
				list = append(list, param{api.Param{Name: tag + ".Key", Value: k}, v.Line}, param{api.Param{Name: tag + ".Value", Value: v.Value}, v.Line})
			} else if list, err = flatten(list, name+"."+k, v); err != nil {
				return nil, err
			}
		}
		return list, nil
	}
	return nil, at(n.Line, "%s has no value that can be used", name)
}

// known refuses parameters that an action does not have, in the words of the
// action where a value is of the wrong kind.
func known(list []param, version, action string) error {
	info, _ := api.Lookup(version, action)
	var sent, back api.Params
	for _, p := range list {
		sent.Set(p.Name, p.Value)
	}
	in := info.New()
	_ = in.Decode(&sent) // what is wrong with values the action says once it is called
	in.AppendParams(&back)
	for _, p := range list {
		if !back.Has(p.Name) && p.Value != "" {
			if wrong(info, p) {
				return at(p.line, "%s cannot be %q", p.Name, p.Value)
			}
			return at(p.line, "%s has no parameter %s", action, p.Name)
		}
	}
	return nil
}

// wrong tells that an action knows a parameter and not its value.
func wrong(info *api.ActionInfo, p param) bool {
	var params api.Params
	for _, name := range info.Required {
		params.Set(name, "1")
	}
	params.Set(p.Name, p.Value)
	return info.New().Decode(&params) != nil
}
