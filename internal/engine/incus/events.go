package incus

import (
	"context"
	"encoding/json"
	"iter"
	"strings"

	incus "github.com/lxc/incus/v6/client"
	"github.com/lxc/incus/v6/shared/api"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/engine"
)

// subscriber is one who listens: what changed and it has not seen, each once.
type subscriber struct {
	ids  []engine.ID
	in   map[engine.ID]bool
	wake chan struct{} // has room for one
}

// changed announces a machine to whoever listens.
func (h *Host) changed(id engine.ID) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for s := range h.subs {
		s.add(id)
	}
}

func (s *subscriber) add(id engine.ID) {
	if s.in[id] {
		return
	}
	s.in[id] = true
	s.ids = append(s.ids, id)
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Events implements engine.Engine: what the host announces, and what ends here. A
// host that cannot be reached yields nothing, which ends the sequence.
func (h *Host) Events(ctx context.Context) iter.Seq[engine.ID] {
	s := &subscriber{in: map[engine.ID]bool{}, wake: make(chan struct{}, 1)}
	h.mu.Lock()
	h.subs[s] = struct{}{}
	h.mu.Unlock()
	leave := func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.subs, s)
	}
	stream, err := h.listen(ctx, func(id engine.ID) {
		h.mu.Lock()
		defer h.mu.Unlock()
		s.add(id)
	})
	if err != nil {
		leave()
		return func(func(engine.ID) bool) {}
	}
	ended := make(chan struct{})
	go func() {
		_ = stream.Wait()
		close(ended)
	}()
	context.AfterFunc(ctx, func() {
		stream.Disconnect()
		leave()
	})
	return func(yield func(engine.ID) bool) {
		defer leave()
		for {
			for {
				h.mu.Lock()
				if len(s.ids) == 0 {
					h.mu.Unlock()
					break
				}
				id := s.ids[0]
				s.ids = s.ids[1:]
				delete(s.in, id)
				h.mu.Unlock()
				if !yield(id) {
					return
				}
			}
			select {
			case <-s.wake:
			case <-ended:
				return
			case <-ctx.Done():
				return
			}
		}
	}
}

// listen opens a stream of the host's events. It has a connection of its own: on
// a shared one operations would be waited for by what only listens to lifecycles.
func (h *Host) listen(ctx context.Context, seen func(engine.ID)) (*incus.EventListener, error) {
	type opened struct {
		stream *incus.EventListener
		err    error
	}
	done := make(chan opened, 1)
	go func() {
		c := h.server.UseProject(api.ProjectDefaultName)
		stream, err := c.GetEventsByType([]string{api.EventTypeLifecycle})
		if err == nil {
			_, err = stream.AddHandler([]string{api.EventTypeLifecycle}, func(e api.Event) {
				if id, ok := machineOf(e); ok {
					seen(id)
				}
			})
		}
		done <- opened{stream, err}
	}()
	short, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	select {
	case o := <-done:
		return o.stream, o.err
	case <-short.Done():
		go func() {
			if o := <-done; o.err == nil {
				o.stream.Disconnect()
			}
		}()
		return nil, context.Cause(short)
	}
}

// machineOf is the machine that an event is about.
func machineOf(e api.Event) (engine.ID, bool) {
	var l api.EventLifecycle
	if json.Unmarshal(e.Metadata, &l) != nil {
		return 0, false
	}
	name, ok := strings.CutPrefix(l.Source, "/1.0/instances/")
	if !ok {
		return 0, false
	}
	name, _, _ = strings.Cut(name, "?")
	name, _, _ = strings.Cut(name, "/")
	k, ok := ecs.ParseID(ecs.KindInstance, name)
	return engine.ID(k), ok
}
