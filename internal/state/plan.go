package state

import (
	"encoding"
	"encoding/binary"
	"math"
	"reflect"
	"strings"
	"unicode/utf8"
	"unsafe"

	"github.com/fxamacker/cbor/v2"
)

// plan is how one type is read from CBOR and written as CBOR, found out once. Loading decodes every row there is; the
// library asks reflection about every field of every row, which takes three times as long. A plan knows the plain case
// only (what encMode writes of structs with toarray, integers, booleans, strings and slices of these). A type of another
// kind has none; on data of another kind its reading gives up: then the library does it, and its answer counts.
type plan struct {
	kind   reflect.Kind
	typ    reflect.Type
	size   uintptr
	fields []planField // of a struct
	elem   *plan       // of a slice
	exact  bool        // an array: no field may be missing
}

type planField struct {
	offset uintptr
	plan   *plan
}

var (
	cborUnmarshaler   = reflect.TypeFor[cbor.Unmarshaler]()
	binaryUnmarshaler = reflect.TypeFor[encoding.BinaryUnmarshaler]()
	cborMarshaler     = reflect.TypeFor[cbor.Marshaler]()
	binaryMarshaler   = reflect.TypeFor[encoding.BinaryMarshaler]()
)

// planOf is nil for a type that is not plain.
func planOf(t reflect.Type) *plan {
	for _, own := range []reflect.Type{cborUnmarshaler, binaryUnmarshaler, cborMarshaler, binaryMarshaler} {
		if reflect.PointerTo(t).Implements(own) {
			return nil
		}
	}
	p := &plan{kind: t.Kind(), typ: t, size: t.Size()}
	switch t.Kind() {
	case reflect.Bool, reflect.String,
		reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return p
	case reflect.Array:
		switch t.Elem().Kind() {
		case reflect.Uint8:
			if t.Elem() == reflect.TypeFor[byte]() {
				return p
			}
		case reflect.Int32, reflect.Int64, reflect.Uint32, reflect.Uint64:
			elem := planOf(t.Elem())
			if elem == nil {
				return nil
			}
			p.kind, p.exact = reflect.Struct, true // the two are the same in CBOR
			for i := range t.Len() {
				p.fields = append(p.fields, planField{uintptr(i) * elem.size, elem})
			}
			return p
		}
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Slice || t.Elem() != reflect.TypeFor[byte]() && t.Elem().Kind() == reflect.Uint8 {
			return nil
		}
		if p.elem = planOf(t.Elem()); p.elem != nil {
			return p
		}
	case reflect.Struct:
		return p.structOf(t)
	}
	return nil
}

func (p *plan) structOf(t reflect.Type) *plan {
	if mark, ok := t.FieldByName("_"); !ok || mark.Tag.Get("cbor") != ",toarray" {
		return nil
	}
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Name == "_" {
			continue
		}
		if f.Anonymous || !f.IsExported() || strings.Contains(string(f.Tag), "cbor:") || strings.Contains(string(f.Tag), "json:") {
			return nil
		}
		fp := planOf(f.Type)
		if fp == nil {
			return nil
		}
		p.fields = append(p.fields, planField{f.Offset, fp})
	}
	return p
}

// The major types of CBOR.
const (
	majorUint  = 0
	majorInt   = 1
	majorBytes = 2
	majorText  = 3
	majorArray = 4
	cborFalse  = 0xf4
	cborTrue   = 0xf5
	cborNull   = 0xf6
)

// head reads a major type and its argument. ok is false for what a plan does not know, and at the end of data.
func head(b []byte) (major byte, n uint64, rest []byte, ok bool) {
	if len(b) == 0 {
		return 0, 0, nil, false
	}
	major, low := b[0]>>5, b[0]&0x1f
	switch b = b[1:]; {
	case low < 24:
		return major, uint64(low), b, true
	case low == 24 && len(b) >= 1:
		return major, uint64(b[0]), b[1:], true
	case low == 25 && len(b) >= 2:
		return major, uint64(binary.BigEndian.Uint16(b)), b[2:], true
	case low == 26 && len(b) >= 4:
		return major, uint64(binary.BigEndian.Uint32(b)), b[4:], true
	case low == 27 && len(b) >= 8:
		return major, binary.BigEndian.Uint64(b), b[8:], true
	}
	return 0, 0, nil, false
}

