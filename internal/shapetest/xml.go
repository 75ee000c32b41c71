package shapetest

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"

	"github.com/openecs/openecs/api/spec"
)

// readXML reads an answer in XML as what it would be in JSON. XML has no types and no empty lists: the fields say
// which text must be a number or a truth value, and which lists an element holds.
func readXML(body []byte, root string, fields []spec.Field) (*object, error) {
	d := xml.NewDecoder(bytes.NewReader(body))
	for {
		tok, err := d.Token()
		if err != nil {
			return nil, fmt.Errorf("not XML: %w", err)
		}
		start, ok := tok.(xml.StartElement)
		if !ok {
			continue
		}
		if start.Name.Local != root {
			return nil, fmt.Errorf("the element is %s, want %s", start.Name.Local, root)
		}
		o, _, err := element(d, fields)
		if err != nil {
			return nil, fmt.Errorf("not XML: %w", err)
		}
		if _, err := d.Token(); !errors.Is(err, io.EOF) {
			return nil, errors.New("something follows the answer")
		}
		return o, nil
	}
}

// element reads an element whose start has been read, both as an object and as text.
func element(d *xml.Decoder, fields []spec.Field) (o *object, text string, err error) {
	o = &object{fields: map[string]any{}}
	for i := range fields {
		if _, list := fields[i].Elem(); list && !fields[i].Omit {
			o.fields[fields[i].Name] = []any{}
		}
	}
	for {
		tok, err := d.Token()
		if err != nil {
			return nil, "", err
		}
		switch tok := tok.(type) {
		case xml.EndElement:
			return o, text, nil
		case xml.CharData:
			text += string(tok)
		case xml.StartElement:
			f := field(fields, tok.Name.Local)
			kid, inner, err := element(d, f.Fields)
			if err != nil {
				return nil, "", err
			}
			elem, list := f.Elem()
			v := typed(elem, kid, inner)
			switch old, there := o.fields[f.Name]; {
			case list:
				l, _ := old.([]any)
				o.fields[f.Name] = append(l, v)
			case there:
				o.repeated = append(o.repeated, f.Name)
			default:
				o.fields[f.Name] = v
			}
		}
	}
}

func field(fields []spec.Field, name string) spec.Field {
	for _, f := range fields {
		if f.Name == name {
			return f
		}
	}
	return spec.Field{Name: name, Type: "string"}
}

func typed(typ string, o *object, text string) any {
	switch typ {
	case "struct":
		return o
	case "bool":
		if text == "true" || text == "false" {
			return text == "true"
		}
	case "int", "long", "float", "double":
		if json.Valid([]byte(text)) {
			return json.Number(text)
		}
	}
	return text
}
