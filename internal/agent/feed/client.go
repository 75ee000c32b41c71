package feed

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/openecs/openecs/internal/agent"
	"github.com/openecs/openecs/internal/agent/plan"
	"github.com/openecs/openecs/internal/state"
)

// Client gets a host's plans from a Server; it is for one agent.
type Client struct {
	URL  string // of the server, with the host's name at its end
	HTTP *http.Client

	digest string
}

var (
	_ agent.Plans    = (*Client)(nil)
	_ agent.Reporter = (*Client)(nil)
)

// limit bounds an answer: some hundred bytes for each address of a rule's group.
const limit = 256 << 20

// Next waits for a later plan than have.
func (c *Client) Next(ctx context.Context, have *plan.Host) (*plan.Host, error) {
	for {
		q := url.Values{}
		if have != nil {
			q.Set("after", strconv.FormatUint(uint64(have.Rev), 10))
			q.Set("have", c.digest)
		}
		body, status, err := c.do(ctx, http.MethodGet, "/plan", q)
		if err != nil {
			return nil, err
		}
		if status == http.StatusNoContent {
			continue
		}
		var a Answer
		if err := json.Unmarshal(body, &a); err != nil {
			return nil, fmt.Errorf("the answer is no plan: %w", err)
		}
		if a.Plan == nil {
			if have == nil || a.Digest != c.digest {
				return nil, fmt.Errorf("the answer has no plan")
			}
			same := *have
			same.Rev = a.Rev
			return &same, nil
		}
		c.digest = a.Digest
		return a.Plan, nil
	}
}

// Ended is false: a server that is away may come back.
func (c *Client) Ended(error) bool { return false }

// Report tells what is in force.
func (c *Client) Report(ctx context.Context, applied state.Rev) error {
	_, _, err := c.do(ctx, http.MethodPut, "/applied", url.Values{"rev": {strconv.FormatUint(uint64(applied), 10)}})
	return err
}

func (c *Client) do(ctx context.Context, method, path string, q url.Values) ([]byte, int, error) {
	req, err := http.NewRequestWithContext(ctx, method, strings.TrimSuffix(c.URL, "/")+path+"?"+q.Encode(), nil)
	if err != nil {
		return nil, 0, err
	}
	resp, err := c.HTTP.Do(req)
	if err != nil {
		return nil, 0, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, limit))
	if err != nil {
		return nil, 0, err
	}
	if resp.StatusCode != http.StatusOK && resp.StatusCode != http.StatusNoContent {
		return nil, 0, fmt.Errorf("%s: %s: %.200s", path, resp.Status, body)
	}
	return body, resp.StatusCode, nil
}
