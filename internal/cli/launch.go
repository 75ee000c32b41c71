package cli

import (
	"context"
	"encoding/base64"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/spf13/cobra"
)

// launchFlags are the flags of launch.
type launchFlags struct {
	zone, image, typ, group, vswitch                 string
	name, hostName, description                      string
	diskCategory                                     string
	diskSize                                         int
	dataDisks                                        []string
	ioOptimized, internetCharge                      string
	bandwidth, bandwidthIn                           int
	charge, periodUnit                               string
	period                                           int
	autoRenew                                        bool
	keyPair, passwordFile                            string
	passwordPrompt                                   bool
	userDataFile                                     string
	tags, params, allow                              []string
	token                                            string
	given                                            []flagWord // the flags that were set, to print them again
	dryRun, noStart                                  bool
	maxPrice                                         string
	count                                            int
	timeout                                          time.Duration
	typeGiven, diskGiven, bandwidthGiven, imageGiven bool
}

func (a *app) launchCommand() *cobra.Command {
	f := &launchFlags{}
	cmd := &cobra.Command{
		Use:   "launch",
		Short: "Create an instance, wait, start it, wait, and give it a public address",
		Long: `launch creates an instance, waits until it is Stopped, starts it, waits until it
is Running, gives it a public address when bandwidth was asked for, and shows it.

Without flags it makes an ecs.g7.large with the newest Alibaba Cloud Linux 3 and
5 Mbit/s in cn-hangzhou, and a VPC, vSwitch and security group of its own if they
are not there yet. A group that launch makes opens nothing inbound; --allow opens
exactly what it says.

--count launches several, at most 8 at once. With -o json the result is then an
array that holds all of them, each with its InstanceId or with an Error {Code,
Message, RequestId}.

What an instance costs is shown before anything is made: for an hour, or for the
whole period that is paid in advance. Public traffic is paid besides. --max-price
refuses what is dearer. A service of OpenECS shows whose prices they are: without
openecs serve --prices they are its own, and illustrative. Another machine's
service, and the real cloud, are asked for on a terminal.

Interrupted or failed half-way, launch says what exists and the commands that
continue or delete it. The same --client-token continues.

Exit codes: 0 done; 130 interrupted; 3 not in time; 2 a mistake in the call;
1 refused by the service. Of several instances that fail for different reasons
the first of these in this order decides: 130, 3, 1.`,
		Example: `  openecs launch
  openecs launch --type n1.small --image ubuntu1404_64_40G_cloudinit_20160727.raw
  openecs launch --count 5 --name web --allow tcp/22=203.0.113.7/32 -o json
  openecs launch --charge-type PrePaid --period 1
  openecs launch --data-disk cloud_essd:100 --tag env=test --param DeletionProtection=true
  openecs launch --dry-run`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			f.typeGiven, f.diskGiven = cmd.Flags().Changed("type"), cmd.Flags().Changed("disk-category")
			f.bandwidthGiven, f.imageGiven = cmd.Flags().Changed("bandwidth"), f.image != ""
			f.given = givenFlags(cmd)
			return a.launch(cmd.Context(), f)
		},
	}
	p := cmd.Flags()
	p.StringVar(&f.zone, "zone", "", "zone; default: the first that sells the type")
	p.StringVar(&f.image, "image", "", "image id or image family; default: newest Alibaba Cloud Linux 3")
	p.StringVar(&f.typ, "type", "ecs.g7.large", "instance type; n1.small is short for ecs.n1.small")
	p.StringVar(&f.group, "security-group", "", "security group; default: one of launch's own")
	p.StringVar(&f.vswitch, "vswitch", "", "vSwitch; default: one of launch's own")
	p.StringVar(&f.name, "name", "", "instance name; default: its id")
	p.StringVar(&f.hostName, "host-name", "", "host name in the guest")
	p.StringVar(&f.description, "description", "", "description")
	p.StringVar(&f.diskCategory, "disk-category", "cloud_essd", "system disk category")
	p.IntVar(&f.diskSize, "disk-size", 40, "system disk size in GiB")
	p.StringArrayVar(&f.dataDisks, "data-disk", nil, "data disk as CATEGORY:GiB or GiB; repeatable")
	p.StringVar(&f.ioOptimized, "io-optimized", "", "optimized or none")
	p.StringVar(&f.internetCharge, "internet-charge-type", "", "PayByTraffic or PayByBandwidth")
	p.IntVar(&f.bandwidth, "bandwidth", 5, "public bandwidth out in Mbit/s; 0: no public address")
	p.IntVar(&f.bandwidthIn, "bandwidth-in", 0, "public bandwidth in, in Mbit/s; 0: the service's default")
	p.StringVar(&f.charge, "charge-type", "PostPaid", "PostPaid or PrePaid")
	p.IntVar(&f.period, "period", 0, "PrePaid: how many units of time to pay for")
	p.StringVar(&f.periodUnit, "period-unit", "", "PrePaid: Month or Week")
	p.BoolVar(&f.autoRenew, "auto-renew", false, "PrePaid: renew at the end")
	p.StringVar(&f.keyPair, "key-pair", "", "name of a key pair")
	p.StringVar(&f.passwordFile, "password-file", "", "file whose first line is the password; - is standard input")
	p.BoolVar(&f.passwordPrompt, "password-prompt", false, "ask for the password")
	p.StringVar(&f.userDataFile, "user-data-file", "", "file given to the guest as user data")
	p.StringArrayVar(&f.tags, "tag", nil, "tag as KEY=VALUE; repeatable")
	p.StringArrayVar(&f.params, "param", nil, "any other parameter of CreateInstance as Name=Value; repeatable")
	p.StringArrayVar(&f.allow, "allow", nil, "open tcp/22=CIDR in launch's own group; repeatable")
	p.StringVar(&f.token, "client-token", "", "idempotency token; the same one resumes")
	p.BoolVar(&f.dryRun, "dry-run", false, "check only")
	p.StringVar(&f.maxPrice, "max-price", "", "refuse an instance that costs more: for an hour, or with --period for the whole period")
	p.BoolVar(&f.noStart, "no-start", false, "leave the instance stopped")
	p.IntVar(&f.count, "count", 1, "how many instances, 1 to 100")
	p.DurationVar(&f.timeout, "timeout", 10*time.Minute, "give up waiting after this long")
	choices(cmd, "charge-type", "PostPaid", "PrePaid")
	choices(cmd, "period-unit", "Month", "Week")
	choices(cmd, "io-optimized", "optimized", "none")
	choices(cmd, "internet-charge-type", "PayByTraffic", "PayByBandwidth")
	return cmd
}

