package bss

import (
	"strconv"
	"strings"

	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/block"
	"github.com/openecs/openecs/internal/price"
)

// maxModules is how many modules a request may have.
const maxModules = 50

// module is one module of a product and what of it is priced.
type module struct {
	code    string
	want    price.Want
	traffic bool // a GB of public traffic
}

// modules reads the modules of an ECS instance. The values of their Config are
// those that clients of the real service send.
type modules struct {
	s      *Service
	region string
	wants  []module
}

func (s *Service) modules(c *action.Call, code, kind, region string, n int) (*modules, error) {
	if code != product {
		return nil, action.Invalid("ProductCode")
	}
	if !action.OneOf(kind, product) {
		return nil, action.Invalid("ProductType")
	}
	if n > maxModules {
		return nil, action.Invalid("ModuleList")
	}
	if region == "" && c.Region != nil {
		region = c.Region.ID
	}
	m := &modules{s: s, region: region}
	if region == "" { // a Config may name one
		m.region = s.Catalog.Regions()[0].ID
	}
	if _, ok := s.Catalog.Region(m.region); !ok {
		return nil, action.Invalid("Region")
	}
	return m, nil
}

// line is what a module costs for a term.
func (m *modules) line(w module, t price.Term) (price.Line, error) {
	if w.traffic {
		amount, err := m.s.Prices.Traffic()
		return price.Line{Original: amount}, err
	}
	w.want.Region = m.region
	q, err := m.s.Prices.Quote(w.want, t)
	if err != nil || len(q.Lines) == 0 {
		return price.Line{}, err
	}
	return q.Lines[0], nil
}

// add reads a module, as InstanceType with InstanceType:ecs.g6.large,ImageOs:linux.
func (m *modules) add(code, config string) error {
	values := map[string]string{}
	for _, pair := range strings.Split(config, ",") {
		name, value, ok := strings.Cut(pair, ":")
		if !ok || name == "" || values[name] != "" {
			return action.Invalid("ModuleList.N.Config")
		}
		values[name] = value
	}
	if region := values["Region"]; region != "" {
		r, ok := m.s.Catalog.Region(region)
		if !ok {
			return action.Invalid("ModuleList.N.Config")
		}
		m.region = r.ID
	}
	w := module{code: strings.Clone(code)}
	ok := false
	switch code {
	case "InstanceType":
		w.want.Type = values["InstanceType"]
		t, known := m.s.Catalog.Type(w.want.Type)
		ok = known && action.OneOf(values["InstanceTypeFamily"], t.Family.ID)
	case "SystemDisk", "DataDisk":
		var d price.Disk
		if d, ok = m.disk(code, values); ok && code == "SystemDisk" {
			w.want.System = d
		} else {
			w.want.Data = []price.Disk{d}
		}
	case "InternetMaxBandwidthOut": // in kbit/s; IsFlowType 0 or 5 is paid by bandwidth, 1 by traffic
		kbits, err := strconv.Atoi(values[code])
		flow := values[code+".IsFlowType"]
		ok = err == nil && kbits >= 0 && kbits <= 200*1024 && action.OneOf(flow, "0", "1", "5")
		w.want.Mbits = (kbits + 1023) / 1024
		if flow != "1" {
			w.want.Internet = ecs.PayByBandwidth
		}
	case "InternetTrafficOut":
		w.traffic, ok = true, true
	case "ImageOs", "Region": // nothing is paid for these
		ok = true
	}
	if !ok {
		if !action.OneOf(code, "InstanceType", "SystemDisk", "DataDisk", "InternetMaxBandwidthOut") {
			return action.Invalid("ModuleList.N.ModuleCode")
		}
		return action.Invalid("ModuleList.N.Config")
	}
	m.wants = append(m.wants, w)
	return nil
}

func (m *modules) disk(code string, values map[string]string) (price.Disk, bool) {
	size, err := strconv.Atoi(values[code+".Size"])
	spec := block.Spec{Category: values[code+".Category"], Level: values[code+".PerformanceLevel"], SizeGiB: size}
	if err != nil || !block.KnownCategory(m.s.Catalog, spec.Category) || spec.Check(m.s.Catalog, code == "SystemDisk") != nil {
		return price.Disk{}, false
	}
	return price.Disk{Category: spec.Category, Level: spec.Level, GiB: size}, true
}
