package node

import (
	"crypto/subtle"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/engine"
)

// admin answers /_openecs/. Health and readiness are open; everything else
// needs the administration token as a bearer token.
func (n *Node) admin(w http.ResponseWriter, r *http.Request) {
	switch path := strings.TrimPrefix(r.URL.Path, "/_openecs/"); path {
	case "health":
		n.health(w)
	case "ready":
		n.readiness(w)
	case "metrics", "info", "step", "explain":
		token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if !ok || subtle.ConstantTimeCompare([]byte(token), []byte(n.Keys.AdminToken)) != 1 {
			w.Header().Set("WWW-Authenticate", `Bearer realm="openecs"`)
			reply(w, http.StatusUnauthorized, map[string]string{"error": "This needs the administration token: it is adminToken in keys.json of the data directory, sent as Authorization: Bearer."})
			return
		}
		switch path {
		case "metrics":
			n.metrics.handler.ServeHTTP(w, r)
		case "info":
			n.info(w)
		case "step":
			n.step(w, r)
		case "explain":
			n.explain(w, r)
		}
	default:
		reply(w, http.StatusNotFound, map[string]string{"error": "There is no such page; there are health, ready, metrics, info, step and explain."})
	}
}

func (n *Node) health(w http.ResponseWriter) {
	if err := n.Service.DB.Err(); err != nil {
		reply(w, http.StatusServiceUnavailable, map[string]string{"status": "failed", "error": "The store has failed; the log says why."})
		return
	}
	// The cell is drawn with the keys: it tells whether this is the server of a
	// data directory or another one on the port that it once had.
	reply(w, http.StatusOK, map[string]string{"status": "ok", "cell": n.Keys.Cell})
}

func (n *Node) readiness(w http.ResponseWriter) {
	n.mu.Lock()
	ready := n.ready
	n.mu.Unlock()
	if !ready {
		reply(w, http.StatusServiceUnavailable, map[string]string{"status": "not ready"})
		return
	}
	reply(w, http.StatusOK, map[string]string{"status": "ready"})
}

func (n *Node) info(w http.ResponseWriter) {
	snap := n.Service.DB.Snapshot()
	info := map[string]any{
		"account": strconv.FormatUint(n.Keys.Account, 10), "cell": n.Keys.Cell, "revision": snap.Rev(), "engine": n.engineName(),
	}
	if n.world != nil {
		info["machines"] = n.world.Len()
	}
	reply(w, http.StatusOK, info)
}

// step moves simulated instances on that wait for it (--sim stepped): the one
// named, or all.
func (n *Node) step(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		reply(w, http.StatusMethodNotAllowed, map[string]string{"error": "POST is needed."})
		return
	}
	if n.world == nil {
		reply(w, http.StatusConflict, map[string]string{"error": "The instances are real: they move by themselves."})
		return
	}
	moved := 0
	if id := r.URL.Query().Get("instance"); id != "" {
		if k, ok := ecs.ParseID(ecs.KindInstance, id); ok && n.world.Step(engine.ID(k)) {
			moved = 1
		}
	} else {
		moved = n.world.StepAll()
	}
	reply(w, http.StatusOK, map[string]int{"moved": moved})
}

func reply(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(v)
}
