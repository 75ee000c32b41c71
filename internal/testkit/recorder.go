package testkit

import (
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/client"
	"github.com/openecs/openecs/internal/server"
)

// Request is an API request and how it was answered.
type Request struct {
	Seq       uint64      `json:"seq"`       // from 1, in the order of the answers
	Time      time.Time   `json:"time"`      // of the service's clock; zero when the caller was not known
	RequestID string      `json:"requestId"` // in upper case, as answered
	Product   string      `json:"product"`   // "Ecs", "Vpc", …; "" when the action was not found
	Action    string      `json:"action"`
	Region    string      `json:"region,omitempty"`
	Account   uint64      `json:"account,omitempty,string"`
	KeyID     string      `json:"accessKeyId,omitempty"`
	ARN       string      `json:"arn,omitempty"`
	Params    []api.Param `json:"params"` // ascending, without those of the signature; secrets are masked
	Status    int         `json:"status"` // of HTTP; 0: the connection was dropped
	Code      string      `json:"code,omitempty"`
	Answer    string      `json:"answer,omitempty"` // the body, secrets masked; at most MaxAnswer bytes
}

// Param is the value of a parameter, "" when it was not sent.
func (r *Request) Param(name string) string {
	for _, p := range r.Params {
		if p.Name == name {
			return p.Value
		}
	}
	return ""
}

// Bounds of what is kept: the latest requests, as many as fit.
const (
	MaxRequests = 1 << 14
	MaxAnswer   = 64 << 10
	maxKept     = 64 << 20 // bytes
)

// Recorder keeps the latest requests. The zero value is ready, and masks user
// data.
type Recorder struct {
	ShowUserData bool

	mu   sync.Mutex
	list []Request // the oldest first
	kept int       // bytes
	seq  uint64
}

// Observe records a request; server.Config.Observe.
func (r *Recorder) Observe(rec server.Record) {
	q := Request{
		Time: rec.Now, RequestID: rec.RequestID, Product: rec.Product, Action: rec.Action, Region: rec.Region,
		Account: rec.Caller.Account, KeyID: strings.Clone(rec.KeyID), ARN: rec.Caller.ARN, Status: rec.Status, Code: rec.Code,
		Params: []api.Param{},
	}
	for _, p := range rec.Params.All() {
		if ofSignature(p.Name) {
			continue
		}
		if p.Value != "" && r.secret(p.Name) {
			p.Value = client.Masked
		}
		q.Params = append(q.Params, api.Param{Name: strings.Clone(p.Name), Value: strings.Clone(p.Value)})
	}
	if len(rec.Answer) <= MaxAnswer {
		q.Answer = r.masked(string(rec.Answer))
	} else {
		q.Answer = "…" // half an answer is no use, and might end inside a secret
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.seq++
	q.Seq = r.seq
	r.list = append(r.list, q)
	r.kept += q.size()
	if len(r.list) > MaxRequests || r.kept > maxKept {
		// A part at a time, so that it is not done for each request.
		drop := max(len(r.list)/8, 1)
		for i := range r.list[:drop] {
			r.kept -= r.list[i].size()
		}
		r.list = slices.Clone(r.list[drop:])
	}
}

func (r *Request) size() int {
	n := 200 + len(r.Answer)
	for _, p := range r.Params {
		n += 32 + len(p.Name) + len(p.Value)
	}
	return n
}

func (r *Recorder) secret(name string) bool {
	if r.ShowUserData && strings.EqualFold(name[strings.LastIndexByte(name, '.')+1:], "UserData") {
		return false
	}
	return client.IsSecret(name)
}

// answerSecrets are the elements of answers that are secrets: names, or their
// ends.
var answerSecrets = []string{"PrivateKeyBody", "AccessKeySecret", "SecurityToken", "VncPasswd", "Password", "UserData"}

// answerSecret finds them, in JSON and XML.
var answerSecret = regexp.MustCompile(`("[A-Za-z]*(?:` + strings.Join(answerSecrets, "|") + `)":"|<[A-Za-z]*(?:` + strings.Join(answerSecrets, "|") + `)>)[^"<]+("|<)`)

// masked is an answer without its secrets. Few answers have any, and looking
// closer is dear.
func (r *Recorder) masked(answer string) string {
	if !slices.ContainsFunc(answerSecrets, func(s string) bool { return strings.Contains(answer, s) }) {
		return answer
	}
	return answerSecret.ReplaceAllStringFunc(answer, func(found string) string {
		if r.ShowUserData && strings.Contains(found[:min(len(found), len(`<UserData>`))], "UserData") {
			return found
		}
		return answerSecret.ReplaceAllString(found, "${1}"+client.Masked+"${2}")
	})
}

func ofSignature(name string) bool {
	switch name {
	case "AccessKeyId", "Action", "BearerToken", "Format", "SecurityToken", "Timestamp", "Version":
		return true
	}
	return strings.HasPrefix(name, "Signature")
}

// Filter picks requests; each zero field picks all.
type Filter struct {
	Product, Action, Code, KeyID string
	Account                      uint64
	Refused                      bool   // only those without success
	After                        uint64 // only those of a greater Seq
	Limit                        int    // the latest so many; 0: all
}

// Requests are the recorded requests that a filter picks, the oldest first.
func (r *Recorder) Requests(f Filter) []Request {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := []Request{}
	for _, q := range r.list {
		if f.Product != "" && f.Product != q.Product || f.Action != "" && f.Action != q.Action || f.Code != "" && f.Code != q.Code ||
			f.KeyID != "" && f.KeyID != q.KeyID || f.Account != 0 && f.Account != q.Account ||
			f.Refused && q.Status == 200 || q.Seq <= f.After {
			continue
		}
		out = append(out, q)
	}
	if f.Limit > 0 && len(out) > f.Limit {
		out = out[len(out)-f.Limit:]
	}
	return out
}

// Forget empties the list. Seq goes on.
func (r *Recorder) Forget() (n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	n = len(r.list)
	r.list, r.kept = nil, 0
	return n
}
