package api

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// A RawJSON is any JSON value, kept as text. Empty stands for an empty object.
type RawJSON string

// MarshalJSON returns the text.
func (r RawJSON) MarshalJSON() ([]byte, error) {
	if r == "" {
		return []byte("{}"), nil
	}
	return []byte(r), nil
}

// UnmarshalJSON keeps the text.
func (r *RawJSON) UnmarshalJSON(b []byte) error {
	*r = RawJSON(b)
	return nil
}

// raw reads a parameter that holds a JSON value, or the fields of an object as parameters of their own.
func (d *decoder) raw(dst *RawJSON, g group) {
	if g.leaf {
		if v := g.value(); v != "" && !json.Valid([]byte(v)) {
			d.wrong(g.name())
		} else {
			*dst = RawJSON(v)
		}
		return
	}
	object := map[string]string{}
	for _, p := range g.ps {
		object[p.Name[g.skip+1:]] = p.Value
	}
	if b, err := json.Marshal(object); err == nil { // keys come out sorted
		*dst = RawJSON(b)
	}
}

// flat turns a parameter that holds a JSON object or array into the group that its flattened form would be; one that is
// flattened already stays. A malformed one is recorded and gives no parameters.
func (d *decoder) flat(g group) group {
	if !g.leaf {
		return g
	}
	if g.value() == "" {
		return g
	}
	dec := json.NewDecoder(strings.NewReader(g.value()))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil || dec.More() {
		d.wrong(g.name())
		return g
	}
	switch v.(type) {
	case map[string]any, []any:
	default:
		d.wrong(g.name())
		return g
	}
	ps, ok := flatten(nil, g.name(), v, 0)
	if !ok {
		d.wrong(g.name())
		return g
	}
	if len(ps) == 0 {
		return g
	}
	slices.SortStableFunc(ps, func(a, b Param) int { return strings.Compare(a.Name, b.Name) })
	return group{ps: ps, skip: g.skip}
}

// flatten appends the leaves of a value under their dotted names, lists from 1. It refuses values nested too deep or
// with too many leaves.
func flatten(to []Param, name string, v any, depth int) ([]Param, bool) {
	if depth > 8 || len(to) > 10*maxElements {
		return to, false
	}
	ok := true
	switch v := v.(type) {
	case map[string]any:
		for k, e := range v {
			if to, ok = flatten(to, name+"."+k, e, depth+1); !ok {
				return to, false
			}
		}
	case []any:
		for i, e := range v {
			if to, ok = flatten(to, name+"."+strconv.Itoa(i+1), e, depth+1); !ok {
				return to, false
			}
		}
	case string:
		to = append(to, Param{name, v})
	case json.Number:
		to = append(to, Param{name, v.String()})
	case bool:
		to = append(to, Param{name, strconv.FormatBool(v)})
	}
	return to, true
}
