package price

import (
	"encoding/binary"
	"hash/fnv"
	"time"

	"github.com/openecs/openecs/internal/ecs"
)

// Market is what spot instances cost. A market price is between 10 and 40 whole
// percent of the pay-as-you-go price. It may change at each full hour (UTC) and
// at no other instant, and is a function of seed, instance type, zone and hour
// alone: history and future are computed, never stored.
type Market struct{ Seed uint64 }

const (
	lowest, highest = 10, 40 // percent
	leg             = 12     // hours from one level to the next, along a straight line
)

// Percent is the market price at an instant in percent of the list price.
func (m Market) Percent(typ, zone string, at time.Time) int { return m.percent(typ, zone, hourOf(at)) }

// Average is the market price of the 30 days before an instant in percent of the
// list price.
func (m Market) Average(typ, zone string, at time.Time) int {
	const samples = 30 * 24 / leg
	sum := 0
	for i := range samples {
		sum += m.percent(typ, zone, hourOf(at)-int64(i*leg))
	}
	return (sum*2 + samples) / (2 * samples)
}

// NextChange is the first instant after at where the market price is another.
func (m Market) NextChange(typ, zone string, at time.Time) time.Time {
	h := hourOf(at)
	was := m.percent(typ, zone, h)
	for h++; m.percent(typ, zone, h) == was; h++ {
	}
	return time.Unix(h*hour, 0).UTC()
}

// Change is a market price from an instant on.
type Change struct {
	At      time.Time
	Percent int
}

// Changes are the changes of the market price after from and not after to, the
// oldest first. Before them is what holds at from, as of that hour.
func (m Market) Changes(typ, zone string, from, to time.Time) []Change {
	var out []Change
	for h := hourOf(from); h <= hourOf(to); h++ {
		if p := m.percent(typ, zone, h); len(out) == 0 || p != out[len(out)-1].Percent {
			out = append(out, Change{time.Unix(h*hour, 0).UTC(), p})
		}
	}
	return out
}

func hourOf(t time.Time) int64 { return t.Unix() / hour }

// percent walks from level to level: each leg begins and ends at a level drawn
// from its number.
func (m Market) percent(typ, zone string, h int64) int {
	h += int64(m.draw(typ, zone, -1) % leg) // not all types turn at the same hour
	n, at := h/leg, int(h%leg)
	a, b := m.level(typ, zone, n), m.level(typ, zone, n+1)
	return ((a*(leg-at)+b*at)*2 + leg) / (2 * leg)
}

func (m Market) level(typ, zone string, n int64) int {
	return lowest + int(m.draw(typ, zone, n)%(highest-lowest+1))
}

func (m Market) draw(typ, zone string, n int64) uint64 {
	f := fnv.New64a()
	b := binary.LittleEndian.AppendUint64(make([]byte, 0, 80), m.Seed)
	b = binary.LittleEndian.AppendUint64(b, uint64(n))
	f.Write(append(append(append(b, typ...), 0), zone...))
	x := f.Sum64() // whose last bits barely mix
	x ^= x >> 33
	x *= 0xff51afd7ed558ccd
	x ^= x >> 33
	return x
}

// Market is the spot market of the list.
func (l *List) Market() Market { return l.market }

// SpotAt is what an hour of an instance type costs on the spot market of a zone,
// without its disks and bandwidth. The only error is *Missing.
func (l *List) SpotAt(region, zone, typ string, at time.Time) (ecs.Money, error) {
	list, err := l.Trade(Want{Region: region, Type: typ}, Hour)
	return l.SpotOf(list, l.market.Percent(typ, zone, at)), err
}

// OnSpot is a quote for an hour of an instance type, made for the spot market of
// a zone: the instance type costs its market price, the rest is discount.
func (l *List) OnSpot(q Quote, zone, typ string, at time.Time) Quote {
	q = q.Times(1)
	for i := range q.Lines {
		if line := &q.Lines[i]; line.Resource == instanceType {
			line.Discount = line.Original - l.SpotOf(line.Original, l.market.Percent(typ, zone, at))
		}
	}
	return q
}

// SpotOf is a market price, of a list price and in percent of it.
func (l *List) SpotOf(list ecs.Money, percent int) ecs.Money { return share(list, percent, 100) }

// Outbid is the first instant from from on, and before until, at which an hour of
// an instance type costs more than a limit on the spot market of a zone; the zero
// time if there is none. The only error is *Missing.
func (l *List) Outbid(region, zone, typ string, limit ecs.Money, from, until time.Time) (time.Time, error) {
	list, err := l.Trade(Want{Region: region, Type: typ}, Hour)
	if err != nil {
		return time.Time{}, err
	}
	most := highest
	for most >= lowest && l.SpotOf(list, most) > limit {
		most--
	}
	if most == highest {
		return time.Time{}, nil
	}
	if l.market.Percent(typ, zone, from) > most {
		return from, nil
	}
	for h := hourOf(from) + 1; h*hour < until.Unix(); h++ {
		if l.market.percent(typ, zone, h) > most {
			return time.Unix(h*hour, 0).UTC(), nil
		}
	}
	return time.Time{}, nil
}
