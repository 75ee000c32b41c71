package auth

import (
	"bufio"
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/openecs/openecs/api"
	"pgregory.net/rapid"
)

// TestSignedIsVerified: whatever is signed here is accepted after a trip over
// the wire, in every request shape, and refused once a parameter differs.
func TestSignedIsVerified(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		business := rapid.MapOfN(rapid.StringN(1, 12, 30), rapid.StringN(0, 20, 60), 0, 8).Draw(rt, "params")
		shape := rapid.SampledFrom([]string{"GET", "POST query", "POST mixed", "POST form", "V3", "V3 form"}).Draw(rt, "shape")
		secret := rapid.StringN(1, 40, 80).Draw(rt, "secret")
		cred := Credential{ID: "testak", Secret: secret, Token: rapid.SampledFrom([]string{"", "TOK/+="}).Draw(rt, "token")}
		sign := Signing{Time: noon, Nonce: NewNonce(), SHA256: rapid.Bool().Draw(rt, "sha256")}
		v := &Verifier{Clock: fixed(noon), Keys: keyring{keys: map[string]Key{"testak": {ID: "testak", Secret: secret, Token: cred.Token}}}}

		p := new(api.Params)
		for name, value := range business {
			if name != "Signature" && name != "SignatureType" && name != "SecurityToken" {
				p.Set(name, value)
			}
		}
		method, query, form := "POST", new(api.Params), new(api.Params)
		header := http.Header{}
		if strings.HasPrefix(shape, "V3") {
			header.Set(headerAction, "DescribeInstances")
			header.Set(headerVersion, "2014-05-26")
			if query = p; shape == "V3 form" {
				query, form = form, p
			}
		} else {
			p.Set("Action", "DescribeInstances")
			p.Set("Version", "2014-05-26")
			method, _, _ = strings.Cut(shape, " ")
			SignV1(method, p, cred, sign)
			for i, param := range p.All() {
				if shape == "POST form" || shape == "POST mixed" && i%2 == 0 {
					form.Set(param.Name, param.Value)
				} else {
					query.Set(param.Name, param.Value)
				}
			}
		}
		body := []byte(EncodeQuery(form))
		req, err := http.NewRequest(method, "http://127.0.0.1:7070/?"+EncodeQuery(query), bytes.NewReader(body))
		if err != nil {
			rt.Fatal(err)
		}
		req.Header = header
		if len(body) > 0 {
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		if strings.HasPrefix(shape, "V3") {
			if err := SignV3(req, body, cred, sign); err != nil {
				rt.Fatal(err)
			}
		}
		var wire bytes.Buffer
		if err := req.Write(&wire); err != nil {
			rt.Fatal(err)
		}
		got, err := http.ReadRequest(bufio.NewReader(&wire))
		if err != nil {
			rt.Fatal(err)
		}
		r := mustRequest(t, got)
		if _, err := v.Verify(r); err != nil {
			rt.Fatal(err)
		}
		r.Params.Set("Extra", "1")
		r.Query.Set("Extra", "1")
		if _, err := v.Verify(r); codeOf(err) != codeMismatch {
			rt.Fatalf("with a parameter more: %v", err)
		}
	})
}

func TestSignV3Refuses(t *testing.T) {
	req, _ := http.NewRequest("POST", "http://h/?a=1", nil)
	if err := SignV3(req, nil, Credential{}, Signing{}); err == nil {
		t.Error("signed without action and version")
	}
	req.Header.Set(headerAction, "A")
	req.Header.Set(headerVersion, "V")
	req.URL.RawQuery = "a=1&a=2"
	if err := SignV3(req, nil, Credential{}, Signing{}); err == nil {
		t.Error("signed a parameter given twice")
	}
}

func TestNewNonce(t *testing.T) {
	a, b := NewNonce(), NewNonce()
	if a == b || len(a) != 32 {
		t.Errorf("%s, %s", a, b)
	}
}

// TestPath: V3 signs the path too, for products that use it.
func TestPath(t *testing.T) {
	for path, want := range map[string]string{"": "/", "/": "/", "/a b/c*": "/a%20b/c%2A", "/é/": "/%C3%A9/"} {
		if got := string(appendPath(nil, path)); got != want {
			t.Errorf("%q: %s, want %s", path, got, want)
		}
	}
}

// TestConcurrent shares one verifier between goroutines and keys.
func TestConcurrent(t *testing.T) {
	ring := keyring{keys: map[string]Key{}}
	for i := range 50 {
		id := fmt.Sprint("ak", i)
		ring.keys[id] = Key{ID: id, Secret: "s" + id}
	}
	v := &Verifier{Keys: ring, Clock: fixed(noon), Nonces: NewNonces(0)}
	var group sync.WaitGroup
	for g := range 8 {
		group.Go(func() {
			for i := range 100 {
				id := fmt.Sprint("ak", (i+g)%50)
				a := newAttempt(i%2 == 0)
				a.cred, a.sign.Nonce = Credential{ID: id, Secret: "s" + id}, fmt.Sprint(g, "-", i)
				if got, err := v.Verify(a.signed(t, i%2 == 0)); err != nil || got.KeyID != id {
					t.Error(got, err)
				}
			}
		})
	}
	group.Wait()
	if v.Nonces.Len() != 800 {
		t.Errorf("%d nonces", v.Nonces.Len())
	}
}
