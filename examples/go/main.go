// Command go is a small program that uses package client: it launches an
// instance in an existing network, shows it, and releases it again.
//
//	openecs launch          # once, for a vSwitch and a security group
//	openecs serve &
//	eval "$(openecs env)"
//	go run ./examples/go -vswitch vsw-... -group sg-...
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/client"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	var create api.CreateInstanceRequest
	flag.StringVar(&create.VSwitchID, "vswitch", "", "vSwitch the instance is made in")
	flag.StringVar(&create.SecurityGroupID, "group", "", "security group it belongs to")
	flag.StringVar(&create.InstanceType, "type", "ecs.g7.large", "instance type")
	flag.StringVar(&create.ImageID, "image", "aliyun_3_x64_20G_alibase_20240819.vhd", "image")
	flag.Parse()
	c, err := client.New(client.Config{
		Endpoint: os.Getenv("OPENECS_ENDPOINT"), Region: "cn-hangzhou",
		AccessKeyID: os.Getenv("ALIBABA_CLOUD_ACCESS_KEY_ID"), AccessKeySecret: os.Getenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET"),
	})
	if err == nil {
		err = run(ctx, c, create, os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run launches an instance with a public address, writes what it got and
// deletes the instance. A refusal is an *api.Error, with the service's code.
func run(ctx context.Context, c *client.Client, create api.CreateInstanceRequest, out io.Writer) (err error) {
	create.InternetMaxBandwidthOut = new(5)
	made, err := c.Launch(ctx, client.LaunchRequest{
		Create: create,
		Progress: func(e client.LaunchEvent) {
			if e.Done {
				fmt.Fprintf(out, "%s: done\n", e.Phase)
			}
		},
	})
	if made.InstanceID != "" { // there may be one even when the launch failed half-way
		defer func() {
			_, derr := c.DeleteInstance(context.WithoutCancel(ctx), &api.DeleteInstanceRequest{InstanceID: made.InstanceID, Force: new(true)})
			err = errors.Join(err, derr)
		}()
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s is %s at %s\n", made.InstanceID, made.Instance.Status, made.PublicIPAddress)
	return err
}
