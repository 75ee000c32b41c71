package instance

import (
	"encoding/base64"
	"slices"
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/model/tag"
)

// run reports whether the request is RunInstances, whose codes differ in
// places from those of CreateInstance.
func (p *planner) run() bool { return p.c.Info.Name == "RunInstances" }

// options checks the values that come from closed sets, and what an option
// needs beside it.
func (p *planner) options() error {
	in := p.in
	pool := in.PrivatePoolOptions
	for _, check := range [...]struct {
		bad           bool
		code, message string
	}{
		{!oneOf(in.SpotStrategy, "NoSpot", "SpotWithPriceLimit", "SpotAsPriceGo"), api.CodeInvalidSpotStrategy, "The specified SpotStrategy is not valid."},
		{in.SpotPriceLimit != nil && *in.SpotPriceLimit < 0, api.CodeInvalidSpotPriceLimit, "The specified SpotPriceLimitis not valid."},
		{in.SpotDuration != nil && (*in.SpotDuration < 0 || *in.SpotDuration > 6), api.CodeInvalidSpotDuration, "The specified SpotDuration is not valid."},
		{!oneOf(in.SpotInterruptionBehavior, "Terminate", "Stop"), api.CodeInvalidSpotInterruptionBehavior, "The specified SpotInterruptionBehavior is not valid."},
		{!oneOf(in.Tenancy, "default", "host"), api.CodeInvalidParamTenancy, "The specified Tenancy is invalid."},
		{!oneOf(in.Affinity, "default", "host"), api.CodeInvalidParameterAffinity, "The specified Affinity is invalid."},
		{!oneOf(in.HTTPEndpoint, "enabled", "disabled"), api.CodeInvalidHttpEndpointNotSupported, "The specified HttpEndpoint not supported, you can use enabled(default) or disabled."},
		{!oneOf(in.HTTPTokens, "optional", "required"), api.CodeInvalidHttpTokensNotSupported, "The specified HttpTokens not supported, you can use optional(default) or required."},
		{in.HTTPPutResponseHopLimit != nil && (*in.HTTPPutResponseHopLimit < 1 || *in.HTTPPutResponseHopLimit > 64), api.CodeInvalidHttpPutResponseHopLimitNotSupported, "The specified HttpPutResponseHopLimit not supported, more than 1 and less than 64 is reasonable."},
		{!oneOf(strings.ToLower(in.SecurityEnhancementStrategy), "active", "deactive"), api.CodeInvalidParameter, `The specified parameter "SecurityEnhancementStrategy" is not valid.`},
		{!oneOf(pool.MatchCriteria, "Open", "Target", "None"), api.CodeInvalidPrivatePoolOptionsMatchCriteria, "The specified PrivatePoolOptions.MatchCriteria is not valid."},
		{pool.MatchCriteria == "Target" && pool.ID == "", api.CodeMissingParameter_PrivatePoolOptionsId, "The specified PrivatePoolOptions.Id should not be null."},
		{pool.MatchCriteria != "Target" && pool.ID != "", api.CodeInvalid_PrivatePoolOptionsId, "The parameter PrivatePoolOptions.Id should be null when PrivatePoolOptions.MatchCriteria is not Target."},
		{!oneOf(in.SecurityOptions.TrustedSystemMode, "vTPM"), api.CodeInvalidParamTrustedSystemMode, "The specified TrustedSystemMode is invalid."},
		{!oneOf(in.SecurityOptions.ConfidentialComputingMode, "Enclave", "TDX"), api.CodeInvalidParamConfidentialComputingMode, "The specified ConfidentialComputingMode is invalid."},
		{!oneOf(in.CPUOptions.TopologyType, "ContinuousCoreToHTMapping", "DiscreteCoreToHTMapping"), api.CodeInvalidParameterCpuOptionsTopologyType, "The specified parameter CpuOptions.TopologyType is not valid."},
		{!oneOf(in.ClockOptions.PtpStatus, "enabled", "disabled"), api.CodeInvalidParameter, `The specified parameter "ClockOptions.PtpStatus" is not valid.`},
		{in.IPv6AddressCount != nil && (*in.IPv6AddressCount < 0 || *in.IPv6AddressCount > 10), api.CodeInvalidParameter, `The specified parameter "Ipv6AddressCount" is not valid.`},
	} {
		if check.bad {
			return api.Errorf(check.code, "%s", check.message)
		}
	}
	return nil
}

