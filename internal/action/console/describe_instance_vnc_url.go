package console

import (
	"crypto/rand"
	"net/url"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DescribeInstanceVncUrl", (*Service).DescribeInstanceVncUrl)

// DescribeInstanceVncUrl names where the console of a running instance would be
// reached over VNC: a WebSocket of this server with a token, escaped as in the
// real service, whose console page takes it as a parameter. No engine has VNC
// yet, so nothing answers there.
func (s *Service) DescribeInstanceVncUrl(c *action.Call, in *api.DescribeInstanceVncUrlRequest) (*api.DescribeInstanceVncUrlResponse, error) {
	k, r, err := action.Instance(c, s.DB.Snapshot(), in.InstanceID)
	switch {
	case err != nil && s.elsewhere(c, in.InstanceID):
		return nil, api.Errorf(api.CodeInvalidRegionInstance, "The specified instance is not of the specified region.")
	case err != nil:
		return nil, err
	case !r.Want.Deleted && r.Status() == ecs.Pending:
		return nil, api.Errorf(api.CodeInstanceNotReady, "The specified instance is not ready for use.")
	case r.Want.Deleted || r.Status() != ecs.Running:
		return nil, wrongState().WithStatus(403)
	}
	u := url.URL{Scheme: "ws", Host: c.Host, Path: "/websockify/", RawQuery: url.Values{"i": {ecs.ID(ecs.KindInstance, k)}, "s": {rand.Text()}}.Encode()}
	if c.Secure {
		u.Scheme = "wss"
	}
	return &api.DescribeInstanceVncUrlResponse{VncURL: url.QueryEscape(u.String())}, nil
}

// elsewhere reports whether the caller has such an instance in another region.
func (s *Service) elsewhere(c *action.Call, id string) bool {
	k, ok := ecs.ParseID(ecs.KindInstance, id)
	if !ok {
		return false
	}
	r, ok := state.Instances.Get(s.DB.Snapshot(), k)
	return ok && r.Account == c.Caller.Account
}
