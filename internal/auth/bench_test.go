package auth

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"net/url"
	"sort"
	"strings"
	"testing"

	"github.com/openecs/openecs/api"
)

// describe is a signed DescribeInstances of 15 parameters, as a list and raw.
func describe() (*api.Params, string) {
	p := params("Action", "DescribeInstances", "Version", "2014-05-26", "Format", "JSON", "RegionId", "cn-hangzhou",
		"InstanceIds", `["i-bp1test0000000000001"]`, "SignatureType", "", "PageNumber", "1", "PageSize", "10", "VpcId", "vpc-bp1test0000000000001")
	SignV1("POST", p, Credential{ID: "testak", Secret: "testsecret"}, Signing{Time: noon, Nonce: "035155e98e2b2ffc33c6aa909a7e7d61"})
	return p, EncodeQuery(p)
}

// BenchmarkV1 checks one V1 signature; its parts and the textbook way beside it.
func BenchmarkV1(b *testing.B) {
	p, raw := describe()
	if p.Len() != 15 {
		b.Fatal(p.Len())
	}
	v := &Verifier{Keys: testKeys, Clock: fixed(noon)}
	r := &Request{Method: "POST", Params: p}
	b.Run("verify", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := v.Verify(r); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("parse+verify", func(b *testing.B) {
		b.ReportAllocs()
		var q api.Params
		r := &Request{Method: "POST", Params: &q}
		for b.Loop() {
			if err := q.Parse(raw, nil); err != nil {
				b.Fatal(err)
			}
			if _, err := v.Verify(r); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("hmac-alone", func(b *testing.B) {
		text := appendStringToSignV1(nil, "POST", p.All())
		k := testKeys.keys["testak"]
		sum := make([]byte, 0, 32)
		b.ReportAllocs()
		for b.Loop() {
			sum = v.macs.sum(sum[:0], macV1SHA1, &k, text)
		}
	})
	b.Run("textbook", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			values, err := url.ParseQuery(raw)
			if err != nil || !textbookV1("POST", values, "testsecret") {
				b.Fatal(err)
			}
		}
	})
}

// textbookV1 is the check as the vendor's documents describe it.
func textbookV1(method string, values url.Values, secret string) bool {
	escape := func(s string) string {
		s = strings.ReplaceAll(url.QueryEscape(s), "+", "%20")
		return strings.ReplaceAll(strings.ReplaceAll(s, "*", "%2A"), "%7E", "~")
	}
	var names []string
	for name := range values {
		if name != "Signature" {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	var pairs []string
	for _, name := range names {
		pairs = append(pairs, escape(name)+"="+escape(values.Get(name)))
	}
	h := hmac.New(sha1.New, []byte(secret+"&"))
	h.Write([]byte(method + "&" + escape("/") + "&" + escape(strings.Join(pairs, "&"))))
	return hmac.Equal([]byte(base64.StdEncoding.EncodeToString(h.Sum(nil))), []byte(values.Get("Signature")))
}

func BenchmarkV3(b *testing.B) {
	a := newAttempt(true)
	r := a.signed(&testing.T{}, true)
	v := &Verifier{Keys: testKeys, Clock: fixed(noon)}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := v.Verify(r); err != nil {
			b.Fatal(err)
		}
	}
}

// TestAllocations: checking a V1 signature allocates nothing once warm.
func TestAllocations(t *testing.T) {
	p, raw := describe()
	values, _ := url.ParseQuery(raw)
	if !textbookV1("POST", values, "testsecret") {
		t.Error("the textbook disagrees")
	}
	v := &Verifier{Keys: testKeys, Clock: fixed(noon)}
	r := &Request{Method: "POST", Params: p}
	n := testing.AllocsPerRun(200, func() {
		if _, err := v.Verify(r); err != nil {
			t.Fatal(err)
		}
	})
	if n > 2 && !raceEnabled {
		t.Errorf("%.0f allocations", n)
	}
}
