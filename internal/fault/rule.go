package fault

import "time"

// Rule says which requests, or which work of the hosts, meet a fault, and which
// fault. Every field of the first part that is set must match; every one of the
// last part that is set takes effect, but Stock and Host, which stand alone.
type Rule struct {
	// Name is what the rule is lifted by; one is given where it is empty.
	Name string `yaml:"name,omitempty"`

	// Which requests. Action is a name, or a beginning and a star: Describe*.
	// Params are values of parameters, by the name as sent; a value may end in a
	// star too. Match, from Go only, has the last word.
	Action    string              `yaml:"action,omitempty"`
	Product   string              `yaml:"product,omitempty"` // Ecs, Vpc, …
	Region    string              `yaml:"region,omitempty"`
	Account   uint64              `yaml:"account,omitempty"`
	AccessKey string              `yaml:"access-key,omitempty"`
	Params    map[string]string   `yaml:"params,omitempty"`
	Match     func(*Request) bool `yaml:"-"`

	// How often: the first Skip requests that match pass, then Times of them are
	// struck (0: all), each with Probability (0: certainly). Draws depend on Seed
	// and on how many requests matched before, on nothing else.
	Skip        int     `yaml:"skip,omitempty"`
	Times       int     `yaml:"times,omitempty"`
	Probability float64 `yaml:"probability,omitempty"`
	Seed        uint64  `yaml:"seed,omitempty"`

	// What happens. Latency is of the wall clock, at most MaxLatency. LimitPerMinute
	// throttles each account, region and action that matches by the minutes of the
	// service's clock. Stale has actions that read answer what was true so long ago, by
	// the service's clock, at most MaxStale.
	Latency        time.Duration `yaml:"latency,omitempty"`
	Error          *Error        `yaml:"error,omitempty"`
	Drop           Drop          `yaml:"drop,omitempty"`
	LimitPerMinute *int          `yaml:"limit-per-minute,omitempty"`
	Stale          time.Duration `yaml:"stale,omitempty"`
	Stock          *Stock        `yaml:"stock,omitempty"`
	Host           *Host         `yaml:"host,omitempty"`
}

// Bounds of what a rule may ask for.
const (
	MaxLatency = 10 * time.Minute
	MaxStale   = time.Hour
	MaxRules   = 1000
)

// Error is a refusal. Status is the documented one of the action and code, when
// it is 0; a code that is not documented at all needs one.
type Error struct {
	Code    string `yaml:"code"`
	Status  int    `yaml:"status,omitempty"`
	Message string `yaml:"message,omitempty"`
}

// Drop is when a connection is cut instead of an answer.
type Drop string

// Before: the request has no effect. After: it has, and nobody is told.
const (
	Before Drop = "before"
	After  Drop = "after"
)

// Stock refuses to make instances of a type in a zone, "" for any, with 403
// OperationDenied.NoStock: CreateInstance and RunInstances that name the type
// themselves. That an instance is accepted and vanishes again is a Host fault.
type Stock struct {
	Type string `yaml:"type,omitempty"`
	Zone string `yaml:"zone,omitempty"`
}

// Host makes work of the simulated hosts fail. Of a rule with one, only Name,
// Skip and Times may be set besides: Times is of tries of the operation.
type Host struct {
	Operation Operation `yaml:"operation"`
	Outcome   Outcome   `yaml:"outcome"`
	Type      string    `yaml:"type,omitempty"`
	Zone      string    `yaml:"zone,omitempty"`
	Instance  string    `yaml:"instance,omitempty"`
}

// Operation is what the service asks of the host of an instance.
type Operation string

// The operations that can be made to fail.
const (
	Provision Operation = "provision" // make an instance: Pending
	Boot      Operation = "start"
	Shutdown  Operation = "stop"
	Reboot    Operation = "reboot"
	Remove    Operation = "remove"
)

// Outcome is how an operation goes wrong.
type Outcome string

// Never: it never ends, so that the instance stays Pending, Starting or Stopping
// until its deadline. Unreachable: the host does not answer, and is asked again.
// Impossible and NoStock: it fails for good; an instance that cannot be made
// vanishes, one that cannot be started stays Stopped.
const (
	Never       Outcome = "never"
	Unreachable Outcome = "unreachable"
	Impossible  Outcome = "impossible"
	NoStock     Outcome = "no-stock"
)
