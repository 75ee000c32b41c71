package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"

	"github.com/openecs/openecs/client"
	"github.com/openecs/openecs/internal/node"
)

// administration is a way to the pages of a service for those who run it.
type administration struct {
	endpoint, token string
	transport       http.RoundTripper
	close           func()
}

// administration finds the service as connect does, with the administration
// token of the data directory, or of OPENECS_ADMIN_TOKEN for an --endpoint.
func (a *app) administration(ctx context.Context) (*administration, error) {
	m := &administration{endpoint: a.endpoint, close: func() {}}
	if m.endpoint == "" {
		n, at, err := a.local(ctx, node.Options{})
		if err != nil {
			return nil, err
		}
		if m.endpoint = at.Endpoint; n != nil {
			m.close = func() { n.Close() }
			m.transport, m.endpoint = client.HandlerTransport(n), "http://127.0.0.1"
		}
	}
	if m.transport == nil {
		t, err := a.transport()
		if err != nil {
			return nil, err
		}
		m.transport = t
	}
	if a.endpoint != "" {
		m.token = os.Getenv("OPENECS_ADMIN_TOKEN")
	}
	if keys, err := node.ReadKeys(a.dataDir); err == nil && m.token == "" {
		m.token = keys.AdminToken
	}
	if m.token == "" {
		m.close()
		return nil, usagef("--endpoint needs the administration token: set OPENECS_ADMIN_TOKEN, or --data-dir to the server's directory")
	}
	return m, nil
}

// ask sends a request to a page and returns the answer's body. A refusal is an
// error with its sentence.
func (m *administration) ask(ctx context.Context, method, page string, in []byte) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, method, m.endpoint+"/_openecs/"+page, bytes.NewReader(in))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+m.token)
	resp, err := m.transport.RoundTrip(req)
	if err != nil {
		return nil, fmt.Errorf("the service at %s does not answer: %w", m.endpoint, err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		var page struct{ Error string }
		if json.Unmarshal(body, &page) != nil || page.Error == "" {
			page.Error = resp.Status
		}
		return nil, errors.New(page.Error)
	}
	return body, nil
}

// administer asks one page.
func (a *app) administer(ctx context.Context, method, page string) ([]byte, error) {
	m, err := a.administration(ctx)
	if err != nil {
		return nil, err
	}
	defer m.close()
	return m.ask(ctx, method, page, nil)
}
