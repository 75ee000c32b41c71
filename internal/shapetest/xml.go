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
	o = new(object)
	for {
		tok, err := d.Token()
		if err != nil {
			return nil, "", err
		}
		switch tok := tok.(type) {
		case xml.EndElement:
			for i := range fields {
				if _, list := fields[i].Elem(); list && !fields[i].Omit && o.find(fields[i].Name, i) < 0 {
					o.add(fields[i].Name, []any{})
				}
			}
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
			at := o.find(f.Name, max(0, len(o.fields)-1))
			if !list || at < 0 {
				if list {
					v = []any{v}
				}
				o.add(f.Name, v)
				break
			}
			o.fields[at].value = append(o.fields[at].value.([]any), v)
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
