package autoprovisioning

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/price"
	"github.com/openecs/openecs/internal/state"
)

// request is what is to be launched: what all instances have in common, and the
// configs in the order in which they are tried.
type request struct {
	in           *api.CreateAutoProvisioningGroupRequest
	common       []api.Param // of RunInstances
	system, data []string    // categories, the first that is to be had counts; never empty
	configs      []config
	template     ecs.Key
	version      string
}

// config is one LaunchTemplateConfig.N.
type config struct {
	typ, vswitch, image string
	weight, maxPrice    int64 // ecs.Millionths
	priority            int
	max                 int // instances
	kind                int
	limit               float64 // of spot instances; 0: they pay what the market asks
}

// zone is where the config's vSwitch is, as far as it exists.
func (f *config) zone(c *action.Call, v state.View) string {
	if _, w, err := action.VSwitch(c, v, f.vswitch); err == nil {
		return v.Str(w.Zone)
	}
	return ""
}

// renamed are the parameters of LaunchConfiguration that RunInstances has under
// another name; all others it has under their own.
var renamed = map[string]string{
	"InstanceDescription": "Description", "SystemDiskCategory": "SystemDisk.Category", "SystemDiskDescription": "SystemDisk.Description",
	"SystemDiskName": "SystemDisk.DiskName", "SystemDiskPerformanceLevel": "SystemDisk.PerformanceLevel", "SystemDiskSize": "SystemDisk.Size",
	"SchedulerOptions.DedicatedHostId": "DedicatedHostId",
}

// newRequest reads what is to be launched. A launch template takes the place of
// the launch configuration.
func (s *Service) newRequest(c *action.Call, v *state.Snapshot, in *api.CreateAutoProvisioningGroupRequest) (*request, error) {
	r := &request{in: in, system: []string{""}, data: []string{""}}
	if in.LaunchTemplateID != "" {
		k, t, err := action.LaunchTemplate(c, v, in.LaunchTemplateID, "")
		if err != nil {
			return nil, err
		}
		r.template, r.version = k, in.LaunchTemplateVersion
		if r.version == "" {
			r.version = strconv.FormatInt(t.Default, 10)
		}
		r.common = []api.Param{{Name: "LaunchTemplateId", Value: in.LaunchTemplateID}, {Name: "LaunchTemplateVersion", Value: r.version}}
	} else {
		for _, p := range c.Params.All() {
			name, ok := strings.CutPrefix(p.Name, "LaunchConfiguration.")
			if !ok || p.Value == "" {
				continue
			}
			if to := renamed[name]; to != "" {
				name = to
			}
			r.common = append(r.common, api.Param{Name: name, Value: p.Value})
		}
		if len(r.common) == 0 {
			return nil, missing("LaunchTemplateId")
		}
	}
	if len(in.SystemDiskConfig) > 0 {
		r.system = nil
		for _, d := range in.SystemDiskConfig {
			r.system = append(r.system, d.DiskCategory)
		}
	}
	if len(in.DataDiskConfig) > 0 {
		if r.template != 0 {
			return nil, unsupported("DataDiskConfig beside a launch template")
		}
		r.data = nil
		for _, d := range in.DataDiskConfig {
			r.data = append(r.data, d.DiskCategory)
		}
	}
	return r, r.readConfigs(s.Prices, c.Region, s.market(c, v))
}

// maxConfigs is how many LaunchTemplateConfig.N a request may have.
const maxConfigs = 20

func (r *request) readConfigs(prices *price.List, region *catalog.Region, market func(*config) float64) error {
	in := r.in
	if len(in.LaunchTemplateConfig) > maxConfigs {
		return action.Invalid("LaunchTemplateConfig")
	}
	for i := range in.LaunchTemplateConfig {
		f := &in.LaunchTemplateConfig[i]
		if len(f.Architectures) > 0 || f.BurstablePerformance != "" || len(f.Cores) > 0 || len(f.ExcludedInstanceTypes) > 0 || f.InstanceFamilyLevel != "" || len(f.Memories) > 0 {
			return unsupported("the choice of instance types by their attributes")
		}
		at := "LaunchTemplateConfig." + strconv.Itoa(i+1)
		o := config{typ: f.InstanceType, vswitch: f.VSwitchID, image: f.ImageID, weight: ecs.Millionths, priority: math.MaxInt32, max: math.MaxInt32}
		if w := f.WeightedCapacity; w != nil {
			if !(*w >= 1.0/ecs.Millionths && *w <= maxCapacity) {
				return action.Invalid(at + ".WeightedCapacity")
			}
			o.weight = int64(*w * ecs.Millionths)
		}
		if p := f.MaxPrice; p != nil {
			if !(*p >= 0 && *p <= math.MaxInt32) {
				return action.Invalid(at + ".MaxPrice")
			}
			o.maxPrice = int64(*p * ecs.Millionths)
		}
		if p := f.Priority; p != nil {
			if *p < 0 || *p > math.MaxInt32 {
				return action.Invalid(at + ".Priority")
			}
			o.priority = *p
		}
		if n := f.MaxQuantity; n != nil {
			if *n < 1 {
				return action.Invalid(at + ".MaxQuantity")
			}
			o.max = *n
		}
		r.configs = append(r.configs, o)
	}
	if len(r.configs) == 0 { // what the template says
		r.configs = []config{{weight: ecs.Millionths, priority: math.MaxInt32, max: math.MaxInt32}}
	}
	spots := slices.Clone(r.configs)
	r.sort(func(f *config) float64 { return cost(prices, region, f) })
	for i := range spots {
		f := &spots[i]
		f.kind = spotKind
		if p := cmp.Or(f.maxPrice, maxSpot(in)); p != 0 {
			f.limit = float64(p/1000) / 1000 // a bid has three decimals
		}
	}
	slices.SortStableFunc(spots, func(a, b config) int { return cmp.Compare(market(&a), market(&b)) })
	r.configs = append(r.configs, spots...)
	return nil
}

