package node

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/openecs/openecs/internal/service"
)

// account shows the account of the keys, or the one that the query names, and
// with POST changes it first: topUp, charge, credit, currency and payment are
// parameters of the query, as is note, which says why. pay is the number of an order
// to pay, and stands alone.
func (n *Node) account(w http.ResponseWriter, r *http.Request) {
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
		change := service.AccountChange{}
		for name, to := range map[string]*string{
			"topUp": &change.TopUp, "charge": &change.Charge, "credit": &change.Credit, "currency": &change.Currency, "payment": &change.Payment, "note": &change.Note,
		} {
			*to = p.Get(name)
		}
		var err error
		if order := p.Get("pay"); order != "" {
			err = n.Service.PayOrder(r.Context(), account, order)
		} else {
			err = n.Service.ChangeAccount(r.Context(), account, change)
		}
		if err != nil {
			status := http.StatusBadRequest
			if !errors.As(err, new(service.Refusal)) {
				status = http.StatusServiceUnavailable
			}
			reply(w, status, map[string]string{"error": err.Error()})
			return
		}
	}
	a, ok := n.Service.Account(account)
	if !ok {
		reply(w, http.StatusNotFound, map[string]string{"error": "There is no account " + strconv.FormatUint(account, 10) + " here."})
		return
	}
	reply(w, http.StatusOK, a)
}
