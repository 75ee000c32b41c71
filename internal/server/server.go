package server

import (
	"errors"
	"log/slog"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/auth"
	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/fault"
)

// Config is what a Server is made of.
type Config struct {
	Mux      *action.Mux
	Verifier *auth.Verifier
	Catalog  *catalog.Catalog
	Now      func() time.Time // the service's clock
	Log      *slog.Logger
	Admin    http.Handler // answers /_openecs/…; nil: 404
	Observe  func(Record) // called for each API request, just before its answer leaves; nil: nobody
	Faults   *fault.Set   // what goes wrong on purpose; nil: nothing

	// Stale is the actions on what was true so long ago, for faults.
	Stale func(age time.Duration) *action.Mux

	// Loosen changes what a request asks for before it is acted upon; nil: nothing.
	Loosen func(*action.Call)
}

// Record is what is known of a request once its answer is ready.
type Record struct {
	RequestID string
	Product   string // "" before the action was found
	Action    string
	KeyID     string // "" before the caller was known
	Status    int    // 0: no answer, the connection is dropped
	Code      string // "" when it succeeded
	Duration  time.Duration

	// The rest belongs to the request and is gone when Observe returns.
	Caller auth.Identity
	Region string
	Now    time.Time // of the service; zero before the caller was known
	Params *api.Params
	Answer []byte
}

// Server answers the API of all products on one handler.
type Server struct{ Config }

// New makes a server. Every field of the configuration but Admin and Observe
// is needed.
func New(c Config) *Server { return &Server{c} }

// maxBody bounds a request's body. User data of 32 KiB in Base64, percent
// encoded, is the largest a documented request needs.
const maxBody = 1 << 20

// exchange is one request and its answer. They are pooled: nothing of it may
// be kept after ServeHTTP returns, which is why values that outlive a request
// are copied by the state layer.
type exchange struct {
	w      http.ResponseWriter
	r      *http.Request
	call   action.Call
	query  api.Params
	params api.Params
	body   []byte
	out    []byte
	enc    api.Encoder
	id     string // of the request
	trace  string
	xml    bool
	v3     bool
	info   *api.ActionInfo
	status int
	code   string
	start  time.Time // zero: nobody observes, or it has been told
}

var exchanges = sync.Pool{New: func() any { return new(exchange) }}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, "/_openecs/") {
		if s.Admin == nil {
			http.NotFound(w, r)
			return
		}
		s.Admin.ServeHTTP(w, r)
		return
	}
	x := exchanges.Get().(*exchange)
	x.w, x.r = w, r
	if s.Observe != nil {
		x.start = time.Now()
	}
	defer func() {
		if p := recover(); p != nil {
			if p == http.ErrAbortHandler {
				s.observe(x)
				panic(p)
			}
			s.Log.Error("panic in a request", "request", x.id, "panic", p, "stack", string(debug.Stack()))
			s.refuse(x, api.Errorf(api.CodeInternalError, "The request processing has failed due to some unknown error."))
		}
		x.call.Sent()
		x.release()
	}()
	x.id, x.trace = newIDs()
	out, err := s.serve(x)
	if err != nil {
		s.refuse(x, err)
		return
	}
	s.answer(x, out)
}

func (s *Server) serve(x *exchange) (api.Response, error) {
	if err := x.read(); err != nil {
		return nil, err
	}
	version, name, err := x.target()
	if err != nil {
		return nil, err
	}
	now := s.Now()
	caller, err := s.Verifier.Verify(&auth.Request{
		Method: x.r.Method, Host: x.r.Host, Path: x.r.URL.Path,
		Params: &x.params, Query: &x.query, Header: x.r.Header, Body: x.body,
	})
	if err != nil {
		return nil, err
	}
	x.call = action.Call{
		Context: x.r.Context(), RequestID: x.id, Params: &x.params, Caller: caller, Now: now,
		Host: x.r.Host, Secure: x.r.TLS != nil,
	}
	c := &x.call
	if c.Info, err = s.Mux.Find(version, name); err != nil {
		return nil, err
	}
	x.info = c.Info
	if err := s.region(c); err != nil {
		return nil, err
	}
	if s.Loosen != nil {
		s.Loosen(c)
	}
	if s.Faults != nil && s.Faults.Active() {
		return s.doWithFaults(c)
	}
	return s.Mux.Do(c)
}

