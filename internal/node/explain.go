package node

import (
	"net/http"
	"strconv"

	"github.com/openecs/openecs/internal/service"
)

// explain says whether a connection comes about: from, to, protocol, port and
// sourcePort are parameters of the query.
func (n *Node) explain(w http.ResponseWriter, r *http.Request) {
	p := r.URL.Query()
	q := service.Query{From: p.Get("from"), To: p.Get("to"), Protocol: p.Get("protocol")}
	for name, to := range map[string]*int{"port": &q.Port, "sourcePort": &q.SourcePort} {
		s := p.Get(name)
		if s == "" {
			continue
		}
		v, err := strconv.Atoi(s)
		if err != nil {
			reply(w, http.StatusBadRequest, map[string]string{"error": "The " + name + " is no number."})
			return
		}
		*to = v
	}
	answer, err := n.Service.Explain(q)
	if err != nil {
		reply(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
		return
	}
	reply(w, http.StatusOK, answer)
}
