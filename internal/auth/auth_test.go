package auth

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/openecs/openecs/api"
)

// keyring is Keys and Bearers over maps.
type keyring struct {
	keys    map[string]Key
	bearers map[string]Key
}

func (r keyring) Lookup(id string) (Key, bool)          { k, ok := r.keys[id]; return k, ok }
func (r keyring) LookupBearer(token string) (Key, bool) { k, ok := r.bearers[token]; return k, ok }

// mustRequest makes a Request of a net/http one, as a server does.
func mustRequest(t testing.TB, req *http.Request) *Request {
	t.Helper()
	var body []byte
	if req.Body != nil {
		var err error
		if body, err = io.ReadAll(req.Body); err != nil {
			t.Fatal(err)
		}
	}
	var form []byte
	if strings.HasPrefix(req.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		form = body
	}
	r := &Request{Method: req.Method, Host: req.Host, Path: req.URL.Path, Header: req.Header, Body: body,
		Params: new(api.Params), Query: new(api.Params)}
	if err := r.Params.Parse(req.URL.RawQuery, form); err != nil {
		t.Fatal(err)
	}
	if err := r.Query.Parse(req.URL.RawQuery, nil); err != nil {
		t.Fatal(err)
	}
	return r
}

func params(pairs ...string) *api.Params {
	p := new(api.Params)
	for i := 0; i < len(pairs); i += 2 {
		p.Set(pairs[i], pairs[i+1])
	}
	return p
}

func codeOf(err error) string {
	if e, ok := errors.AsType[*api.Error](err); ok {
		return e.Code
	}
	if err != nil {
		return "not an api.Error: " + err.Error()
	}
	return "ok"
}

func at(t testing.TB, s string) time.Time {
	t.Helper()
	when, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return when
}

func fixed(t time.Time) func() time.Time { return func() time.Time { return t } }

// TestVectors checks the two published examples.
func TestVectors(t *testing.T) {
	t.Run("V1", func(t *testing.T) {
		for method, want := range map[string]string{
			methodSHA1:   "OLeaidS1JvxuMvnyHOwuJ+uX5qY=",
			methodSHA256: "f+kDBRdR9n+P1zXfyHQUxMy5FsgBdfrvXstNbIWx5Gc=",
		} {
			p := params("Action", "DescribeRegions", "Format", "XML", "Version", "2014-05-26")
			now := at(t, "2016-02-23T12:46:24Z")
			SignV1("GET", p, Credential{ID: "testid", Secret: "testsecret"},
				Signing{Time: now, Nonce: "3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf", SHA256: method == methodSHA256})
			if got, _ := p.Get("Signature"); got != want {
				t.Errorf("%s: signature %s, want %s", method, got, want)
			}
			v := &Verifier{Keys: keyring{keys: map[string]Key{"testid": {ID: "testid", Secret: "testsecret", Account: 7}}}, Clock: fixed(now)}
			id, err := v.Verify(&Request{Method: "GET", Params: p})
			if err != nil || id.Account != 7 || id.Scheme != V1 || id.KeyID != "testid" {
				t.Errorf("%s: %+v, %v", method, id, err)
			}
		}
	})
	t.Run("V3", func(t *testing.T) {
		const id, secret = "YourAccessKeyId", "YourAccessKeySecret"
		now := at(t, "2023-10-26T10:22:32Z")
		req, _ := http.NewRequest("POST", "http://ecs.cn-shanghai.aliyuncs.com/?ImageId=win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd&RegionId=cn-shanghai", nil)
		req.Header.Set(headerAction, "RunInstances")
		req.Header.Set(headerVersion, "2014-05-26")
		if err := SignV3(req, nil, Credential{ID: id, Secret: secret}, Signing{Time: now, Nonce: "3156853299f313e23d1673dc12e1703d"}); err != nil {
			t.Fatal(err)
		}
		_, signature, _ := strings.Cut(req.Header.Get("Authorization"), "Signature=")
		if want := "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"; signature != want {
			t.Errorf("signature %s, want %s", signature, want)
		}
		r := mustRequest(t, req)
		if canonical := appendCanonicalV3(nil, r, []string{"host", headerAction, headerHash, headerDate, headerNonce, headerVersion}, req.Header.Get(headerHash)); !strings.Contains(
			string(appendStringToSignV3(nil, canonical)), "\n7ea06492da52") {
			t.Errorf("canonical request hashes otherwise:\n%s", canonical)
		}
		v := &Verifier{Keys: keyring{keys: map[string]Key{id: {ID: id, Secret: secret}}}, Clock: fixed(now)}
		if got, err := v.Verify(r); err != nil || got.Scheme != V3 {
			t.Errorf("%+v, %v", got, err)
		}
	})
}

