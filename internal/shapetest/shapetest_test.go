package shapetest

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/openecs/openecs/api"
)

// What the encoders write for an empty answer has the shape, for every action there is.
func TestEncodersKeepTheShape(t *testing.T) {
	n := 0
	for a := range api.Actions() {
		if a.NewResponse == nil {
			continue
		}
		n++
		r := a.NewResponse()
		r.SetRequestID("R-1")
		var e api.Encoder
		e.Reset(nil, api.JSON)
		r.Encode(&e)
		for _, product := range []string{a.Product, a.Version} {
			if err := Check(product, a.Name, e.Bytes()); err != nil {
				t.Error(err)
			}
		}
	}
	if n < 560 {
		t.Errorf("only %d actions", n)
	}
}

func TestCheckFinds(t *testing.T) {
	const good = `{"RequestId":"R","Regions":{"Region":[{"RegionId":"a","LocalName":"b","RegionEndpoint":"c","Status":"d"}]}}`
	if err := Check("Ecs", "DescribeRegions", []byte(good)); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ old, new, want string }{
		{`"RequestId":"R",`, ``, "RequestId is absent"},
		{`"RequestId":"R"`, `"RequestId":""`, "RequestId is absent or empty"},
		{`"R"`, `"R","Extra":1`, "Extra is not documented"},
		{`"R"`, `"R","RequestId":"R"`, "RequestId is there twice"},
		{`,"Status":"d"`, ``, "Regions.Region[0]: Status is absent"},
		{`"d"`, `null`, "Regions.Region[0].Status: is null, not string"},
		{`"d"`, `1`, "Status: is \"1\", not string"},
		{`{"Region":[`, `{"Region":[null,`, "Regions.Region[0]: is null, not struct"},
		{`{"Region":[`, `{"Region":null,"X":[`, "Regions.Region: is null, not a list"},
		{`"Regions":{`, `"Regions":{"Zone":[],`, "Regions: Zone is not documented"},
		{`}]}}`, `}]}}{}`, "something follows"},
		{`}]}}`, `}]}`, "not JSON"},
		{good, `[]`, "no object"},
	} {
		err := Check("2014-05-26", "DescribeRegions", []byte(strings.Replace(good, c.old, c.new, 1)))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s for %s: %v, want %s", c.new, c.old, err, c.want)
		}
	}
}

// What is read by hand is what encoding/json reads.
func FuzzReadJSON(f *testing.F) {
	for _, seed := range []string{`{"a":[1,-2.5e3,"x\\u00e9\\"",true,false,null],"b":{}, "c" : [ ] }`, `"x"`, `12`, ` [[]] `, `{"a":1}{}`, `{`, "\"\xff\""} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		got, err := readJSON(body)
		var want any
		d := json.NewDecoder(bytes.NewReader(body))
		d.UseNumber()
		bad := d.Decode(&want) != nil || d.More() || !json.Valid(body) || !utf8.Valid(body)
		if bad != (err != nil) {
			t.Fatalf("%q: %v", body, err)
		}
		if err == nil && !reflect.DeepEqual(plain(got), want) {
			t.Errorf("%q: %v, want %v", body, plain(got), want)
		}
	})
}

// plain is a value as encoding/json has it.
func plain(v any) any {
	switch v := v.(type) {
	case *object:
		m := map[string]any{}
		for _, f := range v.fields {
			m[f.name] = plain(f.value)
		}
		return m
	case []any:
		l := []any{}
		for _, e := range v {
			l = append(l, plain(e))
		}
		return l
	}
	return v
}

func TestCheckTypes(t *testing.T) {
	const good = `{"RequestId":"R","InstanceId":"i-1","TradePrice":0.5}`
	for body, want := range map[string]string{
		good:                                     "",
		`{"RequestId":"R","InstanceId":"i-1"}`:   "",
		strings.Replace(good, "0.5", `"0.5"`, 1): "not",
		strings.Replace(good, "0.5", `1e3`, 1):   "not",
	} {
		if err := Check("Ecs", "CreateInstance", []byte(body)); (err == nil) != (want == "") {
			t.Errorf("%s: %v", body, err)
		}
	}
	stat := `{"RequestId":"R","PageNumber":1,"PageSize":10,"TotalCount":0,"InstanceStatuses":{"InstanceStatus":[]}}`
	if err := Check("Ecs", "DescribeInstanceStatus", []byte(stat)); err != nil {
		t.Error(err)
	}
	for _, bad := range []string{`"1"`, "1.5", "2147483648", "true"} {
		if err := Check("Ecs", "DescribeInstanceStatus", []byte(strings.Replace(stat, `"PageNumber":1`, `"PageNumber":`+bad, 1))); err == nil {
			t.Errorf("PageNumber %s passed", bad)
		}
	}
}

func TestCheckKnowsNoOthers(t *testing.T) {
	for _, c := range [][2]string{{"Ecs", "NoSuchAction"}, {"2001-01-01", "DescribeRegions"}, {"Vpc", "CreateVpnGateway"}} {
		if err := Check(c[0], c[1], []byte("{}")); err == nil {
			t.Errorf("%v passed", c)
		}
	}
}
