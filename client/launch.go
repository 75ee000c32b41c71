package client

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/auth"
)

// A Phase is one step of Launch.
type Phase string

const (
	PhaseCreate      Phase = "create"       // CreateInstance
	PhaseWaitStopped Phase = "wait-stopped" // the instance is made
	PhaseStart       Phase = "start"        // StartInstance
	PhaseWaitRunning Phase = "wait-running" // it boots
	PhaseAddress     Phase = "address"      // AllocatePublicIpAddress
	PhaseDescribe    Phase = "describe"     // DescribeInstances
)

// LaunchRequest says what to launch.
type LaunchRequest struct {
	// Create is what CreateInstance is called with; the client's region and a
	// new ClientToken are filled in where they are empty. The ClientToken of an
	// earlier launch, with the same parameters, resumes it.
	Create api.CreateInstanceRequest
	// Extra are further parameters of CreateInstance; they override Create.
	Extra []api.Param

	NoStart bool // leave the instance stopped

	// Progress is called on the caller's goroutine when a phase begins, when
	// the status changes within it and when it has ended well.
	Progress func(LaunchEvent)
}

// LaunchEvent is one step forward.
type LaunchEvent struct {
	Phase      Phase
	Done       bool
	InstanceID string // "" until there is one
	Status     string // last seen
	Elapsed    time.Duration
}

// LaunchResult is what a launch has come to. After an error it says what
// exists all the same.
type LaunchResult struct {
	InstanceID      string
	ClientToken     string
	RegionID        string
	RequestID       string // of CreateInstance
	OrderID         string
	PublicIPAddress string
	Instance        *api.DescribeInstancesInstance // nil until it was seen
}

// LaunchError says in which phase a launch ended. Unwrap gives an *api.Error, a
// *DeadlineError, a *VanishedError, a *NetworkError or the context's error.
type LaunchError struct {
	Phase Phase
	Err   error
}

func (e *LaunchError) Error() string { return fmt.Sprintf("%s: %v", e.Phase, e.Err) }
func (e *LaunchError) Unwrap() error { return e.Err }

// Launch creates an instance, waits until it is Stopped, starts it, waits until
// it is Running, gives it a public address if bandwidth was asked for, and
// describes it. It outlasts throttling, failures of the service and lost
// answers until the context ends, after 15 minutes at the latest, and nothing
// it repeats can take effect twice. The result is never nil.
func (c *Client) Launch(ctx context.Context, req LaunchRequest) (*LaunchResult, error) {
	if _, ok := ctx.Deadline(); !ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, longestWait)
		defer cancel()
	}
	l := &launch{c: c, req: req, p: new(api.Params), start: time.Now()}
	l.prepare()
	steps := []struct {
		phase Phase
		skip  func() bool
		run   func(context.Context) error
	}{
		{PhaseCreate, nil, l.create},
		{PhaseWaitStopped, nil, l.waitMade},
		{PhaseStart, l.noStart, l.startIt},
		{PhaseWaitRunning, l.noStart, l.waitRunning},
		{PhaseAddress, l.noAddress, l.address},
		{PhaseDescribe, nil, l.describe},
	}
	for _, step := range steps {
		if step.skip != nil && step.skip() {
			continue
		}
		l.phase = step.phase
		l.tell(false)
		if err := step.run(ctx); err != nil {
			return &l.result, &LaunchError{step.phase, err}
		}
		l.tell(true)
	}
	return &l.result, nil
}

type launch struct {
	c      *Client
	req    LaunchRequest
	p      *api.Params // of CreateInstance
	start  time.Time
	phase  Phase
	result LaunchResult
}

func (l *launch) prepare() {
	l.req.Create.AppendParams(l.p)
	for _, extra := range l.req.Extra {
		l.p.Set(extra.Name, extra.Value)
	}
	if region, _ := l.p.Get("RegionId"); region == "" {
		l.p.Set("RegionId", l.c.config.Region)
	}
	if token, _ := l.p.Get("ClientToken"); token == "" {
		l.p.Set("ClientToken", "launch-"+auth.NewNonce())
	}
	l.result.ClientToken, _ = l.p.Get("ClientToken")
	l.result.RegionID, _ = l.p.Get("RegionId")
}

func (l *launch) tell(done bool) {
	if l.req.Progress != nil {
		l.req.Progress(LaunchEvent{l.phase, done, l.result.InstanceID, l.status(), time.Since(l.start)})
	}
}

func (l *launch) status() string {
	if l.result.Instance == nil {
		return ""
	}
	return l.result.Instance.Status
}

// saw keeps what a look found and tells of a change.
func (l *launch) saw(in *api.DescribeInstancesInstance) {
	old := l.status()
	if l.result.Instance = in; in.Status != old {
		l.tell(false)
	}
}

// wait waits for one of the statuses or for stop to end the wait.
func (l *launch) wait(ctx context.Context, stop func(status string) bool, want ...string) error {
	_, err := l.c.waitInstance(ctx, l.result.RegionID, l.result.InstanceID, want, func(in *api.DescribeInstancesInstance) bool {
		l.saw(in)
		return stop(in.Status)
	})
	return err
}

