package location

import (
	"bytes"
	"errors"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/shapetest"
)

// locate calls the action through its binding; body is the JSON answer.
func locate(t *testing.T, host string, params ...string) (out *api.DescribeEndpointsResponse, body []byte, err error) {
	t.Helper()
	cat, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	info, ok := api.Lookup("2015-06-12", "DescribeEndpoints")
	if !ok {
		t.Fatal("the action is not known")
	}
	p := new(api.Params)
	for i := 0; i < len(params); i += 2 {
		p.Set(params[i], params[i+1])
	}
	r, err := action.NewMux((&Service{Catalog: cat}).Actions()).Do(&action.Call{Info: info, Params: p, Host: host})
	if err != nil {
		return nil, nil, err
	}
	r.SetRequestID("R")
	var e api.Encoder
	e.Reset(nil, api.JSON)
	r.Encode(&e)
	if err := shapetest.Check("Location", "DescribeEndpoints", e.Bytes()); err != nil {
		t.Error(err)
	}
	return r.(*api.DescribeEndpointsResponse), e.Bytes(), nil
}

// The host a client is sent to must be one it can reach, in the form the SDKs
// join with a scheme: no scheme, the port if it had one.
func TestDescribeEndpointsHost(t *testing.T) {
	for _, c := range []struct{ host, region, service, want string }{
		{"127.0.0.1:7070", "cn-hangzhou", "ecs", "127.0.0.1:7070"},
		{"127.0.0.1:7070", "cn-beijing", "vpc", "127.0.0.1:7070"},
		{"[::1]:7070", "cn-beijing", "ecs", "[::1]:7070"},
		{"localhost", "cn-beijing", "ecs", "localhost"},
		{"openecs.example.org", "cn-beijing", "Ecs", "openecs.example.org"},
		{"location.aliyuncs.com", "cn-hangzhou", "ecs", "ecs.cn-hangzhou.aliyuncs.com"},
		{"location-readonly.aliyuncs.com:443", "cn-beijing", "ecs", "ecs.cn-beijing.aliyuncs.com"},
		{"LOCATION.ALIYUNCS.COM", "cn-beijing", "vpc", "vpc.cn-beijing.aliyuncs.com"},
		{"location.aliyuncs.com", "cn-beijing", "sts", "sts.cn-beijing.aliyuncs.com"},
		{"location.aliyuncs.com", "cn-beijing", "ram", "ram.aliyuncs.com"},
		{"location.aliyuncs.com", "cn-beijing", "resourcemanager", "resourcemanager.aliyuncs.com"},
		{"location.aliyuncs.com", "cn-beijing", "bssopenapi", "business.aliyuncs.com"},
		{"aliyuncs.com.example.org", "cn-beijing", "ecs", "aliyuncs.com.example.org"},
		{"", "cn-beijing", "ecs", "ecs.cn-beijing.aliyuncs.com"},
	} {
		out, _, err := locate(t, c.host, "Id", c.region, "ServiceCode", c.service)
		if err != nil || len(out.Endpoints.Endpoint) != 1 {
			t.Errorf("%s: %v %v", c.host, out, err)
			continue
		}
		e := out.Endpoints.Endpoint[0]
		if e.Endpoint != c.want || e.ID != c.region || e.Type != "openAPI" || !out.Success {
			t.Errorf("%s %s: %+v, wanted %s", c.host, c.service, e, c.want)
		}
	}
}

// The Go SDK reads SerivceCode, misspelt, the Python SDK either.
func TestDescribeEndpointsBody(t *testing.T) {
	_, body, err := locate(t, "127.0.0.1:1", "Id", "cn-hangzhou", "ServiceCode", "ecs", "Type", "openAPI")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"SerivceCode":"ecs"`, `"ServiceCode":"ecs"`, `"Type":"openAPI"`, `"Success":true`, `"Protocols":{"Protocols":["HTTP","HTTPS"]}`} {
		if !bytes.Contains(body, []byte(want)) {
			t.Errorf("no %s in %s", want, body)
		}
	}
}

func TestDescribeEndpointsInnerNetwork(t *testing.T) {
	out, body, err := locate(t, "127.0.0.1:1", "Id", "cn-hangzhou", "ServiceCode", "ecs", "Type", "innerAPI")
	if err != nil || len(out.Endpoints.Endpoint) != 0 || !bytes.Contains(body, []byte(`"Endpoint":[]`)) {
		t.Errorf("%s %v", body, err)
	}
}

func TestDescribeEndpointsRefusals(t *testing.T) {
	for _, c := range []struct {
		name          string
		params        []string
		status        int
		code, message string
	}{
		{"unknown region", []string{"Id", "cn-nowhere", "ServiceCode", "ecs"}, 404, "InvalidRegionId", "The specified region does not exist."},
		{"unknown product", []string{"Id", "cn-hangzhou", "ServiceCode", "slb"}, 400, "Illegal Parameter", "Please check the parameters"},
		{"empty product", []string{"Id", "cn-hangzhou", "ServiceCode", ""}, 400, "Illegal Parameter", "Please check the parameters"},
		{"no region", []string{"ServiceCode", "ecs"}, 400, "MissingParameter", `The input parameter "Id" that is mandatory for processing this request is not supplied.`},
		{"no product", []string{"Id", "cn-hangzhou"}, 400, "MissingParameter", `The input parameter "ServiceCode" that is mandatory for processing this request is not supplied.`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, _, err := locate(t, "127.0.0.1:1", c.params...)
			e, ok := errors.AsType[*api.Error](err)
			if !ok {
				t.Fatalf("%v", err)
			}
			status := e.Status
			if status == 0 {
				status = api.StatusOf("Location", "DescribeEndpoints", e.Code)
			}
			if status != c.status || e.Code != c.code || e.Message != c.message {
				t.Errorf("%d %s %q, wanted %d %s %q", status, e.Code, e.Message, c.status, c.code, c.message)
			}
		})
	}
}
