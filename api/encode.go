package api

import (
	"math"
	"strconv"
)

// A Response is the answer of one action.
type Response interface {
	// Encode appends the whole answer.
	Encode(*Encoder)
	SetRequestID(string)
}

// A Format is how an answer is written.
type Format uint8

const (
	JSON Format = iota
	XML
)

// An Encoder appends an answer to a buffer, without reflection and without memory of its own.
//
// The generated Encode methods give names as they stand in JSON, `"InstanceId":`, which XML takes the name out of. In
// JSON every value is followed by a comma, and what closes an object or array takes the last one's place: so no value
// needs to know what precedes it.
type Encoder struct {
	buf []byte
	xml bool
}

// Reset makes the encoder append to buf in this format. buf may be nil.
func (e *Encoder) Reset(buf []byte, f Format) { e.buf, e.xml = buf, f == XML }

// Bytes returns the buffer with what was appended.
func (e *Encoder) Bytes() []byte { return e.buf }

// Error appends the body of a refusal. host is the address the client called.
func (e *Encoder) Error(err *Error, requestID, host, recommend string) {
	e.start("Error", requestID)
	e.str(`"HostId":`, host)
	e.str(`"Code":`, err.Code)
	e.str(`"Message":`, err.Message)
	e.str(`"Recommend":`, recommend)
	e.finish("Error")
}

const prolog = "<?xml version='1.0' encoding='UTF-8'?>"

//go:noinline
func (e *Encoder) start(root, requestID string) {
	if e.xml {
		e.buf = append(e.buf, prolog...)
		e.tag(root)
	} else {
		e.buf = append(e.buf, '{')
	}
	e.str(`"RequestId":`, requestID)
}

//go:noinline
func (e *Encoder) finish(root string) {
	if e.xml {
		e.endTag(root)
		return
	}
	e.shut('}')
	e.buf = e.buf[:len(e.buf)-1] // the comma
}

// bare takes the name out of a key.
func bare(key string) string { return key[1 : len(key)-2] }

// tag appends <name>.
func (e *Encoder) tag(name string) {
	b := append(e.buf, '<')
	b = append(b, name...)
	e.buf = append(b, '>')
}

// endTag appends </name>.
func (e *Encoder) endTag(name string) {
	b := append(e.buf, '<', '/')
	b = append(b, name...)
	e.buf = append(b, '>')
}

// key appends what precedes a value: "name": or <name>.
func (e *Encoder) key(key string) {
	if e.xml {
		e.tag(bare(key))
		return
	}
	e.buf = append(e.buf, key...)
}

// end appends what follows a value.
func (e *Encoder) end(key string) {
	if e.xml {
		e.endTag(bare(key))
		return
	}
	e.buf = append(e.buf, ',')
}

// shut ends an object or array.
func (e *Encoder) shut(with byte) {
	if last := len(e.buf) - 1; e.buf[last] == ',' {
		e.buf[last] = with
	} else { // it is empty
		e.buf = append(e.buf, with)
	}
	e.buf = append(e.buf, ',')
}

//go:noinline
func (e *Encoder) str(key, v string) {
	if e.xml {
		e.tag(bare(key))
		e.buf = appendXMLText(e.buf, v)
		e.endTag(bare(key))
		return
	}
	n := len(e.buf)
	need := n + len(key) + len(v) + 3
	if need > cap(e.buf) || !isPlain(v) {
		b := append(e.buf, key...)
		b = appendJSONString(b, v)
		e.buf = append(b, ',')
		return
	}
	b := e.buf[:need]
	n += copy(b[n:], key)
	b[n] = '"'
	copy(b[n+1:], v)
	b[need-2], b[need-1] = '"', ','
	e.buf = b
}

//go:noinline
func (e *Encoder) int(key string, v int) { e.long(key, int64(v)) }

//go:noinline
func (e *Encoder) long(key string, v int64) {
	e.key(key)
	e.buf = strconv.AppendInt(e.buf, v, 10)
	e.end(key)
}

// float appends a number without exponent, as JSON and the clients' parsers have it.
//
//go:noinline
func (e *Encoder) float(key string, v float64) {
	e.key(key)
	e.buf = appendFloat(e.buf, v)
	e.end(key)
}

func appendFloat(b []byte, v float64) []byte {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		v = 0 // neither JSON nor XML clients can read them
	}
	return strconv.AppendFloat(b, v, 'f', -1, 64)
}

//go:noinline
func (e *Encoder) bool(key string, v bool) {
	e.key(key)
	e.buf = strconv.AppendBool(e.buf, v)
	e.end(key)
}

// open and close surround the fields of a struct.
//
//go:noinline
func (e *Encoder) open(key string) {
	e.key(key)
	if !e.xml {
		e.buf = append(e.buf, '{')
	}
}

//go:noinline
func (e *Encoder) close(key string) {
	if e.xml {
		e.endTag(bare(key))
		return
	}
	e.shut('}')
}

// list and endList surround the elements of a list; in XML the elements repeat the name and nothing surrounds them.
//
//go:noinline
func (e *Encoder) list(key string) {
	if !e.xml {
		e.buf = append(e.buf, key...)
		e.buf = append(e.buf, '[')
	}
}

//go:noinline
func (e *Encoder) endList() {
	if !e.xml {
		e.shut(']')
	}
}

// item opens a list's element that is a struct; close ends it.
//
//go:noinline
func (e *Encoder) item(key string) {
	if e.xml {
		e.tag(bare(key))
		return
	}
	e.buf = append(e.buf, '{')
}

// elem appends what precedes a plain element of a list; end follows it.
func (e *Encoder) elem(key string) {
	if e.xml {
		e.tag(bare(key))
	}
}

//go:noinline
func (e *Encoder) strs(key string, v []string) {
	e.list(key)
	for _, s := range v {
		e.elem(key)
		if e.xml {
			e.buf = appendXMLText(e.buf, s)
		} else {
			e.buf = appendJSONString(e.buf, s)
		}
		e.end(key)
	}
	e.endList()
}

func (e *Encoder) longs(key string, v []int64) {
	e.list(key)
	for _, n := range v {
		e.elem(key)
		e.buf = strconv.AppendInt(e.buf, n, 10)
		e.end(key)
	}
	e.endList()
}
