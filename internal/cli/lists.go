package cli

import (
	"context"
	"io"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/openecs/openecs/api"
)

// parent is a command that only holds others.
func parent(use, short string, children ...*cobra.Command) *cobra.Command {
	cmd := &cobra.Command{Use: use, Short: short, Args: noArgs, RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	cmd.AddCommand(children...)
	return cmd
}

// lister is a list command: what to ask and how to show it.
func (a *app) lister(short string, f func(ctx context.Context, t *target) (any, func(io.Writer), error)) *cobra.Command {
	return &cobra.Command{Use: "list", Short: short, Args: noArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return a.with(cmd.Context(), func(t *target) error {
			v, table, err := f(cmd.Context(), t)
			if err != nil {
				return err
			}
			return a.print(v, table)
		})
	}}
}

func (a *app) regionCommand() *cobra.Command {
	return parent("region", "List regions", a.lister("List regions", func(ctx context.Context, t *target) (any, func(io.Writer), error) {
		out, err := t.DescribeRegions(ctx, &api.DescribeRegionsRequest{AcceptLanguage: "en-US"})
		if err != nil {
			return nil, nil, err
		}
		return out.Regions.Region, func(w io.Writer) {
			row(w, "REGION", "NAME")
			for _, r := range out.Regions.Region {
				row(w, r.RegionID, r.LocalName)
			}
		}, nil
	}))
}

func (a *app) zoneCommand() *cobra.Command {
	return parent("zone", "List zones", a.lister("List the zones of a region", func(ctx context.Context, t *target) (any, func(io.Writer), error) {
		out, err := t.DescribeZones(ctx, &api.DescribeZonesRequest{RegionID: a.region, AcceptLanguage: "en-US", Verbose: new(false)})
		if err != nil {
			return nil, nil, err
		}
		return out.Zones.Zone, func(w io.Writer) {
			row(w, "ZONE", "NAME")
			for _, z := range out.Zones.Zone {
				row(w, z.ZoneID, z.LocalName)
			}
		}, nil
	}))
}

func (a *app) typeCommand() *cobra.Command {
	var cpu int
	var memory float64
	var family string
	list := a.lister("List instance types", func(ctx context.Context, t *target) (any, func(io.Writer), error) {
		in := &api.DescribeInstanceTypesRequest{InstanceTypeFamily: family, MaxResults: new(int64(100))}
		if cpu != 0 {
			in.MinimumCPUCoreCount, in.MaximumCPUCoreCount = &cpu, &cpu
		}
		if memory != 0 {
			in.MinimumMemorySize, in.MaximumMemorySize = &memory, &memory
		}
		all := []api.DescribeInstanceTypesInstanceType{}
		for {
			out, err := t.DescribeInstanceTypes(ctx, in)
			if err != nil {
				return nil, nil, err
			}
			all = append(all, out.InstanceTypes.InstanceType...)
			if in.NextToken = out.NextToken; in.NextToken == "" {
				break
			}
		}
		return all, func(w io.Writer) {
			row(w, "TYPE", "FAMILY", "VCPU", "MEMORY GiB", "GPU")
			for _, x := range all {
				row(w, x.InstanceTypeID, x.InstanceTypeFamily, x.CPUCoreCount, strconv.FormatFloat(x.MemorySize, 'f', -1, 64), dash(x.GPUSpec))
			}
		}, nil
	})
	list.Example = "  openecs type list --cpu 1 --memory 2\n  openecs type list --family ecs.g7"
	list.Flags().IntVar(&cpu, "cpu", 0, "only with this many vCPUs")
	list.Flags().Float64Var(&memory, "memory", 0, "only with this much memory, in GiB")
	list.Flags().StringVar(&family, "family", "", "only of this family, such as ecs.g7")
	list.PreRunE = func(*cobra.Command, []string) error {
		if cpu < 0 || !(memory >= 0) {
			return usagef("--cpu and --memory are above 0")
		}
		return nil
	}
	return parent("type", "List instance types", list)
}

// owners are the sources of images.
var owners = []string{"system", "self", "others", "marketplace"}

func (a *app) imageCommand() *cobra.Command {
	var owner, name string
	list := a.lister("List images", func(ctx context.Context, t *target) (any, func(io.Writer), error) {
		in := &api.DescribeImagesRequest{RegionID: a.region, ImageOwnerAlias: owner, ImageName: name, PageSize: new(100)}
		all, err := pages(func(page *int) ([]api.DescribeImagesImage, int, error) {
			in.PageNumber = page
			out, err := t.DescribeImages(ctx, in)
			if err != nil {
				return nil, 0, err
			}
			return out.Images.Image, out.TotalCount, nil
		})
		if err != nil {
			return nil, nil, err
		}
		return all, func(w io.Writer) {
			row(w, "IMAGE", "SYSTEM", "ARCHITECTURE", "GiB", "FAMILY")
			for _, i := range all {
				row(w, i.ImageID, i.OSNameEn, i.Architecture, i.Size, dash(i.ImageFamily))
			}
		}, nil
	})
	list.Flags().StringVar(&owner, "owner", "", "only those of "+oneOf(owners))
	choices(list, "owner", owners...)
	list.Example = "  openecs image list --owner system\n  openecs image list --name 'ubuntu*' --query '[].ImageId'"
	list.Flags().StringVar(&name, "name", "", "only of this name; * stands for anything")
	list.PreRunE = func(*cobra.Command, []string) error { return checkChoice("owner", owner, owners...) }
	return parent("image", "List images, and put some on a host", list, a.imageBuild(), a.imageImport())
}
