package intercept

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"time"
)

// ForwardTo returns a handler that passes every request to the OpenECS that
// listens at endpoint ("http://127.0.0.1:7070" or https), with its Host unchanged
// because signatures cover it. It is for Serve when the service is another
// process. d nil is a net.Dialer; roots are the authorities that may sign for an
// https endpoint, nil for the system's. It refuses an endpoint of the real cloud.
func ForwardTo(endpoint string, d Dialer, roots *x509.CertPool) (http.Handler, error) {
	u, err := url.Parse(endpoint)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, fmt.Errorf("the endpoint %q is not of the form http://host:port or https://host", endpoint)
	}
	if IsAlibabaCloud(u.Host) {
		return nil, fmt.Errorf("the endpoint %q is the real cloud", endpoint)
	}
	if d == nil {
		d = new(net.Dialer)
	}
	return &httputil.ReverseProxy{
		Rewrite: func(p *httputil.ProxyRequest) {
			p.SetURL(u)
			p.Out.Host = p.In.Host
			// SetURL re-encodes nothing, and neither must anything else: the
			// query is signed.
			p.Out.URL.RawQuery = p.In.URL.RawQuery
		},
		Transport: &http.Transport{DialContext: d.DialContext, MaxIdleConnsPerHost: 64, DisableCompression: true,
			TLSClientConfig: &tls.Config{RootCAs: roots}, TLSHandshakeTimeout: 10 * time.Second},
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, err error) {
			http.Error(w, "OpenECS at "+endpoint+" cannot be reached: "+err.Error(), http.StatusBadGateway)
		},
	}, nil
}
