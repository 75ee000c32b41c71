package shapetest

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/api/spec"
)

// refusalFields are the body of every refusal.
var refusalFields = []spec.Field{
	{Name: "RequestId", Type: "string"}, {Name: "HostId", Type: "string"}, {Name: "Code", Type: "string"},
	{Name: "Message", Type: "string"}, {Name: "Recommend", Type: "string"},
}

var requestID = regexp.MustCompile(`^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$`)

// CheckAnswer verifies a whole answer as it leaves the server: headers, and a body as Check or CheckError want it.
// version and action are what the request asked for, "" if it named none; bare says that there is no body to look at.
func CheckAnswer(version, action string, status int, header http.Header, body []byte, bare bool) error {
	var wrong []error
	fail := func(format string, args ...any) { wrong = append(wrong, fmt.Errorf(format, args...)) }
	ct := header.Get("Content-Type")
	xml := ct == "text/xml;charset=utf-8"
	if !xml && ct != "application/json;charset=utf-8" {
		fail("Content-Type is %q", ct)
	}
	id := header.Get("X-Acs-Request-Id")
	if !requestID.MatchString(id) {
		fail("x-acs-request-id is %q, no upper-case UUID", id)
	}
	if header.Get("Access-Control-Allow-Origin") != "*" {
		fail("Access-Control-Allow-Origin is %q", header.Get("Access-Control-Allow-Origin"))
	}
	if n := header.Get("Content-Length"); n != strconv.Itoa(len(body)) && !bare {
		fail("Content-Length is %q of %d", n, len(body))
	}
	if bare {
		return errors.Join(wrong...)
	}
	if status/100 == 2 {
		fields, err := shape(version, action)
		if err != nil {
			return errors.Join(append(wrong, err)...)
		}
		o, err := read(body, xml, action+"Response", fields)
		if err != nil {
			return errors.Join(append(wrong, err)...)
		}
		if got := o.fields["RequestId"]; got != id {
			fail("RequestId is %v in the body, %s in the header", got, id)
		}
		return errors.Join(append(wrong, checkAnswer(o, fields))...)
	}
	o, err := read(body, xml, "Error", refusalFields)
	if err != nil {
		return errors.Join(append(wrong, err)...)
	}
	if got := o.fields["RequestId"]; got != id {
		fail("RequestId is %v in the body, %s in the header", got, id)
	}
	return errors.Join(append(wrong, checkRefusal(o, version, action, status))...)
}

// checkRefusal verifies the body of a refusal, and that docs/errors.tsv knows its code for the action.
func checkRefusal(o *object, version, action string, status int) error {
	c := &checker{}
	c.object("", o, refusalFields)
	for _, name := range []string{"Code", "Message", "HostId"} {
		if o.fields[name] == "" {
			c.fail("", "%s is empty", name)
		}
	}
	code, _ := o.fields["Code"].(string)
	product := "Ecs"
	if info, ok := api.Lookup(version, action); ok {
		product = info.Product
		if !api.HasCode(product, action, code) && (info.Alias == nil || !api.HasCode(info.Alias.Product, action, code)) {
			c.fail("", "docs/errors.tsv has no %s for %s", code, action)
		}
	}
	want := fmt.Sprintf("https://api.aliyun.com/troubleshoot?q=%s&product=%s&requestId=%v", code, product, o.fields["RequestId"])
	// A request refused before its action was looked up is answered as one of ECS.
	if got, _ := o.fields["Recommend"].(string); got != want && got != strings.Replace(want, "product="+product, "product=Ecs", 1) {
		c.fail("", "Recommend is %q, want %q", got, want)
	}
	if status < 400 || status > 599 {
		c.fail("", "a refusal with status %d", status)
	}
	return errors.Join(c.wrong...)
}
