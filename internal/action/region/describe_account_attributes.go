package region

import (
	"slices"
	"strconv"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/supply"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DescribeAccountAttributes", (*Service).DescribeAccountAttributes)

// maxAttributes is how many AttributeName.N a request may have.
const maxAttributes = 8

// DescribeAccountAttributes tells what the account may have in a region, or in a
// zone of it, and has: all that are on record here, or the named ones. Refused are
// with 403 Invalid.Parameter names that there are not, and with 400
// UnsupportedOperation.NotImplemented those of limits that OpenECS does not have.
func (s *Service) DescribeAccountAttributes(c *action.Call, in *api.DescribeAccountAttributesRequest) (*api.DescribeAccountAttributesResponse, error) {
	if c.Region == nil {
		return nil, regionNotFound()
	}
	q := &attributes{s: s, v: s.DB.Snapshot(), region: c.Region, zones: s.Catalog.Zones(c.Region.ID), zone: in.ZoneID, account: c.Caller.Account}
	if in.ZoneID != "" {
		q.zones = slices.DeleteFunc(slices.Clone(q.zones), func(z *catalog.Zone) bool { return z.ID != in.ZoneID })
		if len(q.zones) == 0 {
			return nil, invalidParameter("ZoneId")
		}
	}
	if len(in.AttributeName) > maxAttributes {
		return nil, invalidParameter("AttributeName")
	}
	out := &api.DescribeAccountAttributesResponse{}
	show := func(a *attribute) {
		o := api.DescribeAccountAttributesAccountAttributeItem{AttributeName: a.name}
		o.AttributeValues.ValueItem = a.values(q)
		out.AccountAttributeItems.AccountAttributeItem = append(out.AccountAttributeItems.AccountAttributeItem, o)
	}
	for _, name := range in.AttributeName {
		i := slices.IndexFunc(accountAttributes, func(a attribute) bool { return a.name == name })
		switch {
		case i >= 0:
			show(&accountAttributes[i])
		case slices.Contains(limitless, name):
			return nil, api.Errorf(api.CodeUnsupportedOperationNotImplemented, "OpenECS has no limit %s.", name)
		default:
			return nil, invalidParameter("AttributeName")
		}
	}
	if len(in.AttributeName) == 0 {
		for i := range accountAttributes {
			show(&accountAttributes[i])
		}
	}
	return out, nil
}

func invalidParameter(name string) error {
	return api.Errorf(api.CodeInvalid_Parameter, "The specified parameter %s is not valid.", name).WithStatus(403)
}

// attributes is a request.
type attributes struct {
	s       *Service
	v       state.View
	region  *catalog.Region
	zones   []*catalog.Zone
	zone    string
	account uint64
}

type valueItem = api.DescribeAccountAttributesAccountAttributeItemValueItem

type attribute struct {
	name   string
	values func(*attributes) []valueItem
}

var accountAttributes = []attribute{
	{"instance-network-type", (*attributes).networks},
	{"max-security-groups", func(*attributes) []valueItem { return number(ecs.MaxSecurityGroups) }},
	{"max-postpaid-instance-vcpu-count", func(q *attributes) []valueItem { return q.most(ecs.QuotaVCPUs) }},
	{"max-spot-instance-vcpu-count", func(q *attributes) []valueItem { return q.most(ecs.QuotaSpotVCPUs) }},
	{"used-postpaid-instance-vcpu-count", func(q *attributes) []valueItem { return q.used(ecs.QuotaVCPUs) }},
	{"used-spot-instance-vcpu-count", func(q *attributes) []valueItem { return q.used(ecs.QuotaSpotVCPUs) }},
	{"max-postpaid-yundisk-capacity", func(q *attributes) []valueItem { return q.most(ecs.QuotaDisks) }},
	{"used-postpaid-yundisk-capacity", func(q *attributes) []valueItem { return q.used(ecs.QuotaDisks) }},
	{"supported-postpaid-instance-types", (*attributes).types},
	{"real-name-authentication", func(*attributes) []valueItem { return []valueItem{{Value: "yes"}} }},
}

// limitless are the documented names of limits that there are not here.
var limitless = []string{"max-elastic-network-interfaces", "max-dedicated-hosts", "max-axt-command-count", "max-axt-invocation-daily", "max-cloud-assistant-activation-count"}

func number(n int64) []valueItem { return []valueItem{{Value: strconv.FormatInt(n, 10)}} }

// most is a limit: that of the zone, if one is asked for that has one of its own.
func (q *attributes) most(of ecs.Quota) []valueItem {
	at := supply.At(q.v, q.account, q.region.Code, q.region.ID, q.zone)
	if n, ok := supply.ZoneLimit(q.v, at, of); ok {
		return number(n)
	}
	return number(supply.Limit(q.v, at, of))
}

func (q *attributes) used(of ecs.Quota) []valueItem {
	zone, ok := state.LookupSym(q.v, q.zone)
	if !ok { // nothing is in it
		return number(0)
	}
	return number(supply.Used(q.v, q.account, q.region.Code, zone, of))
}

func (q *attributes) networks() []valueItem {
	list := []valueItem{{Value: vpc}}
	if q.region.Classic {
		list = append(list, valueItem{Value: classicNetwork})
	}
	return list
}

// types are the I/O optimized instance types that each zone has.
func (q *attributes) types() (list []valueItem) {
	stock := q.s.stocked()
	for _, z := range q.zones {
		for _, t := range q.s.Catalog.TypesIn(z.ID) {
			if canBe(t, true) && inStock(stock, z, t) {
				list = append(list, valueItem{Value: t.ID, ZoneID: z.ID, InstanceChargeType: "PostPaid"})
			}
		}
	}
	return list
}