// TestRecordedClients replays what real clients sent, with the clock at the
// time of the recording. Each block of a testdata file opens with that time and
// the verdict: ok, bearer, or the code of the refusal. Key testak, secret
// testsecret; whatever security token a block has is the key's.
func TestRecordedClients(t *testing.T) {
	files, _ := filepath.Glob("testdata/*.http")
	if len(files) < 25 {
		t.Fatalf("only %d recordings", len(files))
	}
	total := 0
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".http"), func(t *testing.T) {
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			nonces := NewNonces(0)
			for i, block := range strings.Split(string(raw), "=== ")[1:] {
				head, rest, _ := strings.Cut(block, "\n")
				when, verdict, _ := strings.Cut(head, " ")
				req, err := http.ReadRequest(bufio.NewReader(strings.NewReader(rest)))
				if err != nil {
					t.Fatalf("block %d: %v", i, err)
				}
				r := mustRequest(t, req)
				token, _ := r.Params.Get("SecurityToken")
				if header := r.Header.Get(headerToken); header != "" {
					token = header
				}
				v := &Verifier{Clock: fixed(at(t, when)), Nonces: nonces, Keys: keyring{keys: map[string]Key{
					"testak": {ID: "testak", Secret: "testsecret", Token: token}}}}
				if verdict == "bearer" {
					_, err = v.Verify(r)
					if got := codeOf(err); got != codeBearer {
						t.Errorf("block %d: unconfigured bearer token: %s", i, got)
					}
					v.Bearers = keyring{bearers: map[string]Key{"BTOKEN": {Account: 9}}}
					if id, err := v.Verify(r); err != nil || id.Scheme != Bearer || id.Account != 9 {
						t.Errorf("block %d: bearer: %+v, %v", i, id, err)
					}
					continue
				}
				_, err = v.Verify(r)
				if got := codeOf(err); got != verdict {
					t.Errorf("block %d: %s, want %s: %v", i, got, verdict, err)
				}
				if err == nil { // and it must not pass a second time, nor altered
					if _, err := v.Verify(r); codeOf(err) != codeNonceUsed {
						t.Errorf("block %d replayed: %s", i, codeOf(err))
					}
					v.Nonces = nil
					r.Method += "X"
					if _, err := v.Verify(r); codeOf(err) != codeMismatch {
						t.Errorf("block %d altered: %s", i, codeOf(err))
					}
				}
				total++
			}
		})
	}
	if total < 100 {
		t.Errorf("only %d requests were replayed", total)
	}
}

func TestEscape(t *testing.T) {
	const raw, once = "aZ09-_.~ *+/%&=\n\x00\xffé中", "aZ09-_.~%20%2A%2B%2F%25%26%3D%0A%00%FF%C3%A9%E4%B8%AD"
	if got := string(AppendEscaped([]byte("x"), raw)); got != "x"+once {
		t.Errorf("once: %s", got)
	}
	if got, want := appendEscapedTwice(nil, raw), AppendEscaped(nil, once); !bytes.Equal(got, want) {
		t.Errorf("twice: %s, want %s", got, want)
	}
}

func TestParseTime(t *testing.T) {
	for s, ok := range map[string]bool{
		"2026-08-09T12:00:00Z": true, "2024-02-29T23:59:59Z": true, "0001-01-01T00:00:00Z": true,
		"2023-02-29T00:00:00Z": false, "2026-04-31T00:00:00Z": false, "2026-13-01T00:00:00Z": false, "2026-00-01T00:00:00Z": false,
		"2026-01-00T00:00:00Z": false, "2026-08-09T24:00:00Z": false, "2026-08-09T12:60:00Z": false, "2026-08-09T12:00:60Z": false,
		"2026-08-09 12:00:00Z": false, "2026-08-09T12:00:00z": false, "2026-08-09T12:00:00": false, "2026-8-09T12:00:00.Z": false,
		"2026-08-09T12:00Z": false, "+026-08-09T12:00:00Z": false, "": false, "1786276800": false, "2026-08-09T12:00:00+00:00": false,
	} {
		got, parsed := parseTime(s)
		if parsed != ok {
			t.Errorf("%q: %v", s, parsed)
		}
		if want, err := time.Parse(timeLayout, s); ok && (err != nil || got != want.Unix()) {
			t.Errorf("%q: %d, want %d (%v)", s, got, want.Unix(), err)
		}
	}
}
