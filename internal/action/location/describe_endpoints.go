package location

import (
	"net"
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/catalog"
)

var _ = action.Handle(&actions, "DescribeEndpoints", (*Service).DescribeEndpoints)

// DescribeEndpoints names the host of a product in a region. A client that
// reached us by a name of aliyuncs.com, through the proxy, gets the product's
// usual name; any other gets the address it called, which answers all products.
//
// An unknown region is 404 InvalidRegionId, a product that is not answered here
// 400 "Illegal Parameter"; the Python SDK compares both messages by the letter.
func (s *Service) DescribeEndpoints(c *action.Call, in *api.DescribeEndpointsRequest) (*api.DescribeEndpointsResponse, error) {
	region, ok := s.Catalog.Region(in.ID)
	if !ok {
		return nil, api.Errorf(api.CodeInvalidRegionId, "The specified region does not exist.")
	}
	service := strings.ToLower(in.ServiceCode)
	name, ok := hosts[service]
	if !ok {
		return nil, api.Errorf(api.CodeIllegalParameter, "Please check the parameters")
	}
	out := &api.DescribeEndpointsResponse{Success: true}
	if in.Type != "" && !strings.EqualFold(in.Type, openAPI) {
		return out, nil // there is no inner network
	}
	host := c.Host
	if host == "" || strings.HasSuffix(hostName(host), ".aliyuncs.com") {
		host = name(region)
	}
	e := api.DescribeEndpointsEndpoint{
		Endpoint: host, ID: region.ID, Namespace: namespace, SerivceCode: service, ServiceCode: service, Type: openAPI,
	}
	e.Protocols.Protocols = []string{"HTTP", "HTTPS"} // one port answers both
	out.Endpoints.Endpoint = []api.DescribeEndpointsEndpoint{e}
	return out, nil
}

const (
	openAPI   = "openAPI"
	namespace = "26842" // as the service's answers have it; no client reads it
)

// hosts are the products answered here and the names the official clients call
// them by: some have a host in each region, some one for all.
var hosts = map[string]func(*catalog.Region) string{
	"ecs":             func(r *catalog.Region) string { return r.Endpoint },
	"vpc":             regional("vpc"),
	"sts":             regional("sts"),
	"tag":             regional("tag"),
	"ram":             global("ram"),
	"resourcemanager": global("resourcemanager"),
	"bssopenapi":      global("business"),
	"location":        global("location"),
}

func regional(product string) func(*catalog.Region) string {
	return func(r *catalog.Region) string { return product + "." + r.ID + ".aliyuncs.com" }
}

func global(product string) func(*catalog.Region) string {
	return func(*catalog.Region) string { return product + ".aliyuncs.com" }
}

// hostName is a Host header without its port.
func hostName(host string) string {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	return strings.ToLower(strings.TrimSuffix(host, "."))
}
