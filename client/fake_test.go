package client

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/auth"
)

// fake is a service of a few actions, strict about signatures and nonces.
type fake struct {
	t        *testing.T
	verifier *auth.Verifier

	mu        sync.Mutex
	requests  []*api.Params
	actions   []string
	instances map[string]*fakeInstance // by id
	tokens    map[string]string        // ClientToken to id

	// before runs ahead of the action, with the lock; true: it has answered.
	before func(w http.ResponseWriter, action string, p *api.Params) bool
	// after runs when the action took effect and may spoil the answer.
	after func(w http.ResponseWriter, action string) bool
}

// fakeInstance moves on a step each time it is described.
type fakeInstance struct {
	status, address string
	next            []string
}

type oneKey struct{}

func (oneKey) Lookup(id string) (auth.Key, bool) {
	return auth.Key{ID: "ak", Secret: "secret"}, id == "ak"
}

func newFake(t *testing.T) *fake {
	return &fake{t: t, instances: map[string]*fakeInstance{}, tokens: map[string]string{},
		verifier: &auth.Verifier{Keys: oneKey{}, Clock: time.Now, Nonces: auth.NewNonces(0)}}
}

// client makes a client of the fake, without a listener.
func (f *fake) client(change func(*Config)) *Client {
	f.t.Helper()
	config := Config{AccessKeyID: "ak", AccessKeySecret: "secret", Region: "cn-hangzhou", Transport: HandlerTransport(f),
		Retry: Retry{Base: time.Millisecond, Max: 4 * time.Millisecond}}
	if change != nil {
		change(&config)
	}
	c, err := New(config)
	if err != nil {
		f.t.Fatal(err)
	}
	return c
}

func (f *fake) count(action string) (n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, a := range f.actions {
		if a == action {
			n++
		}
	}
	return n
}

func refuse(w http.ResponseWriter, status int, code string) bool {
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(map[string]string{"RequestId": "R-" + code, "HostId": "h", "Code": code, "Message": "no: " + code})
	return true
}

func (f *fake) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, _ := io.ReadAll(req.Body)
	p := new(api.Params)
	if err := p.Parse(req.URL.RawQuery, nil); err != nil {
		f.t.Error(err)
	}
	w.Header().Set("Content-Type", "application/json;charset=utf-8")
	_, err := f.verifier.Verify(&auth.Request{Method: req.Method, Host: req.Host, Path: req.URL.Path, Params: p, Header: req.Header, Body: body})
	if err != nil {
		e := err.(*api.Error)
		w.WriteHeader(e.Status)
		json.NewEncoder(w).Encode(map[string]string{"RequestId": "R-auth", "Code": e.Code, "Message": e.Message})
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	action := req.Header.Get("x-acs-action")
	f.actions, f.requests = append(f.actions, action), append(f.requests, p)
	if f.before != nil && f.before(w, action, p) {
		return
	}
	answer, code := f.act(action, p)
	switch {
	case code != "":
		refuse(w, http.StatusForbidden, code)
	case f.after == nil || !f.after(w, action):
		answer["RequestId"] = "R-" + action
		json.NewEncoder(w).Encode(answer)
	}
}

func (f *fake) act(action string, p *api.Params) (answer map[string]any, code string) {
	id, _ := p.Get("InstanceId")
	in := f.instances[id]
	if strings.Contains("StartInstance AllocatePublicIpAddress", action) && in == nil {
		return nil, "InvalidInstanceId.NotFound"
	}
	switch action {
	case "CreateInstance":
		token, _ := p.Get("ClientToken")
		if f.tokens[token] == "" {
			f.tokens[token] = "i-" + string(rune('a'+len(f.tokens)))
			f.instances[f.tokens[token]] = &fakeInstance{status: "Pending", next: []string{"Pending", "Stopped"}}
		}
		return map[string]any{"InstanceId": f.tokens[token]}, ""
	case "StartInstance":
		if in.status != "Stopped" {
			return nil, "IncorrectInstanceStatus"
		}
		in.status, in.next = "Starting", []string{"Starting", "Running"}
	case "AllocatePublicIpAddress":
		in.address = "203.0.113.7"
		return map[string]any{"IpAddress": in.address}, ""
	case "DescribeInstances":
		var ids []string
		text, _ := p.Get("InstanceIds")
		if err := json.Unmarshal([]byte(text), &ids); err != nil {
			return nil, "InvalidParameter"
		}
		list := []any{}
		for _, id := range ids {
			if in := f.instances[id]; in != nil {
				addresses := []string{}
				if in.address != "" {
					addresses = append(addresses, in.address)
				}
				list = append(list, map[string]any{"InstanceId": id, "Status": in.status, "PublicIpAddress": map[string]any{"IpAddress": addresses}})
				if len(in.next) > 0 {
					in.status, in.next = in.next[0], in.next[1:]
				}
			}
		}
		return map[string]any{"Instances": map[string]any{"Instance": list}}, ""
	}
	return map[string]any{}, ""
}