// region finds the region of a request: its RegionId or regionId, else the one that the
// host name gives (ecs.cn-beijing.aliyuncs.com). An unknown RegionId is
// refused.
func (s *Server) region(c *action.Call) error {
	id, ok := c.Params.Get("RegionId")
	if !ok || id == "" {
		id, ok = c.Params.Get("regionId")
	}
	if !ok || id == "" {
		if id = hostRegion(c.Host); id == "" {
			return nil
		}
		r, known := s.Catalog.Region(id)
		if known {
			c.Region = r
			if !ok {
				setRegion(c, id)
			}
		}
		return nil
	}
	r, known := s.Catalog.Region(id)
	if !known {
		if c.Info.Product == "Location" { // answers unknown regions with its own code
			return nil
		}
		if api.HasCode(c.Info.Product, c.Info.Name, api.CodeInvalidRegionNotExist) { // those of launch templates have it
			return api.Errorf(api.CodeInvalidRegionNotExist, "The specified RegionId does not exist.")
		}
		return api.Errorf(api.CodeInvalidRegionIdNotFound, "The specified RegionId does not exist.").WithStatus(404)
	}
	c.Region = r
	setRegion(c, id)
	return nil
}

// setRegion makes a region a parameter of a request that has none in the
// spelling of its action: some actions have regionId, while many clients add
// RegionId to every request.
func setRegion(c *action.Call, id string) {
	name := "RegionId"
	if slices.Contains(c.Info.Required, "regionId") {
		name = "regionId"
	}
	if v, _ := c.Params.Get(name); v == "" {
		c.Params.Set(name, id)
	}
}

// hostRegion is the region in a host name such as ecs.cn-beijing.aliyuncs.com.
func hostRegion(host string) string {
	name, _, _ := strings.Cut(host, ":")
	name, ok := strings.CutSuffix(name, ".aliyuncs.com")
	if !ok {
		return ""
	}
	_, region, _ := strings.Cut(name, ".")
	return region
}

// asError makes an API error of any error: what is not one is an internal
// error, and its cause reaches only the log.
func (s *Server) asError(x *exchange, err error) *api.Error {
	if e, ok := errors.AsType[*api.Error](err); ok {
		if e.Cause != nil {
			s.Log.Warn("request failed", "request", x.id, "code", e.Code, "cause", e.Cause)
		}
		return e
	}
	s.Log.Error("request failed", "request", x.id, "cause", err)
	return api.Errorf(api.CodeInternalError, "The request processing has failed due to some unknown error.")
}

// observe tells of the request, once.
func (s *Server) observe(x *exchange) {
	if x.start.IsZero() {
		return
	}
	r := Record{
		RequestID: x.id, Status: x.status, Code: x.code, Duration: time.Since(x.start), KeyID: x.call.Caller.KeyID,
		Caller: x.call.Caller, Now: x.call.Now, Params: &x.params, Answer: x.out,
	}
	if x.info != nil {
		r.Product, r.Action = x.info.Product, x.info.Name
	}
	if x.call.Region != nil {
		r.Region = x.call.Region.ID
	}
	x.start = time.Time{}
	s.Observe(r)
}

func (x *exchange) release() {
	const (
		keep       = 64 << 10 // larger buffers go back to the collector
		keepParams = 512      // and longer lists
	)
	body, out := x.body[:0], x.out[:0]
	if cap(body) > keep {
		body = nil
	}
	if cap(out) > keep {
		out = nil
	}
	query, params := x.query, x.params
	if query.Len() > keepParams {
		query = api.Params{}
	}
	if params.Len() > keepParams {
		params = api.Params{}
	}
	query.Reset()
	params.Reset()
	*x = exchange{query: query, params: params, body: body, out: out}
	exchanges.Put(x)
}
