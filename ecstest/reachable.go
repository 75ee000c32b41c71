package ecstest

import "github.com/openecs/openecs/internal/service"

// Reachable reports whether packets of a connection get from one end to the
// other, and why: the rule, route, gateway or missing address that decides. An end
// is the identifier of an instance or of a network interface, or an address. The
// protocol is tcp, udp, icmp, icmpv6 or gre; port is the destination's, 0 for
// protocols without ports. It asks of the network alone: an instance that is
// stopped answers nobody, but may be reachable. Of a question that makes no sense,
// such as one about an instance that is not there, why says so.
//
// It is what "openecs network explain" says, and what security groups, network
// ACLs, routes, NAT gateways and elastic IPs of the service as it is now say.
func (s *Server) Reachable(from, to, protocol string, port int) (ok bool, why string) {
	got, err := s.svc.Explain(service.Query{From: from, To: to, Protocol: protocol, Port: port})
	if err != nil {
		return false, err.Error()
	}
	for _, c := range got.Checks {
		if c.Name == got.Decides {
			why = c.Why
		}
	}
	return got.Passes, why
}
