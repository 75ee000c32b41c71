package server_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/ecstest"
	"github.com/openecs/openecs/internal/auth"
)

// wire sends raw requests to a service.
type wire struct {
	t *testing.T
	s *ecstest.Server
}

// reply is an answer as it came.
type reply struct {
	status int
	header http.Header
	body   []byte
	code   string
}

var signer = auth.Credential{ID: "testak", Secret: "testsecret"}

// v1 are the parameters of a signed request of the older family; change may
// alter them before they are signed.
func v1(method, action string, change func(*api.Params), s auth.Signing) *api.Params {
	p := new(api.Params)
	p.Set("Action", action)
	p.Set("Version", "2014-05-26")
	p.Set("Format", "JSON")
	p.Set("RegionId", "cn-hangzhou")
	if change != nil {
		change(p)
	}
	if s.Time.IsZero() {
		s.Time = time.Now()
	}
	if s.Nonce == "" {
		s.Nonce = auth.NewNonce()
	}
	auth.SignV1(method, p, signer, s)
	return p
}

func (w wire) do(method, query, contentType, body string) reply {
	w.t.Helper()
	req, err := http.NewRequest(method, w.s.Endpoint+"/?"+query, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	return w.send(req)
}

func (w wire) send(req *http.Request) reply {
	w.t.Helper()
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	r := reply{status: resp.StatusCode, header: resp.Header, body: b}
	var e struct{ Code string }
	if json.Unmarshal(b, &e) != nil {
		xml.Unmarshal(b, &e)
	}
	r.code = e.Code
	return r
}

func (w wire) get(p *api.Params) reply {
	w.t.Helper()
	return w.do("GET", auth.EncodeQuery(p), "", "")
}

func (r reply) want(t *testing.T, status int, code string) {
	t.Helper()
	if r.status != status || r.code != code {
		t.Errorf("%d %s, want %d %s\n%s", r.status, r.code, status, code, r.body)
	}
	if id := r.header.Get("x-acs-request-id"); len(id) != 36 || !bytes.Contains(r.body, []byte(id)) {
		t.Errorf("the request id %q is not in header and body", id)
	}
}

const form = "application/x-www-form-urlencoded"

func TestEveryShapeOfRequestWorks(t *testing.T) {
	w := wire{t, ecstest.Start(t)}
	w.get(v1("GET", "DescribeRegions", nil, auth.Signing{})).want(t, 200, "")
	w.get(v1("GET", "DescribeRegions", nil, auth.Signing{SHA256: true})).want(t, 200, "")
	w.do("POST", auth.EncodeQuery(v1("POST", "DescribeRegions", nil, auth.Signing{})), form, "").want(t, 200, "")
	w.do("POST", "", form, auth.EncodeQuery(v1("POST", "DescribeRegions", nil, auth.Signing{}))).want(t, 200, "")
	// System parameters in the query, the rest in the form, as Terraform sends it.
	p := v1("POST", "DescribeInstances", func(p *api.Params) { p.Set("Status", "Running") }, auth.Signing{})
	p.Del("Status")
	p.Del("RegionId")
	w.do("POST", auth.EncodeQuery(p), form, "Status=Running&RegionId=cn-hangzhou").want(t, 200, "")
	// Booleans as Python writes them, lists from 0, parameters nobody documents.
	w.get(v1("GET", "DescribeInstances", func(p *api.Params) {
		p.Set("IoOptimized", "True")
		p.Set("Tag.0.Key", "a")
		p.Set("InstanceId", "i-x")
	}, auth.Signing{})).want(t, 200, "")
}

func TestV3(t *testing.T) {
	w := wire{t, ecstest.Start(t)}
	request := func(change func(*http.Request)) *http.Request {
		req, err := http.NewRequest("POST", w.s.Endpoint+"/?RegionId=cn-hangzhou", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("x-acs-action", "DescribeInstances") // the action is in the header only
		req.Header.Set("x-acs-version", "2014-05-26")
		req.Header.Set("accept", "application/json")
		if err := auth.SignV3(req, nil, signer, auth.Signing{Time: time.Now(), Nonce: auth.NewNonce()}); err != nil {
			t.Fatal(err)
		}
		if change != nil {
			change(req)
		}
		return req
	}
	w.send(request(nil)).want(t, 200, "")
	w.send(request(func(r *http.Request) {
		r.Body, r.ContentLength = io.NopCloser(strings.NewReader("{}")), 2 // not what was hashed
		r.Header.Set("Content-Type", "application/json")
	})).want(t, 400, "SignatureDoesNotMatch")
	w.send(request(func(r *http.Request) { r.Header.Set("x-acs-action", "DescribeZones") })).want(t, 400, "SignatureDoesNotMatch")
	w.send(request(func(r *http.Request) {
		r.Header.Set("Authorization", strings.Replace(r.Header.Get("Authorization"), "ACS3-HMAC-SHA256", "ACS3-HMAC-SM3", 1))
	})).want(t, 400, "InvalidSignatureMethod")
}

func TestXMLIsTheDefault(t *testing.T) {
	w := wire{t, ecstest.Start(t)}
	for _, format := range []string{"", "None", "XML", "xml"} {
		r := w.get(v1("GET", "DescribeInstances", func(p *api.Params) {
			p.Del("Format")
			if format != "" {
				p.Set("Format", format)
			}
		}, auth.Signing{}))
		if r.status != 200 || r.header.Get("Content-Type") != "text/xml;charset=utf-8" ||
			!bytes.HasPrefix(r.body, []byte("<?xml version='1.0' encoding='UTF-8'?><DescribeInstancesResponse><RequestId>")) ||
			!bytes.Contains(r.body, []byte("<Instances></Instances>")) {
			t.Errorf("Format %q: %d %s", format, r.status, r.body)
		}
	}
	w.get(v1("GET", "DescribeInstances", func(p *api.Params) { p.Set("Format", "csv") }, auth.Signing{})).want(t, 400, "InvalidParameter.Format")
	r := w.get(v1("GET", "NoSuchAction", func(p *api.Params) { p.Set("Format", "XML") }, auth.Signing{}))
	r.want(t, 404, "InvalidAction.NotFound")
	if !bytes.Contains(r.body, []byte("<Error><RequestId>")) {
		t.Errorf("%s", r.body)
	}
}

func TestGatewayRefusals(t *testing.T) {
	w := wire{t, ecstest.Start(t)}
	set := func(name, value string) func(*api.Params) { return func(p *api.Params) { p.Set(name, value) } }
	after := func(change func(*api.Params)) reply {
		t.Helper()
		p := v1("GET", "DescribeRegions", nil, auth.Signing{})
		change(p)
		return w.get(p)
	}
	w.get(v1("GET", "DescribeRegions", set("Version", "2000-01-01"), auth.Signing{})).want(t, 400, "InvalidVersion")
	w.get(v1("GET", "NoSuchAction", nil, auth.Signing{})).want(t, 404, "InvalidAction.NotFound")
	w.get(v1("GET", "DeletePlanMaintenanceWindow", set("PlanWindowId", "pw-1"), auth.Signing{})).want(t, 400, "UnsupportedOperation.NotImplemented")
	w.get(v1("GET", "DeletePlanMaintenanceWindow", nil, auth.Signing{})).want(t, 400, "MissingParameter")
	w.get(v1("GET", "DescribeInstances", set("RegionId", "cn-nowhere"), auth.Signing{})).want(t, 404, "InvalidRegionId.NotFound")
	w.get(v1("GET", "DescribeInstances", set("PageNumber", "abc"), auth.Signing{})).want(t, 400, "InvalidParameter")
	after(func(p *api.Params) { p.Del("Action") }).want(t, 400, "MissingAction")
	after(func(p *api.Params) { p.Del("Version") }).want(t, 400, "MissingVersion")
	after(func(p *api.Params) { p.Del("Signature") }).want(t, 400, "MissingSignature")
	after(func(p *api.Params) { p.Del("Timestamp") }).want(t, 400, "MissingTimestamp")
	after(func(p *api.Params) { p.Del("SignatureNonce") }).want(t, 400, "MissingSignatureNonce")
	after(set("SignatureMethod", "HMAC-MD5")).want(t, 400, "InvalidSignatureMethod")
	after(set("AccessKeyId", "nobody")).want(t, 404, "InvalidAccessKeyId.NotFound")
	after(set("AccessKeyId", "STS.x")).want(t, 400, "MissingSecurityToken")
	after(set("RegionId", "cn-beijing")).want(t, 400, "SignatureDoesNotMatch")
	if r := after(set("RegionId", "cn-beijing")); !bytes.Contains(r.body, []byte("server string to sign is:GET&%2F&")) {
		t.Errorf("the message is not what clients split: %s", r.body)
	}
	p := v1("GET", "DescribeRegions", nil, auth.Signing{})
	w.get(p).want(t, 200, "")
	w.get(p).want(t, 400, "SignatureNonceUsed")

	q := auth.EncodeQuery(v1("GET", "DescribeRegions", nil, auth.Signing{}))
	w.do("GET", q+"&RegionId=cn-hangzhou", "", "").want(t, 400, "InvalidParameter")
	q = auth.EncodeQuery(v1("POST", "DescribeRegions", nil, auth.Signing{}))
	w.do("POST", q, form, "RegionId=cn-beijing").want(t, 400, "InvalidParameter")
	w.do("PUT", auth.EncodeQuery(v1("PUT", "DescribeRegions", nil, auth.Signing{})), "", "").want(t, 400, "UnsupportedHTTPMethod")
	w.do("POST", auth.EncodeQuery(v1("POST", "DescribeRegions", nil, auth.Signing{})), form, "x="+strings.Repeat("y", 2<<20)).want(t, 413, "EntityTooLarge")
	w.do("GET", "a=%zz", "", "").want(t, 400, "InvalidParameter")
}

func TestTimeWindow(t *testing.T) {
	w := wire{t, ecstest.Start(t)}
	// A second of slack on the near side, since the clock runs while the request travels.
	for _, c := range []struct {
		off  time.Duration
		code string
	}{{-15*time.Minute + 2*time.Second, ""}, {15 * time.Minute, ""}, {-15*time.Minute - time.Second, "InvalidTimeStamp.Expired"}, {15*time.Minute + 3*time.Second, "InvalidTimeStamp.Expired"}} {
		status := 200
		if c.code != "" {
			status = 400
		}
		w.get(v1("GET", "DescribeRegions", nil, auth.Signing{Time: time.Now().Add(c.off)})).want(t, status, c.code)
	}
	p := v1("GET", "DescribeRegions", nil, auth.Signing{})
	p.Set("Timestamp", "yesterday")
	w.get(p).want(t, 400, "InvalidTimeStamp.Format")
}

func TestSuccessHasNoCodeAndTheRightHeaders(t *testing.T) {
	w := wire{t, ecstest.Start(t)}
	r := w.get(v1("GET", "DescribeInstances", nil, auth.Signing{}))
	var top map[string]any
	if err := json.Unmarshal(r.body, &top); err != nil {
		t.Fatal(err)
	}
	if _, has := top["Code"]; has {
		t.Error("a success has a Code, which pop-core takes for a failure")
	}
	for name, want := range map[string]string{"Content-Type": "application/json;charset=utf-8", "Access-Control-Allow-Origin": "*"} {
		if got := r.header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if len(r.header.Get("x-acs-trace-id")) != 32 {
		t.Error("no trace id")
	}
}
