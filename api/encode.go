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
	e.str("HostId", host)
	e.str("Code", err.Code)
	e.str("Message", err.Message)
	e.str("Recommend", recommend)
	e.finish("Error")
}

const prolog = "<?xml version='1.0' encoding='UTF-8'?>"

func (e *Encoder) start(root, requestID string) {
	if e.xml {
		e.buf = append(e.buf, prolog...)
		e.tag(root)
	} else {
		e.buf = append(e.buf, '{')
	}
	e.str("RequestId", requestID)
}

func (e *Encoder) finish(root string) { e.close(root) }

// tag appends <name>.
func (e *Encoder) tag(name string) {
	e.buf = append(e.buf, '<')
	e.buf = append(e.buf, name...)
	e.buf = append(e.buf, '>')
}

// endTag appends </name>.
func (e *Encoder) endTag(name string) {
	e.buf = append(e.buf, '<', '/')
	e.buf = append(e.buf, name...)
	e.buf = append(e.buf, '>')
}

// comma separates from what precedes inside an object or array.
func comma(b []byte) []byte {
	if c := b[len(b)-1]; c != '{' && c != '[' {
		return append(b, ',')
	}
	return b
}

// key appends what precedes a value: "name": or <name>.
func (e *Encoder) key(name string) {
	if e.xml {
		e.tag(name)
		return
	}
	b := append(comma(e.buf), '"')
	b = append(b, name...)
	e.buf = append(b, '"', ':')
}

// end appends what follows a value.
func (e *Encoder) end(name string) {
	if e.xml {
		e.endTag(name)
	}
}

func (e *Encoder) str(name, v string) {
	e.key(name)
	if e.xml {
		e.buf = appendXMLText(e.buf, v)
		e.endTag(name)
		return
	}
	e.buf = appendJSONString(e.buf, v)
}

func (e *Encoder) int(name string, v int) {
	e.key(name)
	e.buf = strconv.AppendInt(e.buf, int64(v), 10)
	e.end(name)
}

func (e *Encoder) long(name string, v int64) {
	e.key(name)
	e.buf = strconv.AppendInt(e.buf, v, 10)
	e.end(name)
}

// float appends a number without exponent, as JSON and the clients' parsers have it.
func (e *Encoder) float(name string, v float64) {
	e.key(name)
	e.buf = appendFloat(e.buf, v)
	e.end(name)
}

func appendFloat(b []byte, v float64) []byte {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		v = 0 // neither JSON nor XML clients can read them
	}
	return strconv.AppendFloat(b, v, 'f', -1, 64)
}

func (e *Encoder) bool(name string, v bool) {
	e.key(name)
	e.buf = strconv.AppendBool(e.buf, v)
	e.end(name)
}

func (e *Encoder) raw(name string, v RawJSON) {
	e.key(name)
	if e.xml {
		e.buf = appendXMLText(e.buf, v.compact())
		e.endTag(name)
		return
	}
	e.buf = append(e.buf, v.compact()...)
}

// open and close surround the fields of a struct.
func (e *Encoder) open(name string) {
	e.key(name)
	if !e.xml {
		e.buf = append(e.buf, '{')
	}
}

func (e *Encoder) close(name string) {
	if e.xml {
		e.endTag(name)
		return
	}
	e.buf = append(e.buf, '}')
}

// list and endList surround the elements of a list; in XML the elements repeat the name and nothing surrounds them.
func (e *Encoder) list(name string) {
	if !e.xml {
		e.key(name)
		e.buf = append(e.buf, '[')
	}
}

func (e *Encoder) endList() {
	if !e.xml {
		e.buf = append(e.buf, ']')
	}
}

// item opens a list's element that is a struct; close ends it.
func (e *Encoder) item(name string) {
	if e.xml {
		e.tag(name)
		return
	}
	e.buf = append(comma(e.buf), '{')
}

// elem appends what precedes a plain element of a list.
func (e *Encoder) elem(name string) {
	if e.xml {
		e.tag(name)
		return
	}
	e.buf = comma(e.buf)
}

func (e *Encoder) strs(name string, v []string) {
	e.list(name)
	for _, s := range v {
		e.elem(name)
		if e.xml {
			e.buf = appendXMLText(e.buf, s)
		} else {
			e.buf = appendJSONString(e.buf, s)
		}
		e.end(name)
	}
	e.endList()
}

func (e *Encoder) ints(name string, v []int) {
	e.list(name)
	for _, n := range v {
		e.elem(name)
		e.buf = strconv.AppendInt(e.buf, int64(n), 10)
		e.end(name)
	}
	e.endList()
}

func (e *Encoder) longs(name string, v []int64) {
	e.list(name)
	for _, n := range v {
		e.elem(name)
		e.buf = strconv.AppendInt(e.buf, n, 10)
		e.end(name)
	}
	e.endList()
}

func (e *Encoder) floats(name string, v []float64) {
	e.list(name)
	for _, n := range v {
		e.elem(name)
		e.buf = appendFloat(e.buf, n)
		e.end(name)
	}
	e.endList()
}

func (e *Encoder) raws(name string, v []RawJSON) {
	e.list(name)
	for _, r := range v {
		e.elem(name)
		if e.xml {
			e.buf = appendXMLText(e.buf, r.compact())
		} else {
			e.buf = append(e.buf, r.compact()...)
		}
		e.end(name)
	}
	e.endList()
}
