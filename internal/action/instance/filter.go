package instance

import (
	"path"
	"slices"
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/model/tag"
	"github.com/openecs/openecs/internal/state"
)

// maxIDs is how many identifiers or addresses a filter may hold.
const maxIDs = 100

// newFilter reads the filters of DescribeInstances. Values outside a closed
// set are refused, values that nothing has find nothing.
func (s *Service) newFilter(c *action.Call, snap *state.Snapshot, in *api.DescribeInstancesRequest) (*filter, error) {
	f := &filter{v: snap, scope: state.Scope(c.Caller.Account, c.RegionCode())}
	for _, step := range [...]func(*action.Call, *filter, *api.DescribeInstancesRequest) error{
		s.filterSets, s.filterNetwork, s.filterNames, s.filterTimes, s.filterTags, s.filterIDs,
	} {
		if err := step(c, f, in); err != nil {
			return nil, err
		}
	}
	if f.source == nil {
		f.index(state.InstancesByAccount, f.scope)
	}
	return f, nil
}

// filterSets reads the filters whose values are closed sets.
func (s *Service) filterSets(c *action.Call, f *filter, in *api.DescribeInstancesRequest) error {
	within := func(v uint64) uint64 { return state.Within(c.Caller.Account, c.RegionCode(), v) }
	if in.Status != "" {
		want, ok := ecs.ParseStatus(in.Status)
		if !ok {
			return api.Errorf(api.CodeInvalidStatusNotFound, "The specified Status is not found.")
		}
		f.index(state.InstancesByStatus, within(uint64(want)))
		f.require(func(_ ecs.Key, r *ecs.Instance) bool { return r.Status() == want })
	}
	if in.InstanceChargeType != "" {
		want, ok := ecs.ParseChargeType(in.InstanceChargeType)
		if !ok {
			return api.Errorf(api.CodeInvalidInstanceChargeTypeNotFound, "The InstanceChargeType does not exist in our records.")
		}
		f.require(func(_ ecs.Key, r *ecs.Instance) bool { return r.ChargeType == want })
	}
	if in.InternetChargeType != "" {
		want, ok := ecs.ParseInternetCharge(in.InternetChargeType)
		if !ok {
			return api.Errorf(api.CodeInvalidInternetChargeTypeValueNotSupported, "The specified InternetChargeType is not valid.")
		}
		f.require(func(_ ecs.Key, r *ecs.Instance) bool { return r.InternetCharge == want })
	}
	if in.LockReason != "" {
		want, ok := ecs.ParseLock(in.LockReason)
		if !ok {
			return api.Errorf(api.CodeInvalidLockReasonNotFound, "The specified LockReason is not found.")
		}
		f.require(func(_ ecs.Key, r *ecs.Instance) bool { return r.Locks&want != 0 })
	}
	if in.IOOptimized != nil {
		want := *in.IOOptimized
		f.require(func(_ ecs.Key, r *ecs.Instance) bool { return r.Flags.Has(ecs.IOOptimized) == want })
	}
	if !action.OneOf(in.HTTPEndpoint, "enabled", "disabled") || !action.OneOf(in.HTTPTokens, "optional", "required") {
		f.none() // nothing has such a value
	}
	if in.HTTPEndpoint != "" {
		want := in.HTTPEndpoint == "disabled"
		f.require(func(_ ecs.Key, r *ecs.Instance) bool { return r.Flags.Has(ecs.MetadataOff) == want })
	}
	if in.HTTPTokens != "" {
		want := in.HTTPTokens == "required"
		f.require(func(_ ecs.Key, r *ecs.Instance) bool { return r.Flags.Has(ecs.MetadataTokens) == want })
	}
	if in.DeviceAvailable != nil && !*in.DeviceAvailable {
		f.none() // every instance is
	}
	if in.HpcClusterID != "" {
		return api.Errorf(api.CodeInvalidHpcClusterIdNotFound, "The specified HpcClusterId is not found.")
	}
	if want := in.HTTPPutResponseHopLimit; want != nil {
		f.require(func(_ ecs.Key, r *ecs.Instance) bool { return int(r.MetadataHops) == *want })
	}
	group := resource.NewGroupFilter(f.v, c.Caller.Account, in.ResourceGroupID)
	if key, ok := group.Key(); ok {
		f.index(state.InstancesByResourceGroup, key)
	}
	if group.Given() {
		f.require(func(k ecs.Key, r *ecs.Instance) bool {
			return group.Match(r.ResourceGroup) && state.Scope(r.Account, k.Region()) == f.scope
		})
	}
	return nil
}

