package node

import (
	"crypto/subtle"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/engine"
	"github.com/openecs/openecs/internal/server"
	"github.com/openecs/openecs/internal/testkit"
)

// page is one page of /_openecs/. All but the open ones need the administration
// token as a bearer token.
type page struct {
	name    string
	open    bool
	methods []string // none: any
	serve   func(*Node, http.ResponseWriter, *http.Request)
}

// pages are all there are; a new one is a line here. Each is also there under
// v1/, for programs that must not meet a later form of it.
var pages = []page{
	{name: "health", open: true, serve: (*Node).health},
	{name: "ready", open: true, serve: (*Node).readiness},
	{name: "metrics", serve: func(n *Node, w http.ResponseWriter, r *http.Request) { n.metrics.handler.ServeHTTP(w, r) }},
	{name: "info", serve: (*Node).info},
	{name: "step", methods: []string{http.MethodPost}, serve: (*Node).step},
	{name: "explain", serve: (*Node).explain},
	{name: "account", methods: []string{http.MethodGet, http.MethodPost}, serve: (*Node).account},
	{name: "quota", methods: []string{http.MethodGet, http.MethodPost}, serve: (*Node).quota},
	{name: "stock", methods: []string{http.MethodGet, http.MethodPost}, serve: (*Node).stock},
	{name: "spot", methods: []string{http.MethodPost}, serve: (*Node).spot},
	{name: "clock", serve: (*Node).clockPage},
	{name: "faults", methods: []string{http.MethodGet, http.MethodPost, http.MethodDelete}, serve: kitPage((*testkit.Kit).ServeFaults)},
	{name: "requests", methods: []string{http.MethodGet, http.MethodDelete}, serve: kitPage((*testkit.Kit).ServeRequests)},
	{name: "state", methods: []string{http.MethodGet, http.MethodPut}, serve: kitPage((*testkit.Kit).ServeState)},
	{name: "reset", methods: []string{http.MethodPost}, serve: kitPage((*testkit.Kit).ServeReset)},
}

// admin answers /_openecs/.
func (n *Node) admin(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(strings.TrimPrefix(r.URL.Path, "/_openecs/"), "v1/")
	i := slices.IndexFunc(pages, func(p page) bool { return p.name == name })
	if i < 0 {
		reply(w, http.StatusNotFound, map[string]string{"error": "There is no such page; there are " + pageNames() + "."})
		return
	}
	p := &pages[i]
	if !p.open && !n.administrator(r) {
		w.Header().Set("WWW-Authenticate", `Bearer realm="openecs"`)
		reply(w, http.StatusUnauthorized, map[string]string{"error": "This needs the administration token: it is adminToken in keys.json of the data directory, sent as Authorization: Bearer."})
		return
	}
	if len(p.methods) > 0 && !slices.Contains(p.methods, r.Method) {
		w.Header().Set("Allow", strings.Join(p.methods, ", "))
		reply(w, http.StatusMethodNotAllowed, map[string]string{"error": strings.Join(p.methods, " or ") + " is needed."})
		return
	}
	p.serve(n, w, r)
}

// kitPage is a page of the test kit.
func kitPage(serve func(*testkit.Kit, http.ResponseWriter, *http.Request)) func(*Node, http.ResponseWriter, *http.Request) {
	return func(n *Node, w http.ResponseWriter, r *http.Request) { serve(n.kit, w, r) }
}

// observe is told of each API request.
func (n *Node) observe(r server.Record) {
	n.metrics.observe(r)
	if n.kit.Requests != nil {
		n.kit.Requests.Observe(r)
	}
}

func (n *Node) administrator(r *http.Request) bool {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	return ok && subtle.ConstantTimeCompare([]byte(token), []byte(n.Keys.AdminToken)) == 1
}

// pageNames is "a, b and c".
func pageNames() string {
	var names []string
	for _, p := range pages {
		names = append(names, p.name)
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " and " + names[last]
}

func (n *Node) health(w http.ResponseWriter, _ *http.Request) {
	if err := n.Service.DB.Err(); err != nil {
		reply(w, http.StatusServiceUnavailable, map[string]string{"status": "failed", "error": "The store has failed; the log says why."})
		return
	}
	// The cell is drawn with the keys: it tells whether this is the server of a
	// data directory or another one on the port that it once had.
	reply(w, http.StatusOK, map[string]string{"status": "ok", "cell": n.Keys.Cell})
}

func (n *Node) readiness(w http.ResponseWriter, _ *http.Request) {
	n.mu.Lock()
	ready := n.ready
	n.mu.Unlock()
	if !ready {
		reply(w, http.StatusServiceUnavailable, map[string]string{"status": "not ready"})
		return
	}
	reply(w, http.StatusOK, map[string]string{"status": "ready"})
}

func (n *Node) info(w http.ResponseWriter, _ *http.Request) {
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
