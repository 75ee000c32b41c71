package shapetest

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/openecs/openecs/api"
)

const id = "3C85E634-24F4-5242-89B9-4E9453FC6D2B"

// answer checks an answer of DescribeRegions as it would leave the server, changed.
func answer(format api.Format, status int, write func(*api.Encoder), old, new string) error {
	var e api.Encoder
	e.Reset(nil, format)
	write(&e)
	body := strings.Replace(string(e.Bytes()), old, new, 1)
	if old != "" && body == string(e.Bytes()) {
		return errors.New("the test changes nothing")
	}
	h := http.Header{"Content-Type": {"application/json;charset=utf-8"}, "X-Acs-Request-Id": {id}, "Access-Control-Allow-Origin": {"*"},
		"Content-Length": {strconv.Itoa(len(body))}}
	if format == api.XML {
		h.Set("Content-Type", "text/xml;charset=utf-8")
	}
	return CheckAnswer("2014-05-26", "DescribeRegions", status, h, []byte(body), false)
}

func regions(e *api.Encoder) {
	r := &api.DescribeRegionsResponse{}
	r.SetRequestID(id)
	r.Regions.Region = []api.DescribeRegionsRegion{{RegionID: "a"}, {RegionID: "b"}}
	r.Encode(e)
}

func noRegions(e *api.Encoder) {
	r := &api.DescribeRegionsResponse{}
	r.SetRequestID(id)
	r.Encode(e)
}

func refusal(e *api.Encoder) {
	e.Error(api.Errorf(api.CodeInvalidParameter, "No."), id, "h", "https://api.aliyun.com/troubleshoot?q=InvalidParameter&product=Ecs&requestId="+id)
}

func TestCheckAnswer(t *testing.T) {
	for _, c := range []struct {
		format   api.Format
		status   int
		write    func(*api.Encoder)
		old, new string
		want     string
	}{
		{api.JSON, 200, regions, "", "", ""},
		{api.JSON, 200, noRegions, "", "", ""},
		{api.JSON, 200, regions, id, "R", "RequestId is R in the body"},
		{api.JSON, 200, regions, `"LocalName"`, `"localName"`, "LocalName is absent"},
		{api.JSON, 500, regions, "", "", "Code is absent"},
		{api.XML, 200, regions, "", "", ""},
		{api.XML, 200, noRegions, "", "", ""},
		{api.XML, 200, regions, "DescribeRegionsResponse", "Response", "the element is Response"},
		{api.XML, 200, regions, "<LocalName></LocalName>", "", "LocalName is absent"},
		{api.XML, 200, regions, "<LocalName></LocalName>", "<LocalName></LocalName><X>1</X>", "X is not documented"},
		{api.XML, 200, regions, "<LocalName></LocalName>", "<LocalName></LocalName><LocalName></LocalName>", "LocalName is there twice"},
		{api.XML, 200, regions, "</Regions>", "", "not XML"},
		{api.XML, 200, noRegions, "<Regions></Regions>", "", "Regions is absent"},
		{api.JSON, 400, refusal, "", "", ""},
		{api.XML, 400, refusal, "", "", ""},
		{api.JSON, 200, refusal, "", "", "Code is not documented"},
		{api.JSON, 302, refusal, "", "", "status 302"},
		{api.JSON, 400, refusal, `"Code":"InvalidParameter"`, `"Code":"NoSuch"`, "docs/errors.tsv has no NoSuch"},
		{api.JSON, 400, refusal, `"Code":"InvalidParameter"`, `"Code":400`, "Code: is \"400\", not string"},
		{api.JSON, 400, refusal, `"No."`, `""`, "Message is empty"},
		{api.JSON, 400, refusal, `"HostId":"h",`, ``, "HostId is absent"},
		{api.JSON, 400, refusal, `troubleshoot`, `help`, "Recommend is"},
		{api.JSON, 400, refusal, `{`, `{"X":1,`, "X is not documented"},
		{api.JSON, 400, refusal, `{`, ``, "not JSON"},
		{api.XML, 400, refusal, "<Message>No.</Message>", "", "Message is absent"},
	} {
		err := answer(c.format, c.status, c.write, c.old, c.new)
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%v %d with %q for %q: %v, want %q", c.format, c.status, c.new, c.old, err, c.want)
		}
	}
}

// said is a test that is told what is wrong.
type said []string

func (s *said) Helper() {}

func (s *said) Errorf(format string, args ...any) { *s = append(*s, fmt.Sprintf(format, args...)) }

// TestHandlerFinds sees the action of a request in each place it can be, and headers that are wrong.
func TestHandlerFinds(t *testing.T) {
	for name, r := range map[string]*http.Request{
		"query":  httptest.NewRequest("GET", "/?Action=DescribeRegions&Version=2014-05-26", nil),
		"form":   httptest.NewRequest("POST", "/", strings.NewReader("Action=DescribeRegions&Version=2014-05-26")),
		"header": httptest.NewRequest("POST", "/?RegionId=x", nil),
	} {
		switch name {
		case "form":
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		case "header":
			r.Header = http.Header{"Authorization": {"ACS3-HMAC-SHA256 x"}, "X-Acs-Action": {"DescribeRegions"}, "X-Acs-Version": {"2014-05-26"}}
		}
		var got said
		Handler(&got, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			r.ParseForm() // reads the body, as the server does
			w.Header().Set("Content-Type", "text/plain")
			w.Write([]byte(`{"RequestId":"R"}`))
		})).ServeHTTP(httptest.NewRecorder(), r)
		if len(got) != 1 {
			t.Fatalf("%s: %d reports", name, len(got))
		}
		for _, want := range []string{"2014-05-26 DescribeRegions", "Regions is absent", `Content-Type is "text/plain"`, "x-acs-request-id", "Content-Length", "Allow-Origin"} {
			if !strings.Contains(got[0], want) {
				t.Errorf("%s: no %q in %s", name, want, got[0])
			}
		}
	}
}
