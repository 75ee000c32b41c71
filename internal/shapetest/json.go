package shapetest

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"unicode/utf8"
)

// readJSON reads a body that is one JSON value: *object, []any, string, json.Number, bool or nil. It reads every answer
// of every test, several times as fast as json.Decoder's tokens.
func readJSON(body []byte) (any, error) {
	if !utf8.Valid(body) {
		return nil, errors.New("not UTF-8")
	}
	if !json.Valid(body) {
		var v any
		d := json.NewDecoder(bytes.NewReader(body))
		if err := d.Decode(&v); err != nil {
			return nil, err
		}
		return nil, errors.New("something follows the value")
	}
	p := &parser{b: string(body)}
	return p.value(), nil
}

// parser walks over valid JSON. What it returns shares its memory.
type parser struct {
	b string
	i int
}

// next skips white space, commas and colons, which are where they must be.
func (p *parser) next() byte {
	for {
		switch c := p.b[p.i]; c {
		case ' ', '\t', '\r', '\n', ',', ':':
			p.i++
		default:
			return c
		}
	}
}

func (p *parser) value() any {
	switch p.next() {
	case '{':
		p.i++
		o := new(object)
		for p.next() != '}' {
			o.add(p.str(), p.value())
		}
		p.i++
		return o
	case '[':
		p.i++
		list := []any{}
		for p.next() != ']' {
			list = append(list, p.value())
		}
		p.i++
		return list
	case '"':
		return p.str()
	}
	switch word := p.word(); word {
	case "true", "false":
		return word == "true"
	case "null":
		return nil
	default:
		return json.Number(word)
	}
}

func (p *parser) str() string {
	start, escaped := p.i, false
	for p.i++; p.b[p.i] != '"'; p.i++ {
		if p.b[p.i] == '\\' {
			escaped = true
			p.i++
		}
	}
	p.i++
	raw := p.b[start:p.i]
	if !escaped {
		return raw[1 : len(raw)-1]
	}
	var s string
	_ = json.Unmarshal([]byte(raw), &s) // it is valid
	return s
}

func (p *parser) word() string {
	start := p.i
	for p.i < len(p.b) && strings.IndexByte(" \t\r\n,]}", p.b[p.i]) < 0 {
		p.i++
	}
	return p.b[start:p.i]
}
