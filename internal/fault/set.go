package fault

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/openecs/openecs/api"
)

// Request is what rules look at. It is valid during the call only.
type Request struct {
	Product, Action string
	Region          string
	Account         uint64
	KeyID           string
	Now             time.Time // of the service
	Params          *api.Params
}

// Param is the value of a parameter, "" when it was not sent.
func (r *Request) Param(name string) string {
	v, _ := r.Params.Get(name)
	return v
}

// Plan is what happens to a request.
type Plan struct {
	Latency time.Duration
	Err     *api.Error
	Drop    Drop
	Stale   time.Duration
}

// Hosts is who makes work of hosts fail. The rule has been checked.
type Hosts interface {
	Inject(h Host, skip, times int) (lift func(), err error)
}

// Set is the rules in force. The zero Set has none; it is safe for concurrent
// use.
type Set struct {
	// Hosts takes rules with a Host; nil: they are refused. ZoneOf tells the zone of
	// a vSwitch, "" when there is none. Reach is told how long ago the oldest
	// answers of the rules in force are, whenever that may have changed. They are
	// set before the first rule.
	Hosts  Hosts
	ZoneOf func(vswitch string) string
	Reach  func(age time.Duration)

	some  atomic.Bool // there are rules for requests
	mu    sync.Mutex
	rules []*active
	drawn int // names
}

// active is a rule in force.
type active struct {
	Rule
	seen, struck int
	rand         *rand.Rand
	windows      map[window]int // calls in the present minute
	minute       int64
	lift         func() // of hosts
}

// window is what a limit is counted for.
type window struct {
	account        uint64
	region, action string
}

// Status is a rule and how often it was met.
type Status struct {
	Rule   `yaml:",inline"`
	Seen   int `yaml:"seen"`   // requests it matched
	Struck int `yaml:"struck"` // requests it did something to
}

// Active tells whether Meet need be asked at all.
func (s *Set) Active() bool { return s.some.Load() }

// Add puts rules in force, all or none, after those that are. The returned
// function lifts them. An error is a sentence.
func (s *Set) Add(rules ...Rule) (names []string, lift func(), err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.rules)+len(rules) > MaxRules {
		return nil, nil, fmt.Errorf("at most %d rules can be in force", MaxRules)
	}
	var added []*active
	undo := func() {
		for _, a := range added {
			if a.lift != nil {
				a.lift()
			}
		}
	}
	for i := range rules {
		a, err := s.ready(rules[i], added)
		if err != nil {
			undo()
			if len(rules) > 1 {
				err = fmt.Errorf("rule %d: %w", i+1, err)
			}
			return nil, nil, err
		}
		added, names = append(added, a), append(names, a.Name)
	}
	s.rules = append(s.rules, added...)
	s.note()
	return names, func() { s.remove(func(a *active) bool { return slices.Contains(added, a) }) }, nil
}

// ready checks a rule and puts its part of the hosts in force.
func (s *Set) ready(r Rule, beside []*active) (*active, error) {
	if err := r.Check(); err != nil {
		return nil, err
	}
	taken := func(name string) bool {
		same := func(a *active) bool { return a.Name == name }
		return slices.ContainsFunc(s.rules, same) || slices.ContainsFunc(beside, same)
	}
	for r.Name == "" {
		s.drawn++
		if name := "fault-" + strconv.Itoa(s.drawn); !taken(name) {
			r.Name = name
		}
	}
	if taken(r.Name) {
		return nil, fmt.Errorf("a rule of the name %q is in force", r.Name)
	}
	a := &active{Rule: r, rand: rand.New(rand.NewPCG(r.Seed, 0))}
	if r.Host == nil {
		return a, nil
	}
	if s.Hosts == nil {
		return nil, fmt.Errorf("this service has no simulated hosts")
	}
	var err error
	a.lift, err = s.Hosts.Inject(*r.Host, r.Skip, r.Times)
	return a, err
}

// Remove lifts the rule of a name; false: there is none.
func (s *Set) Remove(name string) bool {
	return s.remove(func(a *active) bool { return a.Name == name }) > 0
}

// Clear lifts all rules, and says how many there were.
func (s *Set) Clear() int { return s.remove(func(*active) bool { return true }) }

func (s *Set) remove(which func(*active) bool) (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rules = slices.DeleteFunc(s.rules, func(a *active) bool {
		if !which(a) {
			return false
		}
		if a.lift != nil {
			a.lift()
		}
		n++
		return true
	})
	s.note()
	return n
}

// note sets what Active tells, and how far the past must reach.
func (s *Set) note() {
	s.some.Store(slices.ContainsFunc(s.rules, func(a *active) bool { return a.Host == nil }))
	if s.Reach != nil {
		age := time.Duration(0)
		for _, a := range s.rules {
			age = max(age, a.Stale)
		}
		s.Reach(age)
	}
}

// Rules are the rules in force, in the order they are looked at.
func (s *Set) Rules() []Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]Status, len(s.rules))
	for i, a := range s.rules {
		all[i] = Status{a.Rule, a.seen, a.struck}
	}
	return all
}
