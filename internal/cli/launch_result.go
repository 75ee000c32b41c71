package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/client"
)

// launchResult is one instance as -o json shows it.
type launchResult struct {
	InstanceID       string           `json:"InstanceId,omitempty"`
	InstanceName     string           `json:",omitempty"`
	Status           string           `json:",omitempty"`
	PublicIPAddress  string           `json:"PublicIpAddress"`
	PrivateIPAddress string           `json:"PrivateIpAddress"`
	RegionID         string           `json:"RegionId"`
	ZoneID           string           `json:"ZoneId,omitempty"`
	InstanceType     string           `json:",omitempty"`
	ImageID          string           `json:"ImageId,omitempty"`
	ExpiredTime      string           `json:",omitempty"`
	OrderID          string           `json:"OrderId,omitempty"`
	ClientToken      string           `json:",omitempty"`
	Simulated        bool             // no machine exists
	RequestID        string           `json:"RequestId,omitempty"`
	Error            *launchResultErr `json:",omitempty"`
}

type launchResultErr struct {
	Code, Message string
	RequestID     string `json:"RequestId"`
}

func (l *launcher) resultOf(ctx context.Context, x launched) launchResult {
	out := launchResult{RegionID: l.region, Simulated: l.t.simulated}
	if r := x.result; r != nil {
		out.InstanceID, out.RequestID, out.OrderID, out.ClientToken = r.InstanceID, r.RequestID, r.OrderID, r.ClientToken
		out.PublicIPAddress = r.PublicIPAddress
		if i := r.Instance; i != nil {
			out.InstanceName, out.Status, out.ZoneID, out.InstanceType = i.InstanceName, i.Status, i.ZoneID, i.InstanceType
			out.ImageID, out.ExpiredTime = i.ImageID, i.ExpiredTime
			out.PrivateIPAddress = privateAddress(i)
			if out.PublicIPAddress == "" {
				out.PublicIPAddress = publicAddress(i)
			}
		}
	}
	if x.err != nil {
		out.Error = resultErr(ctx, x.err)
	}
	return out
}

// resultErr is an error for programs: the service's own code, or one that
// begins with "Client." and says what kept the service from being asked.
func resultErr(ctx context.Context, err error) *launchResultErr {
	out := &launchResultErr{Code: "Client.Failed", Message: strings.ReplaceAll(err.Error(), "\n", "; ")}
	e, refused := errors.AsType[*api.Error](err)
	_, network := errors.AsType[*client.NetworkError](err)
	switch code := exitCode(ctx, err); {
	case code == exitInterrupted:
		out.Code = "Client.Interrupted"
	case code == exitDeadline:
		out.Code = "Client.DeadlineExceeded"
	case refused:
		return &launchResultErr{e.Code, e.Message, e.RequestID}
	case network:
		out.Code = "Client.NoAnswer"
	}
	return out
}

func privateAddress(i *api.DescribeInstancesInstance) string {
	if ip := first(i.VPCAttributes.PrivateIPAddress.IPAddress); ip != "" {
		return ip
	}
	return first(i.InnerIPAddress.IPAddress)
}

func publicAddress(i *api.DescribeInstancesInstance) string {
	if ip := first(i.PublicIPAddress.IPAddress); ip != "" {
		return ip
	}
	return i.EIPAddress.IPAddress
}

// printResult writes what has become of the launch: an object for one
// instance, an array for several; for people a table and what to do next.
func (l *launcher) printResult(ctx context.Context, all []launched) error {
	results := make([]launchResult, len(all))
	for i, x := range all {
		results[i] = l.resultOf(ctx, x)
	}
	if l.output != "table" {
		if len(results) == 1 {
			if results[0].Error != nil && results[0].InstanceID == "" {
				return nil // nothing to show; the error says it
			}
			return l.print(results[0], nil)
		}
		return l.print(results, nil)
	}
	made, failed := "", false
	for _, r := range results {
		if r.InstanceID != "" && made == "" {
			made = r.InstanceID
		}
		failed = failed || r.Error != nil
	}
	if made == "" {
		return nil
	}
	if err := l.print(nil, func(w io.Writer) {
		row(w, "INSTANCE", "STATUS", "PUBLIC IP", "PRIVATE IP", "TYPE", "ZONE", "EXPIRES")
		for _, r := range results {
			if r.Error != nil && r.InstanceID == "" {
				row(w, "-", "failed: "+r.Error.Code, "-", "-", "-", "-", "-")
				continue
			}
			expires := "-" // pay as you go has a date in the far future
			if l.create.InstanceChargeType == "PrePaid" {
				expires = dash(r.ExpiredTime)
			}
			row(w, r.InstanceID, dash(r.Status), dash(r.PublicIPAddress), dash(r.PrivateIPAddress), dash(r.InstanceType), dash(r.ZoneID), expires)
		}
	}); err != nil {
		return err
	}
	if l.t.simulated {
		fmt.Fprintln(l.Out, "simulated: no machine exists")
	}
	if l.closed {
		fmt.Fprintln(l.Out, "The security group opens nothing inbound; --allow tcp/22=CIDR at launch opens a port.")
	}
	if failed { // what to do next is said with the error
		return nil
	}
	last := "instance delete --force " + l.targetFlags() + made
	if l.create.InstanceChargeType == "PrePaid" { // a subscription cannot be deleted
		last = "instance list " + l.targetFlags()
	}
	fmt.Fprintf(l.Out, "\nNext:\n  %[1]s instance show %[2]s%[3]s\n  %[1]s instance stop %[2]s%[3]s\n  %[1]s %[4]s\n", l.name(), l.targetFlags(), made, strings.TrimSpace(last))
	return nil
}
