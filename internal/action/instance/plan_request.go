package instance

import (
	"slices"
	"strconv"
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/tag"
)

// run reports whether the request is RunInstances, whose codes differ in
// places from those of CreateInstance.
func (p *planner) run() bool { return p.old == nil }

// options checks the values that come from closed sets, and what an option
// needs beside it.
func (p *planner) options() error {
	in := p.in
	pool := in.PrivatePoolOptions
	return action.FirstOf([]action.Check{
		{!action.OneOf(in.SpotStrategy, "NoSpot", "SpotWithPriceLimit", "SpotAsPriceGo"), api.CodeInvalidSpotStrategy, "The specified SpotStrategy is not valid."},
		{in.SpotPriceLimit != nil && !validLimit(*in.SpotPriceLimit), api.CodeInvalidSpotPriceLimit, "The specified SpotPriceLimitis not valid."},
		{in.SpotDuration != nil && (*in.SpotDuration < 0 || *in.SpotDuration > 6), api.CodeInvalidSpotDuration, "The specified SpotDuration is not valid."},
		{!action.OneOf(in.SpotInterruptionBehavior, "Terminate", "Stop"), api.CodeInvalidSpotInterruptionBehavior, "The specified SpotInterruptionBehavior is not valid."},
		{!action.OneOf(in.Tenancy, "default", "host"), api.CodeInvalidParamTenancy, "The specified Tenancy is invalid."},
		{!action.OneOf(in.Affinity, "default", "host"), api.CodeInvalidParameterAffinity, "The specified Affinity is invalid."},
		{!action.OneOf(in.HTTPEndpoint, "enabled", "disabled"), api.CodeInvalidHttpEndpointNotSupported, "The specified HttpEndpoint not supported, you can use enabled(default) or disabled."},
		{!action.OneOf(in.HTTPTokens, "optional", "required"), api.CodeInvalidHttpTokensNotSupported, "The specified HttpTokens not supported, you can use optional(default) or required."},
		{in.HTTPPutResponseHopLimit != nil && (*in.HTTPPutResponseHopLimit < 1 || *in.HTTPPutResponseHopLimit > 64), api.CodeInvalidHttpPutResponseHopLimitNotSupported, "The specified HttpPutResponseHopLimit not supported, more than 1 and less than 64 is reasonable."},
		{!action.OneOf(strings.ToLower(in.SecurityEnhancementStrategy), "active", "deactive"), api.CodeInvalidParameter, `The specified parameter "SecurityEnhancementStrategy" is not valid.`},
		{!action.OneOf(pool.MatchCriteria, "Open", "Target", "None"), api.CodeInvalidPrivatePoolOptionsMatchCriteria, "The specified PrivatePoolOptions.MatchCriteria is not valid."},
		{pool.MatchCriteria == "Target" && pool.ID == "", api.CodeMissingParameter_PrivatePoolOptionsId, "The specified PrivatePoolOptions.Id should not be null."},
		{pool.MatchCriteria != "Target" && pool.ID != "", api.CodeInvalid_PrivatePoolOptionsId, "The parameter PrivatePoolOptions.Id should be null when PrivatePoolOptions.MatchCriteria is not Target."},
		{!action.OneOf(in.SecurityOptions.TrustedSystemMode, "vTPM"), api.CodeInvalidParamTrustedSystemMode, "The specified TrustedSystemMode is invalid."},
		{!action.OneOf(in.SecurityOptions.ConfidentialComputingMode, "Enclave", "TDX"), api.CodeInvalidParamConfidentialComputingMode, "The specified ConfidentialComputingMode is invalid."},
		{!action.OneOf(in.CPUOptions.TopologyType, "ContinuousCoreToHTMapping", "DiscreteCoreToHTMapping"), api.CodeInvalidParameterCpuOptionsTopologyType, "The specified parameter CpuOptions.TopologyType is not valid."},
		{!action.OneOf(in.ClockOptions.PtpStatus, "enabled", "disabled"), api.CodeInvalidParameterPtpStatus, `The specified parameter "ClockOptions.PtpStatus" is not valid.`},
		{!action.OneOf(in.CreditSpecification, "Standard", "Unlimited"), api.CodeInvalidParameterCreditSpecification, "The specified CreditSpecification is not supported by the instance type."},
		{!action.OneOf(in.IOOptimized, "none", "optimized") && p.run(), api.CodeInvalidIoOptimizeValueNotSupported, "The specified IoOptimize is not valid."},
		{!action.OneOf(in.IOOptimized, "none", "optimized"), api.CodeInvalidIoOptimizedValueValueNotSupported, "IoOptimized value not supported."},
		{in.IPv6AddressCount != nil && (*in.IPv6AddressCount < 0 || *in.IPv6AddressCount > 10), api.CodeInvalidParameter, `The specified parameter "Ipv6AddressCount" is not valid.`},
	})
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

// required checks that all is there that no default stands for, and that the
// instance type is one of those that exist.
func (p *planner) required() error {
	in := p.in
	switch {
	case in.ImageID != "" && in.ImageFamily != "":
		return api.Errorf(api.CodeUnexpectedImageFamilyImageIdSupplied, "The input parameter ImageFamily must be null when image id is set.")
	case in.SecurityGroupID != "" && len(in.SecurityGroupIDs) > 0:
		return api.Errorf(api.CodeInvalidSecurityGroupIdSingleIdAndMultiIdConflict, "SecurityGroupId and SecurityGroupIds.N cannot be specified at the same time.")
	case in.InstanceType == "":
		return missing("InstanceType")
	case in.ImageID == "" && in.ImageFamily == "":
		return missing("ImageId")
	case in.SecurityGroupID == "" && len(in.SecurityGroupIDs) == 0:
		return missing("SecurityGroupId")
	}
	typ, ok := p.s.Catalog.Type(in.InstanceType)
	if !ok {
		return api.Errorf(api.CodeInvalidInstanceTypeValueNotSupported, "The specified InstanceType does not exist or beyond the permitted range.")
	}
	p.plan.typ = typ
	return nil
}

// texts checks names and descriptions.
func (p *planner) texts() error {
	in := p.in
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
	r.MetadataHops = uint8(number(in.HTTPPutResponseHopLimit, 1))
	if strings.EqualFold(in.SecurityEnhancementStrategy, "Deactive") {
		r.Flags |= ecs.SecurityOff
	}
	if action.Flag(in.ImageOptions.LoginAsNonRoot) {
		r.Flags |= ecs.LoginAsNonRoot
	}
	return p.nameAll()
}

// nameAll reads the names and host names of all instances. Only RunInstances
// counts; CreateInstance takes a name literally.
func (p *planner) nameAll() error {
	in, n := p.in, &p.plan.names
	n.name, n.host = ordered{text: strings.Clone(in.InstanceName)}, ordered{text: strings.Clone(in.HostName)}
	if p.run() {
		n.unique = action.Flag(in.UniqueSuffix)
		for _, o := range [...]*ordered{&n.name, &n.host} {
			var ok bool
			if *o, ok = parseOrdered(o.text); !ok {
				return api.Errorf(api.CodeInvalidInstanceNameCustomMalformed,
					"Customized section of instance or host name is invalid, please use valid format: [], [,], [m,], [,n], [m,n].")
			}
		}
	}
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
		name, _ := n.of(i, p.plan.amount)
		if n.unique && len([]rune(name)) > 128 && len([]rune(in.InstanceName)) <= 128 {
			return api.Errorf(api.CodeInvalidParamsInstanceNameExceed, "The uniqueSuffix takes three naming places, please shorten your InstanceName.")
		}
		if name != "" && !ecs.ValidInstanceName(name) {
			return api.Errorf(api.CodeInvalidInstanceNameMalformed, `The specified parameter "InstanceName" is not valid.`)
		}
	}
	return p.hostNames(false)
}

