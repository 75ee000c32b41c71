package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/openecs/openecs/api"
)

func (a *app) instanceCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "instance", Short: "List, show, start, stop, reboot, delete and wait for instances", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	cmd.AddCommand(a.instanceList(), a.instanceShow(), a.instanceDelete(), a.instanceWait(), a.instanceAllocateIP(),
		a.instancePower("start", "Start stopped instances", func(ctx context.Context, t *target, id string, _ bool) error {
			_, err := t.StartInstance(ctx, &api.StartInstanceRequest{InstanceID: id})
			return err
		}),
		a.instancePower("stop", "Stop running instances", func(ctx context.Context, t *target, id string, force bool) error {
			_, err := t.StopInstance(ctx, &api.StopInstanceRequest{InstanceID: id, ForceStop: &force})
			return err
		}),
		a.instancePower("reboot", "Restart running instances", func(ctx context.Context, t *target, id string, force bool) error {
			_, err := t.RebootInstance(ctx, &api.RebootInstanceRequest{InstanceID: id, ForceStop: &force})
			return err
		}))
	cmd.AddCommand(a.instanceExec())
	return cmd
}

// with connects, runs f and closes.
func (a *app) with(ctx context.Context, f func(*target) error) error {
	t, err := a.connect(ctx)
	if err != nil {
		return err
	}
	defer t.close()
	return f(t)
}

func (a *app) instanceList() *cobra.Command {
	var status, name string
	var tags []string
	cmd := &cobra.Command{Use: "list", Short: "List instances, newest first",
		Example: "  openecs instance list --status Running --tag env=test\n  openecs instance list --query '[].InstanceId'",
		Args:    noArgs, RunE: func(cmd *cobra.Command, _ []string) error {
			if err := checkChoice("status", status, statuses...); err != nil {
				return err
			}
			in := &api.DescribeInstancesRequest{RegionID: a.region, Status: status, InstanceName: name, MaxResults: new(100)}
			for _, s := range tags {
				key, value, _ := strings.Cut(s, "=")
				in.Tag = append(in.Tag, api.Tag{Key: key, Value: value})
			}
			return a.with(cmd.Context(), func(t *target) error {
				all := []api.DescribeInstancesInstance{}
				for {
					out, err := t.DescribeInstances(cmd.Context(), in)
					if err != nil {
						return err
					}
					all = append(all, out.Instances.Instance...)
					if in.NextToken = out.NextToken; in.NextToken == "" {
						break
					}
				}
				return a.print(all, func(w io.Writer) {
					row(w, "INSTANCE", "NAME", "STATUS", "PUBLIC IP", "PRIVATE IP", "TYPE", "ZONE", "CREATED")
					for i := range all {
						x := &all[i]
						row(w, x.InstanceID, x.InstanceName, x.Status, dash(publicAddress(x)), dash(privateAddress(x)), x.InstanceType, x.ZoneID, x.CreationTime)
					}
				})
			})
		}}
	cmd.Flags().StringVar(&status, "status", "", "only those that are "+oneOf(statuses))
	choices(cmd, "status", statuses...)
	cmd.Flags().StringVar(&name, "name", "", "only those of this name; * stands for anything")
	cmd.Flags().StringArrayVar(&tags, "tag", nil, "only those with this tag, KEY or KEY=VALUE; repeatable")
	return cmd
}

