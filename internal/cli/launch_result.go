package cli

import (
	"errors"
	"fmt"
	"io"

	"github.com/openecs/openecs/api"
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

func (l *launcher) resultOf(x launched) launchResult {
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
		out.Error = &launchResultErr{Code: "LaunchFailed", Message: x.err.Error()}
		if e, ok := errors.AsType[*api.Error](x.err); ok {
			out.Error = &launchResultErr{e.Code, e.Message, e.RequestID}
		}
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
func (l *launcher) printResult(all []launched) error {
	results := make([]launchResult, len(all))
	for i, x := range all {
		results[i] = l.resultOf(x)
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
	made := ""
	for _, r := range results {
		if r.InstanceID != "" && made == "" {
			made = r.InstanceID
		}
	}
	if made == "" {
		return nil
	}
	if err := l.print(nil, func(w io.Writer) {
		row(w, "INSTANCE", "STATUS", "PUBLIC IP", "PRIVATE IP", "TYPE", "ZONE", "IMAGE", "EXPIRES")
		for _, r := range results {
			if r.Error != nil && r.InstanceID == "" {
				row(w, "-", "failed: "+r.Error.Code, "-", "-", "-", "-", "-", "-")
				continue
			}
			row(w, r.InstanceID, dash(r.Status), dash(r.PublicIPAddress), dash(r.PrivateIPAddress), dash(r.InstanceType), dash(r.ZoneID), dash(r.ImageID), dash(r.ExpiredTime))
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
	flags := l.targetFlags()
	fmt.Fprintf(l.Out, "\nNext:\n  openecs instance show %s%s\n  openecs instance stop %s%s\n  openecs instance delete --force %s%s\n", flags, made, flags, made, flags, made)
	return nil
}
