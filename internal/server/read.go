package server

import (
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/openecs/openecs/api"
)

// read takes in the body and the parameters. Query and form are merged; a name
// that occurs twice, or with another value in the other place, is refused,
// since two readers could disagree on which one was signed.
func (x *exchange) read() error {
	r := x.r
	x.v3 = strings.HasPrefix(r.Header.Get("Authorization"), "ACS3-")
	x.xml = !x.v3
	if r.Method != http.MethodGet && r.Method != http.MethodPost {
		return api.Errorf(api.CodeUnsupportedHTTPMethod, "This http method is not supported.")
	}
	if err := x.readBody(); err != nil {
		return err
	}
	var form []byte
	if ct := r.Header.Get("Content-Type"); ct == "" || strings.HasPrefix(ct, "application/x-www-form-urlencoded") {
		form = x.body
	}
	err := x.params.Parse(r.URL.RawQuery, form)
	if err == nil && x.v3 {
		err = x.query.Parse(r.URL.RawQuery, nil)
	}
	if bad := x.format(); bad != nil && err == nil {
		return bad
	}
	if err != nil {
		if dup, ok := errors.AsType[*api.DuplicateError](err); ok {
			return api.Errorf(api.CodeInvalidParameter, "The specified parameter %q is not valid.", dup.Name)
		}
		return api.Errorf(api.CodeInvalidParameter, "The request parameters are not well formed: %v.", err)
	}
	return nil
}

func (x *exchange) readBody() error {
	r := x.r
	if r.ContentLength == 0 || r.Body == nil || r.Body == http.NoBody {
		return nil
	}
	if r.ContentLength > maxBody {
		return tooLarge()
	}
	b := x.body[:0]
	for {
		if len(b) == cap(b) {
			b = append(b, 0)[:len(b)]
		}
		n, err := r.Body.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		if len(b) > maxBody {
			return tooLarge()
		}
		if err == io.EOF {
			x.body = b
			return nil
		}
		if err != nil {
			return api.Errorf(api.CodeInvalidParameter, "The request body could not be read.").WithCause(err)
		}
	}
}

func tooLarge() error {
	return api.Errorf(api.CodeEntityTooLarge, "The request body exceeds the limit of %d bytes.", maxBody)
}

// format decides between XML, the documented default of the older signature,
// and JSON. The Python SDK sends the literal None and means XML.
func (x *exchange) format() error {
	f, ok := x.params.Get("Format")
	if ok {
		x.xml = !strings.EqualFold(f, "json")
		if x.xml && f != "" && f != "None" && !strings.EqualFold(f, "xml") {
			return api.Errorf(api.CodeInvalidParameterFormat, "Specified parameter format is not valid.")
		}
		return nil
	}
	if x.v3 {
		accept := x.r.Header.Get("Accept")
		x.xml = strings.Contains(accept, "xml") && !strings.Contains(accept, "json")
	}
	return nil
}

// target is the version and action that a request names, in its parameters or
// in the headers of the newer signature.
func (x *exchange) target() (version, name string, err error) {
	if name, err = x.common("Action", "x-acs-action"); err != nil {
		return "", "", err
	}
	version, err = x.common("Version", "x-acs-version")
	return version, name, err
}

func (x *exchange) common(param, header string) (string, error) {
	v, _ := x.params.Get(param)
	if x.v3 || v == "" {
		if h := x.r.Header.Get(header); h != "" {
			v = h
		}
	}
	if v == "" {
		return "", api.Errorf("Missing"+param, "%s is mandatory for this action.", param).WithStatus(400)
	}
	return v, nil
}
