package cli

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/client"
	"github.com/openecs/openecs/internal/catalog"
)

// launcher is one run of launch.
type launcher struct {
	*app
	t      *target
	flags  *launchFlags
	create *api.CreateInstanceRequest
	show   *progress
	closed bool // the group is launch's own and opens nothing
}

// atOnce is how many instances are launched side by side.
const atOnce = 8

// launched is one instance of the result.
type launched struct {
	result *client.LaunchResult
	err    error
}

func (l *launcher) run(ctx context.Context) error {
	if err := l.prepare(ctx); err != nil {
		return err
	}
	l.show.line("%s in %s: %s, %s, %s %d GiB, %s, %d Mbit/s", plural(l.flags.count, "instance"), l.region, l.create.InstanceType,
		l.create.ImageID, dash(l.create.SystemDisk.Category), *l.create.SystemDisk.Size, l.create.InstanceChargeType, l.flags.bandwidth)
	if l.flags.dryRun {
		return l.dryRun(ctx)
	}
	if l.create.ClientToken == "" { // drawn here, so that a launch of several can be continued too
		l.create.ClientToken = "launch-" + rand.Text()
	}
	all := make([]launched, l.flags.count)
	slots := make(chan struct{}, atOnce)
	var wg sync.WaitGroup
	for i := range all {
		wg.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			all[i] = l.one(ctx, i)
		})
	}
	wg.Wait()
	l.show.done()
	return l.finish(ctx, all)
}

func (l *launcher) one(ctx context.Context, i int) launched {
	req := client.LaunchRequest{Create: *l.create, NoStart: l.flags.noStart}
	req.Extra, _ = l.flags.extra()
	if l.flags.count > 1 && req.Create.ClientToken != "" {
		req.Create.ClientToken = client.DeriveToken(req.Create.ClientToken, i)
	}
	label := ""
	if l.flags.count > 1 {
		label = fmt.Sprintf("[%d/%d] ", i+1, l.flags.count)
	}
	req.Progress = func(e client.LaunchEvent) { l.show.event(label, e) }
	result, err := l.t.Launch(ctx, req)
	return launched{result, err}
}

func (l *launcher) dryRun(ctx context.Context) error {
	in := *l.create
	in.DryRun = new(true)
	_, err := l.t.CreateInstance(ctx, &in)
	if errors.Is(err, &api.Error{Code: api.CodeDryRunOperation}) {
		fmt.Fprintln(l.Out, "The request is good; nothing was created.")
		return nil
	}
	return err
}

// prepare fills in what was left to the service: the image and the network.
func (l *launcher) prepare(ctx context.Context) error {
	image := l.flags.image
	switch {
	case strings.HasPrefix(image, "acs:"):
		l.create.ImageFamily, image = image, ""
	case image == "":
		image = catalog.AlibabaCloudLinux3
	default:
		l.create.ImageID, image = image, ""
	}
	if image != "" || l.create.ImageFamily != "" {
		family := image
		if family == "" {
			family = l.create.ImageFamily
		}
		out, err := l.t.DescribeImages(ctx, &api.DescribeImagesRequest{RegionID: l.region, ImageFamily: family, PageSize: new(100)})
		if err != nil {
			return err
		}
		newest := ""
		for _, i := range out.Images.Image {
			if l.create.ImageID == "" || i.CreationTime > newest {
				l.create.ImageID, newest = i.ImageID, i.CreationTime
			}
		}
		if l.create.ImageID == "" {
			return usagef("the image family %s has no image in %s; openecs image list shows what there is", family, l.region)
		}
		l.create.ImageFamily = ""
	}
	return l.network(ctx)
}

// finish prints the result and finds the exit code.
func (l *launcher) finish(ctx context.Context, all []launched) error {
	var firstErr error
	for _, x := range all {
		if x.err != nil && firstErr == nil {
			firstErr = x.err
		}
	}
	if err := l.printResult(all); err != nil {
		return err
	}
	if firstErr == nil {
		return nil
	}
	l.whatExists(all)
	return firstErr
}

// whatExists says after a failure what was made, and the commands that go on
// or clean up.
func (l *launcher) whatExists(all []launched) {
	var ids []string
	for _, x := range all {
		if x.result != nil && x.result.InstanceID != "" {
			ids = append(ids, x.result.InstanceID)
		}
	}
	target := l.targetFlags()
	if len(ids) == 0 {
		fmt.Fprintln(l.Err, "No instance exists.")
	} else {
		fmt.Fprintf(l.Err, "Of this launch exist: %s\n  delete:   openecs instance delete --force %s%s\n", strings.Join(ids, " "), target, strings.Join(ids, " "))
	}
	fmt.Fprintf(l.Err, "  continue: %s --client-token %s\n", l.flags.again, shellWord(l.create.ClientToken))
}

// commandLine is the command with the flags that were set, as a shell takes it.
func commandLine(cmd *cobra.Command, without ...string) string {
	line := cmd.CommandPath()
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if slices.Contains(without, f.Name) {
			return
		}
		values := []string{f.Value.String()}
		if list, ok := f.Value.(pflag.SliceValue); ok {
			values = list.GetSlice()
		}
		for _, v := range values {
			switch {
			case f.Value.Type() == "bool" && v == "true":
				line += " --" + f.Name
			default:
				line += " --" + f.Name + "=" + shellWord(v)
			}
		}
	})
	return line
}

// targetFlags are the flags that make another command talk to the same service.
func (a *app) targetFlags() string {
	out := ""
	for _, f := range [...]struct{ name, value, absent string }{
		{"--data-dir", a.dataDir, env("OPENECS_DATA_DIR", defaultDataDir())}, {"--endpoint", a.endpoint, ""},
		{"--region", a.region, env("OPENECS_REGION", "cn-hangzhou")}, {"--cloud", a.cloud, ""}, {"--profile", a.profile, ""},
	} {
		if f.value != f.absent {
			out += f.name + " " + shellWord(f.value) + " "
		}
	}
	return out
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
