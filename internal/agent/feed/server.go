// Package feed carries plans from where the records are to the agents of other
// hosts, and back what is in force there, over HTTP:
//
//	GET NAME/plan?after=REV&have=DIGEST   waits for a later revision; 200 with an Answer, 204 after a while without one
//	PUT NAME/applied?rev=REV              204
//
// It knows no access control: whoever mounts the server decides who is which
// host, and gives the client a transport that proves it.
package feed

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/openecs/openecs/internal/agent"
	"github.com/openecs/openecs/internal/agent/plan"
	"github.com/openecs/openecs/internal/clock"
	"github.com/openecs/openecs/internal/state"
)

// Answer is a plan, or that the revision asks for what the host has already.
type Answer struct {
	Rev    state.Rev
	Digest string     // of Plan, but for its revision
	Plan   *plan.Host `json:",omitempty"`
}

// patience is how long a request waits for a revision.
const patience = 25 * time.Second

// Server hands plans out.
type Server struct {
	from  agent.Source
	host  func(name string) (plan.Options, bool)
	clock clock.Clock

	mu    sync.Mutex
	hosts map[string]*host
}

// host is a host as the server knows it.
type host struct {
	mu      sync.Mutex // held while a plan is made: one request of a host after the other
	plans   agent.Plans
	applied state.Rev // under Server.mu
}

// NewServer makes a server. options says what a host of that name is; not ok:
// there is none.
func NewServer(from agent.Source, options func(name string) (plan.Options, bool), c clock.Clock) *Server {
	return &Server{from: from, host: options, clock: c, hosts: map[string]*host{}}
}

// Applied is the last revision that a host has reported to be in force.
func (s *Server) Applied(name string) state.Rev {
	s.mu.Lock()
	defer s.mu.Unlock()
	if h := s.hosts[name]; h != nil {
		return h.applied
	}
	return 0
}

func (s *Server) find(name string) *host {
	o, ok := s.host(name)
	if !ok {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.hosts[name] == nil {
		s.hosts[name] = &host{plans: agent.Records(s.from, &plan.Planner{Options: o}, s.clock)}
	}
	return s.hosts[name]
}

// ServeHTTP answers hosts.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{name}/plan", s.plan)
	mux.HandleFunc("PUT /{name}/applied", s.applied)
	mux.ServeHTTP(w, r)
}

func (s *Server) plan(w http.ResponseWriter, r *http.Request) {
	h := s.find(r.PathValue("name"))
	if h == nil {
		http.Error(w, "there is no such host", http.StatusNotFound)
		return
	}
	var have *plan.Host
	if after := r.FormValue("after"); after != "" {
		rev, err := strconv.ParseUint(after, 10, 64)
		if err != nil {
			http.Error(w, "after is no revision", http.StatusBadRequest)
			return
		}
		have = &plan.Host{Rev: state.Rev(rev)}
	}
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	h.mu.Lock()
	defer h.mu.Unlock()
	p, err := h.plans.Next(ctx, have)
	switch {
	case err != nil && ctx.Err() != nil:
		w.WriteHeader(http.StatusNoContent)
		return
	case err != nil:
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	a, err := answer(p, r.FormValue("have"))
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(a)
}

// answer leaves out a plan that the host has.
func answer(p *plan.Host, have string) ([]byte, error) {
	vpcs, err := json.Marshal(p.VPCs)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(vpcs)
	a := Answer{Rev: p.Rev, Digest: hex.EncodeToString(sum[:])}
	if a.Digest != have {
		a.Plan = p
	}
	return json.Marshal(a)
}

func (s *Server) applied(w http.ResponseWriter, r *http.Request) {
	h := s.find(r.PathValue("name"))
	rev, err := strconv.ParseUint(r.FormValue("rev"), 10, 64)
	switch {
	case h == nil:
		http.Error(w, "there is no such host", http.StatusNotFound)
		return
	case err != nil || state.Rev(rev) > s.from.Snapshot().Rev():
		http.Error(w, "rev is no revision", http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	h.applied = state.Rev(rev)
	s.mu.Unlock()
	w.WriteHeader(http.StatusNoContent)
}