func (l *launch) create(ctx context.Context) error {
	to, err := find("Ecs", "CreateInstance")
	if err != nil {
		return err
	}
	return outlast(ctx, func() error {
		out, err := send[api.CreateInstanceResponse](ctx, l.c, to, l.p)
		if err == nil {
			l.result.InstanceID, l.result.RequestID, l.result.OrderID = out.InstanceID, out.RequestID, out.OrderID
		}
		return err
	})
}

// waitMade waits until the instance is Stopped; a resumed launch may find it
// further on.
func (l *launch) waitMade(ctx context.Context) error {
	return l.wait(ctx, func(status string) bool {
		return status == "Stopped" || status == "Starting" || status == "Running"
	}, "Stopped")
}

func (l *launch) noStart() bool { return l.req.NoStart }

// startIt calls StartInstance. A call whose answer was lost is repeated, and
// then refused because it had worked: hence the look in between.
func (l *launch) startIt(ctx context.Context) error {
	return outlast(ctx, func() error {
		if status := l.status(); status == "Starting" || status == "Running" {
			return nil
		}
		_, err := l.c.StartInstance(ctx, &api.StartInstanceRequest{InstanceID: l.result.InstanceID})
		if err == nil || !Temporary(err) && !errors.Is(err, &api.Error{Code: codeWrongStatus}) {
			return err
		}
		in, look := l.c.FindInstance(ctx, l.result.RegionID, l.result.InstanceID)
		switch {
		case look != nil:
			return look
		case in == nil:
			return &VanishedError{l.result.InstanceID, true}
		}
		l.saw(in)
		switch {
		case in.Status == "Starting" || in.Status == "Running":
			return nil
		case errors.Is(err, &api.Error{Code: codeWrongStatus}) && in.Status == "Stopping":
			return againError{err} // it will be Stopped
		}
		return err
	})
}

// errNotStarted ends the wait for an instance that stopped again.
var errNotStarted = errors.New("the instance was started but stopped again")

func (l *launch) waitRunning(ctx context.Context) error {
	started := l.status() == "Starting"
	err := l.wait(ctx, func(status string) bool {
		started = started || status == "Starting"
		return status == "Running" || started && status == "Stopped"
	}, "Running")
	if err == nil && l.status() != "Running" {
		return errNotStarted
	}
	return err
}

func (l *launch) noAddress() bool {
	bandwidth, _ := l.p.Get("InternetMaxBandwidthOut")
	n, err := strconv.Atoi(bandwidth)
	return err != nil || n <= 0
}

// address may be repeated: a second call answers the same address.
func (l *launch) address(ctx context.Context) error {
	if in := l.result.Instance; in != nil && len(in.PublicIPAddress.IPAddress) > 0 {
		l.result.PublicIPAddress = in.PublicIPAddress.IPAddress[0]
		return nil
	}
	to, err := find("Ecs", "AllocatePublicIpAddress")
	if err != nil {
		return err
	}
	to.again = true
	return outlast(ctx, func() error {
		p := new(api.Params)
		p.Set("RegionId", l.result.RegionID)
		p.Set("InstanceId", l.result.InstanceID)
		out, err := send[struct {
			IPAddress string `json:"IpAddress"`
		}](ctx, l.c, to, p)
		if err == nil {
			l.result.PublicIPAddress = out.IPAddress
		}
		return err
	})
}

func (l *launch) describe(ctx context.Context) error {
	return outlast(ctx, func() error {
		in, err := l.c.FindInstance(ctx, l.result.RegionID, l.result.InstanceID)
		switch {
		case err != nil:
			return err
		case in == nil:
			return &VanishedError{l.result.InstanceID, true}
		}
		l.result.Instance = in
		if ips := in.PublicIPAddress.IPAddress; len(ips) > 0 {
			l.result.PublicIPAddress = ips[0]
		}
		return nil
	})
}

// againError is a refusal that time will cure.
type againError struct{ error }

func (e againError) Unwrap() error { return e.error }

// outlast repeats f, ever more seldom, until it succeeds, fails for good or the
// context ends. f must be safe to repeat.
func outlast(ctx context.Context, f func() error) error {
	pauses := Retry{Base: 250 * time.Millisecond, Max: lastLook}
	for n := 1; ; n++ {
		err := f()
		if _, again := err.(againError); err == nil || ctx.Err() != nil || !again && !Temporary(err) {
			return err
		}
		if pause := sleep(ctx, fit(ctx, pauses.pause(min(n, 20)))); pause != nil {
			return errors.Join(pause, err)
		}
	}
}

// DeriveToken makes the ClientToken of the n-th of several launches from one
// for all of them: the same each time, different for each n, at most 64
// characters long.
func DeriveToken(token string, n int) string {
	suffix := "-" + strconv.Itoa(n)
	if len(token)+len(suffix) <= 64 {
		return token + suffix
	}
	sum := sha256.Sum256([]byte(token))
	return token[:20] + "-" + hex.EncodeToString(sum[:12]) + suffix
}
