// Package shapetest checks answers against the project's own description of them: every documented field and list
// present, of the right JSON type, nothing unknown. Tests of any package import it; product code does not, since it
// carries the whole spec.
package shapetest

import (
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
	v, err := readJSON(body)
	if err != nil {
		return nil, fmt.Errorf("not JSON: %w", err)
	}
	o, ok := v.(*object)
	if !ok {
		return nil, errors.New("the answer is no object")
	}
	return o, nil
}

func checkAnswer(o *object, fields []spec.Field) error {
	c := &checker{}
	if id, ok := o.get("RequestId").(string); !ok || id == "" {
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

// An object is a JSON object: its fields as they came, repeated ones too.
type object struct{ fields []pair }

type pair struct {
	name  string
	value any
}

func (o *object) add(name string, v any) { o.fields = append(o.fields, pair{name, v}) }

// get is the value of a field, nil for none.
func (o *object) get(name string) any {
	if i := o.find(name, 0); i >= 0 {
		return o.fields[i].value
	}
	return nil
}

// find is the place of a field, -1 for none. Answers have their fields in the order of the spec, so the place to look
// at first is known.
func (o *object) find(name string, first int) int {
	if first < len(o.fields) && o.fields[first].name == name {
		return first
	}
	return slices.IndexFunc(o.fields, func(p pair) bool { return p.name == name })
}

type checker struct{ wrong []error }

func (c *checker) fail(path, format string, args ...any) {
	if len(c.wrong) == 20 { // enough to see what is the matter
		return
	}
	c.wrong = append(c.wrong, errors.New(strings.TrimPrefix(path+": ", ": ")+fmt.Sprintf(format, args...)))
}

func (c *checker) object(path string, o *object, fields []spec.Field) {
	known, next := 0, 0
	for i := range fields {
		f := &fields[i]
		switch at := o.find(f.Name, next); {
		case at >= 0:
			known, next = known+1, at+1
			c.field(join(path, f.Name), o.fields[at].value, f)
		case !f.Omit:
			c.fail(path, "%s is absent", f.Name)
		}
	}
	if known == len(o.fields) {
		return
	}
	for i, p := range o.fields {
		if !slices.ContainsFunc(fields, func(f spec.Field) bool { return f.Name == p.name }) {
			c.fail(path, "%s is not documented", p.name)
		}
		if o.find(p.name, 0) < i {
			c.fail(path, "%s is there twice", p.name)
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
