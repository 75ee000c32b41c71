package seed

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/auth"
	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/clock"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/service"
	"github.com/openecs/openecs/internal/state"
)

// Options are how a file is read.
type Options struct {
	Account uint64    // of entries that name none
	Now     time.Time // of the service that is filled; nothing in the file is later
	Catalog *catalog.Catalog

	// Open starts an empty service on a clock, with hosts that do everything at
	// once, and its draws; close ends it.
	Open func(*clock.Manual, *state.Draws) (s *service.Service, close func(), err error)
}

// Load makes what a file says on a service of its own, and returns that
// service's tables, for Restore of another. An error is a sentence with the line
// of what is wrong and, where an action refused it, the code.
func Load(ctx context.Context, data []byte, o Options) (*service.Snapshot, error) {
	entries, err := parse(data, o.Account)
	if err != nil {
		return nil, err
	}
	l := &loader{Options: o, ctx: ctx, draws: &state.Draws{}, made: map[string]string{}, declared: map[string]bool{}}
	begin := o.Now
	for _, e := range entries {
		if e.created.After(o.Now) {
			return nil, at(e.line, "it was created at %s, which is still to come", e.created.Format(time.RFC3339))
		}
		if !e.created.IsZero() && e.created.Before(begin) {
			begin = e.created
		}
		l.draws.After = max(l.draws.After, e.id<<8>>8)
		for _, s := range []string{e.name(), e.declared()} {
			l.declared[e.kind.refers+" "+s] = true
		}
		ops, err := l.ops(e)
		if err != nil {
			return nil, err
		}
		l.todo = append(l.todo, ops...)
	}
	l.clock = clock.NewManual(begin)
	var end func()
	if l.service, end, err = o.Open(l.clock, l.draws); err != nil {
		return nil, err
	}
	defer end()
	if err := l.run(); err != nil {
		return nil, err
	}
	if err := l.clock.Set(ctx, o.Now); err != nil {
		return nil, err
	}
	return l.service.DB.Snapshot(), nil
}

type loader struct {
	Options
	ctx      context.Context
	service  *service.Service
	clock    *clock.Manual
	draws    *state.Draws
	todo     []*op
	declared map[string]bool   // what the file will have, by kind and name or id
	made     map[string]string // ids of what there is, likewise
}

// op is one call of an action that the file asks for.
type op struct {
	e       *entry
	at      time.Time // zero: now
	line    int
	version string
	action  string
	params  []param
	given   []ecs.Key // to be drawn
	address ecs.IPv4
	own     string                    // the parameter that has the entry's own id
	then    func(answer []byte) error // nil: nothing
}

// run calls everything, by time and then in the order of the file, each as soon
// as what it refers to is there.
func (l *loader) run() error {
	slices.SortStableFunc(l.todo, func(a, b *op) int {
		switch {
		case a.at.IsZero() || b.at.IsZero():
			return cmp.Compare(b2i(a.at.IsZero()), b2i(b.at.IsZero()))
		}
		return a.at.Compare(b.at)
	})
	for len(l.todo) > 0 {
		i := slices.IndexFunc(l.todo, l.ready)
		if i < 0 {
			return at(l.todo[0].line, "it refers to something that is made later, or to itself")
		}
		o := l.todo[i]
		l.todo = slices.Delete(l.todo, i, i+1)
		when := o.at
		if when.IsZero() {
			when = l.Now
		}
		if when.After(l.clock.Now()) {
			if err := l.clock.Set(l.ctx, when); err != nil {
				return err
			}
		} else if !o.at.IsZero() && when.Before(l.clock.Now()) {
			return at(o.line, "it refers to something that is made later")
		}
		if err := l.call(o); err != nil {
			return err
		}
		if err := l.clock.WaitQuiet(l.ctx); err != nil {
			return err
		}
	}
	return nil
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// reference is the kind of resource that a parameter refers to: SecurityGroupIds.2
// is a SecurityGroupId.
func reference(name string) string {
	parts := strings.Split(name, ".")
	for len(parts) > 1 && strings.Trim(parts[len(parts)-1], "0123456789") == "" {
		parts = parts[:len(parts)-1]
	}
	last := strings.TrimSuffix(parts[len(parts)-1], "s")
	switch last {
	case "SourceGroupId", "DestGroupId":
		return "SecurityGroupId"
	}
	return last
}

func (l *loader) ready(o *op) bool {
	if o.own != "" && o.e.made == "" {
		return false
	}
	for _, p := range o.params {
		key := reference(p.Name) + " " + p.Value
		if l.declared[key] && l.made[key] == "" && !(o.own == "" && p.Name == o.e.kind.name) {
			return false
		}
	}
	return true
}

// call calls an action as a request would.
func (l *loader) call(o *op) error {
	info, _ := api.Lookup(o.version, o.action)
	var params api.Params
	for _, p := range o.params {
		v := p.Value
		if id := l.made[reference(p.Name)+" "+v]; id != "" && p.Name != o.e.kind.name {
			v = id
		}
		params.Set(p.Name, v)
	}
	region, ok := l.Catalog.Region(o.e.region)
	if !ok {
		return at(o.line, "there is no region %q: give one, here or for the whole file", o.e.region)
	}
	params.Set("RegionId", region.ID)
	if o.own != "" {
		params.Set(o.own, o.e.made)
	}
	l.draws.Set(o.given, o.address)
	out, err := l.service.Mux.Do(&action.Call{
		Context: l.ctx, RequestID: "seed", Info: info, Params: &params, Now: l.clock.Now(), Region: region,
		Caller: auth.Identity{Account: o.e.account, ARN: fmt.Sprintf("acs:ram::%d:root", o.e.account), Principal: fmt.Sprint(o.e.account)},
	})
	l.draws.Set(nil, 0)
	if err != nil {
		var e *api.Error
		if errors.As(err, &e) {
			return at(o.line, "%s: %s: %s", o.action, e.Code, e.Message)
		}
		return at(o.line, "%s: %w", o.action, err)
	}
	if o.then == nil {
		return nil
	}
	var enc api.Encoder
	out.Encode(&enc)
	return o.then(enc.Bytes())
}

// make takes note of what an entry's action has made.
func (l *loader) make(e *entry) func([]byte) error {
	return func(answer []byte) error {
		id := e.name()
		if e.kind.answer != "" {
			var err error
			if id, err = dig(answer, e.kind.answer); err != nil {
				return at(e.line, "%s answered %s", e.kind.action, answer)
			}
		}
		e.made = id
		if want := e.declared(); e.kind.answer != "" && want != "" && want != id {
			return at(e.line, "it got the id %s, not %s", id, want)
		}
		for _, s := range []string{e.name(), id} {
			if s != "" {
				l.made[e.kind.refers+" "+s] = id
			}
		}
		return nil
	}
}

// dig finds a string in an answer, the first of a list.
func dig(answer []byte, path string) (string, error) {
	var v any
	if err := json.Unmarshal(answer, &v); err != nil {
		return "", err
	}
	for _, name := range strings.Split(path, ".") {
		m, _ := v.(map[string]any)
		v = m[name]
	}
	if list, ok := v.([]any); ok && len(list) == 1 {
		v = list[0]
	}
	s, ok := v.(string)
	if !ok {
		return "", errors.New("it is not there")
	}
	return s, nil
}
