package intercept

import (
	"net/netip"
	"net/url"
	"strings"

	"golang.org/x/net/idna"
)

// metadataAddr is where an instance of Alibaba Cloud finds its metadata, and
// with them the credentials of its role.
var metadataAddr = netip.AddrFrom4([4]byte{100, 100, 100, 200})

// IsAlibabaCloud reports whether host leads to the real cloud: aliyuncs.com,
// any name below it, or the metadata address of an instance there. host may be
// a name, host:port or a URL, in any spelling a client would resolve: upper
// case, with a trailing dot, or with full-width characters.
func IsAlibabaCloud(host string) bool {
	name := hostOf(host)
	if isAPIHost(name) {
		return true
	}
	ip, err := netip.ParseAddr(name)
	return err == nil && ip.Unmap() == metadataAddr
}

// isAPIHost reports whether a normalized name is one that OpenECS answers for.
func isAPIHost(name string) bool {
	return name == "aliyuncs.com" || strings.HasSuffix(name, ".aliyuncs.com")
}

// isLoopbackHost reports whether a normalized name means this machine.
func isLoopbackHost(name string) bool {
	if name == "localhost" || strings.HasSuffix(name, ".localhost") {
		return true
	}
	ip, err := netip.ParseAddr(name)
	return err == nil && ip.Unmap().IsLoopback()
}

// hostOf takes the normalized host name out of a name, host:port or URL.
func hostOf(s string) string {
	s = strings.TrimSpace(s)
	if i := strings.Index(s, "://"); i >= 0 {
		if u, err := url.Parse(s); err == nil && u.Host != "" {
			s = u.Host
		} else {
			s = s[i+3:]
		}
	}
	if i := strings.IndexAny(s, "/?#"); i >= 0 {
		s = s[:i]
	}
	if i := strings.LastIndexByte(s, '@'); i >= 0 {
		s = s[i+1:]
	}
	host, _ := splitHost(s)
	return host
}

// splitHost splits host[:port] and normalizes the host. It does not allocate
// for the usual lower-case ASCII name.
func splitHost(s string) (host, port string) {
	switch i := strings.LastIndexByte(s, ':'); {
	case strings.HasPrefix(s, "["):
		end := strings.IndexByte(s, ']')
		if end < 0 {
			return normalizeHost(s), ""
		}
		host, port = s[1:end], strings.TrimPrefix(s[end+1:], ":")
	case i >= 0 && strings.IndexByte(s, ':') == i:
		host, port = s[:i], s[i+1:]
	default:
		host = s // a name, or an IPv6 address without brackets
	}
	return normalizeHost(host), port
}

func normalizeHost(host string) string {
	for i := 0; i < len(host); i++ {
		if host[i] >= 0x80 {
			// net/http maps such names before it resolves them, so a guard must too.
			if ascii, err := idna.Lookup.ToASCII(host); err == nil {
				host = ascii
			}
			break
		}
	}
	return strings.ToLower(strings.TrimRight(host, "."))
}

// pattern is one entry of an allow list: a name, *.name or *, with an optional port.
type pattern struct{ host, port string }

func parsePatterns(list []string) []pattern {
	var ps []pattern
	for _, s := range list {
		if s = strings.TrimSpace(s); s == "" {
			continue
		}
		h, p := splitHost(s)
		ps = append(ps, pattern{h, p})
	}
	return ps
}

// match reports whether the normalized host and port fit p. defaultPorts says
// what an entry without a port stands for: nil is every port.
func (p pattern) match(host, port string, defaultPorts ...string) bool {
	switch {
	case p.host == "*":
	case strings.HasPrefix(p.host, "*."):
		if !strings.HasSuffix(host, p.host[1:]) {
			return false
		}
	case p.host != host:
		return false
	}
	if p.port != "" {
		return p.port == port
	}
	for _, d := range defaultPorts {
		if d == port {
			return true
		}
	}
	return len(defaultPorts) == 0
}
