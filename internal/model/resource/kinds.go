package resource

import (
	"slices"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// kinds is all kinds that exist, in the order in which listings over several
// show them. A vSwitch and a route
// table are in the resource group of their VPC.
var kinds = []Kind{
	Of(Spec[ecs.Instance]{
		"ecs", "instance", ecs.KindInstance, state.Instances, state.InstancesByAccount, state.InstancesByTag, state.InstancesByResourceGroup,
		func(r *ecs.Instance) Fields { return Fields{&r.Account, &r.Created, &r.Tags, &r.ResourceGroup} }, nil, nil,
	}),
	Of(Spec[ecs.Disk]{
		"ecs", "disk", ecs.KindDisk, state.Disks, state.DisksByAccount, state.DisksByTag, state.DisksByResourceGroup,
		func(r *ecs.Disk) Fields { return Fields{&r.Account, &r.Created, &r.Tags, &r.ResourceGroup} }, nil, nil,
	}),
	Of(Spec[ecs.NetworkInterface]{
		"ecs", "eni", ecs.KindNetworkInterface, state.Interfaces, state.InterfacesByAccount, state.InterfacesByTag, state.InterfacesByResourceGroup,
		func(r *ecs.NetworkInterface) Fields { return Fields{&r.Account, &r.Created, &r.Tags, &r.ResourceGroup} }, nil, nil,
	}),
	Of(Spec[ecs.SecurityGroup]{
		"ecs", "securitygroup", ecs.KindSecurityGroup, state.Groups, state.GroupsByAccount, state.GroupsByTag, state.GroupsByResourceGroup,
		func(r *ecs.SecurityGroup) Fields { return Fields{&r.Account, &r.Created, &r.Tags, &r.ResourceGroup} }, nil, nil,
	}),
	Of(Spec[ecs.Snapshot]{
		"ecs", "snapshot", ecs.KindSnapshot, state.Snapshots, state.SnapshotsByAccount, state.SnapshotsByTag, state.SnapshotsByResourceGroup,
		func(r *ecs.Snapshot) Fields { return Fields{&r.Account, &r.Created, &r.Tags, &r.ResourceGroup} }, nil, nil,
	}),
	Of(Spec[ecs.Image]{
		"ecs", "image", ecs.KindImage, state.Images, state.ImagesByAccount, state.ImagesByTag, state.ImagesByResourceGroup,
		func(r *ecs.Image) Fields { return Fields{&r.Account, &r.Created, &r.Tags, &r.ResourceGroup} }, nil, nil,
	}),
	Of(Spec[ecs.KeyPair]{
		"ecs", "keypair", ecs.KindKeyPair, state.KeyPairs, state.KeyPairsByAccount, state.KeyPairsByTag, state.KeyPairsByResourceGroup,
		func(r *ecs.KeyPair) Fields { return Fields{&r.Account, &r.Created, &r.Tags, &r.ResourceGroup} },
		func(v state.View, account uint64, region uint8, name string) (ecs.Key, bool) {
			for k, r := range state.KeyPairsByName.Ascend(v, state.Within(account, region, state.Hash(name)), 0) {
				if r.Name == name && r.Account == account && k.Region() == region {
					return k, true
				}
			}
			return 0, false
		},
		func(_ ecs.Key, r *ecs.KeyPair) string { return r.Name },
	}),
	Of(Spec[ecs.LaunchTemplate]{
		"ecs", "launchtemplate", ecs.KindLaunchTemplate, state.LaunchTemplates, state.LaunchTemplatesByAccount, state.LaunchTemplatesByTag,
		state.LaunchTemplatesByResourceGroup,
		func(r *ecs.LaunchTemplate) Fields { return Fields{&r.Account, &r.Created, &r.Tags, &r.ResourceGroup} }, nil, nil,
	}),
	Of(Spec[ecs.Command]{
		"ecs", "command", ecs.KindCommand, state.Commands, state.CommandsByAccount, state.CommandsByTag, state.CommandsByResourceGroup,
		func(r *ecs.Command) Fields { return Fields{&r.Account, &r.Created, &r.Tags, &r.ResourceGroup} }, nil, nil,
	}),
	Of(Spec[ecs.Invocation]{
		"ecs", "invocation", ecs.KindInvocation, state.Invocations, state.InvocationsByAccount, state.InvocationsByTag, state.InvocationsByResourceGroup,
		func(r *ecs.Invocation) Fields { return Fields{&r.Account, &r.Created, &r.Tags, &r.ResourceGroup} }, nil, nil,
	}),
	Of(Spec[ecs.FileTransfer]{
		"ecs", "filetransfer", ecs.KindFileTransfer, state.FileTransfers, state.FileTransfersByAccount, state.FileTransfersByTag, state.FileTransfersByResourceGroup,
		func(r *ecs.FileTransfer) Fields { return Fields{&r.Account, &r.Created, &r.Tags, &r.ResourceGroup} }, nil, nil,
	}),
	Of(Spec[ecs.Activation]{
		"ecs", "activation", 'q', state.Activations, state.ActivationsByAccount, state.ActivationsByTag, state.ActivationsByResourceGroup,
		func(r *ecs.Activation) Fields { return Fields{&r.Account, &r.Created, &r.Tags, &r.ResourceGroup} },
		func(v state.View, account uint64, region uint8, id string) (ecs.Key, bool) {
			for k, r := range state.ActivationsByID.Ascend(v, state.Hash(id), 0) {
				if r.Account == account && k.Region() == region && ecs.ActivationID(k) == id {
					return k, true
				}
			}
			return 0, false
		},
		func(k ecs.Key, _ *ecs.Activation) string { return ecs.ActivationID(k) },
	}),
	Of(Spec[ecs.SnapshotPolicy]{
		"ecs", "snapshotpolicy", ecs.KindSnapshotPolicy, state.SnapshotPolicies, state.SnapshotPoliciesByAccount, state.SnapshotPoliciesByTag, state.SnapshotPoliciesByResourceGroup,
		func(r *ecs.SnapshotPolicy) Fields { return Fields{&r.Account, &r.Created, &r.Tags, &r.ResourceGroup} }, nil, nil,
	}),
	Of(Spec[ecs.SnapshotGroup]{
		"ecs", "snapshotgroup", ecs.KindSnapshotGroup, state.SnapshotGroups, state.SnapshotGroupsByAccount, state.SnapshotGroupsByTag, state.SnapshotGroupsByResourceGroup,
		func(r *ecs.SnapshotGroup) Fields { return Fields{&r.Account, &r.Created, &r.Tags, &r.ResourceGroup} }, nil, nil,
	}),
	Of(Spec[ecs.ProvisioningGroup]{
		"ecs", "autoprovisioninggroup", ecs.KindProvisioning, state.ProvisioningGroups, state.ProvisioningGroupsByAccount, state.ProvisioningGroupsByTag, state.ProvisioningGroupsByResourceGroup,
		func(r *ecs.ProvisioningGroup) Fields {
			return Fields{&r.Account, &r.Created, &r.Tags, &r.ResourceGroup}
		}, nil, nil,
	}),
	Of(Spec[ecs.DedicatedHost]{
		"ecs", "ddh", ecs.KindDedicatedHost, state.DedicatedHosts, state.DedicatedHostsByAccount, state.DedicatedHostsByTag, state.DedicatedHostsByGroup,
		func(r *ecs.DedicatedHost) Fields { return Fields{&r.Account, &r.Created, &r.Tags, &r.ResourceGroup} }, nil, nil,
	}),
	Of(Spec[ecs.HostCluster]{
		"ecs", "ddhcluster", ecs.KindHostCluster, state.HostClusters, state.HostClustersByAccount, state.HostClustersByTag, state.HostClustersByGroup,
		func(r *ecs.HostCluster) Fields { return Fields{&r.Account, &r.Created, &r.Tags, &r.ResourceGroup} }, nil, nil,
	}),
	Of(Spec[ecs.PrefixList]{
		"ecs", "prefixlist", ecs.KindPrefixList, state.PrefixLists, state.PrefixListsByAccount, state.PrefixListsByTag, state.PrefixListsByResourceGroup,
		func(r *ecs.PrefixList) Fields { return Fields{&r.Account, &r.Created, &r.Tags, &r.ResourceGroup} }, nil, nil,
	}),
	Of(Spec[ecs.PortRangeList]{
		"ecs", "portrangelist", ecs.KindPortRangeList, state.PortRangeLists, state.PortRangeListsByAccount, state.PortRangeListsByTag,
		state.PortRangeListsByResourceGroup,
		func(r *ecs.PortRangeList) Fields { return Fields{&r.Account, &r.Created, &r.Tags, &r.ResourceGroup} }, nil, nil,
	}),
	Of(Spec[ecs.VPC]{
		"vpc", "vpc", ecs.KindVPC, state.VPCs, state.VPCsByAccount, state.VPCsByTag, state.VPCsByResourceGroup,
		func(r *ecs.VPC) Fields { return Fields{&r.Account, &r.Created, &r.Tags, &r.ResourceGroup} }, nil, nil,
	}),
	Of(Spec[ecs.VSwitch]{
		"vpc", "vswitch", ecs.KindVSwitch, state.VSwitches, state.VSwitchesByAccount, state.VSwitchesByTag, nil,
		func(r *ecs.VSwitch) Fields { return Fields{&r.Account, &r.Created, &r.Tags, nil} }, nil, nil,
	}),
	Of(Spec[ecs.RouteTable]{
		"vpc", "routetable", ecs.KindRouteTable, state.RouteTables, state.RouteTablesByAccount, state.RouteTablesByTag, nil,
		func(r *ecs.RouteTable) Fields { return Fields{&r.Account, &r.Created, &r.Tags, nil} }, nil, nil,
	}),
	Of(Spec[ecs.DHCPOptionsSet]{
		"vpc", "dhcpoptionsset", ecs.KindDHCPOptionsSet, state.DHCPOptionsSets, state.DHCPOptionsSetsByAccount, state.DHCPOptionsSetsByTag, state.DHCPOptionsSetsByGroup,
		func(r *ecs.DHCPOptionsSet) Fields { return Fields{&r.Account, &r.Created, &r.Tags, &r.ResourceGroup} }, nil, nil,
	}),
	Of(Spec[ecs.IPv4Gateway]{
		"vpc", "ipv4gateway", ecs.KindIPv4Gateway, state.IPv4Gateways, state.IPv4GatewaysByAccount, state.IPv4GatewaysByTag, state.IPv4GatewaysByGroup,
		func(r *ecs.IPv4Gateway) Fields { return Fields{&r.Account, &r.Created, &r.Tags, &r.ResourceGroup} }, nil, nil,
	}),
	Of(Spec[ecs.IPv6Gateway]{
		"vpc", "ipv6gateway", ecs.KindIPv6Gateway, state.IPv6Gateways, state.IPv6GatewaysByAccount, state.IPv6GatewaysByTag, state.IPv6GatewaysByGroup,
		func(r *ecs.IPv6Gateway) Fields { return Fields{&r.Account, &r.Created, &r.Tags, &r.ResourceGroup} }, nil, nil,
	}),
	Of(Spec[ecs.EIP]{
		"vpc", "eip", ecs.KindEIP, state.EIPs, state.EIPsByAccount, state.EIPsByTag, state.EIPsByResourceGroup,
		func(r *ecs.EIP) Fields { return Fields{&r.Account, &r.Created, &r.Tags, &r.ResourceGroup} }, nil, nil,
	}),
	Of(Spec[ecs.NATGateway]{
		"vpc", "natgateway", ecs.KindNATGateway, state.NATGateways, state.NATGatewaysByAccount, state.NATGatewaysByTag, state.NATGatewaysByResourceGroup,
		func(r *ecs.NATGateway) Fields { return Fields{&r.Account, &r.Created, &r.Tags, &r.ResourceGroup} }, nil, nil,
	}),
	Of(Spec[ecs.NetworkACL]{
		"vpc", "networkacl", ecs.KindNetworkACL, state.NetworkACLs, state.NetworkACLsByAccount, state.NetworkACLsByTag, nil,
		func(r *ecs.NetworkACL) Fields { return Fields{&r.Account, &r.Created, &r.Tags, nil} }, nil, nil,
	}),
	Of(Spec[ecs.HaVip]{
		"vpc", "havip", ecs.KindHaVip, state.HaVips, state.HaVipsByAccount, state.HaVipsByTag, state.HaVipsByResourceGroup,
		func(r *ecs.HaVip) Fields { return Fields{&r.Account, &r.Created, &r.Tags, &r.ResourceGroup} }, nil, nil,
	}),
}

// types are the names of the kinds that the documentation of each product lists,
// those that do not exist here included: of such a kind there is no resource,
// while a name that is not listed is a mistake.
var types = map[string][]string{
	"ecs": {
		"instance", "disk", "snapshot", "image", "securitygroup", "volume", "eni", "ddh", "ddhcluster", "keypair", "launchtemplate",
		"reservedinstance", "snapshotpolicy", "elasticityassurance", "capacityreservation", "command", "invocation", "activation", "managedinstance",
		"prefixlist", "portrangelist", // by their resource names (ARNs); they carry tags from their creation
		"snapshotgroup", "autoprovisioninggroup", "filetransfer", // no documentation names them, but they can be created in a group
	},
	"vpc": {
		"vpc", "vswitch", "routetable", "eip", "vpngateway", "natgateway", "commonbandwidthpackage", "prefixlist", "publicipaddresspool",
		"ipv4gateway", "ipv6gateway", "networkacl", "trafficmirrorfilter", "trafficmirrorsession", "flowlog", "havip", "dhcpoptionsset", "gatewayendpoint",
	},
}

// All is every kind, or with a product those of the product.
func All(product string) []Kind {
	if product == "" {
		return kinds
	}
	var out []Kind
	for _, k := range kinds {
		if k.Product() == product {
			out = append(out, k)
		}
	}
	return out
}

// KnownProduct reports whether a product with that code has resources.
func KnownProduct(product string) bool { return types[product] != nil }

// Lookup finds a kind by its product and type. known is false for a type that is
// none of the product's; a nil kind that is known has no resources.
func Lookup(product, typ string) (k Kind, known bool) {
	for _, k := range kinds {
		if k.Product() == product && k.Type() == typ {
			return k, true
		}
	}
	return nil, slices.Contains(types[product], typ)
}
