// Command subscription buys an instance for a month, waits until it runs, gives it
// a public address, renews it, has it renewed automatically from then on, makes it
// pay-as-you-go after all, and deletes it:
//
//	openecs launch          # once, for a vSwitch and a security group
//	openecs exec -- go run ./examples/go/subscription -vswitch vsw-... -group sg-...
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/client"
)

const region = "cn-hangzhou"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	create := api.CreateInstanceRequest{
		RegionID: region, InstanceType: "ecs.g7.large", ImageID: "aliyun_3_x64_20G_alibase_20240819.vhd",
		SystemDisk: api.CreateInstanceRequestSystemDisk{Category: "cloud_essd"},
	}
	flag.StringVar(&create.VSwitchID, "vswitch", "", "vSwitch the instance is made in")
	flag.StringVar(&create.SecurityGroupID, "group", "", "security group it belongs to")
	flag.Parse()
	c, err := client.New(client.Config{
		Endpoint: os.Getenv("OPENECS_ENDPOINT"), Region: region,
		AccessKeyID: os.Getenv("ALIBABA_CLOUD_ACCESS_KEY_ID"), AccessKeySecret: os.Getenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET"),
	})
	if err == nil {
		err = run(ctx, c, &create, os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run is the subscription's life. A refusal is an *api.Error, with the service's
// code.
func run(ctx context.Context, c *client.Client, create *api.CreateInstanceRequest, out io.Writer) error {
	create.InstanceChargeType, create.Period, create.PeriodUnit, create.InternetMaxBandwidthOut = "PrePaid", new(1), "Month", new(1)
	bought, err := c.CreateInstance(ctx, create)
	if err != nil {
		return err
	}
	id := bought.InstanceID
	fmt.Fprintf(out, "order %s: %s for %v\n", bought.OrderID, id, bought.TradePrice)
	if _, err := c.WaitInstance(ctx, create.RegionID, id, "Stopped"); err != nil {
		return err
	}
	if _, err := c.StartInstance(ctx, &api.StartInstanceRequest{InstanceID: id}); err != nil {
		return err
	}
	first, err := c.WaitInstance(ctx, create.RegionID, id, "Running")
	if err != nil {
		return err
	}
	address, err := c.AllocatePublicIpAddress(ctx, &api.AllocatePublicIpAddressRequest{InstanceID: id})
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s is Running at %s until %s\n", id, address.IPAddress, first.ExpiredTime)

	if _, err := c.RenewInstance(ctx, &api.RenewInstanceRequest{InstanceID: id, Period: new(1), PeriodUnit: "Month"}); err != nil {
		return err
	}
	renewed, err := c.FindInstance(ctx, create.RegionID, id)
	if err != nil {
		return err
	}
	if renewed == nil || renewed.ExpiredTime <= first.ExpiredTime {
		return fmt.Errorf("it was not renewed: %+v", renewed)
	}
	fmt.Fprintf(out, "renewed until %s\n", renewed.ExpiredTime)
	_, err = c.ModifyInstanceAutoRenewAttribute(ctx, &api.ModifyInstanceAutoRenewAttributeRequest{
		RegionID: create.RegionID, InstanceID: id, RenewalStatus: "AutoRenewal", Duration: new(1), PeriodUnit: "Month",
	})
	if err != nil {
		return err
	}
	remove := &api.DeleteInstanceRequest{InstanceID: id, Force: new(true)}
	var refused *api.Error
	if _, err := c.DeleteInstance(ctx, remove); !errors.As(err, &refused) || refused.Code != api.CodeChargeTypeViolation {
		return fmt.Errorf("a subscription is not deleted before its end: %v", err)
	}
	back, err := c.ModifyInstanceChargeType(ctx, &api.ModifyInstanceChargeTypeRequest{
		RegionID: create.RegionID, InstanceIDs: `["` + id + `"]`, InstanceChargeType: "PostPaid", IsDetailFee: new(true),
	})
	if err != nil {
		return err
	}
	for _, fee := range back.FeeOfInstances.FeeOfInstance {
		fmt.Fprintf(out, "pay-as-you-go, %s %s given back\n", fee.Fee, fee.Currency)
	}
	if _, err := c.DeleteInstance(ctx, remove); err != nil {
		return err
	}
	for {
		gone, err := c.FindInstance(ctx, create.RegionID, id)
		if err != nil {
			return err
		}
		if gone == nil {
			_, err = fmt.Fprintln(out, "done")
			return err
		}
		time.Sleep(100 * time.Millisecond)
	}
}