// check refuses flags that make no sense, before anything is sent.
func (f *launchFlags) check() error {
	f.typ = catalog.NormalizeType(f.typ)
	switch {
	case f.count < 1 || f.count > 100:
		return usagef("--count %d: it is 1 to 100", f.count)
	case f.timeout <= 0:
		return usagef("--timeout must be longer than nothing")
	case len(f.token) > 64:
		return usagef("--client-token is at most 64 characters")
	case f.bandwidth < 0 || f.bandwidthIn < 0:
		return usagef("--bandwidth and --bandwidth-in are 0 or above")
	case f.diskSize <= 0:
		return usagef("--disk-size %d: it is above 0", f.diskSize)
	case f.charge != "PostPaid" && f.charge != "PrePaid":
		return usagef("--charge-type %s: it is PostPaid or PrePaid", f.charge)
	case f.charge == "PrePaid" && f.period == 0:
		return usagef("--charge-type PrePaid needs --period, such as --period 1 for a month")
	case f.charge == "PostPaid" && (f.period != 0 || f.autoRenew || f.periodUnit != ""):
		return usagef("--period, --period-unit and --auto-renew are for --charge-type PrePaid")
	case f.passwordFile != "" && f.passwordPrompt:
		return usagef("--password-file and --password-prompt exclude each other")
	case f.group != "" && len(f.allow) > 0:
		return usagef("--allow opens launch's own group; for the group you name use openecs sg allow")
	}
	if _, err := ecs.ParseMoney(f.maxPrice); f.maxPrice != "" && err != nil {
		return usagef("--max-price %s: %v", f.maxPrice, err)
	}
	for _, s := range f.allow {
		if _, err := parseAllow(s); err != nil {
			return err
		}
	}
	if err := checkChoice("io-optimized", f.ioOptimized, "optimized", "none"); err != nil {
		return err
	}
	if err := checkChoice("internet-charge-type", f.internetCharge, "PayByTraffic", "PayByBandwidth"); err != nil {
		return err
	}
	_, err := f.extra()
	return err
}

// ownFlag are the parameters that launch itself goes by, or that are not for a
// command line that everyone on the machine can read.
var ownFlag = map[string]string{
	"RegionId": "--region", "ZoneId": "--zone", "ImageId": "--image", "ImageFamily": "--image", "InstanceType": "--type",
	"SecurityGroupId": "--security-group", "VSwitchId": "--vswitch", "InstanceChargeType": "--charge-type", "ClientToken": "--client-token",
	"DryRun": "--dry-run", "Password": "--password-file or --password-prompt",
}

