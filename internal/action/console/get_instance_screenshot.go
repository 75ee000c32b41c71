package console

import (
	"encoding/base64"
	"maps"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
)

var _ = action.Handle(&actions, "GetInstanceScreenshot", (*Service).GetInstanceScreenshot)

// screenEvery is how far apart the screenshots of one instance are at least.
const screenEvery = 10 * time.Second

// GetInstanceScreenshot shows the screen of a running instance, a PNG in Base64.
// WakeUp wakes a screen that sleeps; no screen here does.
func (s *Service) GetInstanceScreenshot(c *action.Call, in *api.GetInstanceScreenshotRequest) (*api.GetInstanceScreenshotResponse, error) {
	k, err := s.running(c, in.InstanceID)
	if err != nil {
		return nil, err
	}
	if !s.mayShow(k, c.Now) {
		return nil, api.Errorf(api.CodeThrottling, "Request was denied due to request throttling.").WithStatus(429)
	}
	png, err := s.Consoles.Screenshot(c.Context, k)
	if err != nil {
		return nil, refused(err)
	}
	return &api.GetInstanceScreenshotResponse{InstanceID: ecs.ID(ecs.KindInstance, k), Screenshot: base64.StdEncoding.EncodeToString(png)}, nil
}

// mayShow reports whether a screen may be shown again, and counts it as shown.
func (s *Service) mayShow(k ecs.Key, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if last, ok := s.shown[k]; ok && now.Before(last.Add(screenEvery)) {
		return false
	}
	if len(s.shown) >= s.sweepAt {
		maps.DeleteFunc(s.shown, func(_ ecs.Key, last time.Time) bool { return !now.Before(last.Add(screenEvery)) })
		s.sweepAt = max(minSweep, 2*len(s.shown))
	}
	if s.shown == nil {
		s.shown = map[ecs.Key]time.Time{}
	}
	s.shown[k] = now
	return true
}

// minSweep is how many screens are remembered before old ones are forgotten.
const minSweep = 1024
