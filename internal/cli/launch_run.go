package cli

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"

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

	prepared bool   // create is as it is sent
	priced   string // a sentence with the price, "" when it is not known
}

// atOnce is how many instances are launched side by side.
const atOnce = 8

// launched is one instance of the result.
type launched struct {
	result *client.LaunchResult
	err    error
}

func (l *launcher) run(ctx context.Context) error {
	if l.create.ClientToken == "" { // drawn here, so that a launch of several can be continued too
		l.create.ClientToken = "launch-" + rand.Text()
	}
	if err := l.network(ctx); err != nil {
		if exitCode(ctx, err) != exitUsage && !l.flags.dryRun {
			l.whatExists(nil, err)
		}
		return err
	}
	l.prepared = true
	l.show.line("%s in %s: %s, %s, %s %d GiB, %s, %d Mbit/s", plural(l.flags.count, "instance"), l.region, l.create.InstanceType,
		l.create.ImageID, dash(l.create.SystemDisk.Category), *l.create.SystemDisk.Size, l.create.InstanceChargeType, l.flags.bandwidth)
	if l.flags.dryRun {
		return l.dryRun(ctx)
	}
	all := make([]launched, l.flags.count)
	slots := make(chan struct{}, atOnce)
	var wg sync.WaitGroup
	for i := range all {
		wg.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			if all[i] = l.one(ctx, i); all[i].err != nil {
				l.show.failed(i, all[i].err)
			}
		})
	}
	wg.Wait()
	l.show.done()
	return l.finish(ctx, all)
}

func (l *launcher) one(ctx context.Context, i int) launched {
	req := client.LaunchRequest{Create: *l.create, NoStart: l.flags.noStart}
	req.Extra, _ = l.flags.extra()
	if l.flags.count > 1 {
		req.Create.ClientToken = client.DeriveToken(req.Create.ClientToken, i)
	}
	req.Progress = func(e client.LaunchEvent) { l.show.event(i, e) }
	result, err := l.t.Launch(ctx, req)
	return launched{result, err}
}

func (l *launcher) dryRun(ctx context.Context) error {
	in := *l.create
	in.DryRun = new(true)
	p := new(api.Params)
	in.AppendParams(p)
	extra, _ := l.flags.extra()
	for _, x := range extra {
		p.Set(x.Name, x.Value)
	}
	_, _, err := l.t.Call(ctx, "Ecs", "CreateInstance", p)
	if errors.Is(err, &api.Error{Code: api.CodeDryRunOperation}) {
		const good = "The request is good; no instance was created."
		return l.print(map[string]string{"Code": api.CodeDryRunOperation, "Message": good}, func(w io.Writer) { row(w, good) })
	}
	return err
}

// look finds the image and the price, and makes nothing.
func (l *launcher) look(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, l.flags.timeout)
	defer cancel()
	err := l.image(ctx)
	if err == nil {
		err = l.price(ctx)
	}
	if err != nil && exitCode(ctx, err) != exitUsage && !l.flags.dryRun {
		l.whatExists(nil, err)
	}
	return err
}

// image settles the image where a family of them was named, or nothing.
func (l *launcher) image(ctx context.Context) error {
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
	return nil
}

// finish prints the result and finds the error that decides the exit code.
func (l *launcher) finish(ctx context.Context, all []launched) error {
	errs := make([]error, len(all))
	for i, x := range all {
		errs[i] = x.err
	}
	if err := l.printResult(ctx, all); err != nil {
		return err
	}
	err := deciding(ctx, errs)
	if err != nil {
		l.whatExists(all, err)
	}
	return err
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