// filterNetwork reads the filters on networks and addresses.
func (s *Service) filterNetwork(c *action.Call, f *filter, in *api.DescribeInstancesRequest) error {
	if in.InstanceNetworkType != "" {
		if in.InstanceNetworkType != "vpc" && in.InstanceNetworkType != "classic" {
			return api.Errorf(api.CodeInvalidNetworkTypeNotFound, "The specified InstanceNetworkType is not found.")
		}
		f.nic(func(n *ecs.NetworkInterface) bool { return n.Network().String() == in.InstanceNetworkType })
	}
	if in.VPCID != "" {
		k, _, err := action.VPC(c, f.v, in.VPCID)
		if err != nil {
			f.none()
			return nil
		}
		f.interfaces(state.InterfacesByVPC, uint64(k))
		f.nic(func(n *ecs.NetworkInterface) bool { return n.VPC == k })
	}
	if in.VSwitchID != "" {
		k, _, err := action.VSwitch(c, f.v, in.VSwitchID)
		if err != nil {
			f.none()
			return nil
		}
		f.interfaces(state.InterfacesByVSwitch, uint64(k))
		f.nic(func(n *ecs.NetworkInterface) bool { return n.VSwitch == k })
	}
	if in.SecurityGroupID != "" {
		k, _, err := action.SecurityGroup(c, f.v, in.SecurityGroupID)
		if err != nil {
			f.none()
			return nil
		}
		f.interfaces(state.InterfacesByGroup, uint64(k))
		f.nic(func(n *ecs.NetworkInterface) bool { return slices.Contains(n.Groups, k) })
	}
	return s.filterAddresses(f, in)
}

func (s *Service) filterAddresses(f *filter, in *api.DescribeInstancesRequest) error {
	if len(in.IPv6Address) > 0 {
		f.addresses6(in.IPv6Address)
	}
	if in.PrivateIPAddresses == "" && in.InnerIPAddresses == "" && in.PublicIPAddresses == "" && in.EIPAddresses == "" && in.RdmaIPAddresses == "" {
		return nil // as nearly always: what follows is five allocations
	}
	for _, a := range [...]struct {
		name, value string
		test        func([]ecs.IPv4) func(ecs.Key, *ecs.Instance) bool
	}{
		{"PrivateIpAddresses", in.PrivateIPAddresses, func(want []ecs.IPv4) func(ecs.Key, *ecs.Instance) bool {
			return f.onNIC(func(n *ecs.NetworkInterface) bool { return n.VPC != 0 && slices.Contains(want, n.IP) })
		}},
		{"InnerIpAddresses", in.InnerIPAddresses, func(want []ecs.IPv4) func(ecs.Key, *ecs.Instance) bool {
			return f.onNIC(func(n *ecs.NetworkInterface) bool { return n.VPC == 0 && slices.Contains(want, n.IP) })
		}},
		{"PublicIpAddresses", in.PublicIPAddresses, func(want []ecs.IPv4) func(ecs.Key, *ecs.Instance) bool {
			f.publicAddresses(want)
			return func(_ ecs.Key, r *ecs.Instance) bool { return slices.Contains(want, r.PublicIP) }
		}},
		{"EipAddresses", in.EIPAddresses, func(want []ecs.IPv4) func(ecs.Key, *ecs.Instance) bool {
			bound := f.elasticAddresses(want)
			return func(k ecs.Key, _ *ecs.Instance) bool { return slices.Contains(bound, k) }
		}},
		{"RdmaIpAddresses", in.RdmaIPAddresses, nil},
	} {
		if a.value == "" {
			continue
		}
		list, err := action.Strings(a.name, a.value, maxIDs)
		if err != nil {
			return err
		}
		if a.test == nil {
			f.none()
			continue
		}
		want := make([]ecs.IPv4, 0, len(list))
		for _, s := range list {
			if ip, ok := ecs.ParseIPv4(s); ok {
				want = append(want, ip)
			}
		}
		f.require(a.test(want))
	}
	return nil
}

