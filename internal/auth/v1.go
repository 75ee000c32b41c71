package auth

import (
	"encoding/base64"

	"github.com/openecs/openecs/api"
)

const (
	methodSHA1   = "HMAC-SHA1"
	methodSHA256 = "HMAC-SHA256"
)

// v1Params are the common parameters of a V1 request.
type v1Params struct {
	action, version, keyID, signature, method, sigVersion, sigType, nonce, timestamp, token string
}

func (c *v1Params) read(params []api.Param) {
	for i := range params {
		p := &params[i]
		switch p.Name {
		case "Action":
			c.action = p.Value
		case "Version":
			c.version = p.Value
		case "AccessKeyId":
			c.keyID = p.Value
		case "Signature":
			c.signature = p.Value
		case "SignatureMethod":
			c.method = p.Value
		case "SignatureVersion":
			c.sigVersion = p.Value
		case "SignatureType":
			c.sigType = p.Value
		case "SignatureNonce":
			c.nonce = p.Value
		case "Timestamp":
			c.timestamp = p.Value
		case "SecurityToken":
			c.token = p.Value
		}
	}
}

// anonymous reports whether the request does not even try to authenticate.
func (c *v1Params) anonymous() bool {
	return c.keyID == "" && c.signature == "" && c.token == ""
}

// check settles what must be there before anything is looked up. Action and
// Version have to be parameters: a header of a V1 request is not signed.
func (c *v1Params) check() (mac, error) {
	switch {
	case c.action == "":
		return 0, errMissing("Action")
	case c.version == "":
		return 0, errMissing("Version")
	case c.keyID == "":
		return 0, errMissing("AccessKeyId")
	case c.signature == "":
		return 0, errMissing("Signature")
	case c.method == "":
		return 0, errMissing("SignatureMethod")
	case c.sigVersion == "":
		return 0, errMissing("SignatureVersion")
	case c.nonce == "":
		return 0, errMissing("SignatureNonce")
	case c.timestamp == "":
		return 0, errMissing("Timestamp")
	case c.sigVersion != "1.0":
		return 0, errSignatureVersion()
	case c.sigType != "": // present and empty is what the SDKs send
		return 0, errSignatureType()
	}
	switch c.method {
	case methodSHA1:
		return macV1SHA1, nil
	case methodSHA256:
		return macV1SHA256, nil
	}
	return 0, errSignatureMethod()
}

func (v *Verifier) verifyV1(r *Request) (Identity, error) {
	params := r.Params.All()
	var c v1Params
	c.read(params)
	if c.anonymous() && r.AllowAnonymous {
		return Identity{}, nil
	}
	kind, err := c.check()
	if err != nil {
		return Identity{}, err
	}
	now := v.Clock()
	k, err := v.key(c.keyID, c.token, now)
	if err != nil {
		return Identity{}, err
	}
	at, err := checkTime(c.timestamp, now)
	if err != nil {
		return Identity{}, err
	}
	if v.Nonces.seen(c.keyID, c.nonce) {
		return Identity{}, errNonceUsed()
	}
	s := getScratch()
	defer s.put()
	s.text = appendStringToSignV1(s.text[:0], r.Method, params)
	s.sum = v.macs.sum(s.sum[:0], kind, &k, s.text)
	s.want = base64.StdEncoding.AppendEncode(s.want[:0], s.sum)
	if !s.equal(c.signature) {
		if !isBase64(c.signature) {
			return Identity{}, errIncomplete("server string to sign is:" + string(s.text))
		}
		return Identity{}, errMismatchV1(s.text)
	}
	if err := v.Nonces.record(c.keyID, c.nonce, at, now.Unix()); err != nil {
		return Identity{}, err
	}
	return k.identity(V1), nil
}

// appendStringToSignV1 appends METHOD&%2F&<canonical query, escaped>: the
// parameters without Signature, escaped once as names and values and once more
// as a whole. Params must ascend by name.
func appendStringToSignV1(b []byte, method string, params []api.Param) []byte {
	b = append(b, method...)
	b = append(b, "&%2F&"...)
	first := true
	for i := range params {
		p := &params[i]
		if p.Name == "Signature" {
			continue
		}
		if !first {
			b = append(b, "%26"...)
		}
		first = false
		b = appendEscapedTwice(b, p.Name)
		b = append(b, "%3D"...)
		b = appendEscapedTwice(b, p.Value)
	}
	return b
}

func isBase64(s string) bool {
	_, err := base64.StdEncoding.DecodeString(s)
	return err == nil
}