// extra is the parameters of --param.
func (f *launchFlags) extra() ([]api.Param, error) {
	var out []api.Param
	for _, s := range f.params {
		name, value, ok := strings.Cut(s, "=")
		if !ok || name == "" {
			return nil, usagef("--param %s: it is Name=Value", s)
		}
		if flag := ownFlag[name]; flag != "" {
			return nil, usagef("--param %s: use %s", name, flag)
		}
		out = append(out, api.Param{Name: name, Value: value})
	}
	return out, nil
}

// request is the CreateInstance call that the flags ask for; what depends on
// the service (image, network) is filled in later.
func (a *app) request(ctx context.Context, f *launchFlags) (*api.CreateInstanceRequest, error) {
	in := &api.CreateInstanceRequest{
		RegionID: a.region, ZoneID: f.zone, InstanceType: f.typ, SecurityGroupID: f.group, VSwitchID: f.vswitch,
		InstanceName: f.name, HostName: f.hostName, Description: f.description, IOOptimized: f.ioOptimized,
		InternetChargeType: f.internetCharge, InstanceChargeType: f.charge, PeriodUnit: f.periodUnit, KeyPairName: f.keyPair,
		ClientToken: f.token,
	}
	if f.diskGiven || !f.typeGiven { // another type has its own default
		in.SystemDisk.Category = f.diskCategory
	}
	in.SystemDisk.Size = &f.diskSize
	if f.bandwidth != 0 {
		in.InternetMaxBandwidthOut = &f.bandwidth
	}
	if f.bandwidthIn != 0 {
		in.InternetMaxBandwidthIn = &f.bandwidthIn
	}
	if f.period != 0 {
		in.Period = &f.period
	}
	if f.autoRenew {
		in.AutoRenew = &f.autoRenew
	}
	for _, s := range f.dataDisks {
		category, size, ok := strings.Cut(s, ":")
		if !ok {
			category, size = "", s
		}
		n, err := strconv.Atoi(size)
		if err != nil {
			return nil, usagef("--data-disk %s: it is CATEGORY:GiB, such as cloud_essd:100", s)
		}
		in.DataDisk = append(in.DataDisk, api.CreateInstanceRequestDataDisk{Category: category, Size: &n})
	}
	for _, s := range f.tags {
		key, value, _ := strings.Cut(s, "=")
		if key == "" {
			return nil, usagef("--tag %s: it is KEY=VALUE", s)
		}
		in.Tag = append(in.Tag, api.Tag{Key: key, Value: value})
	}
	if f.userDataFile != "" {
		b, err := os.ReadFile(f.userDataFile)
		if err != nil {
			return nil, usagef("--user-data-file: %v", err)
		}
		in.UserData = base64.StdEncoding.EncodeToString(b)
	}
	var err error
	in.Password, err = a.password(ctx, f)
	return in, err
}

// password reads the password from where the flags say; it is never a flag
// itself, for those are seen by everyone on the machine.
func (a *app) password(ctx context.Context, f *launchFlags) (string, error) {
	if f.passwordPrompt {
		return a.askPassword(ctx)
	}
	if f.passwordFile == "" {
		return "", nil
	}
	b, err := readFile(a, f.passwordFile)
	if err != nil {
		return "", usagef("--password-file: %v", err)
	}
	line, _, _ := strings.Cut(string(b), "\n")
	if line = strings.TrimSuffix(line, "\r"); line == "" {
		return "", usagef("--password-file %s: its first line is empty", f.passwordFile)
	}
	return line, nil
}

func (a *app) launch(ctx context.Context, f *launchFlags) error {
	if err := f.check(); err != nil {
		return err
	}
	in, err := a.request(ctx, f)
	if err != nil {
		return err
	}
	t, err := a.connect(ctx)
	if err != nil {
		return err
	}
	defer t.close()
	l := &launcher{app: a, t: t, flags: f, create: in, show: newProgress(a.Err, f.count, a.verbose)}
	if _, ok := a.terminalIn(); !ok && l.changesCloud() { // nobody to show a price to
		if err := l.consents(ctx); err != nil {
			return err
		}
	}
	if err := l.look(ctx); err != nil {
		return err
	}
	if err := l.consents(ctx); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, f.timeout)
	defer cancel()
	return l.run(ctx)
}
