package ecs

// SpotStrategy is how an instance bids on the spot market. One with another than
// NoSpot is a spot instance, which is always PostPaid.
type SpotStrategy uint8

// The strategies.
const (
	NoSpot             SpotStrategy = iota
	SpotWithPriceLimit              // up to Spot.Limit
	SpotAsPriceGo                   // whatever the market price is
)

var spotStrategies = [...]string{"NoSpot", "SpotWithPriceLimit", "SpotAsPriceGo"}

func (s SpotStrategy) String() string { return spotStrategies[s] }

// ParseSpotStrategy finds a strategy by its API name; "" is NoSpot.
func ParseSpotStrategy(s string) (SpotStrategy, bool) {
	if s == "" {
		return NoSpot, true
	}
	return parseEnum[SpotStrategy](spotStrategies[:], s)
}

// Spot is what a spot instance was bid with, and how far its end is: kept under
// the instance's key. It ends with its instance. Times are Unix seconds.
type Spot struct {
	_ struct{} `cbor:",toarray"`

	Limit     Money // an hour, of SpotWithPriceLimit
	Hours     uint8 // SpotDuration: how long it is protected
	Stop      bool  // an interruption stops it, instead of releasing it
	Protected int64 // until then nothing interrupts it
	Drill     bool  // the operator interrupts it, as soon as it is not protected
	Ends      int64 // it is being interrupted: then it is released or stopped; 0: it is not
}

// Interruption is an interruption's behavior by its API name.
func (s *Spot) Interruption() string {
	if s.Stop {
		return "Stop"
	}
	return "Terminate"
}
