package api

import (
	"errors"
	"net/url"
	"slices"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	for _, c := range []struct {
		query, form string
		want        string // name=value, name=value
	}{
		{"", "", ""},
		{"B=2&A=1", "", "A=1, B=2"},
		{"A=1", "B=2", "A=1, B=2"},
		{"A=1&&B=2&", "", "A=1, B=2"},
		{"A&B=", "", "A=, B="},
		{"A=b=c", "", "A=b=c"},
		{"A=a+b%20c%2Bd%2a", "", "A=a b c+d*"},
		{"a%2E1=x&A=~", "", "A=~, a.1=x"},
		{"A=%E4%BD%A0", "", "A=你"},
		{"", "A=%31&B=+", "A=1, B= "},
		{"A=1&B=2", "B=2&C=3", "A=1, B=2, C=3"},
		{"A=1;B=2", "", "A=1;B=2"},
		{"=x", "", "=x"},
	} {
		var p Params
		if err := p.Parse(c.query, []byte(c.form)); err != nil {
			t.Errorf("%q %q: %v", c.query, c.form, err)
			continue
		}
		var got []string
		for _, q := range p.All() {
			got = append(got, q.Name+"="+q.Value)
		}
		if s := strings.Join(got, ", "); s != c.want {
			t.Errorf("%q %q: got %q, want %q", c.query, c.form, s, c.want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for _, c := range []struct{ query, form, name, text string }{
		{query: "A=1&B=2&A=1", name: "A"},
		{query: "A=1", form: "A=2", name: "A"},
		{form: "A=1&A=1", name: "A"},
		{query: "A=1&%41=1", name: "A"},
		{query: "A=%", text: "%"},
		{query: "A=%4", text: "%4"},
		{query: "A=x%zz1", text: "%zz"},
		{query: "%g0=1", text: "%g0"},
		{form: "A=1&B=%-1", text: "%-1"},
	} {
		var p Params
		err := p.Parse(c.query, []byte(c.form))
		var dup *DuplicateError
		var syn *SyntaxError
		switch {
		case c.name != "" && (!errors.As(err, &dup) || dup.Name != c.name):
			t.Errorf("%q %q: %v, want a duplicate %s", c.query, c.form, err, c.name)
		case c.text != "" && (!errors.As(err, &syn) || syn.Text != c.text):
			t.Errorf("%q %q: %v, want a malformed %s", c.query, c.form, err, c.text)
		}
	}
}

func TestParseKeepsNoForm(t *testing.T) {
	form := []byte("A=plain&B=es%63aped")
	var p Params
	if err := p.Parse("", form); err != nil {
		t.Fatal(err)
	}
	clear(form)
	if a, _ := p.Get("A"); a != "plain" {
		t.Errorf("A is %q", a)
	}
	if b, _ := p.Get("B"); b != "escaped" {
		t.Errorf("B is %q", b)
	}
}

func TestParamsOutliveReset(t *testing.T) {
	var p Params
	if err := p.Parse("A=a%20b&B=c%20d", nil); err != nil {
		t.Fatal(err)
	}
	a, _ := p.Get("A")
	p.Reset()
	if err := p.Parse("A=%78%78%78&B=%79%79%79", nil); err != nil {
		t.Fatal(err)
	}
	if a != "a b" {
		t.Errorf("a kept string became %q", a)
	}
}

func TestParamsSetAndDel(t *testing.T) {
	var p Params
	for _, n := range []string{"C", "A", "B", "A"} {
		p.Set(n, n+n)
	}
	p.Set("B", "new")
	if want := []Param{{"A", "AA"}, {"B", "new"}, {"C", "CC"}}; !slices.Equal(p.All(), want) {
		t.Errorf("got %v, want %v", p.All(), want)
	}
	p.Del("B")
	p.Del("X")
	if p.Len() != 2 || p.Has("B") || !p.Has("C") {
		t.Errorf("after Del: %v", p.All())
	}
	if v, ok := p.Get("B"); ok || v != "" {
		t.Errorf("B is %q, %v", v, ok)
	}
}

func TestManyParams(t *testing.T) {
	values := url.Values{}
	for i := range 300 {
		values.Set("P"+strings.Repeat("x", i%7)+string(rune('a'+i%26))+strings.Repeat("y", i/26), "v")
	}
	var p Params
	if err := p.Parse(values.Encode(), nil); err != nil {
		t.Fatal(err)
	}
	if p.Len() != len(values) {
		t.Errorf("%d parameters, want %d", p.Len(), len(values))
	}
	if !slices.IsSortedFunc(p.All(), func(a, b Param) int { return strings.Compare(a.Name, b.Name) }) {
		t.Error("not sorted")
	}
}

// Whatever net/url makes of a query, Parse makes of it too, save what it refuses on purpose.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"", "A=1&B=%20+", "A=%", "a=1&a=2", "Action=DescribeRegions&Tag.1.Key=%E4%BD%A0", "%41=1&A=1", "&&=&"} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, query, form string) {
		var p Params
		err := p.Parse(query, []byte(form))
		if err != nil {
			var dup *DuplicateError
			var syn *SyntaxError
			if !errors.As(err, &dup) && !errors.As(err, &syn) {
				t.Fatalf("%T", err)
			}
			return
		}
		for i, q := range p.All() {
			if i > 0 && q.Name <= p.All()[i-1].Name {
				t.Fatalf("%q after %q", q.Name, p.All()[i-1].Name)
			}
		}
		if form != "" || strings.Contains(query, ";") {
			return
		}
		want, err := url.ParseQuery(query)
		if err != nil {
			t.Fatalf("accepted %q: %v", query, err)
		}
		if len(want) != p.Len() {
			t.Fatalf("%q: %d names, want %d", query, p.Len(), len(want))
		}
		for _, q := range p.All() {
			if want.Get(q.Name) != q.Value {
				t.Fatalf("%q: %s is %q, want %q", query, q.Name, q.Value, want.Get(q.Name))
			}
		}
	})
}
