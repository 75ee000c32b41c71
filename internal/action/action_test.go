package action

import (
	"errors"
	"iter"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/auth"
	"github.com/openecs/openecs/internal/ecs"
)

func TestStrings(t *testing.T) {
	for _, c := range []struct {
		in   string
		want []string
		bad  bool
	}{
		{`["a"]`, []string{"a"}, false}, {`["a","b"]`, []string{"a", "b"}, false}, {`[]`, []string{}, false}, {`[null]`, []string{}, false},
		{`["a",null]`, []string{"a"}, false}, {`["a\u0041"]`, []string{"aA"}, false}, {`[""]`, []string{""}, false}, {` [ "a" ] `, []string{"a"}, false},
		{``, nil, true}, {`null`, nil, true}, {`i-1`, nil, true}, {`['i-1']`, nil, true}, {`["]`, nil, true}, {`["`, nil, true}, {`[1]`, nil, true},
		{`{"a":1}`, nil, true}, {`["a"`, nil, true}, {`["a"]]`, nil, true}, {`[["a"]]`, nil, true}, {`["a","b","c","d"]`, nil, true},
		{strings.Repeat("[", 100000), nil, true},
	} {
		got, err := Strings("InstanceIds", c.in, 3)
		if c.bad {
			if !errors.Is(err, &api.Error{Code: api.CodeInvalidParameter}) {
				t.Errorf("%.20q: %v %v", c.in, got, err)
			}
			continue
		}
		if err != nil || !slices.Equal(got, c.want) || got == nil {
			t.Errorf("%q: %v %v, want %v", c.in, got, err, c.want)
		}
	}
}

func call(account uint64, name string, params ...string) *Call {
	info, _ := api.Lookup("2014-05-26", name)
	p := new(api.Params)
	for i := 0; i < len(params); i += 2 {
		p.Set(params[i], params[i+1])
	}
	return &Call{Info: info, Params: p, Caller: auth.Identity{Account: account}}
}

func limits(token string, max int) PageRequest {
	return PageRequest{NextToken: token, MaxResults: &max, DefaultSize: 10, MaxSize: 100, MinResults: 1, MaximumResults: 100}
}

// rows gives n records by descending key.
func rows(n int) func(ecs.Key) iter.Seq2[ecs.Key, *int] {
	return func(below ecs.Key) iter.Seq2[ecs.Key, *int] {
		return func(yield func(ecs.Key, *int) bool) {
			for k := n; k > 0; k-- {
				if (below == 0 || ecs.Key(k) < below) && !yield(ecs.Key(k), &k) {
					return
				}
			}
		}
	}
}

func TestTokensWalkAListing(t *testing.T) {
	p := NewPager([]byte("secret"))
	c := call(1, "DescribeInstances", "Status", "Running")
	token, seen := "", []ecs.Key{}
	for range 10 {
		page, err := p.Page(c, limits(token, 3))
		if err != nil {
			t.Fatal(err)
		}
		got, _, next := List(page, rows(7), nil, 7)
		for _, r := range got {
			seen = append(seen, r.Key)
		}
		if token = next; token == "" {
			break
		}
	}
	if !slices.Equal(seen, []ecs.Key{7, 6, 5, 4, 3, 2, 1}) {
		t.Errorf("%v", seen)
	}
}

func TestTokensThatAreRefused(t *testing.T) {
	p := NewPager([]byte("secret"))
	page, err := p.Page(call(1, "DescribeInstances", "Status", "Running"), limits("", 1))
	if err != nil {
		t.Fatal(err)
	}
	_, _, good := List(page, rows(3), nil, 3)
	if good == "" {
		t.Fatal("no token")
	}
	// What decides nothing about the listing may change from page to page.
	for _, same := range [][]string{{"Status", "Running", "SignatureNonce", "x"}, {"Status", "Running", "MaxResults", "5", "NextToken", good}} {
		if _, err := p.Page(call(1, "DescribeInstances", same...), limits(good, 1)); err != nil {
			t.Errorf("%v: %v", same, err)
		}
	}
	forged := []byte(good)
	forged[0] ^= 1
	for what, try := range map[string]func() error{
		"other filter": func() error { _, err := p.Page(call(1, "DescribeInstances"), limits(good, 1)); return err },
		"other action": func() error {
			_, err := p.Page(call(1, "DescribeDisks", "Status", "Running"), limits(good, 1))
			return err
		},
		"other account": func() error {
			_, err := p.Page(call(2, "DescribeInstances", "Status", "Running"), limits(good, 1))
			return err
		},
		"other secret": func() error {
			_, err := NewPager([]byte("x")).Page(call(1, "DescribeInstances", "Status", "Running"), limits(good, 1))
			return err
		},
		"forged": func() error {
			_, err := p.Page(call(1, "DescribeInstances", "Status", "Running"), limits(string(forged), 1))
			return err
		},
		"cut": func() error {
			_, err := p.Page(call(1, "DescribeInstances", "Status", "Running"), limits(good[:8], 1))
			return err
		},
		"no base64": func() error {
			_, err := p.Page(call(1, "DescribeInstances", "Status", "Running"), limits("?!", 1))
			return err
		},
	} {
		if err := try(); !errors.Is(err, &api.Error{Code: api.CodeInvalidParameterNextToken}) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestPagesByNumber(t *testing.T) {
	p := NewPager([]byte("secret"))
	for _, c := range []struct {
		number, size int
		bad          bool
		want         []ecs.Key
	}{
		{1, 3, false, []ecs.Key{7, 6, 5}}, {3, 3, false, []ecs.Key{1}}, {4, 3, false, nil}, {math.MaxInt, 100, false, nil}, {math.MaxInt/100 + 2, 100, false, nil},
		{0, 3, true, nil}, {-1, 3, true, nil}, {1, 0, true, nil}, {1, 101, true, nil},
	} {
		page, err := p.Page(call(1, "DescribeInstances"), PageRequest{PageNumber: &c.number, PageSize: &c.size, DefaultSize: 10, MaxSize: 100})
		if (err != nil) != c.bad {
			t.Errorf("page %d of %d: %v", c.number, c.size, err)
		}
		if err != nil {
			continue
		}
		for _, match := range []func(ecs.Key, *int) bool{nil, func(ecs.Key, *int) bool { return true }} {
			got, total, next := List(page, rows(7), match, 7)
			var keys []ecs.Key
			for _, r := range got {
				keys = append(keys, r.Key)
			}
			if !slices.Equal(keys, c.want) || total != 7 || next != "" {
				t.Errorf("page %d of %d: %v of %d, %q", c.number, c.size, keys, total, next)
			}
		}
	}
}

func TestParamsHash(t *testing.T) {
	base := call(1, "CreateInstance", "ImageId", "a", "ClientToken", "t", "SignatureNonce", "1").ParamsHash()
	if call(1, "CreateInstance", "ImageId", "a", "ClientToken", "t", "SignatureNonce", "2", "Timestamp", "x").ParamsHash() != base {
		t.Error("another try of one request has another digest")
	}
	for _, other := range [][]string{{"ImageId", "b"}, {"ImageIda", ""}, {"ImageId", "a", "ZoneId", ""}, {}} {
		if call(1, "CreateInstance", other...).ParamsHash() == base {
			t.Errorf("%v has the digest of another request", other)
		}
	}
}