// hostNames checks the host names by the rules of Linux, or by the narrower
// ones of Windows, which only the image tells.
func (p *planner) hostNames(windows bool) error {
	n := &p.plan.names
	for i := range p.plan.amount {
		_, h := n.of(i, p.plan.amount)
		if h == "" || ecs.ValidHostName(h, windows) {
			continue
		}
		if n.unique && p.plan.amount > 1 && !n.host.counted && ecs.ValidHostName(n.host.text, windows) {
			return api.Errorf(api.CodeInvalidParamsHostnameExceed, "The uniqueSuffix takes three naming places, please shorten your Hostname.")
		}
		return api.Errorf(api.CodeInvalidHostNameMalformed, `The specified parameter "HostName" is not valid.`)
	}
	return nil
}

// addresses checks the form of what names groups and addresses.
func (p *planner) addresses() error {
	in := p.in
	ids := slices.Sorted(slices.Values(in.SecurityGroupIDs))
	ip, ok := ecs.ParseIPv4(in.PrivateIPAddress)
	err := action.FirstOf([]action.Check{
		{len(ids) > maxGroups, api.CodeJoinedGroupLimitExceed, "An instance can be in at most " + strconv.Itoa(maxGroups) + " security groups."},
		{len(slices.Compact(ids)) < len(in.SecurityGroupIDs), api.CodeInvalidParameterSecurityGroupIdRepeated, "The specified security group ids are repeated."},
		{in.PrivateIPAddress != "" && !ok, api.CodeInvalidPrivateIpAddressMalformed, "Specified private IP address is malformed."},
	})
	if err == nil && (len(in.IPv6Address) > 0 || in.IPv6AddressCount != nil) {
		err = p.addresses6()
	}
	if err != nil || p.run() {
		p.plan.ip = ip
		return err
	}
	_, inner := ecs.ParseIPv4(p.old.InnerIPAddress)
	p.plan.ip = ip
	return action.FirstOf([]action.Check{
		{p.old.InnerIPAddress != "" && !inner, api.CodeInvalidInnerIpAddressMalformed, `The specified parameter "InnerIpAddress" is not valid.`},
		{p.old.NodeControllerID != "", api.CodeInvalidNodeControllerIdMalformed, `The specified parameter "NodeControllerId" is not valid.`},
	})
}

