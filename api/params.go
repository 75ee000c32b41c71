package api

import (
	"fmt"
	"slices"
	"strings"
	"unsafe"
)

// A Param is one parameter as sent, decoded.
type Param struct{ Name, Value string }

// Params are the decoded parameters of a request, query and form merged, names unique and ascending bytewise. The zero
// value is empty and ready. It may be reused after Reset; the strings it held stay valid.
//
// A Params is used by one goroutine at a time, decoding included.
type Params struct {
	list []Param
	dec  decoder // kept here so that decoding needs no memory of its own
}

// A DuplicateError says that a parameter occurs twice in one place, or differs between query and form.
type DuplicateError struct{ Name string }

func (e *DuplicateError) Error() string { return "parameter " + e.Name + " is given more than once" }

// A SyntaxError says that a query or form has a malformed escape.
type SyntaxError struct{ Text string }

func (e *SyntaxError) Error() string { return fmt.Sprintf("malformed escape %q", e.Text) }

// Parse replaces the parameters by those of a raw query and a form body. It fails with a *SyntaxError for a malformed
// escape and with a *DuplicateError when a name occurs twice in one place or with two values in both; one name with
// the same value in both places is one parameter. It does not keep form; strings may share rawQuery.
func (p *Params) Parse(rawQuery string, form []byte) error {
	p.Reset()
	if err := p.parse(rawQuery); err != nil {
		return err
	}
	sortParams(p.list)
	if name, ok := duplicate(p.list); ok {
		return &DuplicateError{name}
	}
	if len(form) == 0 {
		return nil
	}
	n := len(p.list)
	if err := p.parse(string(form)); err != nil {
		return err
	}
	sortParams(p.list[n:])
	if name, ok := duplicate(p.list[n:]); ok {
		return &DuplicateError{name}
	}
	if n == 0 {
		return nil
	}
	sortParams(p.list)
	w := 1
	for _, q := range p.list[1:] {
		if last := p.list[w-1]; q.Name == last.Name {
			if q.Value != last.Value {
				return &DuplicateError{q.Name}
			}
			continue
		}
		p.list[w] = q
		w++
	}
	p.list = p.list[:w]
	return nil
}

// parse appends what one place holds, in its order.
func (p *Params) parse(s string) error {
	var u unescaper
	for s != "" {
		pair := s
		if i := strings.IndexByte(s, '&'); i >= 0 {
			pair, s = s[:i], s[i+1:]
		} else {
			s = ""
		}
		if pair == "" {
			continue
		}
		name, value := pair, ""
		if i := strings.IndexByte(pair, '='); i >= 0 {
			name, value = pair[:i], pair[i+1:]
		}
		var ok bool
		if name, ok = u.unescape(name, len(pair)+len(s)); !ok {
			return &SyntaxError{name}
		}
		if value, ok = u.unescape(value, len(value)+len(s)); !ok {
			return &SyntaxError{value}
		}
		p.list = append(p.list, Param{name, value})
	}
	return nil
}

// An unescaper decodes into one piece of memory per place.
type unescaper struct{ buf []byte }

// unescape decodes + and %XX. left bounds what this and all later calls can yield. When it fails the string returned
// is the malformed escape.
func (u *unescaper) unescape(s string, left int) (string, bool) {
	first := 0
	for ; first < len(s); first++ {
		if c := s[first]; c == '%' || c == '+' {
			break
		}
	}
	if first == len(s) {
		return s, true
	}
	if u.buf == nil {
		u.buf = make([]byte, 0, left)
	}
	start := len(u.buf)
	b := append(u.buf, s[:first]...)
	for i := first; i < len(s); i++ {
		switch c := s[i]; c {
		case '+':
			b = append(b, ' ')
		case '%':
			if i+2 >= len(s) {
				return s[i:], false
			}
			hi, lo := unhex[s[i+1]], unhex[s[i+2]]
			if hi|lo > 15 {
				return s[i : i+3], false
			}
			b = append(b, hi<<4|lo)
			i += 2
		default:
			b = append(b, c)
		}
	}
	u.buf = b
	if len(b) == start {
		return "", true
	}
	return unsafe.String(&b[start], len(b)-start), true // written once: later calls append behind it
}

// unhex is the value of a hexadecimal digit, above 15 for any other byte.
var unhex = func() (t [256]byte) {
	for i := range t {
		t[i] = 0xff
	}
	for i := range byte(10) {
		t['0'+i] = i
	}
	for i := range byte(6) {
		t['a'+i], t['A'+i] = 10+i, 10+i
	}
	return t
}()

// duplicate returns a name that occurs twice in a sorted list.
func duplicate(list []Param) (string, bool) {
	for i := 1; i < len(list); i++ {
		if list[i].Name == list[i-1].Name {
			return list[i].Name, true
		}
	}
	return "", false
}

// sortParams sorts by name and keeps the order of equal ones. Requests are short and often nearly sorted.
func sortParams(list []Param) {
	if len(list) > 40 {
		slices.SortStableFunc(list, func(a, b Param) int { return strings.Compare(a.Name, b.Name) })
		return
	}
	for i := 1; i < len(list); i++ {
		q := list[i]
		j := i
		for ; j > 0 && q.Name < list[j-1].Name; j-- {
			list[j] = list[j-1]
		}
		list[j] = q
	}
}

// find returns where a name is, or would be.
func (p *Params) find(name string) (int, bool) {
	lo, hi := 0, len(p.list)
	for lo < hi {
		m := int(uint(lo+hi) >> 1)
		if p.list[m].Name < name {
			lo = m + 1
		} else {
			hi = m
		}
	}
	return lo, lo < len(p.list) && p.list[lo].Name == name
}

// Get returns a parameter's value and whether it is present.
func (p *Params) Get(name string) (value string, ok bool) {
	if i, ok := p.find(name); ok {
		return p.list[i].Value, true
	}
	return "", false
}

// Has reports whether a parameter is present, be it empty.
func (p *Params) Has(name string) bool {
	_, ok := p.find(name)
	return ok
}

// All returns the parameters ascending by name, bytewise. The caller does not modify them.
func (p *Params) All() []Param { return p.list }

// Set adds or replaces a parameter.
func (p *Params) Set(name, value string) {
	i, ok := p.find(name)
	if ok {
		p.list[i].Value = value
		return
	}
	p.list = slices.Insert(p.list, i, Param{name, value})
}

// Del removes a parameter if it is present.
func (p *Params) Del(name string) {
	if i, ok := p.find(name); ok {
		p.list = slices.Delete(p.list, i, i+1)
	}
}

// Len returns how many parameters there are.
func (p *Params) Len() int { return len(p.list) }

// Reset removes all parameters and keeps the memory of the list.
func (p *Params) Reset() {
	clear(p.list)
	p.list = p.list[:0]
}
