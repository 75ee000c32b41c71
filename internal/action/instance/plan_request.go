package instance

import (
	"encoding/base64"
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/tag"
)

// unsupported refuses what names a kind of resource that OpenECS does not keep
// yet, with the code for "no such resource" where the real service has one: no
// such resource exists here. What has no such code is refused as ours.
func (p *planner) unsupported() error {
	in := p.in
	for _, ref := range [...]struct {
		value, code string
		status      int
		name        string
	}{
		{in.LaunchTemplateID, api.CodeInvalidLaunchTemplateNotFound, 404, "LaunchTemplateId"},
		{in.LaunchTemplateName, api.CodeInvalidLaunchTemplateNotFound, 404, "LaunchTemplateName"},
		{in.KeyPairName, api.CodeInvalidKeyPairNameNotFound, 404, "KeyPairName"},
		{in.RAMRoleName, api.CodeInvalidRamRoleNotFound, 404, "RamRoleName"},
		{in.ResourceGroupID, api.CodeInvalidResourceGroupNotFound, 404, "ResourceGroupId"},
		{in.DeploymentSetID, api.CodeDeploymentSetNotFound, 404, "DeploymentSetId"},
		{in.DedicatedHostID, api.CodeInvalidDedicatedHostIdNotFound, 400, "DedicatedHostId"},
		{in.SchedulerOptions.DedicatedHostClusterID, api.CodeInvalidDedicatedHostIdNotFound, 400, "SchedulerOptions.DedicatedHostClusterId"},
		{in.HpcClusterID, api.CodeInvalidHpcClusterIdNotFound, 400, "HpcClusterId"},
		{in.PrivatePoolOptions.ID, api.CodeInvalidPrivatePoolOptionsId, 400, "PrivatePoolOptions.Id"},
		{in.SystemDisk.AutoSnapshotPolicyID, api.CodeInvalidRelationResourceNotFound, 400, "SystemDisk.AutoSnapshotPolicyId"},
	} {
		if ref.value != "" {
			return api.Errorf(ref.code, "The specified %s does not exist.", ref.name).WithStatus(ref.status)
		}
	}
	ours := func(set bool, what string) error {
		if !set {
			return nil
		}
		return api.Errorf(api.CodeUnsupportedOperationNotImplemented, "OpenECS does not support %s yet.", what)
	}
	for _, no := range [...]struct {
		set  bool
		what string
	}{
		{in.StorageSetID != "" || in.StorageSetPartitionNumber != nil, "storage sets (StorageSetId)"},
		{in.SpotStrategy != "" && in.SpotStrategy != "NoSpot", "spot instances (SpotStrategy other than NoSpot)"},
		{len(in.NetworkInterface) > 0, "NetworkInterface.N"},
		{in.IPv6AddressCount != nil && *in.IPv6AddressCount > 0 || len(in.IPv6Address) > 0, "IPv6 addresses of instances"},
		{len(in.Arn) > 0, "Arn.N"},
		{in.Tenancy == "host", "dedicated hosts (Tenancy=host)"},
		{in.AutoPay != nil && !*in.AutoPay, "unpaid orders (AutoPay=false)"},
		{flag(in.HibernationOptions.Configured), "hibernation"},
		{in.SecurityOptions.ConfidentialComputingMode != "", "confidential computing"},
		{in.CPUOptions.Core != nil || in.CPUOptions.ThreadsPerCore != nil || in.CPUOptions.Numa != "" || in.CPUOptions.TopologyType != "", "CpuOptions"},
		{in.NetworkInterfaceQueueNumber != nil, "NetworkInterfaceQueueNumber"},
		{in.PrivatePoolOptions.MatchCriteria == "Target", "private pools (PrivatePoolOptions.MatchCriteria=Target)"},
		{in.Isp != "", "Isp"},
	} {
		if err := ours(no.set, no.what); err != nil {
			return err
		}
	}
	if s := in.SpotStrategy; s != "" && s != "NoSpot" && s != "SpotWithPriceLimit" && s != "SpotAsPriceGo" {
		return api.Errorf(api.CodeInvalidSpotStrategy, "The specified SpotStrategy is not valid.")
	}
	if t := in.Tenancy; t != "" && t != "default" && t != "host" {
		return api.Errorf(api.CodeInvalidParamTenancy, "The specified Tenancy is invalid.")
	}
	return nil
}

// counts checks how many instances are wanted.
func (p *planner) counts() error {
	amount := number(p.in.Amount, 1)
	least := number(p.in.MinAmount, amount)
	if amount < 1 || amount > 100 {
		return api.Errorf(api.CodeInvalidParamAmount, "The specified parameter Amount must be between 1 and 100.").WithStatus(403)
	}
	if least < 1 || least > amount {
		return api.Errorf(api.CodeInvalidMinAmountMalformed, "The specified parameter MinAmount must be between 1 and Amount.")
	}
	p.plan.amount, p.plan.min = amount, least
	return nil
}

