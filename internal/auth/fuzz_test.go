package auth

import (
	"errors"
	"net/http"
	"testing"

	"github.com/openecs/openecs/api"
)

// verdict fails the fuzz test unless a refusal is a proper *api.Error.
func verdict(t *testing.T, id Identity, err error) {
	t.Helper()
	if err == nil {
		return
	}
	e, ok := errors.AsType[*api.Error](err)
	if !ok || e.Code == "" || e.Message == "" || e.Status < 400 || e.Status > 599 || id != (Identity{}) {
		t.Fatalf("%+v: %#v", id, err)
	}
}

func FuzzV1(f *testing.F) {
	p := newAttempt(false).params
	SignV1("POST", p, Credential{ID: "testak", Secret: "testsecret"}, Signing{Time: noon, Nonce: "n"})
	f.Add("POST", EncodeQuery(p), []byte(nil))
	f.Add("GET", "AccessKeyId=STS.temp&SecurityToken=%00&Signature=%", []byte("SignatureType=BEARERTOKEN&BearerToken=%ff"))
	f.Fuzz(func(t *testing.T, method, query string, form []byte) {
		r := &Request{Method: method, Params: new(api.Params)}
		if r.Params.Parse(query, form) != nil {
			return
		}
		v := &Verifier{Keys: testKeys, Bearers: testKeys, Clock: fixed(noon), Nonces: NewNonces(1)}
		id, err := v.Verify(r)
		verdict(t, id, err)
	})
}

func FuzzV3(f *testing.F) {
	f.Add("ACS3-HMAC-SHA256 Credential=testak,SignedHeaders=host;x-acs-action;x-acs-date;x-acs-signature-nonce;x-acs-version,Signature=00", "2026-08-09T12:00:00Z", "n", "", "RegionId=x", []byte("body"))
	f.Add("ACS3-HMAC-SHA256 Credential=STS.temp, SignedHeaders=;;, Signature==", "x", "", "TOK", "%2", []byte(nil))
	f.Fuzz(func(t *testing.T, authorization, date, nonce, token, query string, body []byte) {
		r := &Request{Method: "POST", Host: "h", Path: query, Params: new(api.Params), Body: body, Header: http.Header{
			"Authorization": {authorization}, "X-Acs-Date": {date}, "X-Acs-Signature-Nonce": {nonce},
			"X-Acs-Action": {"A"}, "X-Acs-Version": {"V"}, "X-Acs-Security-Token": {token}}}
		if r.Params.Parse(query, nil) != nil {
			return
		}
		v := &Verifier{Keys: testKeys, Clock: fixed(noon), Nonces: NewNonces(1)}
		id, err := v.Verify(r)
		verdict(t, id, err)
	})
}
