package api

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// fill sets every field to a value of its own, lists to two elements.
func fill(v reflect.Value, n *int) {
	*n++
	switch v.Kind() {
	case reflect.String:
		if v.Type() == reflect.TypeFor[RawJSON]() {
			v.SetString(fmt.Sprintf(`{"k":%d}`, *n))
			return
		}
		v.SetString(fmt.Sprintf("s<%d>&\"ä", *n))
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(*n))
	case reflect.Float64:
		v.SetFloat(float64(*n) + 0.25)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), n)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range 2 {
			fill(v.Index(i), n)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), n)
		}
	default:
		panic("a kind the codecs do not have: " + v.Kind().String())
	}
}

// requests yields a fresh request of every type, legacy ones included.
func requests(t *testing.T, f func(t *testing.T, fresh func() Request)) {
	seen := map[reflect.Type]bool{}
	for a := range Actions() {
		for _, fresh := range []func() Request{a.New, a.Legacy} {
			if fresh == nil || seen[reflect.TypeOf(fresh())] {
				continue
			}
			seen[reflect.TypeOf(fresh())] = true
			t.Run(reflect.TypeOf(fresh()).Elem().Name(), func(t *testing.T) { f(t, fresh) })
		}
	}
	if len(seen) < 500 {
		t.Errorf("only %d request types", len(seen))
	}
}

func TestRequestsRoundTrip(t *testing.T) {
	requests(t, func(t *testing.T, fresh func() Request) {
		in := fresh()
		n := 0
		fill(reflect.ValueOf(in).Elem(), &n)
		var sent, got Params
		in.AppendParams(&sent)
		if err := got.Parse(query(&sent), nil); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(sent.All(), got.All()) {
			t.Fatalf("parsed %v\nsent %v", got.All(), sent.All())
		}
		out := fresh()
		if err := out.Decode(&got); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(in, out) {
			t.Errorf("sent %+v\ngot  %+v\nparams %v", in, out, sent.All())
		}
		// The same again over what is there changes nothing.
		before := slices.Clone(got.All())
		out.AppendParams(&got)
		if !slices.Equal(before, got.All()) {
			t.Error("appending twice differs")
		}
	})
}

func TestEmptyRequestsSendNothing(t *testing.T) {
	requests(t, func(t *testing.T, fresh func() Request) {
		var p Params
		fresh().AppendParams(&p)
		if p.Len() != 0 {
			t.Errorf("an empty request sends %v", p.All())
		}
	})
}

// Any value of any parameter must end in a request or in an *Error, whatever it is.
func TestRequestsTakeAnyValue(t *testing.T) {
	values := []string{"", "x", "-1", "99999999999999999999", "1e400", "NaN", "true", "[", "{}", "[null]", `{"a":[1,{"b":null}]}`, "\x00\xff"}
	requests(t, func(t *testing.T, fresh func() Request) {
		in := fresh()
		n := 0
		fill(reflect.ValueOf(in).Elem(), &n)
		var p Params
		in.AppendParams(&p)
		for _, v := range values {
			q := Params{list: slices.Clone(p.list)}
			for i := range q.list {
				q.list[i].Value = v
			}
			var e *Error
			if err := fresh().Decode(&q); err != nil && !errors.As(err, &e) {
				t.Errorf("%q: %T", v, err)
			}
		}
	})
}

// responses yields every answer type once.
func responses(t *testing.T, f func(t *testing.T, a *ActionInfo)) {
	for a := range Actions() {
		if a.NewResponse != nil && a.Alias == nil {
			t.Run(a.Product+"."+a.Name, func(t *testing.T) { f(t, a) })
		}
	}
}