// oneOf reports whether an optional value is absent or one of those allowed.
func oneOf(v string, allowed ...string) bool { return v == "" || slices.Contains(allowed, v) }

// unsupported refuses what names a kind of resource that OpenECS does not keep
// yet, with the code for "no such resource" where the real service has one: no
// such resource exists here. What has no such code is refused as ours.
func (p *planner) unsupported() error {
	in := p.in
	for _, ref := range [...]struct {
		set           bool
		code, message string
	}{
		{in.LaunchTemplateID != "" || in.LaunchTemplateName != "", api.CodeInvalidLaunchTemplateNotFound, "The specified launch template does not exist."},
		{in.LaunchTemplateVersion != nil, api.CodeInvalidLaunchTemplateVersionNotFound, "The specified version of the launch template does not exist."},
		{in.KeyPairName != "", api.CodeInvalidKeyPairNameNotFound, "The specified parameter KeyPairName does not exist in our records."},
		{in.RAMRoleName != "", api.CodeInvalidRamRoleNotFound, "The specified RAMRoleName does not exist."},
		{!resource.HasGroup(p.snap, p.c.Caller.Account, in.ResourceGroupID), api.CodeInvalidResourceGroupNotFound, "The ResourceGroup provided does not exist in our records."},
		{p.run() && in.DeploymentSetID == "" && in.DeploymentSetGroupNo != nil, api.CodeInvalidParameterDeploymentSetGroupNo, "Parameter DeploymentSetGroupNo is invalid."},
		{in.DeploymentSetID != "" || in.DeploymentSetGroupNo != nil, api.CodeDeploymentSetNotFound, "The specified deployment set does not exist."},
		{in.DedicatedHostID != "", api.CodeInvalidDedicatedHostIdNotFound, "The specified DedicatedHostId does not exist."},
		{in.SchedulerOptions.DedicatedHostClusterID != "", api.CodeInvalidDedicatedHostClusterIdNotFound, "The specified DedicatedHostClusterId does not exist."},
		{in.Tenancy == "host" || in.Affinity == "host", api.CodeNoAvaliableDedicatedHost, "No available dedicated host or not enough resource on dedicated host."},
		{in.HpcClusterID != "", api.CodeInvalidHpcClusterIdNotFound, "The specified HpcClusterId is not found."},
		{in.StorageSetID != "", api.CodeInvalidParameterStorageSetId, "Specified parameter StorageSetId is not valid."},
		{in.StorageSetPartitionNumber != nil, api.CodeInvalidParameterStorageSetPartitionNumber, "Specified parameter StorageSetPartitionNumber is not valid."},
		{in.PrivatePoolOptions.ID != "", api.CodeInvalidPrivatePoolOptionsId, "The PrivatePool does not exist."},
		{in.SystemDisk.AutoSnapshotPolicyID != "", api.CodeInvalidAutoSnapshotPolicyIdNotFound, "Specified parameter AutoSnapshotPolicyId not found."},
		{in.Isp != "", api.CodeInvalidIspTypeValueNotSupported, "The specified Isp is not supported."},
		{flag(in.HibernationOptions.Configured), api.CodeHibernationConfiguredInstanceTypeNotSupport, "The specified instance type is not support."},
		{in.CPUOptions.Core != nil, api.CodeInvalidParameterCpuOptionsCore, "The specified parameter CpuOptions.Core is not valid."},
		{in.CPUOptions.ThreadsPerCore != nil, api.CodeInvalidParameterCpuOptionsThreadsPerCore, "The specified parameter CpuOptions.ThreadsPerCore is not valid."},
		{in.CPUOptions.Numa != "", api.CodeInvalidParameterCpuOptionsNuma, "The specified parameter CpuOptions.Numa is not valid."},
		{in.NetworkInterfaceQueueNumber != nil, api.CodeInvalidParameterInvalidEniQueueNumber, "The specified parameter NetworkInterfaceQueueNumber is not valid."},
		{flag(in.NetworkOptions.EnableJumboFrame), api.CodeInvalidParamNotSupportJumboFrame, "Not support jumbo frame."},
		{len(in.IPv6Address) > 0 || in.IPv6AddressCount != nil && *in.IPv6AddressCount > 0, api.CodeInvalidVSwitchIpv6NotTurnOn, "IPv6 is not turned on for the specified vSwitch."},
	} {
		if ref.set {
			return api.Errorf(ref.code, "%s", ref.message)
		}
	}
	if m := in.SecurityOptions; m.TrustedSystemMode != "" || m.ConfidentialComputingMode != "" {
		return api.Errorf(api.CodeInvalidInstanceTypeNotSupported, "The specified instance type does not support trusted system.").WithStatus(403)
	}
	for _, no := range [...]struct {
		set  bool
		what string
	}{
		{in.SpotStrategy != "" && in.SpotStrategy != "NoSpot", "spot instances (SpotStrategy other than NoSpot)"},
		{len(in.NetworkInterface) > 0, "NetworkInterface.N"},
		{len(in.Arn) > 0, "Arn.N"},
		{number(in.HTTPPutResponseHopLimit, 1) != 1, "HttpPutResponseHopLimit other than 1"},
		{in.AutoPay != nil && !*in.AutoPay, "unpaid orders (AutoPay=false)"},
		{in.ClockOptions.PtpStatus == "enabled", "ClockOptions"},
		{in.PrivateDNSNameOptions != (api.RunInstancesRequestPrivateDNSNameOptions{}), "PrivateDnsNameOptions"},
		{in.CPUOptions.TopologyType != "", "CpuOptions.TopologyType"},
		{in.NetworkOptions.BandwidthWeighting != "" || flag(in.NetworkOptions.EnableNetworkEncryption), "NetworkOptions"},
	} {
		if no.set {
			return api.Errorf(api.CodeUnsupportedOperationNotImplemented, "OpenECS does not support %s yet.", no.what)
		}
	}
	return nil
}

