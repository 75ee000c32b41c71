package dhcpoptions

import (
	"net/netip"
	"strconv"
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
)

// What is documented of the options.
const (
	maxServers   = 4
	defaultDNS   = "100.100.2.136,100.100.2.138" // the service's own name servers
	defaultLease = 24                            // hours
	maxLease     = 1175
	maxLease6    = 1176
	longLease    = 87600 // instead of a lease that ends
	maxDomain    = 254
	maxSets      = 10 // of an account in a region; one may be attached to as many VPCs as an account has there
)

// options are those of a request; what is "" was not asked for.
type options struct {
	name, description, domain, servers, lease, lease6 string
	boot, tftp                                        string
}

// write checks the options and writes those that were asked for: IllegalParam…,
// InvalidDomainNameServers.Malformed, QuotaExceeded.DomainNameServers, all 400.
func (o *options) write(r *ecs.DHCPOptionsSet) error {
	switch {
	case !network.ValidName(o.name):
		return api.Errorf(api.CodeIllegalParamDhcpOptionsSetName, "The parameter of DhcpOptionsSetName is illegal.")
	case !network.ValidDescription(o.description):
		return api.Errorf(api.CodeIllegalParamDhcpOptionsSetDescription, "The parameter of DhcpOptionsSetDescription is illegal.")
	case !domain(o.domain):
		return api.Errorf(api.CodeIllegalParamDomainName, "The parameter of DomainName is illegal.")
	case o.boot != "" || o.tftp != "":
		return api.Errorf(api.CodeUnsupportedOperationNotImplemented, "BootFileName and TFTPServerName are not supported here: no instance boots from a network.")
	}
	if err := servers(o.servers); err != nil {
		return err
	}
	for _, l := range []struct {
		asked string
		max   int
		to    *int32
	}{{o.lease, maxLease, &r.Lease}, {o.lease6, maxLease6, &r.Lease6}} {
		if l.asked == "" {
			continue
		}
		n, err := strconv.Atoi(l.asked)
		if err != nil || (n < 24 || n > l.max) && n != longLease {
			return api.Errorf(api.CodeIllegalParamLeaseTime, "The parameter of LeaseTime is illegal.")
		}
		*l.to = int32(n)
	}
	for _, t := range []struct {
		asked string
		to    *string
	}{{o.name, &r.Name}, {o.description, &r.Description}, {o.domain, &r.DomainName}, {o.servers, &r.Servers}} {
		if t.asked != "" {
			*t.to = strings.Clone(t.asked)
		}
	}
	return nil
}

func domain(s string) bool {
	if len(s) > maxDomain {
		return false
	}
	for _, label := range strings.Split(s, ".") {
		if s != "" && (label == "" || len(label) > 63) {
			return false
		}
		for i := range len(label) {
			if b := label[i]; !(b == '-' && i > 0 && i < len(label)-1 || b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z') {
				return false
			}
		}
	}
	return true
}

func servers(s string) error {
	if s == "" {
		return nil
	}
	list := strings.Split(s, ",")
	for _, a := range list {
		if ip, err := netip.ParseAddr(a); err != nil || ip.Zone() != "" {
			return api.Errorf(api.CodeInvalidDomainNameServersMalformed, "The specified DomainNameServers is malformed.")
		}
	}
	if len(list) > maxServers {
		return api.Errorf(api.CodeQuotaExceededDomainNameServers, "The number of DomainNameServers exceeds the quota of %d.", maxServers)
	}
	return nil
}

func lease(n int32) string { return strconv.Itoa(int(n)) }
