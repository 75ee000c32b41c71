package client

import (
	"errors"
	"net/http"
	"strings"
)

// ErrAlibabaCloud refuses a request to Alibaba Cloud itself.
var ErrAlibabaCloud = errors.New("client: this endpoint is Alibaba Cloud itself, where requests may cost money; it has to be allowed explicitly")

// guard looks at the URL each request is really sent to, before anything else
// does. No redirect is followed above it.
type guard struct {
	inner http.RoundTripper
	allow bool
}

func (g *guard) RoundTrip(req *http.Request) (*http.Response, error) {
	if !g.allow && (isAlibabaCloud(req.URL.Hostname()) || isAlibabaCloud(hostname(req.Host))) {
		if req.Body != nil {
			req.Body.Close()
		}
		return nil, ErrAlibabaCloud
	}
	return g.inner.RoundTrip(req)
}

// hostname is a Host header without its port.
func hostname(host string) string {
	if i := strings.LastIndexByte(host, ':'); i >= 0 && !strings.HasSuffix(host, "]") {
		host = host[:i]
	}
	return host
}

// isAlibabaCloud reports whether a host belongs to Alibaba Cloud's own domains.
func isAlibabaCloud(host string) bool {
	host = strings.TrimRight(strings.ToLower(host), ".")
	for _, domain := range []string{"aliyuncs.com", "aliyun.com", "alibabacloud.com"} {
		if host == domain || strings.HasSuffix(host, "."+domain) {
			return true
		}
	}
	return false
}

// alibabaCloudHost is the public endpoint of a product; some have one for all regions.
func alibabaCloudHost(product, region string) string {
	switch product {
	case "Location", "ResourceManager", "Ram":
		return strings.ToLower(product) + ".aliyuncs.com"
	case "BssOpenApi":
		return "business.aliyuncs.com"
	}
	if region == "" {
		return strings.ToLower(product) + ".aliyuncs.com"
	}
	return strings.ToLower(product) + "." + region + ".aliyuncs.com"
}
