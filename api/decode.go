package api

import (
	"slices"
	"strconv"
	"strings"
)

// A Request is the request of one action.
type Request interface {
	// Decode fills the request, which is its zero value, from the parameters. Parameters the action does not
	// document are ignored. The error is an *Error: a required parameter missing, or a value of the wrong type.
	Decode(*Params) error
	// AppendParams adds the request's parameters, replacing those of the same name.
	AppendParams(*Params)
}

// maxElements bounds a list's length and its indexes.
const maxElements = 1000

// A decoder carries what the generated Decode methods share. It remembers the first error and goes on, so that a
// missing parameter is reported before a malformed one.
type decoder struct {
	product, action string
	missing, bad    *Error
	wrongs          []string // the parameters with a value of the wrong type
	spans           []span   // a stack: each list under way has a piece of it
}

// A span is one element of a list under way.
type span struct {
	index int
	g     group
}

// A group is the run of parameters that share a name up to skip.
type group struct {
	ps   []Param
	skip int
	leaf bool // one parameter, nothing after skip
}

// value is the value of a leaf.
func (g *group) value() string { return g.ps[0].Value }

// name is the name the group shares.
func (g *group) name() string { return g.ps[0].Name[:g.skip] }

func (p *Params) decoder(product, action string) *decoder {
	d := &p.dec
	d.product, d.action = product, action
	d.missing, d.bad, d.wrongs = nil, nil, nil
	return d
}

func (d *decoder) done() error {
	d.spans = d.spans[:0]
	switch {
	case d.missing != nil:
		return d.missing
	case d.bad != nil:
		return d.bad
	}
	return nil
}

// next takes the first group off a sorted list whose names agree before at: the name's next part, and all that share it.
func next(ps []Param, at int) (head string, g group, rest []Param) {
	name := ps[0].Name
	dot := strings.IndexByte(name[at:], '.')
	if dot < 0 {
		return name[at:], group{ps[:1], len(name), true}, ps[1:]
	}
	prefix := name[:at+dot+1]
	n := 1
	for n < len(ps) && strings.HasPrefix(ps[n].Name, prefix) {
		n++
	}
	return name[at : at+dot], group{ps[:n], at + dot, false}, ps[n:]
}

//go:noinline
func (d *decoder) str(dst *string, g group) {
	if g.leaf {
		*dst = g.value()
	}
}

//go:noinline
func (d *decoder) int(dst **int, g group) {
	if !g.leaf || g.value() == "" {
		return
	}
	if n, ok := parseInt(g.value(), 32); ok {
		*dst = new(int(n))
		return
	}
	d.wrong(g.name())
}

//go:noinline
func (d *decoder) long(dst **int64, g group) {
	if !g.leaf || g.value() == "" {
		return
	}
	if n, ok := parseInt(g.value(), 64); ok {
		*dst = &n
		return
	}
	d.wrong(g.name())
}

//go:noinline
func (d *decoder) float(dst **float64, g group) {
	if !g.leaf || g.value() == "" {
		return
	}
	if f, ok := parseFloat(g.value()); ok {
		*dst = &f
		return
	}
	d.wrong(g.name())
}

//go:noinline
func (d *decoder) bool(dst **bool, g group) {
	if !g.leaf || g.value() == "" {
		return
	}
	switch v := g.value(); {
	case v == "true" || strings.EqualFold(v, "true"):
		*dst = new(true)
	case strings.EqualFold(v, "false"):
		*dst = new(false)
	default:
		d.wrong(g.name())
	}
}

// parseInt reads a decimal number, no plus sign, no spaces.
func parseInt(s string, bits int) (int64, bool) {
	if strings.HasPrefix(s, "+") {
		return 0, false
	}
	n, err := strconv.ParseInt(s, 10, bits)
	return n, err == nil
}

// parseFloat reads a decimal number: no NaN, infinity or hexadecimal.
func parseFloat(s string) (float64, bool) {
	if strings.Trim(s, "0123456789+-.eE") != "" {
		return 0, false
	}
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil
}

// collect pushes the elements of a list, ascending by index; leaves says whether they are plain values or structs.
// The caller truncates d.spans to what it was.
func (d *decoder) collect(g group, leaves bool) []span {
	if g.leaf {
		return nil
	}
	low := len(d.spans)
	sorted := true
	for ps := g.ps; len(ps) > 0; {
		var head string
		var e group
		head, e, ps = next(ps, g.skip+1)
		if e.leaf != leaves || head == "" || len(head) > 1 && head[0] == '0' || strings.Trim(head, "0123456789") != "" {
			continue // not an element: an unknown parameter
		}
		n, err := strconv.Atoi(head)
		if err != nil || n > maxElements || len(d.spans)-low == maxElements {
			d.wrong(g.name())
			break
		}
		if len(d.spans) > low && n < d.spans[len(d.spans)-1].index {
			sorted = false
		}
		d.spans = append(d.spans, span{n, e})
	}
	if !sorted {
		slices.SortFunc(d.spans[low:], func(a, b span) int { return a.index - b.index })
	}
	return d.spans[low:]
}

func (d *decoder) strs(dst *[]string, g group) {
	low := len(d.spans)
	if es := d.collect(g, true); len(es) > 0 {
		*dst = make([]string, len(es))
		for i := range es {
			(*dst)[i] = es[i].g.value()
		}
	}
	d.spans = d.spans[:low]
}

func (d *decoder) ints(dst *[]int, g group)       { numbers(d, dst, g, 32) }
func (d *decoder) longs(dst *[]int64, g group)    { numbers(d, dst, g, 64) }
func (d *decoder) floats(dst *[]float64, g group) { numbers(d, dst, g, 0) }

// numbers decodes a list of integers of so many bits, or of floats when bits is 0.
func numbers[T int | int64 | float64](d *decoder, dst *[]T, g group, bits int) {
	low := len(d.spans)
	if es := d.collect(g, true); len(es) > 0 {
		*dst = make([]T, len(es))
		for i := range es {
			if bits == 0 {
				f, ok := parseFloat(es[i].g.value())
				if !ok {
					d.wrong(es[i].g.name())
				}
				(*dst)[i] = T(f)
				continue
			}
			n, ok := parseInt(es[i].g.value(), bits)
			if !ok {
				d.wrong(es[i].g.name())
			}
			(*dst)[i] = T(n)
		}
	}
	d.spans = d.spans[:low]
}

// structs decodes a list of structs with the element's own method.
func structs[T any](d *decoder, dst *[]T, g group, decode func(*T, *decoder, []Param, int)) {
	low := len(d.spans)
	if es := d.collect(g, false); len(es) > 0 {
		*dst = make([]T, len(es))
		for i := range es {
			decode(&(*dst)[i], d, es[i].g.ps, es[i].g.skip+1)
		}
	}
	d.spans = d.spans[:low]
}