// texts checks names, descriptions and the idempotency token.
func (p *planner) texts() error {
	in := p.in
	if !ecs.ValidClientToken(in.ClientToken) {
		return api.Errorf(api.CodeInvalidClientTokenValueNotSupported, "The ClientToken provided is invalid: it is at most 64 ASCII characters.")
	}
	if in.InstanceName != "" && !ecs.ValidInstanceName(in.InstanceName) {
		return api.Errorf(api.CodeInvalidInstanceNameMalformed, "The specified parameter InstanceName is not valid.")
	}
	if in.Description != "" && !ecs.ValidDescription(in.Description) {
		return api.Errorf(api.CodeInvalidDescriptionMalformed, "The specified parameter Description is not valid.")
	}
	if e := in.HTTPEndpoint; e != "" && e != "enabled" && e != "disabled" {
		return api.Errorf(api.CodeInvalidHttpEndpointNotSupported, "The specified HttpEndpoint is not supported.")
	}
	if t := in.HTTPTokens; t != "" && t != "optional" && t != "required" {
		return api.Errorf(api.CodeInvalidHttpTokensNotSupported, "The specified HttpTokens is not supported.")
	}
	if h := in.HTTPPutResponseHopLimit; h != nil && (*h < 1 || *h > 64) {
		return api.Errorf(api.CodeInvalidHttpPutResponseHopLimitNotSupported, "The specified HttpPutResponseHopLimit is not supported.")
	}
	if s := in.SecurityEnhancementStrategy; s != "" && !strings.EqualFold(s, "Active") && !strings.EqualFold(s, "Deactive") {
		return api.Errorf(api.CodeInvalidParameter, "The specified parameter SecurityEnhancementStrategy is not valid.")
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
	return tag.Check(p.in.Tag)
}

// charge checks how the instances are paid.
func (p *planner) charge() error {
	in, r := p.in, &p.plan.record
	charge, ok := ecs.ParseChargeType(in.InstanceChargeType)
	if !ok {
		return api.Errorf(api.CodeInvalidInstanceChargeTypeNotFound, "The specified InstanceChargeType does not exist.").WithStatus(404)
	}
	r.ChargeType = charge
	if flag(in.DeletionProtection) {
		r.Flags |= ecs.DeletionProtected
	}
	if charge == ecs.PostPaid {
		return p.releaseTime()
	}
	if in.AutoReleaseTime != "" {
		return api.Errorf(api.CodeInvalidParameter, "AutoReleaseTime is for pay-as-you-go instances only.")
	}
	if in.Period == nil {
		return api.Errorf(api.CodeMissingParamter, "The input parameter \"Period\" that is mandatory for processing this request is not supplied.")
	}
	unit, n := ecs.Month, *in.Period
	switch in.PeriodUnit {
	case "", "Month", "month":
		ok = n >= 1 && n <= 9 || n == 12 || n == 24 || n == 36 || n == 48 || n == 60
	case "Week", "week":
		unit, ok = ecs.Week, n >= 1 && n <= 4
	default:
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
			return api.Errorf(api.CodeInvalidHostNameMalformed, "HostName and HostNames.N cannot both be given.")
		}
		if len(in.HostNames) != p.plan.amount {
			return api.Errorf(api.CodeInvalidHostNameMalformed, "The number of HostNames.N must equal Amount.")
		}
		for _, h := range in.HostNames {
			n.hosts = append(n.hosts, strings.Clone(h))
		}
	}
	for i := range p.plan.amount {
		if _, h := n.of(i, p.plan.amount); h != "" && !ecs.ValidHostName(h, p.plan.windows) {
			return api.Errorf(api.CodeInvalidHostNameMalformed, "The specified parameter HostName is not valid.")
		}
		if name, _ := n.of(i, p.plan.amount); len([]rune(name)) > 128 {
			return api.Errorf(api.CodeInvalidParamsInstanceNameExceed, "The instance name with its suffix is longer than 128 characters.")
		}
	}
	r := &p.plan.record
	var secret ecs.Secret
	if in.Password != "" {
		if flag(in.PasswordInherit) {
			return api.Errorf(api.CodeInvalidPasswordParamMismatch, "Password must be empty when PasswordInherit is true.")
		}
		if !ecs.ValidPassword(in.Password, p.plan.windows) {
			return api.Errorf(api.CodeInvalidPasswordMalformed, "The specified parameter Password is not valid.")
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
			return api.Errorf(api.CodeInvalidParameter, "The specified parameter UserData must be encoded in Base64.")
		}
		if len(data) > ecs.MaxUserData {
			return api.Errorf(api.CodeInvalidUserDataSizeExceeded, "The specified parameter UserData exceeds the maximum size of %d bytes.", ecs.MaxUserData)
		}
		if p.plan.network == ecs.NetworkClassic || !r.Flags.Has(ecs.IOOptimized) {
			return api.Errorf(api.CodeInvalidUserDataNotSupported, "User data needs an I/O optimized instance in a VPC.")
		}
		if !p.plan.image.CloudInit {
			return api.Errorf(api.CodeImageNotSupportCloudInit, "The specified image does not support cloud-init, so it cannot take user data.")
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
		return api.Errorf(api.CodeInvalidParameterBandwidth, "The specified parameter InternetMaxBandwidthOut must be between 0 and %d.", limit)
	}
	r.InternetCharge, r.BandwidthOut, r.BandwidthIn = charge, int32(out), -1
	if in.InternetMaxBandwidthIn == nil && out == 0 {
		return nil
	}
	most := max(out, 10)
	bw := number(in.InternetMaxBandwidthIn, most)
	if bw < 1 || bw > most {
		return api.Errorf(api.CodeInvalidParameterBandwidth, "The specified parameter InternetMaxBandwidthIn must be between 1 and %d.", most)
	}
	if out > 0 {
		r.BandwidthIn = int32(bw)
	}
	p.plan.public = p.plan.start && out > 0
	return nil
}