func TestResponsesAsJSON(t *testing.T) {
	responses(t, func(t *testing.T, a *ActionInfo) {
		in := a.NewResponse()
		n := 0
		fill(reflect.ValueOf(in).Elem(), &n)
		var e Encoder
		e.Reset(nil, JSON)
		in.Encode(&e)
		out := a.NewResponse()
		d := json.NewDecoder(bytes.NewReader(e.Bytes()))
		d.DisallowUnknownFields()
		if err := d.Decode(out); err != nil {
			t.Fatalf("%v in %s", err, e.Bytes())
		}
		if !reflect.DeepEqual(in, out) {
			t.Errorf("encoded %+v\ndecoded %+v", in, out)
		}
	})
}

// Everything documented is there when an answer is empty: the fields that encoding/json writes, with [] for no list,
// are exactly those that the encoder writes, save the few that may be absent.
func TestEmptyResponsesHaveAllContainers(t *testing.T) {
	absent := map[string]bool{"NextToken": true, "OrderId": true, "TradePrice": true, "Code": true, "Message": true, "Success": true}
	responses(t, func(t *testing.T, a *ActionInfo) {
		in := a.NewResponse()
		emptyLists(reflect.ValueOf(in).Elem())
		full, err := json.Marshal(in)
		if err != nil {
			t.Fatal(err)
		}
		var e Encoder
		e.Reset(nil, JSON)
		a.NewResponse().Encode(&e)
		var want, got map[string]any
		if err := json.Unmarshal(full, &want); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(e.Bytes(), &got); err != nil {
			t.Fatalf("%v in %s", err, e.Bytes())
		}
		for name := range absent {
			if _, ok := got[name]; !ok {
				delete(want, name)
			}
		}
		if !reflect.DeepEqual(want, got) {
			t.Errorf("got %s\nwant %s", e.Bytes(), full)
		}
		if bytes.Contains(e.Bytes(), []byte("null")) {
			t.Errorf("null in %s", e.Bytes())
		}
	})
}

func emptyLists(v reflect.Value) {
	switch v.Kind() {
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 0, 0))
	case reflect.Struct:
		for i := range v.NumField() {
			emptyLists(v.Field(i))
		}
	}
}

func TestResponsesAsXML(t *testing.T) {
	responses(t, func(t *testing.T, a *ActionInfo) {
		in := a.NewResponse()
		n := 0
		fill(reflect.ValueOf(in).Elem(), &n)
		var e Encoder
		e.Reset(nil, XML)
		in.Encode(&e)
		var texts, names []string
		d := xml.NewDecoder(bytes.NewReader(e.Bytes()))
		for {
			tok, err := d.Token()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatalf("%v in %s", err, e.Bytes())
			}
			switch tok := tok.(type) {
			case xml.StartElement:
				names = append(names, tok.Name.Local)
			case xml.CharData:
				texts = append(texts, string(tok))
			}
		}
		if len(names) == 0 || names[0] != a.Name+"Response" {
			t.Errorf("the root is %v", names[:1])
		}
		if want := leaves(reflect.ValueOf(in).Elem()); len(texts) != want {
			t.Errorf("%d texts, %d leaves", len(texts), want)
		}
		if !slices.Contains(texts, `s<2>&"ä`) { // RequestId
			t.Errorf("text not intact in %s", e.Bytes())
		}
	})
}

func leaves(v reflect.Value) int {
	n := 0
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			n += leaves(v.Field(i))
		}
	case reflect.Slice:
		for i := range v.Len() {
			n += leaves(v.Index(i))
		}
	default:
		n = 1
	}
	return n
}

// query writes parameters the way clients do.
func query(p *Params) string {
	var b strings.Builder
	for i, q := range p.All() {
		if i > 0 {
			b.WriteByte('&')
		}
		for j, s := range []string{q.Name, q.Value} {
			if j == 1 {
				b.WriteByte('=')
			}
			for k := range len(s) {
				switch c := s[k]; {
				case c == ' ':
					b.WriteByte('+')
				case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '.', c == '-':
					b.WriteByte(c)
				default:
					fmt.Fprintf(&b, "%%%02X", c)
				}
			}
		}
	}
	return b.String()
}
