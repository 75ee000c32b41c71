package networkinterface_test

import (
	"testing"

	"github.com/openecs/openecs/internal/actiontest"
)

// TestRefused: what an interface is protected from, with codes and statuses.
func TestRefused(t *testing.T) {
	s := actiontest.Start(t)
	instance := s.Running()
	own, id := primary(s, instance), create(s)
	s.Refuse(400, "InvalidOperation.DetachPrimaryEniNotAllowed", "", "DetachNetworkInterface", "NetworkInterfaceId", own, "InstanceId", instance)
	s.Refuse(403, "InvalidOperation.InvalidEniType", "", "DeleteNetworkInterface", "NetworkInterfaceId", own)
	s.Refuse(403, "InvalidOperation.InvalidEniType", "", "AttachNetworkInterface", "NetworkInterfaceId", own, "InstanceId", instance)
	s.Refuse(404, "InvalidEcsId.NotFound", "", "AttachNetworkInterface", "NetworkInterfaceId", id, "InstanceId", "i-none")
	s.Refuse(404, "InvalidEniId.NotFound", "", "AttachNetworkInterface", "NetworkInterfaceId", "eni-none", "InstanceId", instance)
	s.Refuse(400, "InvalidOperation.InvalidEniState", "", "DetachNetworkInterface", "NetworkInterfaceId", id, "InstanceId", instance)
	s.Refuse(403, "InvalidVSwitchId.IpInvalid", "", "AssignPrivateIpAddresses", "NetworkInterfaceId", id, "PrivateIpAddress.1", "10.0.0.1")
	s.Refuse(403, "InvalidIp.IpUnassigned", "", "UnassignPrivateIpAddresses", "NetworkInterfaceId", id, "PrivateIpAddress.1", "192.168.0.200")
	s.Refuse(403, "MaxEniPrivateIpsCountExceeded", "", "AssignPrivateIpAddresses", "NetworkInterfaceId", id, "SecondaryPrivateIpAddressCount", "49", "Ipv4PrefixCount", "1")
	s.As(s.Other).Refuse(404, "InvalidEniId.NotFound", "", "DeleteNetworkInterface", "NetworkInterfaceId", id)
}