// addresses6 checks what is asked for of IPv6. Named addresses are of one instance.
func (p *planner) addresses6() error {
	in, six := p.in, &p.plan.six
	six.Count = number(in.IPv6AddressCount, 0)
	for _, text := range in.IPv6Address {
		ip, ok := ecs.ParseIPv6(text)
		if !ok || slices.Contains(six.IPs, ip) {
			return api.Errorf(api.CodeInvalidParameter, `The specified parameter "Ipv6Address.N" is not valid.`)
		}
		six.IPs = append(six.IPs, ip)
	}
	allowed := p.plan.typ.IPv6sPerENI
	return action.FirstOf([]action.Check{
		{len(six.IPs) > 0 && six.Count > 0, api.CodeInvalidParameter, "Ipv6Address.N and Ipv6AddressCount cannot be specified at the same time."},
		{len(six.IPs) > 0 && p.plan.amount > 1, api.CodeInvalidParameter, "Ipv6Address.N is for one instance only."},
		{six.Len() > 0 && allowed == 0, api.CodeInvalidOperationIpv6NotSupport, "The specified instance type does not support IPv6."},
		{six.Len() > allowed, api.CodeInvalidOperationIpv6CountExceeded, "The specified instance type allows fewer IPv6 addresses."},
	})
}

func (p *planner) tags() error {
	p.plan.tags = p.in.Tag
	if p.run() {
		return tag.CheckRun(p.in.Tag)
	}
	return tag.Check(p.in.Tag)
}
