package cli

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/openecs/openecs/api"
)

func (a *app) groupCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "sg", Short: "Make, open and list security groups", Args: noArgs, RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	cmd.AddCommand(a.groupCreate(), a.groupAllow(), a.groupList())
	return cmd
}

func (a *app) groupCreate() *cobra.Command {
	var classic bool
	var vpc, name, description string
	cmd := &cobra.Command{
		Use: "create", Short: "Make a security group", Args: noArgs,
		Example: "  openecs sg create --classic --region cn-beijing\n  openecs sg create --vpc vpc-...",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if classic == (vpc != "") {
				return usagef("say either --vpc VPC or --classic")
			}
			return a.with(cmd.Context(), func(t *target) error {
				out, err := t.CreateSecurityGroup(cmd.Context(), &api.CreateSecurityGroupRequest{RegionID: a.region, VPCID: vpc, SecurityGroupName: name, Description: description})
				if err != nil {
					return err
				}
				return a.print(out, func(w io.Writer) { row(w, out.SecurityGroupID) })
			})
		},
	}
	cmd.Flags().BoolVar(&classic, "classic", false, "in the classic network")
	cmd.Flags().StringVar(&vpc, "vpc", "", "VPC it belongs to")
	cmd.Flags().StringVar(&name, "name", "", "name")
	cmd.Flags().StringVar(&description, "description", "", "description")
	return cmd
}

func (a *app) groupAllow() *cobra.Command {
	return &cobra.Command{
		Use: "allow GROUP RULE...", Short: "Open ports inbound",
		Long: `allow opens ports of a security group inbound. A rule is PROTOCOL/PORT=CIDR, or a
range of ports; the protocols icmp, gre and all have no port.`,
		Example: "  openecs sg allow sg-... tcp/22=203.0.113.0/24 udp/60000-61000=203.0.113.0/24\n  openecs sg allow sg-... icmp=0.0.0.0/0",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) < 2 {
				return usagef("openecs sg allow needs a group and rules such as tcp/22=203.0.113.0/24")
			}
			for _, s := range args[1:] {
				if _, err := parseAllow(s); err != nil {
					return err
				}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd.Context(), func(t *target) error {
				for _, s := range args[1:] {
					if err := a.allowIn(cmd.Context(), t, args[0], s); err != nil {
						return err
					}
				}
				v := map[string]any{"SecurityGroupId": args[0], "Opened": args[1:]}
				return a.print(v, func(w io.Writer) {
					for _, s := range args[1:] {
						row(w, args[0], s, "opened")
					}
				})
			})
		},
	}
}

func (a *app) groupList() *cobra.Command {
	return &cobra.Command{Use: "list", Short: "List security groups", Args: noArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return a.with(cmd.Context(), func(t *target) error {
			all := []api.DescribeSecurityGroupsSecurityGroup{}
			in := &api.DescribeSecurityGroupsRequest{RegionID: a.region, MaxResults: new(100)}
			for {
				out, err := t.DescribeSecurityGroups(cmd.Context(), in)
				if err != nil {
					return err
				}
				all = append(all, out.SecurityGroups.SecurityGroup...)
				if in.NextToken = out.NextToken; in.NextToken == "" {
					break
				}
			}
			return a.print(all, func(w io.Writer) {
				row(w, "GROUP", "NAME", "VPC", "TYPE", "DESCRIPTION")
				for _, g := range all {
					vpc := g.VPCID
					if vpc == "" {
						vpc = "classic"
					}
					row(w, g.SecurityGroupID, dash(g.SecurityGroupName), vpc, g.SecurityGroupType, dash(g.Description))
				}
			})
		})
	}}
}
