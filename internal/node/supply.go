package node

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/service"
)

// ReadStock reads how many instances of a type each zone has room for: a YAML or
// JSON file of zones that hold types that hold numbers. Errors are sentences.
func ReadStock(path string, cat *catalog.Catalog) ([]service.Stock, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("the stock cannot be read: %w", err)
	}
	var zones map[string]map[string]int64
	if err := yaml.Unmarshal(b, &zones); err != nil {
		return nil, fmt.Errorf("%s: it holds zones, which hold instance types, which hold whole numbers: %w", filepath.Base(path), err)
	}
	var list []service.Stock
	for zone, types := range zones {
		for typ, n := range types {
			if n < 0 {
				return nil, fmt.Errorf("%s: the stock of %s in %s is below 0", filepath.Base(path), typ, zone)
			}
			list = append(list, service.Stock{Zone: zone, Type: typ, Stock: n})
		}
	}
	if err := service.CheckStocks(cat, list); err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Base(path), err)
	}
	return list, nil
}

// stock shows how much the zones have room for, and with POST bounds one first:
// zone, type and stock, a number or none, are parameters of the query.
func (n *Node) stock(w http.ResponseWriter, r *http.Request) {
	if p := r.URL.Query(); r.Method == http.MethodPost {
		number, ok := bound(p.Get("stock"))
		if !ok {
			reply(w, http.StatusBadRequest, map[string]string{"error": "The stock " + strconv.Quote(p.Get("stock")) + " is no number and not none."})
			return
		}
		if err := n.Service.SetStocks(r.Context(), []service.Stock{{Zone: p.Get("zone"), Type: p.Get("type"), Stock: number}}); err != nil {
			refuse(w, err)
			return
		}
	}
	reply(w, http.StatusOK, map[string]any{"Stocks": n.Service.Stocks()})
}

// quota shows what the account of the keys, or the one that the query names, may
// have, and with POST changes a limit first: quota, limit (a number or none) and
// place, a region or zone, are parameters of the query.
func (n *Node) quota(w http.ResponseWriter, r *http.Request) {
	p := r.URL.Query()
	account := n.Keys.Account
	if s := p.Get("account"); s != "" {
		v, err := strconv.ParseUint(s, 10, 64)
		if err != nil {
			reply(w, http.StatusBadRequest, map[string]string{"error": "The account " + strconv.Quote(s) + " is no number."})
			return
		}
		account = v
	}
	if r.Method == http.MethodPost {
		limit, ok := bound(p.Get("limit"))
		if !ok {
			reply(w, http.StatusBadRequest, map[string]string{"error": "The limit " + strconv.Quote(p.Get("limit")) + " is no number and not none."})
			return
		}
		if err := n.Service.SetQuota(r.Context(), account, p.Get("quota"), p.Get("place"), limit); err != nil {
			refuse(w, err)
			return
		}
	}
	list, err := n.Service.Quotas(account)
	if err != nil {
		refuse(w, err)
		return
	}
	reply(w, http.StatusOK, map[string]any{"Quotas": list})
}

// spot interrupts a spot instance: interrupt is its identifier.
func (n *Node) spot(w http.ResponseWriter, r *http.Request) {
	id := r.URL.Query().Get("interrupt")
	at, err := n.Service.InterruptSpot(r.Context(), id)
	if err != nil {
		refuse(w, err)
		return
	}
	reply(w, http.StatusOK, map[string]string{"Instance": id, "Locked": at.UTC().Format(time.RFC3339)})
}

// bound reads a number that is not below 0, or none, which is -1.
func bound(s string) (int64, bool) {
	if s == "none" {
		return -1, true
	}
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil && n >= 0
}

// refuse answers a refusal, or that nothing can be written.
func refuse(w http.ResponseWriter, err error) {
	status := http.StatusBadRequest
	if !errors.As(err, new(service.Refusal)) {
		status = http.StatusServiceUnavailable
	}
	reply(w, status, map[string]string{"error": err.Error()})
}
