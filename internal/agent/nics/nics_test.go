package nics_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/openecs/openecs/internal/agent"
	"github.com/openecs/openecs/internal/agent/nics"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/engine"
)

var _ nics.Agent = (*agent.Agent)(nil)

// fake is an agent that has some interfaces' rules.
type fake struct {
	mu      sync.Mutex
	guarded map[string]string
	changed chan struct{}
}

func (f *fake) Guarded(name, mac string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.guarded[name] != mac {
		return agent.ErrNotReady
	}
	return nil
}

func (f *fake) Changed() <-chan struct{} {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.changed
}

func (f *fake) guard(name, mac string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.guarded[name] = mac
	close(f.changed)
	f.changed = make(chan struct{})
}

func TestPlugWaitsForRules(t *testing.T) {
	f := &fake{guarded: map[string]string{}, changed: make(chan struct{})}
	p := nics.New(f)
	m := &engine.Machine{}
	for k := ecs.Key(1); k <= 2; k++ {
		m.NICs = append(m.NICs, engine.NIC{ID: uint64(k), Name: fmt.Sprint("eni-", k), MAC: ecs.MAC(k)})
	}
	f.guard(ecs.HostNIC(1), ecs.MAC(1))
	short, stop := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer stop()
	if d, err := p.Plug(short, m); !errors.Is(err, engine.ErrBusy) || !errors.Is(err, agent.ErrNotReady) || d != nil {
		t.Errorf("%v %v", d, err)
	}
	go func() {
		f.guard(ecs.HostNIC(2), ecs.MAC(1)) // another's
		f.guard(ecs.HostNIC(2), ecs.MAC(2))
	}()
	long, stop := context.WithTimeout(context.Background(), 10*time.Second)
	defer stop()
	d, err := p.Plug(long, m)
	if err != nil || len(d) != 2 {
		t.Fatalf("%v %v", d, err)
	}
	want := map[string]string{"type": "nic", "nictype": "p2p", "name": "eth1", "host_name": ecs.HostNIC(2), "hwaddr": ecs.MAC(2)}
	if fmt.Sprint(d["eth1"]) != fmt.Sprint(want) {
		t.Errorf("%v, want %v", d["eth1"], want)
	}
	if err := p.Unplugged(long, 1, d); err != nil {
		t.Error(err)
	}
}