// addresses6 are the instances an interface of which has one of some IPv6
// addresses.
func (f *filter) addresses6(list []string) {
	var keys []ecs.Key
	for _, text := range list {
		ip, ok := ecs.ParseIPv6(text)
		if !ok {
			continue
		}
		for _, n := range state.InterfacesByIP6.Ascend(f.v, state.AddressKey6(ip), 0) {
			if n.Instance != 0 && slices.Contains(n.Rest().IPv6, ip) {
				keys = append(keys, n.Instance)
			}
		}
	}
	f.keys(keys)
}

func (f *filter) publicAddresses(want []ecs.IPv4) {
	var keys []ecs.Key
	for _, ip := range want {
		for k := range state.InstancesByPublicIP.Keys(f.v, uint64(ip), 0) {
			keys = append(keys, k)
		}
	}
	f.keys(keys)
}

// elasticAddresses are the instances that elastic IPs are bound to.
func (f *filter) elasticAddresses(want []ecs.IPv4) []ecs.Key {
	var keys []ecs.Key
	for _, ip := range want {
		for _, e := range state.EIPsByAddress.Ascend(f.v, uint64(ip), 0) {
			if e.Instance != 0 && e.Status() == ecs.EIPInUse {
				keys = append(keys, e.Instance)
			}
		}
	}
	f.keys(slices.Clone(keys))
	return keys
}

// onNIC is a condition on an instance's primary interface.
func (f *filter) onNIC(test func(*ecs.NetworkInterface) bool) func(ecs.Key, *ecs.Instance) bool {
	return func(_ ecs.Key, r *ecs.Instance) bool {
		n, ok := state.Interfaces.Get(f.v, r.Interface)
		return ok && test(n)
	}
}

func (f *filter) nic(test func(*ecs.NetworkInterface) bool) { f.require(f.onNIC(test)) }

// filterNames reads the filters on what an instance is called and made of.
func (s *Service) filterNames(c *action.Call, f *filter, in *api.DescribeInstancesRequest) error {
	within := func(v uint64) uint64 { return state.Within(c.Caller.Account, c.RegionCode(), v) }
	for _, e := range [...]struct {
		want  string
		index *state.Index[ecs.Instance]
		of    func(*ecs.Instance) ecs.Sym
	}{
		{in.ZoneID, state.InstancesByZone, func(r *ecs.Instance) ecs.Sym { return r.Zone }},
		{in.InstanceType, state.InstancesByType, func(r *ecs.Instance) ecs.Sym { return r.Type }},
		{in.ImageID, state.InstancesByImage, func(r *ecs.Instance) ecs.Sym { return r.Image }},
		{in.KeyPairName, state.InstancesByKeyPair, func(r *ecs.Instance) ecs.Sym { return r.KeyPair }},
	} {
		if e.want == "" {
			continue
		}
		sym, ok := state.LookupSym(f.v, e.want)
		if !ok {
			f.none()
			continue
		}
		f.index(e.index, within(uint64(sym)))
		f.require(func(_ ecs.Key, r *ecs.Instance) bool { return e.of(r) == sym })
	}
	if in.InstanceTypeFamily != "" {
		prefix := in.InstanceTypeFamily + "."
		f.require(func(_ ecs.Key, r *ecs.Instance) bool { return strings.HasPrefix(f.v.Str(r.Type), prefix) })
	}
	if in.InstanceName == "" {
		return nil
	}
	if !strings.Contains(in.InstanceName, "*") {
		if _, ok := ecs.ParseID(ecs.KindInstance, in.InstanceName); !ok {
			f.index(state.InstancesByName, within(state.Hash(in.InstanceName)))
		}
	}
	pattern := globPattern(in.InstanceName)
	f.require(func(k ecs.Key, r *ecs.Instance) bool {
		name := r.Name
		if name == "" {
			name = ecs.ID(ecs.KindInstance, k)
		}
		ok, err := path.Match(pattern, name)
		return ok && err == nil
	})
	return nil
}