// counts checks how many instances are wanted.
func (p *planner) counts() error {
	amount := number(p.in.Amount, 1)
	least := number(p.in.MinAmount, amount)
	if amount < 1 || amount > 100 {
		return api.Errorf(api.CodeInvalidParamAmount, "The specified parameter \"Amount\" must be between 1 and 100.")
	}
	if least < 1 || least > amount {
		return api.Errorf(api.CodeInvalidMinAmountMalformed, "The specified parameter MinAmount is not valid.")
	}
	p.plan.amount, p.plan.min = amount, least
	return nil
}

// texts checks names, descriptions and the idempotency token.
func (p *planner) texts() error {
	in := p.in
	if !ecs.ValidClientToken(in.ClientToken) {
		return api.Errorf(api.CodeInvalidClientTokenValueNotSupported, "The ClientToken provided is invalid.")
	}
	if in.InstanceName != "" && !ecs.ValidInstanceName(in.InstanceName) {
		return api.Errorf(api.CodeInvalidInstanceNameMalformed, `The specified parameter "InstanceName" is not valid.`)
	}
	if in.Description != "" && !ecs.ValidDescription(in.Description) {
		return api.Errorf(api.CodeInvalidDescriptionMalformed, `The specified parameter "Description" is not valid.`)
	}
	r := &p.plan.record
	r.Account = p.c.Caller.Account
	r.Description = strings.Clone(in.Description)
	r.Created = p.c.Now.Unix()
	if in.HTTPEndpoint == "disabled" {
		r.Flags |= ecs.MetadataOff
	}
	if in.HTTPTokens == "required" {
		r.Flags |= ecs.MetadataTokens
	}
	if strings.EqualFold(in.SecurityEnhancementStrategy, "Deactive") {
		r.Flags |= ecs.SecurityOff
	}
	n := &p.plan.names
	n.unique = flag(in.UniqueSuffix)
	n.name = parseOrdered(strings.Clone(in.InstanceName))
	return nil
}

func (p *planner) tags() error {
	p.plan.tags = p.in.Tag
	if p.run() {
		return tag.CheckRun(p.in.Tag)
	}
	return tag.Check(p.in.Tag)
}

