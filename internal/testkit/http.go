package testkit

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"

	"gopkg.in/yaml.v3"

	"github.com/openecs/openecs/internal/fault"
)

// maxBody bounds what is sent to a page.
const maxBody = 4 << 20

// ServeFaults lists the rules in force (GET), puts rules in force (POST, a file
// of rules), and lifts them (DELETE: the one of the name given, or all).
func (k *Kit) ServeFaults(w http.ResponseWriter, r *http.Request) {
	switch r.Method {
	case http.MethodPost:
		data, ok := body(w, r)
		if !ok {
			return
		}
		rules, err := fault.Parse(data)
		var names []string
		if err == nil {
			names, _, err = k.Faults.Add(rules...)
		}
		if err != nil {
			refuse(w, http.StatusBadRequest, err.Error())
			return
		}
		reply(w, map[string]any{"added": names})
	case http.MethodDelete:
		name := r.URL.Query().Get("name")
		switch {
		case name == "":
			reply(w, map[string]any{"lifted": k.Faults.Clear()})
		case k.Faults.Remove(name):
			reply(w, map[string]any{"lifted": 1})
		default:
			refuse(w, http.StatusNotFound, fmt.Sprintf("No rule of the name %q is in force.", name))
		}
	default:
		faults, err := plain(k.Faults.Rules())
		if err != nil {
			refuse(w, http.StatusInternalServerError, err.Error())
			return
		}
		reply(w, map[string]any{"version": 1, "faults": faults})
	}
}

// ServeRequests lists the recorded requests (GET, with filters in the query) or
// forgets them (DELETE).
func (k *Kit) ServeRequests(w http.ResponseWriter, r *http.Request) {
	if k.Requests == nil {
		refuse(w, http.StatusConflict, ErrNotTesting.Error())
		return
	}
	if r.Method == http.MethodDelete {
		reply(w, map[string]any{"forgotten": k.Requests.Forget()})
		return
	}
	f := Filter{}
	for name, values := range r.URL.Query() {
		v, err := values[len(values)-1], error(nil)
		switch name {
		case "product":
			f.Product = v
		case "action":
			f.Action = v
		case "code":
			f.Code = v
		case "accessKeyId":
			f.KeyID = v
		case "account":
			f.Account, err = strconv.ParseUint(v, 10, 64)
		case "after":
			f.After, err = strconv.ParseUint(v, 10, 64)
		case "limit":
			if f.Limit, err = strconv.Atoi(v); err == nil && f.Limit < 1 {
				err = errors.New("too small")
			}
		case "refused":
			f.Refused, err = strconv.ParseBool(v)
		default:
			refuse(w, http.StatusBadRequest, fmt.Sprintf("There is no filter %q; there are product, action, code, accessKeyId, account, refused, after and limit.", name))
			return
		}
		if err != nil {
			refuse(w, http.StatusBadRequest, fmt.Sprintf("The filter %s cannot be %q.", name, v))
			return
		}
	}
	reply(w, map[string]any{"version": 1, "requests": k.Requests.Requests(f)})
}

// ServeState writes what the service holds (GET, YAML) or makes it what a file
// says, in place of all that it has (PUT).
func (k *Kit) ServeState(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet {
		data, err := k.Save()
		if err != nil {
			refuse(w, http.StatusInternalServerError, err.Error())
			return
		}
		w.Header().Set("Content-Type", "application/yaml")
		w.Write(data)
		return
	}
	if k.world == nil {
		refuse(w, http.StatusConflict, ErrReal.Error())
		return
	}
	if !k.testing { // it would take everything away
		refuse(w, http.StatusConflict, ErrNotTesting.Error())
		return
	}
	data, ok := body(w, r)
	if !ok {
		return
	}
	if err := k.Seed(r.Context(), data); err != nil {
		refuse(w, http.StatusBadRequest, err.Error())
		return
	}
	reply(w, map[string]any{"seeded": true})
}

// ServeReset goes back to the beginning.
func (k *Kit) ServeReset(w http.ResponseWriter, r *http.Request) {
	if err := k.Reset(r.Context()); errors.Is(err, ErrNotTesting) || errors.Is(err, ErrReal) {
		refuse(w, http.StatusConflict, err.Error())
		return
	} else if err != nil {
		refuse(w, http.StatusInternalServerError, "The service could not go back: "+err.Error())
		return
	}
	reply(w, map[string]any{"reset": true})
}

// plain is a value as its YAML form says, for JSON.
func plain(v any) (out any, err error) {
	b, err := yaml.Marshal(v)
	if err == nil {
		err = yaml.Unmarshal(b, &out)
	}
	return out, err
}

func body(w http.ResponseWriter, r *http.Request) ([]byte, bool) {
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		if errors.As(err, new(*http.MaxBytesError)) {
			refuse(w, http.StatusRequestEntityTooLarge, fmt.Sprintf("A body has at most %d bytes.", maxBody))
		} else {
			refuse(w, http.StatusBadRequest, "The body could not be read.")
		}
		return nil, false
	}
	return data, true
}

func refuse(w http.ResponseWriter, status int, why string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(map[string]string{"error": why})
}

func reply(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(v)
}
