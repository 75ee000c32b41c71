package ecs

// OrderKind is what an order is for.
type OrderKind uint8

// The kinds.
const (
	OrderNew       OrderKind = iota
	OrderRenew               // another period
	OrderUpgrade             // more of what there is
	OrderDowngrade           // less of it: gives money back, or nothing
	OrderConvert             // from pay-as-you-go to a subscription
	OrderRefund              // gives money back: the subscription ends
)

// OrderState says whether an order was paid.
type OrderState uint8

// The states.
const (
	OrderPaid OrderState = iota
	OrderUnpaid
	OrderCancelled
)

// Order is a purchase: what a subscription cost and for how long. An order that
// gives money back has negative amounts.
type Order struct {
	_ struct{} `cbor:",toarray"`

	Account uint64
	Created int64
	Action  Sym
	Items   []Key // the resources, each with the line of the same place in Lines
	Price   Money // to be paid for all items, the discount taken off
	Period  uint8
	Unit    PeriodUnit
	Zone    Sym

	Kind     OrderKind
	State    OrderState
	Product  Sym
	Original Money // before the discount
	Discount Money
	Paid     int64       // Unix seconds; 0: not
	Lines    []OrderLine // none in orders of a time when nothing was deducted

	From, Until int64 // Unix seconds: the time that is paid for; 0: not known
	VCPUHours   int64 // given back by a change to pay-as-you-go, which is limited by the month
	Effect      OrderEffect
}

// OrderEffect is what paying an order does that was left unpaid, beside what its
// kind says: a renewal, a conversion. It is of the order's first line.
type OrderEffect struct {
	_ struct{} `cbor:",toarray"`

	Type     Sym    // the instance type that it changes to; 0: none
	Credit   Credit // with it
	Reboot   bool   // once the type has changed
	Network  bool   // the bandwidth becomes what follows
	Internet InternetCharge
	Out, In  int32
	Disks    bool // a conversion takes the data disks along
}

// OrderLine is what an order has for one resource.
type OrderLine struct {
	_ struct{} `cbor:",toarray"`

	Kind     Kind // of the resource
	Original Money
	Discount Money
	Refunded Money // of what was paid; grows up to Trade
}

// Trade is what the line is paid with.
func (l *OrderLine) Trade() Money { return l.Original - l.Discount }