// maxSpot is MaxSpotPrice, which options has checked.
func maxSpot(in *api.CreateAutoProvisioningGroupRequest) int64 {
	p, _ := spotPrice(in.MaxSpotPrice)
	return p
}

// bid is the SpotStrategy of a config's instances.
func (r *request) bid(f *config) string {
	if f.limit > 0 {
		return ecs.SpotWithPriceLimit.String()
	}
	return ecs.SpotAsPriceGo.String()
}

// sort brings configs into the order in which they are tried.
func (r *request) sort(cost func(*config) float64) {
	in := r.in
	if in.PayAsYouGoAllocationStrategy == prioritized {
		slices.SortStableFunc(r.configs, func(a, b config) int { return a.priority - b.priority })
		return
	}
	slices.SortStableFunc(r.configs, func(a, b config) int { return cmp.Compare(cost(&a), cost(&b)) })
}

// cost is what one unit of a config's capacity costs; types that have no price
// come last.
func cost(prices *price.List, region *catalog.Region, f *config) float64 {
	m, err := prices.Trade(price.Want{Region: region.ID, Type: f.typ}, price.Hour)
	if err != nil {
		return math.Inf(1)
	}
	return float64(m) / float64(f.weight)
}

// market is what one unit of a config's capacity costs on the spot market of the
// zone that its vSwitch is in.
func (s *Service) market(c *action.Call, v state.View) func(*config) float64 {
	return func(f *config) float64 {
		m, err := s.Prices.SpotAt(c.Region.ID, f.zone(c, v), f.typ, c.Now)
		if err != nil {
			return math.Inf(1)
		}
		return float64(m) / float64(f.weight)
	}
}

// launch checks the RunInstances request of a config, with one category of disks
// after the other. If none is to be had, what the last failed for counts.
func (r *request) launch(s *Service, c *action.Call, v *state.Snapshot, f *config, amount int) (action.Launch, error) {
	var last error
	for _, system := range r.system {
		for _, data := range r.data {
			l, err := s.Launch(c, v, r.params(f, amount, system, data))
			if err == nil {
				return l, nil
			}
			last = err
		}
	}
	return nil, last
}

func (r *request) params(f *config, amount int, system, data string) *api.Params {
	p := new(api.Params)
	for _, e := range r.common {
		p.Set(e.Name, e.Value)
	}
	for name, value := range map[string]string{
		"RegionId": r.in.RegionID, "Amount": strconv.Itoa(amount), "MinAmount": "1", "InstanceType": f.typ, "VSwitchId": f.vswitch, "ImageId": f.image,
		"SystemDisk.Category": system,
	} {
		if value != "" {
			p.Set(name, value)
		}
	}
	if f.image != "" {
		p.Del("ImageFamily")
	}
	if f.kind == spotKind {
		p.Set("SpotStrategy", r.bid(f))
		if f.limit > 0 {
			p.Set("SpotPriceLimit", strconv.FormatFloat(f.limit, 'f', -1, 64))
		}
		p.Set("SpotInterruptionBehavior", "Stop")
		if r.in.SpotInstanceInterruptionBehavior == "terminate" {
			p.Set("SpotInterruptionBehavior", "Terminate")
		}
	}
	for i := range r.in.LaunchConfiguration.DataDisk {
		if name := "DataDisk." + strconv.Itoa(i+1) + ".Category"; data != "" {
			p.Set(name, data)
		}
	}
	return p
}

// store fills in the symbols of a group's record.
func (r *request) store(tx *state.Tx, g *ecs.ProvisioningGroup) {
	in := r.in
	sym := func(s, absent string) ecs.Sym {
		if s == "" {
			s = absent
		}
		return tx.Sym(strings.Clone(s))
	}
	g.Type, g.DefaultType = sym(in.AutoProvisioningGroupType, maintain), sym(in.DefaultTargetCapacityType, spot)
	g.PayAsYouGoStrategy, g.SpotStrategy = sym(in.PayAsYouGoAllocationStrategy, lowestPrice), sym(in.SpotAllocationStrategy, lowestPrice)
	g.SpotInterruption = sym(in.SpotInstanceInterruptionBehavior, "stop")
	g.Template, g.TemplateVersion = r.template, sym(r.version, "")
	g.Configs = nil
	for _, f := range r.configs {
		if f.kind == spotKind { // once more what the others say
			continue
		}
		o := ecs.ProvisioningConfig{Type: sym(f.typ, ""), VSwitch: sym(f.vswitch, ""), Weight: f.weight, MaxPrice: f.maxPrice}
		if f.priority != math.MaxInt32 {
			o.Priority = int32(f.priority)
		}
		g.Configs = append(g.Configs, o)
	}
}

func missing(name string) error {
	return api.Errorf(api.CodeMissingParameter, "The input parameter %q that is mandatory for processing this request is not supplied.", name)
}
