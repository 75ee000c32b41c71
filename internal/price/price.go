// Package price is what things cost: a price list, the amounts that follow from
// it, and the market price of spot instances. It is pure: it neither reads the
// clock nor changes anything, and a List never changes after it was made.
//
// It may import internal/ecs and internal/catalog; anything above may import it.
package price

import (
	"time"

	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/ecs"
)

// List is a price list: OpenECS's own (Own) or an operator's (Load).
type List struct {
	catalog            *catalog.Catalog
	source, currency   string
	types              map[string]map[string]price // by region, "*" for all, and type
	hosts              map[string]price
	vcpu, gib          price // of what is not listed
	disks              map[string]price
	iops, mbit         price
	traffic, snapshots ecs.Money
	eip                ecs.Money
	discounts          []discount // ascending
	market             Market
}

// price is what one of something costs; none for how it is not sold.
type price struct{ hour, month ecs.Money }

// none is the price of what is not for sale.
const none ecs.Money = -1

var noPrice = price{none, none}

// discount is the percentage off a term of at least so many months.
type discount struct{ months, percent int }

// Missing is the error for what the list has no price of. An action answers 400
// PriceNotFound; nothing is ever given for nothing because its price is missing.
type Missing struct{ What string }

func (m *Missing) Error() string { return "the price list has no price for " + m.What }

// Source says whose prices these are, Currency is CNY or another.
func (l *List) Source() string   { return l.source }
func (l *List) Currency() string { return l.currency }

// Region is the name of the region of a code, as Want has it.
func (l *List) Region(code uint8) string {
	if r, ok := l.catalog.RegionByCode(code); ok {
		return r.ID
	}
	return ""
}

// Want is what is to be priced. What is zero is not in it.
type Want struct {
	Region   string
	Type     string // ecs.g7.large
	System   Disk
	Data     []Disk
	Internet ecs.InternetCharge
	Mbits    int    // of public bandwidth; paid by traffic it costs nothing until there is traffic
	Image    bool   // a line for the image, which is free
	Host     string // ddh.g6: a dedicated host instead of an instance
}

// Disk is a disk to be priced. An ESSD without a level has PL1.
type Disk struct {
	Category, Level string
	GiB             int
	IOPS            int // provisioned, of a cloud_auto disk
}

// Term is how long something is paid for. The zero Term is one hour, paid as it
// is used; others are paid in advance.
type Term struct {
	N    int
	Unit ecs.PeriodUnit
	Rest time.Duration // instead: the rest of a period, begun hours of 720 to a month, no discount
}

// Hour is the term of what is paid as it is used.
var Hour = Term{}

// Line is a part of a Quote: a resource by its name in answers, and what it costs
// for the whole term.
type Line struct {
	Resource           string // instanceType, systemDisk, dataDisk, bandwidth, image, ddh
	Original, Discount ecs.Money
}

// Trade is what is paid: the original price less the discount.
func (l Line) Trade() ecs.Money { return l.Original - l.Discount }

// Quote is what something costs, line by line.
type Quote struct{ Lines []Line }

// Original, Discount and Trade are the sums of the lines; Trade is what is paid.
func (q Quote) Original() (m ecs.Money) {
	for _, l := range q.Lines {
		m += l.Original
	}
	return m
}

// Discount is the sum of the discounts.
func (q Quote) Discount() (m ecs.Money) {
	for _, l := range q.Lines {
		m += l.Discount
	}
	return m
}

// Trade is the sum of what is paid.
func (q Quote) Trade() ecs.Money { return q.Original() - q.Discount() }

// Times is the quote for n of the same.
func (q Quote) Times(n int) Quote {
	out := Quote{make([]Line, len(q.Lines))}
	for i, l := range q.Lines {
		out.Lines[i] = Line{l.Resource, l.Original * ecs.Money(n), l.Discount * ecs.Money(n)}
	}
	return out
}

// Quote prices one of w for a term: pay-as-you-go rates are amounts for an hour.
// The only error is *Missing.
func (l *List) Quote(w Want, t Term) (Quote, error) {
	q := quoter{l: l, t: t}
	if w.Type != "" {
		q.add(instanceType, l.typePrice(w.Region, w.Type), 1, "the instance type "+w.Type+" in "+w.Region)
	}
	if w.Host != "" {
		q.add("ddh", l.hostPrice(w.Host), 1, "the dedicated host type "+w.Host)
	}
	if w.System.Category != "" {
		q.disk("systemDisk", w.System)
	}
	for _, d := range w.Data {
		q.disk("dataDisk", d)
	}
	if w.Mbits > 0 {
		if w.Internet == ecs.PayByBandwidth {
			q.add("bandwidth", l.mbit, w.Mbits, "bandwidth paid by bandwidth")
		} else if l.traffic == none {
			q.miss("bandwidth paid by traffic")
		} else {
			q.lines = append(q.lines, Line{Resource: "bandwidth"})
		}
	}
	if w.Image {
		q.lines = append(q.lines, Line{Resource: "image"})
	}
	if q.err != nil {
		return Quote{}, q.err
	}
	return Quote{q.lines}, nil
}

// Trade is what one of w costs for a term: the Trade of its Quote.
func (l *List) Trade(w Want, t Term) (ecs.Money, error) {
	q, err := l.Quote(w, t)
	return q.Trade(), err
}

