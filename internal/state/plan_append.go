package state

import (
	"encoding/binary"
	"math"
	"reflect"
	"unsafe"
)

// append writes the value at from, of the plan's type, as encMode would, byte for byte. Committing encodes every row
// that changes; the library asks reflection about every field of every one.
func (p *plan) append(b []byte, from unsafe.Pointer) []byte {
	switch p.kind {
	case reflect.Struct:
		b = appendHead(b, majorArray, uint64(len(p.fields)))
		for i := range p.fields {
			f := &p.fields[i]
			b = f.plan.append(b, unsafe.Add(from, f.offset))
		}
		return b
	case reflect.Bool:
		if *(*bool)(from) {
			return append(b, cborTrue)
		}
		return append(b, cborFalse)
	case reflect.String:
		s := *(*string)(from)
		return append(appendHead(b, majorText, uint64(len(s))), s...)
	case reflect.Array:
		return append(appendHead(b, majorBytes, uint64(p.size)), unsafe.Slice((*byte)(from), p.size)...)
	case reflect.Slice:
		return p.appendSlice(b, from)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		if v := p.int(from); v < 0 {
			return appendHead(b, majorInt, uint64(^v))
		} else {
			return appendHead(b, majorUint, uint64(v))
		}
	default:
		return appendHead(b, majorUint, p.uint(from))
	}
}

func (p *plan) appendSlice(b []byte, from unsafe.Pointer) []byte {
	// A slice begins with its pointer and its length, whatever its elements are.
	s := *(*[]struct{})(from)
	if s == nil {
		return append(b, cborNull)
	}
	if p.elem.kind == reflect.Uint8 {
		y := *(*[]byte)(from)
		return append(appendHead(b, majorBytes, uint64(len(y))), y...)
	}
	b = appendHead(b, majorArray, uint64(len(s)))
	first := unsafe.Pointer(unsafe.SliceData(s))
	for i := range uintptr(len(s)) {
		b = p.elem.append(b, unsafe.Add(first, i*p.elem.size))
	}
	return b
}

func (p *plan) int(from unsafe.Pointer) int64 {
	switch p.size {
	case 8:
		return *(*int64)(from)
	case 4:
		return int64(*(*int32)(from))
	case 2:
		return int64(*(*int16)(from))
	default:
		return int64(*(*int8)(from))
	}
}

func (p *plan) uint(from unsafe.Pointer) uint64 {
	switch p.size {
	case 8:
		return *(*uint64)(from)
	case 4:
		return uint64(*(*uint32)(from))
	case 2:
		return uint64(*(*uint16)(from))
	default:
		return uint64(*(*uint8)(from))
	}
}

// appendHead writes a major type and its argument in the shortest form.
func appendHead(b []byte, major byte, n uint64) []byte {
	major <<= 5
	switch {
	case n < 24:
		return append(b, major|byte(n))
	case n <= math.MaxUint8:
		return append(b, major|24, byte(n))
	case n <= math.MaxUint16:
		return binary.BigEndian.AppendUint16(append(b, major|25), uint16(n))
	case n <= math.MaxUint32:
		return binary.BigEndian.AppendUint32(append(b, major|26), uint32(n))
	default:
		return binary.BigEndian.AppendUint64(append(b, major|27), n)
	}
}
