package api

import (
	"encoding/json"
	"encoding/xml"
	"math"
	"testing"
	"unicode/utf8"
)

func TestEncodeJSON(t *testing.T) {
	var e Encoder
	e.Reset(nil, JSON)
	r := DescribeRegionsResponse{RequestID: "R-1"}
	r.Regions.Region = []DescribeRegionsRegion{{RegionID: "cn-hangzhou", LocalName: "a\"b"}, {}}
	r.Encode(&e)
	want := `{"RequestId":"R-1","Regions":{"Region":[{"LocalName":"a\"b","RegionEndpoint":"","RegionId":"cn-hangzhou","Status":""},{"LocalName":"","RegionEndpoint":"","RegionId":"","Status":""}]}}`
	if string(e.Bytes()) != want {
		t.Errorf("got  %s\nwant %s", e.Bytes(), want)
	}
}

func TestEncodeXML(t *testing.T) {
	var e Encoder
	e.Reset(nil, XML)
	r := DescribeRegionsResponse{RequestID: "R-1"}
	r.Regions.Region = []DescribeRegionsRegion{{RegionID: "cn-hangzhou", LocalName: "a<b"}, {}}
	r.Encode(&e)
	want := `<?xml version='1.0' encoding='UTF-8'?><DescribeRegionsResponse><RequestId>R-1</RequestId><Regions>` +
		`<Region><LocalName>a&lt;b</LocalName><RegionEndpoint></RegionEndpoint><RegionId>cn-hangzhou</RegionId><Status></Status></Region>` +
		`<Region><LocalName></LocalName><RegionEndpoint></RegionEndpoint><RegionId></RegionId><Status></Status></Region></Regions></DescribeRegionsResponse>`
	if string(e.Bytes()) != want {
		t.Errorf("got  %s\nwant %s", e.Bytes(), want)
	}
}

func TestEncodeError(t *testing.T) {
	err := Errorf("InvalidImageId.NotFound", "no image %q", "x&y")
	var e Encoder
	e.Reset([]byte("kept"), JSON)
	e.buf = e.buf[:0]
	e.Error(err, "R-1", "ecs.cn-hangzhou.aliyuncs.com", "")
	want := `{"RequestId":"R-1","HostId":"ecs.cn-hangzhou.aliyuncs.com","Code":"InvalidImageId.NotFound","Message":"no image \"x&y\"","Recommend":""}`
	if string(e.Bytes()) != want {
		t.Errorf("got  %s\nwant %s", e.Bytes(), want)
	}
	e.Reset(nil, XML)
	e.Error(err, "R-1", "h", "r")
	want = `<?xml version='1.0' encoding='UTF-8'?><Error><RequestId>R-1</RequestId><HostId>h</HostId><Code>InvalidImageId.NotFound</Code><Message>no image "x&amp;y"</Message><Recommend>r</Recommend></Error>`
	if string(e.Bytes()) != want {
		t.Errorf("got  %s\nwant %s", e.Bytes(), want)
	}
}

// The fields that are absent when they have no value, and there when they have one.
func TestOmittedFields(t *testing.T) {
	var e Encoder
	e.Reset(nil, JSON)
	r := CreateInstanceResponse{RequestID: "R", InstanceID: "i-1"}
	r.Encode(&e)
	if want := `{"RequestId":"R","InstanceId":"i-1"}`; string(e.Bytes()) != want {
		t.Errorf("got %s", e.Bytes())
	}
	e.Reset(nil, JSON)
	r.OrderID, r.TradePrice = "12", 0.1
	r.Encode(&e)
	if want := `{"RequestId":"R","InstanceId":"i-1","OrderId":"12","TradePrice":0.1}`; string(e.Bytes()) != want {
		t.Errorf("got %s", e.Bytes())
	}
}

func TestFloatsHaveNoExponent(t *testing.T) {
	for v, want := range map[float64]string{0: "0", 0.1: "0.1", 1e21: "1000000000000000000000", 1e-7: "0.0000001", -2.5: "-2.5", math.Inf(1): "0", math.NaN(): "0"} {
		if got := string(appendFloat(nil, v)); got != want {
			t.Errorf("%v: %s, want %s", v, got, want)
		}
	}
}

func FuzzEscape(f *testing.F) {
	for _, s := range []string{"", "plain", "a\"\\/\b\n\r\t\x00\x1f\x7f", "\xff\xfeä你😀\ufffe\uffff", "<&>]]>'"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		b := appendJSONString(nil, s)
		if !utf8.Valid(b) {
			t.Fatalf("%q is not UTF-8", b)
		}
		var back string
		if err := json.Unmarshal(b, &back); err != nil {
			t.Fatal(err)
		}
		if want := string([]rune(s)); back != want {
			t.Fatalf("%q became %q", want, back)
		}
		x := appendXMLText([]byte("<a>"), s)
		var text struct {
			S string `xml:",chardata"`
		}
		if err := xml.Unmarshal(append(x, "</a>"...), &text); err != nil {
			t.Fatalf("%q: %v", x, err)
		}
		var want []rune
		for _, r := range s {
			if r >= 0x20 && r != 0xfffe && r != 0xffff || r == '\t' || r == '\n' || r == '\r' {
				want = append(want, r)
			}
		}
		if text.S != string(want) {
			t.Fatalf("%q became %q", string(want), text.S)
		}
	})
}