// globPattern is a name with asterisks as path.Match has it: nothing else is
// special. Names hold no slash, so an asterisk stands for any text.
func globPattern(s string) string {
	return strings.NewReplacer(`\`, `\\`, `?`, `\?`, `[`, `\[`).Replace(s)
}

// filterTimes reads Filter.N: instances made, or expiring, from and until.
func (s *Service) filterTimes(_ *action.Call, f *filter, in *api.DescribeInstancesRequest) error {
	for _, e := range in.Filter {
		if e.Key == "" {
			continue
		}
		var test func(r *ecs.Instance, at int64) bool
		switch e.Key {
		case "CreationStartTime":
			test = func(r *ecs.Instance, at int64) bool { return r.Created >= at }
		case "CreationEndTime":
			test = func(r *ecs.Instance, at int64) bool { return r.Created <= at }
		case "ExpiredStartTime":
			test = func(r *ecs.Instance, at int64) bool { return r.Expires == 0 || r.Expires >= at }
		case "ExpiredEndTime":
			test = func(r *ecs.Instance, at int64) bool { return r.Expires != 0 && r.Expires <= at }
		default:
			return api.Errorf(api.CodeInvalidFilterKeyNotFound, "The specified Filter Key is not found.")
		}
		t, ok := ecs.ParseTime(e.Value)
		if !ok {
			return api.Errorf(api.CodeInvalidFilterValue, "The specified Filter Value is not valid.")
		}
		at := t.Unix()
		f.require(func(_ ecs.Key, r *ecs.Instance) bool { return test(r, at) })
	}
	return nil
}

func (s *Service) filterTags(c *action.Call, f *filter, in *api.DescribeInstancesRequest) error {
	if err := tag.CheckFilter(in.Tag); err != nil {
		return err
	}
	tags := tag.NewFilter(f.v, in.Tag)
	if tags.Empty() {
		return nil
	}
	key, ok := tags.Key(c.Caller.Account, c.RegionCode())
	if !ok {
		f.none()
		return nil
	}
	f.index(state.InstancesByTag, key)
	f.require(func(_ ecs.Key, r *ecs.Instance) bool { return tags.Match(r.Tags) })
	return nil
}

// filterIDs reads InstanceIds. It comes last: nothing is looked up faster.
func (s *Service) filterIDs(c *action.Call, f *filter, in *api.DescribeInstancesRequest) error {
	if in.InstanceIDs == "" {
		return nil
	}
	ids, err := action.Strings("InstanceIds", in.InstanceIDs, maxIDs)
	if err != nil {
		return err
	}
	if f.exact == -1 { // another filter has narrowed the search to rows of its own
		f.require(func(k ecs.Key, _ *ecs.Instance) bool { return slices.Contains(ids, ecs.ID(ecs.KindInstance, k)) })
		return nil
	}
	keys := make([]ecs.Key, 0, len(ids))
	for _, id := range ids {
		if k, ok := ecs.ParseID(ecs.KindInstance, id); ok && k.Region() == c.RegionCode() {
			keys = append(keys, k)
		}
	}
	f.keys(keys)
	return nil
}
