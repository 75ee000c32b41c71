package price

import "github.com/openecs/openecs/internal/ecs"

// Amount is an exact amount of money metered by the second: Money, and Part of
// one more in 3,600ths, for a rate is an amount for an hour. Amounts are summed
// as they are and rounded once, when they are posted.
type Amount struct {
	Money ecs.Money
	Part  int16 // 0 to 3,599
}

const hour = 3600 // seconds

// Metered is what seconds (not negative) of something cost that has a rate of
// so much for an hour. It is exact.
func Metered(rate ecs.Money, seconds int64) Amount {
	part := int64(rate%hour) * seconds
	return Amount{rate/hour*ecs.Money(seconds) + ecs.Money(part/hour), int16(part % hour)}
}

// Add is the sum of two amounts. It is exact.
func (a Amount) Add(b Amount) Amount {
	part := a.Part + b.Part
	return Amount{a.Money + b.Money + ecs.Money(part/hour), part % hour}
}

// Rounded is the amount to be posted, rounded half-up.
func (a Amount) Rounded() ecs.Money {
	if a.Part*2 >= hour {
		return a.Money + 1
	}
	return a.Money
}