// instanceType is the resource of the line that the spot market changes.
const instanceType = "instanceType"

// More is what one thing costs more than another for a term, or less.
func (l *List) More(was, is Want, t Term) (ecs.Money, error) {
	a, err := l.Trade(was, t)
	if err != nil {
		return 0, err
	}
	b, err := l.Trade(is, t)
	return b - a, err
}

// Performance is what n provisioned IOPS cost for an hour.
func (l *List) Performance(n int) (Quote, error) {
	q := quoter{l: l}
	q.add("diskperformance", l.iops, n, "provisioned IOPS")
	return Quote{q.lines}, q.err
}

// Traffic is what a GB of public traffic costs.
func (l *List) Traffic() (ecs.Money, error) { return given(l.traffic, "bandwidth paid by traffic") }

// Snapshots is what a GiB of snapshots costs for a month.
func (l *List) Snapshots() (ecs.Money, error) { return given(l.snapshots, "snapshots") }

// EIP is what an elastic IP costs for each hour that it is bound to nothing.
func (l *List) EIP() (ecs.Money, error) { return given(l.eip, "keeping an elastic IP") }

func given(m ecs.Money, what string) (ecs.Money, error) {
	if m == none {
		return 0, &Missing{what}
	}
	return m, nil
}

// quoter gathers the lines of a quote, until the first that has no price.
type quoter struct {
	l     *List
	t     Term
	lines []Line
	err   error
}

func (q *quoter) miss(what string) {
	if q.err == nil {
		q.err = &Missing{what}
	}
}

func (q *quoter) add(resource string, p price, n int, what string) {
	if p.hour == none && q.t == Hour {
		q.miss(what + " paid by the hour")
	} else if p.month == none && q.t != Hour {
		q.miss(what + " paid by the month")
	} else {
		q.lines = append(q.lines, q.line(resource, price{p.hour * ecs.Money(n), p.month * ecs.Money(n)}))
	}
}

func (q *quoter) disk(resource string, d Disk) {
	p, what := q.l.diskPrice(d)
	if d.IOPS > 0 {
		p = sum(p, q.l.iops, d.GiB, d.IOPS)
		q.add(resource, p, 1, what+" or provisioned IOPS")
		return
	}
	q.add(resource, p, d.GiB, what)
}

// line is the line of something with the price p for the quote's term.
func (q *quoter) line(resource string, p price) Line {
	n := ecs.Money(q.t.N)
	switch {
	case q.t.Rest > 0:
		return Line{Resource: resource, Original: share(p.month, int((q.t.Rest+time.Hour-1)/time.Hour), 720)}
	case n == 0:
		return Line{Resource: resource, Original: p.hour}
	case q.t.Unit == ecs.Week: // a quarter of a month
		return Line{Resource: resource, Original: share(p.month*n, 1, 4)}
	case q.t.Unit == ecs.Year:
		n *= 12
	}
	line := Line{Resource: resource, Original: p.month * n}
	for _, d := range q.l.discounts {
		if int(n) >= d.months {
			line.Discount = share(line.Original, d.percent, 100)
		}
	}
	return line
}

// typePrice is the price of an instance type: that of the region, that of all
// regions, or what the formula says.
func (l *List) typePrice(region, id string) price {
	for _, where := range [...]string{region, everywhere} {
		if p, ok := l.types[where][id]; ok {
			return p
		}
	}
	t, ok := l.catalog.Type(id)
	if !ok {
		return noPrice
	}
	return l.formula(t.VCPU, t.MemoryGiB)
}

func (l *List) hostPrice(id string) price {
	if p, ok := l.hosts[id]; ok {
		return p
	}
	t, ok := l.catalog.HostType(id)
	if !ok {
		return noPrice
	}
	return l.formula(t.VCPU(1000), float64(t.MemoryGiB))
}

// formula is the price by vCPUs and memory, which is counted in 1,024ths.
func (l *List) formula(vcpu int, gib float64) price {
	p := sum(l.vcpu, l.gib, vcpu*1024, int(gib*1024))
	if p.hour != none {
		p.hour = share(p.hour, 1, 1024)
	}
	if p.month != none {
		p.month = share(p.month, 1, 1024)
	}
	return p
}

// diskPrice is the price of a GiB, and what it is the price of.
func (l *List) diskPrice(d Disk) (price, string) {
	name := d.Category
	if name == "cloud_essd" {
		level := d.Level
		if level == "" {
			level = "PL1"
		}
		if p, ok := l.disks[name+" "+level]; ok {
			return p, name
		}
		if p, ok := l.disks[name]; ok {
			return p, name
		}
		return noPrice, "disks of the category " + name + ", performance level " + level + ","
	}
	if p, ok := l.disks[name]; ok {
		return p, name
	}
	return noPrice, "disks of the category " + name
}

// sum is what m of one and n of the other cost; where either is not sold, the
// sum is not.
func sum(a, b price, m, n int) price {
	add := func(a, b ecs.Money) ecs.Money {
		if a == none || b == none {
			return none
		}
		return a*ecs.Money(m) + b*ecs.Money(n)
	}
	return price{add(a.hour, b.hour), add(a.month, b.month)}
}

// share is n/of of an amount that is not negative, rounded half-up.
func share(m ecs.Money, n, of int) ecs.Money {
	return (m*ecs.Money(n)*2 + ecs.Money(of)) / ecs.Money(2*of)
}