// read fills the zero value at to, of the plan's type, and returns what follows in b. If ok is false the value is to be
// thrown away.
func (p *plan) read(b []byte, to unsafe.Pointer) (rest []byte, ok bool) {
	switch p.kind {
	case reflect.Bool:
		if len(b) == 0 || b[0] != cborFalse && b[0] != cborTrue {
			return nil, false
		}
		*(*bool)(to) = b[0] == cborTrue
		return b[1:], true
	case reflect.Slice:
		return p.readSlice(b, to)
	}
	major, n, b, ok := head(b)
	if !ok {
		return nil, false
	}
	switch p.kind {
	case reflect.Struct:
		// Fields are only ever appended: a row of an older program lacks the last ones, which stay zero.
		if major != majorArray || n > uint64(len(p.fields)) || p.exact && n < uint64(len(p.fields)) {
			return nil, false
		}
		for i := range n {
			f := &p.fields[i]
			if b, ok = f.plan.read(b, unsafe.Add(to, f.offset)); !ok {
				return nil, false
			}
		}
		return b, true
	case reflect.String:
		if major != majorText || n > uint64(len(b)) || !utf8.Valid(b[:n]) {
			return nil, false
		}
		*(*string)(to) = string(b[:n])
		return b[n:], true
	case reflect.Array:
		if major != majorBytes || n != uint64(p.size) || n > uint64(len(b)) {
			return nil, false
		}
		copy(unsafe.Slice((*byte)(to), n), b)
		return b[n:], true
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		if major > majorInt || n > math.MaxInt64 {
			return nil, false
		}
		v := int64(n)
		if major == majorInt {
			v = ^v
		}
		return b, p.setInt(v, to)
	default:
		return b, major == majorUint && p.setUint(n, to)
	}
}

// setInt is false if v does not fit.
func (p *plan) setInt(v int64, to unsafe.Pointer) bool {
	switch p.size {
	case 8:
		*(*int64)(to) = v
		return true
	case 4:
		*(*int32)(to) = int32(v)
		return int64(int32(v)) == v
	case 2:
		*(*int16)(to) = int16(v)
		return int64(int16(v)) == v
	default:
		*(*int8)(to) = int8(v)
		return int64(int8(v)) == v
	}
}

func (p *plan) setUint(v uint64, to unsafe.Pointer) bool {
	switch p.size {
	case 8:
		*(*uint64)(to) = v
		return true
	case 4:
		*(*uint32)(to) = uint32(v)
		return v <= math.MaxUint32
	case 2:
		*(*uint16)(to) = uint16(v)
		return v <= math.MaxUint16
	default:
		*(*uint8)(to) = uint8(v)
		return v <= math.MaxUint8
	}
}

func (p *plan) readSlice(b []byte, to unsafe.Pointer) (rest []byte, ok bool) {
	if len(b) > 0 && b[0] == cborNull {
		return b[1:], true
	}
	major, n, b, ok := head(b)
	if !ok || n > uint64(len(b)) { // an element takes a byte at least
		return nil, false
	}
	if p.elem.kind == reflect.Uint8 {
		if major != majorBytes {
			return nil, false
		}
		*(*[]byte)(to) = append(make([]byte, 0, n), b[:n]...)
		return b[n:], true
	}
	if major != majorArray {
		return nil, false
	}
	s := reflect.MakeSlice(p.typ, int(n), int(n))
	reflect.NewAt(p.typ, to).Elem().Set(s)
	for i := range uintptr(n) {
		if b, ok = p.elem.read(b, unsafe.Add(s.UnsafePointer(), i*p.elem.size)); !ok {
			return nil, false
		}
	}
	return b, true
}
