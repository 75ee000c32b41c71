package api

import (
	"encoding/json"
	"strconv"
)

// The generated AppendParams methods put their fields behind the list and call merge at the end.
//
// These methods, and the decoder's and encoder's, are called from thousands of generated lines. They are kept from being
// inlined: that makes the binary 3 MB smaller, and the code faster too.

//go:noinline
func (p *Params) str(prefix, name, v string) {
	if v != "" {
		p.list = append(p.list, Param{prefix + name, v})
	}
}

//go:noinline
func (p *Params) int(prefix, name string, v *int) {
	if v != nil {
		p.list = append(p.list, Param{prefix + name, strconv.Itoa(*v)})
	}
}

//go:noinline
func (p *Params) long(prefix, name string, v *int64) {
	if v != nil {
		p.list = append(p.list, Param{prefix + name, strconv.FormatInt(*v, 10)})
	}
}

//go:noinline
func (p *Params) float(prefix, name string, v *float64) {
	if v != nil {
		p.list = append(p.list, Param{prefix + name, strconv.FormatFloat(*v, 'f', -1, 64)})
	}
}

//go:noinline
func (p *Params) bool(prefix, name string, v *bool) {
	if v != nil {
		p.list = append(p.list, Param{prefix + name, strconv.FormatBool(*v)})
	}
}

func (p *Params) strs(prefix, name string, v []string) {
	for i, s := range v {
		p.list = append(p.list, Param{prefix + name + "." + strconv.Itoa(i+1), s})
	}
}

func (p *Params) ints(prefix, name string, v []int) {
	for i := range v {
		p.int(prefix, name+"."+strconv.Itoa(i+1), &v[i])
	}
}

func (p *Params) longs(prefix, name string, v []int64) {
	for i := range v {
		p.long(prefix, name+"."+strconv.Itoa(i+1), &v[i])
	}
}

func (p *Params) floats(prefix, name string, v []float64) {
	for i := range v {
		p.float(prefix, name+"."+strconv.Itoa(i+1), &v[i])
	}
}

func (p *Params) tags(prefix, name string, v []Tag) {
	for i := range v {
		at := element(prefix, name, i)
		p.list = append(p.list, Param{at + "Key", v[i].Key})
		p.str(at, "Value", v[i].Value)
	}
}

// json puts a struct or a list that the service takes as one JSON string; empty ones are left out.
func (p *Params) json(prefix, name string, v any) {
	b, err := json.Marshal(v)
	if err != nil { // a RawJSON that is none: sent as it is, for the service to refuse
		b = []byte(err.Error())
	}
	if s := string(b); s != "{}" && s != "[]" && s != "null" {
		p.list = append(p.list, Param{prefix + name, s})
	}
}

// element is the prefix of the fields of a list's element, counted from 0.
func element(prefix, name string, i int) string {
	return prefix + name + "." + strconv.Itoa(i+1) + "."
}

// merge makes the list sorted and unique again; of two values of one name the one appended later stays.
func (p *Params) merge() {
	sortParams(p.list)
	w := 0
	for _, q := range p.list {
		if w > 0 && p.list[w-1].Name == q.Name {
			w--
		}
		p.list[w] = q
		w++
	}
	clear(p.list[w:])
	p.list = p.list[:w]
}
