package api

import (
	"slices"
	"strings"
)

// need records a missing required parameter of the request. One whose value is
// of the wrong type is not missing.
//
//go:noinline
func (d *decoder) need(present bool, name string) {
	if !present && d.missing == nil && !slices.Contains(d.wrongs, name) {
		d.missing = d.missed(name)
	}
}

// needIn is need for a field of the struct whose parameters begin at ps.
//
//go:noinline
func (d *decoder) needIn(present bool, ps []Param, at int, name string) {
	if !present && d.missing == nil && len(ps) > 0 && !slices.Contains(d.wrongs, ps[0].Name[:at]+name) {
		d.missing = d.missed(ps[0].Name[:at] + name)
	}
}

func (d *decoder) missed(name string) *Error {
	const message = "The input parameter %q that is mandatory for processing this request is not supplied."
	if c := "MissingParameter." + name; HasCode(d.product, d.action, c) {
		return Errorf(c, message, name) // with the status that is documented for it
	}
	return Errorf(CodeMissingParameter, message, name).WithStatus(400)
}

// wrong records a value of the wrong type, with the most specific code that is known for it.
func (d *decoder) wrong(name string) {
	d.wrongs = append(d.wrongs, name)
	if d.bad != nil {
		return
	}
	code := "InvalidParameter"
	full, last := shortName(name)
search:
	for _, n := range []string{full, last} {
		for _, c := range []string{"Invalid" + n + ".Malformed", "Invalid" + n + ".ValueNotSupported", "InvalidParameter." + n} {
			if HasCode(d.product, d.action, c) {
				code = c
				break search
			}
		}
	}
	d.bad = Errorf(code, "The specified value of parameter %q is not valid.", name).WithStatus(400)
}

// shortName turns DataDisk.1.Size into DataDiskSize, as codes have it, and Size.
func shortName(name string) (full, last string) {
	for part := range strings.SplitSeq(name, ".") {
		if strings.Trim(part, "0123456789") != "" {
			full += part
			last = part
		}
	}
	return full, last
}