// charge checks how the instances are paid.
func (p *planner) charge() error {
	in, r := p.in, &p.plan.record
	charge, ok := ecs.ParseChargeType(in.InstanceChargeType)
	if !ok {
		return api.Errorf(api.CodeInvalidInstanceChargeTypeNotFound, "The InstanceChargeType does not exist in our records.")
	}
	r.ChargeType = charge
	if flag(in.DeletionProtection) {
		if charge == ecs.PrePaid {
			return api.Errorf(api.CodeInvalidChargeTypeValueNotSupported, "Deletion protection is only valid for postPaid instance, not for prePaid or spot instance.")
		}
		r.Flags |= ecs.DeletionProtected
	}
	if charge == ecs.PrePaid && in.SpotStrategy != "" && in.SpotStrategy != "NoSpot" {
		return api.Errorf(api.CodeInvalidSpotPrepaid, "The specified Spot type is not support PrePay Instance.")
	}
	if charge == ecs.PostPaid && in.AutoPay != nil && !*in.AutoPay {
		return api.Errorf(api.CodeInvalidAutoPayPostPaidUnsupported, "The specified parameter AutoPay must be set as true for postpaid instance.")
	}
	if charge == ecs.PostPaid {
		return p.releaseTime()
	}
	if in.AutoReleaseTime != "" {
		return api.Errorf(api.CodeInvalidAutoReleaseTimeMalformed, "The specified parameter AutoReleaseTime is not valid.")
	}
	if in.Period == nil {
		return api.Errorf(api.CodeMissingParamter, `The specified parameter "Period" is not null.`)
	}
	unit, n := ecs.Month, *in.Period
	switch in.PeriodUnit {
	case "", "Month", "month":
		ok = n >= 1 && n <= 9 || n == 12 || n == 24 || n == 36 || n == 48 || n == 60
	case "Week", "week":
		unit, ok = ecs.Week, n >= 1 && n <= 4
	default:
		if p.run() {
			return api.Errorf(api.CodeInvalidPeriodTypeValueNotSupported, "The specified parameter PeriodType is invalid.")
		}
		return api.Errorf(api.CodeInvalidPeriodUnitValueNotSupported, "The specified parameter PeriodUnit is not valid.")
	}
	if !ok {
		return api.Errorf(api.CodeInvalidPeriod, "The specified period is not valid.")
	}
	r.Period, r.PeriodUnit = uint8(n), unit
	r.Expires = ecs.PeriodEnd(p.c.Now, n, unit).Unix()
	if !flag(in.AutoRenew) {
		return nil
	}
	n = number(in.AutoRenewPeriod, 1)
	if unit == ecs.Week {
		ok = n >= 1 && n <= 3
	} else {
		ok = n >= 1 && n <= 3 || n == 6 || n == 12 || n == 24 || n == 36 || n == 48 || n == 60
	}
	if !ok {
		return api.Errorf(api.CodeInvalidAutoRenewPeriodValueNotSupported, "The specified autoRenewPeriod is not valid.")
	}
	r.AutoRenew, r.RenewUnit = uint8(n), unit
	return nil
}

// releaseTime checks AutoReleaseTime: half an hour to three years from now,
// kept to the minute.
func (p *planner) releaseTime() error {
	if p.in.AutoReleaseTime == "" {
		return nil
	}
	t, ok := ecs.ParseTime(p.in.AutoReleaseTime)
	now := p.c.Now
	if !ok || t.Before(now.Add(30*60e9)) || t.After(now.AddDate(3, 0, 0)) {
		return api.Errorf(api.CodeInvalidAutoReleaseTimeMalformed, "The specified parameter AutoReleaseTime is not valid.")
	}
	p.plan.record.AutoRelease = t.Truncate(60e9).Unix()
	return nil
}