func (a *app) instanceShow() *cobra.Command {
	return &cobra.Command{Use: "show ID", Short: "Show an instance", Example: "  openecs instance show i-...\n  openecs instance show i-... --query PublicIpAddress", Args: exactly("an instance id"), RunE: func(cmd *cobra.Command, args []string) error {
		return a.with(cmd.Context(), func(t *target) error {
			i, err := t.FindInstance(cmd.Context(), a.region, args[0])
			if err != nil {
				return err
			}
			if i == nil {
				return &api.Error{Code: api.CodeInvalidInstanceIdNotFound, Message: "The specified InstanceId does not exist.", Status: 404}
			}
			return a.print(i, func(w io.Writer) {
				for _, f := range [][2]string{
					{"id", i.InstanceID}, {"name", i.InstanceName}, {"status", i.Status}, {"region", i.RegionID}, {"zone", i.ZoneID},
					{"type", fmt.Sprintf("%s (%d vCPU, %d MiB)", i.InstanceType, i.CPU, i.Memory)}, {"image", i.ImageID}, {"system", i.OSNameEn},
					{"host name", i.HostName}, {"public ip", publicAddress(i)}, {"private ip", privateAddress(i)},
					{"vpc", i.VPCAttributes.VPCID}, {"vswitch", i.VPCAttributes.VSwitchID}, {"groups", strings.Join(i.SecurityGroupIDs.SecurityGroupID, " ")},
					{"bandwidth", fmt.Sprintf("%d Mbit/s, %s", i.InternetMaxBandwidthOut, i.InternetChargeType)},
					{"charge", i.InstanceChargeType}, {"expires", i.ExpiredTime}, {"created", i.CreationTime}, {"started", i.StartTime},
				} {
					row(w, f[0], dash(f[1]))
				}
			})
		})
	}}
}

// exactly wants one argument and says what it is.
func exactly(what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) != 1 {
			return usagef("%s needs %s; see %s --help", cmd.CommandPath(), what, cmd.CommandPath())
		}
		return nil
	}
}

// atLeast wants one argument or more and says what they are.
func atLeast(what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return usagef("%s needs %s; see %s --help", cmd.CommandPath(), what, cmd.CommandPath())
		}
		return nil
	}
}

// instancePower is start, stop and reboot.
func (a *app) instancePower(verb, short string, do func(context.Context, *target, string, bool) error) *cobra.Command {
	var force, wait bool
	want := map[string]string{"start": "Running", "stop": "Stopped", "reboot": "Running"}[verb]
	cmd := &cobra.Command{Use: verb + " ID...", Short: short, Example: "  openecs instance " + verb + " i-... --wait", Args: atLeast("instance ids"), RunE: func(cmd *cobra.Command, args []string) error {
		return a.with(cmd.Context(), func(t *target) error {
			return a.each(cmd.Context(), args, func(id string) (string, error) {
				if err := do(cmd.Context(), t, id, force); err != nil {
					return "", err
				}
				if !wait {
					return "asked", nil
				}
				i, err := t.WaitInstance(cmd.Context(), a.region, id, want)
				if err != nil {
					return "", err
				}
				return i.Status, nil
			})
		})
	}}
	if verb != "start" {
		cmd.Flags().BoolVar(&force, "force", false, "cut the power instead of shutting down")
	}
	cmd.Flags().BoolVar(&wait, "wait", false, "wait until it is "+want)
	return cmd
}

// each does something to several things and shows what came of each; of several
// errors the exit code's order decides.
func (a *app) each(ctx context.Context, ids []string, do func(id string) (string, error)) error {
	type outcome struct {
		InstanceID string           `json:"InstanceId"`
		Result     string           `json:",omitempty"`
		Error      *launchResultErr `json:",omitempty"`
	}
	var all []outcome
	var errs []error
	for _, id := range ids {
		result, err := do(id)
		if exitCode(ctx, err) == exitUsage { // not confirmed: nothing has been done
			return err
		}
		o := outcome{InstanceID: id, Result: result}
		if err != nil {
			o.Result, o.Error = "", resultErr(ctx, err)
		}
		all, errs = append(all, o), append(errs, err)
	}
	err := a.print(all, func(w io.Writer) {
		for _, o := range all {
			if o.Error != nil {
				row(w, o.InstanceID, "failed: "+o.Error.Code)
				continue
			}
			row(w, o.InstanceID, o.Result)
		}
	})
	if err != nil {
		return err
	}
	return deciding(ctx, errs)
}

func (a *app) instanceDelete() *cobra.Command {
	var force bool
	cmd := &cobra.Command{Use: "delete ID...", Short: "Release instances", Example: "  openecs instance delete i-...\n  openecs instance delete --force i-... i-...", Args: atLeast("instance ids"), RunE: func(cmd *cobra.Command, args []string) error {
		return a.with(cmd.Context(), func(t *target) error {
			return a.each(cmd.Context(), args, func(id string) (string, error) {
				_, err := t.DeleteInstance(cmd.Context(), &api.DeleteInstanceRequest{InstanceID: id, Force: &force})
				return "released", err
			})
		})
	}}
	cmd.Flags().BoolVar(&force, "force", false, "release running instances too")
	return cmd
}

