package cli

import (
	"context"
	"io"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/openecs/openecs/api"
)

// pages asks for one page after the other, until there are no more rows than
// those that were had.
func pages[R any](ask func(page *int) (rows []R, total int, err error)) ([]R, error) {
	all := []R{}
	for page := 1; ; page++ {
		rows, total, err := ask(&page)
		if err != nil {
			return nil, err
		}
		if all = append(all, rows...); len(rows) == 0 || len(all) >= total {
			return all, nil
		}
	}
}

// tableOf is a list as it is printed: a heading, and a line for each row.
func tableOf[R any](all []R, heading []any, line func(R) []any) (any, func(io.Writer), error) {
	return all, func(w io.Writer) {
		row(w, heading...)
		for _, r := range all {
			row(w, line(r)...)
		}
	}, nil
}

func (a *app) vpcCommand() *cobra.Command {
	return parent("vpc", "List VPCs", a.lister("List the VPCs of a region", func(ctx context.Context, t *target) (any, func(io.Writer), error) {
		all, err := pages(func(page *int) ([]api.DescribeVpcsVPC, int, error) {
			out, err := t.DescribeVpcs(ctx, &api.DescribeVpcsRequest{RegionID: a.region, PageNumber: page, PageSize: new(50)})
			if err != nil {
				return nil, 0, err
			}
			return out.VPCs.VPC, out.TotalCount, nil
		})
		if err != nil {
			return nil, nil, err
		}
		return tableOf(all, []any{"VPC", "NAME", "CIDR", "VSWITCHES", "STATUS"}, func(v api.DescribeVpcsVPC) []any {
			return []any{v.VPCID, dash(v.VPCName), v.CidrBlock, len(v.VSwitchIDs.VSwitchID), v.Status}
		})
	}))
}

func (a *app) vswitchCommand() *cobra.Command {
	var vpc string
	list := a.lister("List the vSwitches of a region", func(ctx context.Context, t *target) (any, func(io.Writer), error) {
		all, err := pages(func(page *int) ([]api.DescribeVSwitchesVSwitch, int, error) {
			out, err := t.DescribeVSwitches(ctx, &api.DescribeVSwitchesRequest{RegionID: a.region, VPCID: vpc, PageNumber: page, PageSize: new(50)})
			if err != nil {
				return nil, 0, err
			}
			return out.VSwitches.VSwitch, out.TotalCount, nil
		})
		if err != nil {
			return nil, nil, err
		}
		return tableOf(all, []any{"VSWITCH", "NAME", "VPC", "ZONE", "CIDR", "FREE"}, func(v api.DescribeVSwitchesVSwitch) []any {
			return []any{v.VSwitchID, dash(v.VSwitchName), v.VPCID, v.ZoneID, v.CidrBlock, v.AvailableIPAddressCount}
		})
	})
	list.Flags().StringVar(&vpc, "vpc", "", "only those of this VPC")
	return parent("vswitch", "List vSwitches", list)
}

func (a *app) eipCommand() *cobra.Command {
	return parent("eip", "List elastic IPs", a.lister("List the elastic IPs of a region", func(ctx context.Context, t *target) (any, func(io.Writer), error) {
		all, err := pages(func(page *int) ([]api.DescribeEipAddressesEIPAddress, int, error) {
			out, err := t.DescribeEipAddresses(ctx, &api.DescribeEipAddressesRequest{RegionID: a.region, PageNumber: page, PageSize: new(100)})
			if err != nil {
				return nil, 0, err
			}
			return out.EIPAddresses.EIPAddress, out.TotalCount, nil
		})
		if err != nil {
			return nil, nil, err
		}
		return tableOf(all, []any{"ELASTIC IP", "ADDRESS", "STATUS", "BOUND TO", "MBIT/S"}, func(e api.DescribeEipAddressesEIPAddress) []any {
			return []any{e.AllocationID, e.IPAddress, e.Status, dash(e.InstanceID), e.Bandwidth}
		})
	}))
}

func (a *app) interfaceCommand() *cobra.Command {
	var instance string
	list := a.lister("List the network interfaces of a region", func(ctx context.Context, t *target) (any, func(io.Writer), error) {
		all, err := pages(func(page *int) ([]api.DescribeNetworkInterfacesNetworkInterfaceSet, int, error) {
			out, err := t.DescribeNetworkInterfaces(ctx, &api.DescribeNetworkInterfacesRequest{RegionID: a.region, InstanceID: instance, PageNumber: page, PageSize: new(100)})
			if err != nil {
				return nil, 0, err
			}
			return out.NetworkInterfaceSets.NetworkInterfaceSet, out.TotalCount, nil
		})
		if err != nil {
			return nil, nil, err
		}
		return tableOf(all, []any{"INTERFACE", "TYPE", "STATUS", "INSTANCE", "ADDRESS", "MORE", "VSWITCH"}, func(n api.DescribeNetworkInterfacesNetworkInterfaceSet) []any {
			more := len(n.PrivateIPSets.PrivateIPSet) - 1 + len(n.IPv6Sets.IPv6Set) + len(n.IPv4PrefixSets.IPv4PrefixSet) + len(n.IPv6PrefixSets.IPv6PrefixSet)
			return []any{n.NetworkInterfaceID, n.Type, n.Status, dash(n.InstanceID), n.PrivateIPAddress, strconv.Itoa(max(more, 0)), n.VSwitchID}
		})
	})
	list.Flags().StringVar(&instance, "instance", "", "only those of this instance")
	return parent("eni", "List network interfaces", list)
}