// guest checks what the guest is given: host name, password, user data. It
// comes after the image, which decides the rules.
func (p *planner) guest() error {
	in, n := p.in, &p.plan.names
	n.host = parseOrdered(strings.Clone(in.HostName))
	if len(in.HostNames) > 0 {
		if in.HostName != "" {
			return api.Errorf(api.CodeInvalidHostnameSingleAndMultiConflict, "HostName and HostNames.N cannot be specified at the same time.")
		}
		if len(in.HostNames) != p.plan.amount {
			return api.Errorf(api.CodeInvalidHostnameSizeInvalid, "The number of HostNames.N must equal Amount.")
		}
		for _, h := range in.HostNames {
			n.hosts = append(n.hosts, strings.Clone(h))
		}
	}
	for i := range p.plan.amount {
		if _, h := n.of(i, p.plan.amount); h != "" && !ecs.ValidHostName(h, p.plan.windows) {
			if n.unique && p.plan.amount > 1 && !n.host.counted && ecs.ValidHostName(n.host.text, p.plan.windows) {
				return api.Errorf(api.CodeInvalidParamsHostnameExceed, "The uniqueSuffix takes three naming places, please shorten your Hostname.")
			}
			return api.Errorf(api.CodeInvalidHostNameMalformed, `The specified parameter "HostName" is not valid.`)
		}
		if name, _ := n.of(i, p.plan.amount); len([]rune(name)) > 128 {
			return api.Errorf(api.CodeInvalidParamsInstanceNameExceed, "The uniqueSuffix takes three naming places, please shorten your InstanceName.")
		}
	}
	r := &p.plan.record
	var secret ecs.Secret
	if in.Password != "" {
		if flag(in.PasswordInherit) {
			return api.Errorf(api.CodeInvalidPasswordParamMismatch, "The input password should be null when passwdInherit is true.")
		}
		if !ecs.ValidPassword(in.Password, p.plan.windows) {
			return api.Errorf(api.CodeInvalidPasswordMalformed, `The specified parameter "Password" is not valid.`)
		}
		secret.Password = strings.Clone(in.Password)
		r.Flags |= ecs.HasPassword
	}
	if flag(in.PasswordInherit) {
		r.Flags |= ecs.PasswordInherit
	}
	if in.UserData != "" {
		data, err := base64.StdEncoding.DecodeString(in.UserData)
		if err != nil {
			return api.Errorf(api.CodeInvalidUserDataBase64FormatInvalid, "The specified UserData is not valid.")
		}
		if len(data) > ecs.MaxUserData {
			return api.Errorf(api.CodeInvalidUserDataSizeExceeded, `The specified parameter "UserData" exceeds the size.`)
		}
		if p.plan.network == ecs.NetworkClassic || !r.Flags.Has(ecs.IOOptimized) {
			return api.Errorf(api.CodeInvalidUserDataNotSupported, `The specified parameter "UserData" only support the vpc and IoOptimized Instance.`)
		}
		if !p.plan.image.CloudInit {
			return api.Errorf(api.CodeImageNotSupportCloudInit, "The specified image does not support cloud-init.")
		}
		secret.UserData = data
	}
	if secret.Password != "" || secret.UserData != nil {
		p.plan.secret = &secret
	}
	return nil
}

// bandwidth checks what is bought of public bandwidth.
func (p *planner) bandwidth() error {
	in, r := p.in, &p.plan.record
	charge, ok := ecs.ParseInternetCharge(in.InternetChargeType)
	if !ok {
		return api.Errorf(api.CodeInvalidInternetChargeTypeValueNotSupported, "The specified InternetChargeType is not valid.")
	}
	limit := 100
	if r.ChargeType == ecs.PrePaid && charge == ecs.PayByBandwidth {
		limit = 200
	}
	out := number(in.InternetMaxBandwidthOut, 0)
	if out < 0 || out > limit {
		return action.Invalid("InternetMaxBandwidthOut")
	}
	r.InternetCharge, r.BandwidthOut, r.BandwidthIn = charge, int32(out), -1
	if in.InternetMaxBandwidthIn == nil && out == 0 {
		return nil
	}
	most := max(out, 10)
	bw := number(in.InternetMaxBandwidthIn, most)
	if bw < 1 || bw > most {
		return api.Errorf(api.CodeInvalidInternetMaxBandwidthInMalformed, "The specified parameter InternetMaxBandwidthIn is not valid.")
	}
	if out > 0 {
		r.BandwidthIn = int32(bw)
	}
	p.plan.public = p.plan.start && out > 0
	return nil
}
