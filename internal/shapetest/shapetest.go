// Package shapetest checks answers against the project's own description of them: every documented field and list
// present, of the right JSON type, nothing unknown. Tests of any package import it; product code does not, since it
// carries the whole spec.
package shapetest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/api/spec"
)

// Check verifies the JSON body of a successful answer. product is a product's name (Ecs) or version (2014-05-26); a VPC
// action under ECS's version is held to the VPC product's shape. The error names each place that is wrong; a field that
// the spec lets be absent may be.
func Check(product, action string, body []byte) error {
	fields, err := shape(product, action)
	if err != nil {
		return err
	}
	o, err := read(body, false, "", fields)
	if err == nil {
		err = checkAnswer(o, fields)
	}
	if err != nil {
		return fmt.Errorf("%s %s: %w", product, action, err)
	}
	return nil
}

// read reads the body of an answer; the name of its element and its fields are for XML.
func read(body []byte, xml bool, root string, fields []spec.Field) (*object, error) {
	if xml {
		return readXML(body, root, append([]spec.Field{{Name: "RequestId", Type: "string"}}, fields...))
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	v, err := value(d)
	if err != nil {
		return nil, fmt.Errorf("not JSON: %w", err)
	}
	if d.More() {
		return nil, errors.New("something follows the answer")
	}
	o, ok := v.(*object)
	if !ok {
		return nil, errors.New("the answer is no object")
	}
	return o, nil
}

func checkAnswer(o *object, fields []spec.Field) error {
	c := &checker{}
	if id, ok := o.fields["RequestId"].(string); !ok || id == "" {
		c.fail("", "RequestId is absent or empty")
	}
	c.object("", o, append([]spec.Field{{Name: "RequestId", Type: "string"}}, fields...))
	return errors.Join(c.wrong...)
}

var shapes = sync.OnceValues(func() (map[string][]spec.Field, error) {
	products, err := spec.Load()
	if err != nil {
		return nil, err
	}
	m := map[string][]spec.Field{}
	for _, p := range products {
		for _, a := range p.Actions {
			m[p.Product+"."+a.Name] = a.Response
		}
	}
	return m, nil
})

func shape(product, action string) ([]spec.Field, error) {
	all, err := shapes()
	if err != nil {
		return nil, err
	}
	for a := range api.Actions() {
		if a.Name != action || a.Product != product && a.Version != product {
			continue
		}
		if a.Alias != nil {
			a = a.Alias
		}
		if f, ok := all[a.Product+"."+a.Name]; ok {
			return f, nil
		}
		return nil, fmt.Errorf("%s %s: known by name only", product, action)
	}
	return nil, fmt.Errorf("%s %s: no such action", product, action)
}

// An object is a JSON object whose repeated names are not lost.
type object struct {
	fields   map[string]any
	repeated []string
}

// value reads one JSON value: *object, []any, string, json.Number, bool or nil.
func value(d *json.Decoder) (any, error) {
	tok, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch tok {
	case json.Delim('{'):
		o := &object{fields: map[string]any{}}
		for d.More() {
			name, err := d.Token()
			if err != nil {
				return nil, err
			}
			v, err := value(d)
			if err != nil {
				return nil, err
			}
			key := name.(string) // the decoder allows nothing else here
			if _, ok := o.fields[key]; ok {
				o.repeated = append(o.repeated, key)
			}
			o.fields[key] = v
		}
		_, err := d.Token()
		return o, err
	case json.Delim('['):
		list := []any{}
		for d.More() {
			v, err := value(d)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		_, err := d.Token()
		return list, err
	}
	return tok, nil
}

type checker struct{ wrong []error }

func (c *checker) fail(path, format string, args ...any) {
	if len(c.wrong) == 20 { // enough to see what is the matter
		return
	}
	c.wrong = append(c.wrong, errors.New(strings.TrimPrefix(path+": ", ": ")+fmt.Sprintf(format, args...)))
}

func (c *checker) object(path string, o *object, fields []spec.Field) {
	for _, n := range o.repeated {
		c.fail(path, "%s is there twice", n)
	}
	for i := range fields {
		f := &fields[i]
		v, ok := o.fields[f.Name]
		switch {
		case ok:
			c.field(join(path, f.Name), v, f)
		case !f.Omit:
			c.fail(path, "%s is absent", f.Name)
		}
	}
	for n := range o.fields {
		if !slices.ContainsFunc(fields, func(f spec.Field) bool { return f.Name == n }) {
			c.fail(path, "%s is not documented", n)
		}
	}
}

func (c *checker) field(path string, v any, f *spec.Field) {
	elem, list := f.Elem()
	if !list {
		c.value(path, v, f.Type, f.Fields)
		return
	}
	l, ok := v.([]any)
	if !ok {
		c.fail(path, "is %s, not a list", kind(v))
		return
	}
	for i, e := range l {
		c.value(path+"["+strconv.Itoa(i)+"]", e, elem, f.Fields)
	}
}

func (c *checker) value(path string, v any, typ string, fields []spec.Field) {
	ok := false
	switch typ {
	case "string":
		_, ok = v.(string)
	case "bool":
		_, ok = v.(bool)
	case "int", "long":
		if n, isNumber := v.(json.Number); isNumber {
			i, err := n.Int64()
			ok = err == nil && (typ == "long" || i >= math.MinInt32 && i <= math.MaxInt32)
		}
	case "float", "double":
		n, isNumber := v.(json.Number)
		ok = isNumber && !strings.ContainsAny(n.String(), "eE")
	case "json":
		ok = v != nil
	case "struct":
		var o *object
		if o, ok = v.(*object); ok {
			c.object(path, o, fields)
		}
	}
	if !ok {
		c.fail(path, "is %s, not %s", kind(v), typ)
	}
}

func kind(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case *object:
		return "an object"
	case []any:
		return "a list"
	default:
		return fmt.Sprintf("%q", fmt.Sprint(v))
	}
}

func join(path, name string) string { return strings.TrimPrefix(path+"."+name, ".") }
