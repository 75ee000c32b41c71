package main

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
)

// The form of the files written; package api/spec reads it and documents it.
type (
	spec struct {
		Product string   `json:"product"`
		Version string   `json:"version"`
		Actions []action `json:"-"`
		Known   []string `json:"known,omitempty"`
	}
	action struct {
		Name       string  `json:"name"`
		Group      string  `json:"group"`
		Tier       string  `json:"tier"`
		Write      bool    `json:"write,omitempty"`
		Post       bool    `json:"post,omitempty"`
		Deprecated string  `json:"deprecated,omitempty"`
		Source     string  `json:"source,omitempty"`
		Params     []field `json:"params"`
		Response   []field `json:"response"`
	}
	field struct {
		Name     string  `json:"name"`
		Type     string  `json:"type"`
		Required bool    `json:"required,omitempty"`
		JSON     bool    `json:"json,omitempty"`
		Omit     bool    `json:"omit,omitempty"`
		Fields   []field `json:"fields,omitempty"`
	}
)

// marshal writes a spec with one line per action head and per top-level field, so that a difference reads well.
func (s *spec) marshal() []byte {
	var b bytes.Buffer
	line := func(v any) string {
		var l bytes.Buffer
		e := json.NewEncoder(&l)
		e.SetEscapeHTML(false)
		if err := e.Encode(v); err != nil {
			panic(err) // strings, booleans and slices always marshal
		}
		return strings.TrimSpace(l.String())
	}
	b.WriteString("{\"product\":" + line(s.Product) + ",\"version\":" + line(s.Version) + ",\n\"actions\":[")
	for i, a := range s.Actions {
		if i > 0 {
			b.WriteByte(',')
		}
		params, response := a.Params, a.Response
		a.Params, a.Response = nil, nil
		head := line(a)
		head = head[:strings.Index(head, `,"params":`)]
		b.WriteString("\n" + head + ",\n \"params\":[")
		writeFields(&b, params, line)
		b.WriteString("],\n \"response\":[")
		writeFields(&b, response, line)
		b.WriteString("]}")
	}
	b.WriteString("],\n\"known\":[")
	for i, k := range s.Known {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString("\n" + line(k))
	}
	b.WriteString("]}\n")
	return b.Bytes()
}

func writeFields(b *bytes.Buffer, fields []field, line func(any) string) {
	for i, f := range fields {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString("\n  " + line(f))
	}
}

// find returns the field of that name, or nil.
func find(fields []field, name string) *field {
	for i := range fields {
		if fields[i].Name == name {
			return &fields[i]
		}
	}
	return nil
}

func sortFields(fields []field) {
	slices.SortFunc(fields, func(a, b field) int { return strings.Compare(a.Name, b.Name) })
	for _, f := range fields {
		sortFields(f.Fields)
	}
}