func (a *app) instanceWait() *cobra.Command {
	var status string
	var timeout time.Duration
	cmd := &cobra.Command{Use: "wait ID", Short: "Wait until an instance has a status; exit 3 when it takes too long",
		Example: "  openecs instance wait i-... --for Stopped --timeout 2m",
		Args:    exactly("an instance id"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := checkChoice("for", status, statuses...); err != nil {
				return err
			}
			if timeout <= 0 {
				return usagef("--timeout must be longer than nothing")
			}
			ctx, cancel := context.WithTimeout(cmd.Context(), timeout)
			defer cancel()
			return a.with(ctx, func(t *target) error {
				i, err := t.WaitInstance(ctx, a.region, args[0], status)
				if err != nil {
					return err
				}
				return a.print(i, func(w io.Writer) { row(w, i.InstanceID, i.Status) })
			})
		}}
	cmd.Flags().StringVar(&status, "for", "Running", "the status to wait for: "+oneOf(statuses))
	choices(cmd, "for", statuses...)
	cmd.Flags().DurationVar(&timeout, "timeout", 5*time.Minute, "give up after this long")
	return cmd
}

func (a *app) instanceAllocateIP() *cobra.Command {
	return &cobra.Command{Use: "allocate-ip ID", Short: "Give an instance with bandwidth its public address", Example: "  openecs instance allocate-ip i-...", Args: exactly("an instance id"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd.Context(), func(t *target) error {
				out, err := t.AllocatePublicIpAddress(cmd.Context(), &api.AllocatePublicIpAddressRequest{InstanceID: args[0]})
				if err != nil {
					return err
				}
				return a.print(out, func(w io.Writer) { row(w, out.IPAddress) })
			})
		}}
}

// callCommand calls any action of any product.
func (a *app) callCommand() *cobra.Command {
	var product string
	cmd := &cobra.Command{
		Use: "call ACTION [Name=Value ...]", Short: "Call any action of any product and print its JSON answer", Args: atLeast("an action"),
		Example: "  openecs call DescribeInstances RegionId=cn-hangzhou Status=Running\n  openecs call GetCallerIdentity",
		RunE: func(cmd *cobra.Command, args []string) error {
			p := new(api.Params)
			for _, s := range args[1:] {
				name, value, ok := strings.Cut(s, "=")
				if !ok || name == "" {
					return usagef("%s: parameters are Name=Value", s)
				}
				if p.Has(name) {
					return usagef("%s is given twice", name)
				}
				p.Set(name, value)
			}
			if product != "" && !slices.ContainsFunc(products(), func(s string) bool { return strings.EqualFold(s, product) }) {
				return usagef("--product %s: it is one of %s", product, strings.Join(products(), ", "))
			}
			if product == "" {
				if product = productOf(args[0]); product == "" {
					if near := actionLike(args[0]); near != "" {
						return usagef("no product has an action %s; is %s meant?", args[0], near)
					}
					return usagef("no product has an action %s; see docs/coverage.md", args[0])
				}
			}
			return a.with(cmd.Context(), func(t *target) error {
				if _, ok := p.Get("RegionId"); !ok {
					p.Set("RegionId", a.region)
				}
				body, _, err := t.Call(cmd.Context(), product, args[0], p)
				if err != nil {
					return err
				}
				if a.output == "table" && !json.Valid(body) {
					_, err := a.Out.Write(body)
					return err
				}
				return a.printJSON(body)
			})
		},
	}
	cmd.Flags().StringVar(&product, "product", "", "product, such as Ecs, Vpc, Sts; default: the one that has the action")
	return cmd
}

// actionLike is the action whose name differs in case only.
func actionLike(name string) string {
	for info := range api.Actions() {
		if strings.EqualFold(info.Name, name) {
			return info.Name
		}
	}
	return ""
}

// productOf is the product of an action: ECS, if it has it, then the first of
// the others.
func productOf(action string) string {
	found := ""
	for info := range api.Actions() {
		if info.Name != action || info.Alias != nil {
			continue
		}
		if info.Product == "Ecs" {
			return "Ecs"
		}
		if found == "" {
			found = info.Product
		}
	}
	return found
}
