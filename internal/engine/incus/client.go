package incus

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"

	incus "github.com/lxc/incus/v6/client"
	"github.com/lxc/incus/v6/shared/api"

	"github.com/openecs/openecs/internal/engine"
)

// callTime bounds every call to the host; slice is how long a call that waits for
// an operation may take of it.
const (
	callTime = 10 * time.Second
	slice    = 5 * time.Second
)

// with runs one call to the host under its deadline.
//
// The client's own WithContext changes the client it is called on, which others
// are using; UseProject makes one of our own first.
func (h *Host) with(ctx context.Context, do func(c incus.InstanceServer) error) error {
	short, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	err := do(h.server.UseProject(api.ProjectDefaultName).(*incus.ProtocolIncus).WithContext(short))
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return inTerms(err)
}

// inTerms is an error of the client in those of the contract.
func inTerms(err error) error {
	var op *net.OpError
	var u *url.Error
	text := err.Error()
	kind := error(nil)
	switch {
	case api.StatusErrorCheck(err, http.StatusNotFound):
		kind = engine.ErrNotFound
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &op), errors.As(err, &u), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF),
		errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, fs.ErrNotExist),
		api.StatusErrorCheck(err, http.StatusServiceUnavailable, http.StatusBadGateway, http.StatusGatewayTimeout),
		strings.Contains(text, "isn't ready yet"), strings.Contains(text, "cowsql leader"), strings.Contains(text, "is shutting down"):
		kind = engine.ErrUnreachable
	case strings.Contains(text, "is busy running"), strings.Contains(text, "busy with"):
		kind = engine.ErrBusy
	case strings.Contains(text, "no space left"), strings.Contains(text, "No space left"), strings.Contains(text, "quota exceeded"):
		kind = engine.ErrNoStock
	default:
		return err
	}
	return fmt.Errorf("%w: %w", kind, err)
}

// get asks for an object.
func (h *Host) get(ctx context.Context, path string, into any) error {
	return h.with(ctx, func(c incus.InstanceServer) error {
		r, _, err := c.RawQuery("GET", path, nil, "")
		if err != nil {
			return err
		}
		return json.Unmarshal(r.Metadata, into)
	})
}

// sync does what the host answers at once.
func (h *Host) sync(ctx context.Context, method, path string, body any) error {
	return h.with(ctx, func(c incus.InstanceServer) error {
		_, _, err := c.RawQuery(method, path, body, "")
		return err
	})
}

// async does what the host does in an operation, and waits for its end.
func (h *Host) async(ctx context.Context, method, path string, body any) error {
	op, err := h.begin(ctx, method, path, body)
	if err != nil {
		return err
	}
	return h.wait(ctx, op)
}

// begin starts an operation of the host and returns its id, "" if it was done at
// once.
func (h *Host) begin(ctx context.Context, method, path string, body any) (op string, err error) {
	err = h.with(ctx, func(c incus.InstanceServer) error {
		r, _, err := c.RawQuery(method, path, body, "")
		if err != nil || r.Type != api.AsyncResponse {
			return err
		}
		o, err := r.MetadataAsOperation()
		if err == nil {
			op = o.ID
		}
		return err
	})
	return op, err
}

// wait waits until an operation has ended, in slices.
func (h *Host) wait(ctx context.Context, op string) error {
	for op != "" {
		var o api.Operation
		if err := h.get(ctx, fmt.Sprintf("/1.0/operations/%s/wait?timeout=%d", op, slice/time.Second), &o); err != nil {
			if errors.Is(err, engine.ErrNotFound) {
				// It has ended and been forgotten, or the host was started anew: whoever waits looks.
				return fmt.Errorf("%w: the operation is not known any more", engine.ErrUnreachable)
			}
			return err
		}
		switch {
		case o.StatusCode == api.Success:
			return nil
		case o.StatusCode.IsFinal():
			return inTerms(operationError(&o))
		}
	}
	return nil
}

// operationError is how an operation failed.
func operationError(o *api.Operation) error {
	if o.Err == "" {
		return fmt.Errorf("the host's operation ended as %s", o.Status)
	}
	return errors.New(o.Err)
}

func escape(s string) string { return url.PathEscape(s) }

// instancePath is where the host has an instance.
func instancePath(name string) string { return "/1.0/instances/" + url.PathEscape(name) }

// configure changes keys of an instance's configuration; "" takes one away.
func (h *Host) configure(ctx context.Context, name string, config map[string]string) error {
	return h.sync(ctx, "PATCH", instancePath(name), map[string]any{"config": config})
}

// pause waits between two tries, or until ctx ends.
func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-t.C:
		return nil
	}
}
