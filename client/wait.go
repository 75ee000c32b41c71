package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/openecs/openecs/api"
)

// How often a waiter looks: soon at first, since a simulated instance changes
// within milliseconds, and at last every few seconds.
const (
	firstLook = 25 * time.Millisecond
	lastLook  = 5 * time.Second

	// longestWait bounds a wait whose context has no deadline.
	longestWait = 15 * time.Minute

	// appearWithin is how long an instance that was never seen may stay
	// absent: the real service lists a new one a little after creating it.
	appearWithin = 10 * time.Second
)

const (
	codeNoInstance  = api.CodeInvalidInstanceIdNotFound
	codeWrongStatus = api.CodeIncorrectInstanceStatus
)

// A DeadlineError says that an instance was not in a wanted status in time.
// errors.Is(err, context.DeadlineExceeded) holds.
type DeadlineError struct {
	InstanceID string
	Want       []string
	Last       string        // status last seen; "" if none was
	Waited     time.Duration // in all
	Cause      error         // why the last look failed, if it did
}

func (e *DeadlineError) Error() string {
	last := e.Last
	if last == "" {
		last = "unknown"
	}
	s := fmt.Sprintf("instance %s is not %s after %s: it is %s", e.InstanceID, strings.Join(e.Want, " or "),
		e.Waited.Round(time.Millisecond), last)
	if e.Cause != nil {
		s += "; last look: " + e.Cause.Error()
	}
	return s
}

func (e *DeadlineError) Unwrap() []error {
	if e.Cause == nil {
		return []error{context.DeadlineExceeded}
	}
	return []error{context.DeadlineExceeded, e.Cause}
}

// A VanishedError says that an instance is no longer there, or never was.
type VanishedError struct {
	InstanceID string
	Seen       bool // it was there at first
}

func (e *VanishedError) Error() string {
	if e.Seen {
		return fmt.Sprintf("instance %s is gone: it was released while it was being waited for", e.InstanceID)
	}
	return fmt.Sprintf("instance %s does not exist", e.InstanceID)
}

// Is makes a VanishedError match a refusal with InvalidInstanceId.NotFound.
func (e *VanishedError) Is(target error) bool {
	t, ok := target.(*api.Error)
	return ok && t.Code == codeNoInstance
}

// WaitInstance waits until an instance has one of the statuses and returns it
// as it is then. It looks again and again, ever more seldom, outlasting
// throttling, 5xx answers and broken connections, until the context's deadline
// or, without one, for 15 minutes. The error is a *DeadlineError, a
// *VanishedError, the context's when it was cancelled, or the refusal of a look.
func (c *Client) WaitInstance(ctx context.Context, region, id string, status ...string) (*api.DescribeInstancesInstance, error) {
	return c.waitInstance(ctx, region, id, status, func(in *api.DescribeInstancesInstance) bool {
		return slices.Contains(status, in.Status)
	})
}

// waitInstance waits until a look finds the instance such that done; want is
// for the error.
func (c *Client) waitInstance(ctx context.Context, region, id string, want []string, done func(*api.DescribeInstancesInstance) bool) (*api.DescribeInstancesInstance, error) {
	start := time.Now()
	if _, ok := ctx.Deadline(); !ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, longestWait)
		defer cancel()
	}
	looks := Retry{Base: firstLook, Max: lastLook}
	last, missing := "", 0
	for n := 1; ; n++ {
		instance, err := c.FindInstance(ctx, region, id)
		switch {
		case errors.Is(err, context.Canceled):
			return nil, err
		case errors.Is(err, context.DeadlineExceeded) && ctx.Err() != nil:
		case err != nil && !Temporary(err) && !errors.Is(err, context.DeadlineExceeded):
			return nil, err
		case err != nil:
		case instance == nil:
			missing++
			if last != "" && missing > 1 || last == "" && time.Since(start) > appearWithin {
				return nil, &VanishedError{id, last != ""}
			}
		default:
			last, missing = instance.Status, 0
			if done(instance) {
				return instance, nil
			}
		}
		if pauseErr := sleep(ctx, fit(ctx, looks.pause(min(n, 20)))); pauseErr != nil {
			if errors.Is(pauseErr, context.Canceled) {
				return nil, pauseErr
			}
			if last == "" && missing > 0 && err == nil {
				return nil, &VanishedError{id, false}
			}
			return nil, &DeadlineError{id, want, last, time.Since(start), err}
		}
	}
}

// FindInstance describes one instance; nil and no error if there is none.
func (c *Client) FindInstance(ctx context.Context, region, id string) (*api.DescribeInstancesInstance, error) {
	ids, err := json.Marshal([]string{id})
	if err != nil {
		return nil, err
	}
	out, err := c.DescribeInstances(ctx, &api.DescribeInstancesRequest{RegionID: region, InstanceIDs: string(ids)})
	if err != nil {
		return nil, err
	}
	for i := range out.Instances.Instance {
		if in := &out.Instances.Instance[i]; in.InstanceID == id {
			return in, nil
		}
	}
	return nil, nil
}

// fit shortens a pause that would outlast the context's deadline so that there
// is time for one look more.
func fit(ctx context.Context, d time.Duration) time.Duration {
	end, ok := ctx.Deadline()
	if left := time.Until(end); ok && left < d && left > 100*time.Millisecond {
		return left * 9 / 10
	}
	return d
}
