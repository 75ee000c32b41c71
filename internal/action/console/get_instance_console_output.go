package console

import (
	"encoding/base64"
	"regexp"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
)

var _ = action.Handle(&actions, "GetInstanceConsoleOutput", (*Service).GetInstanceConsoleOutput)

// maxOutput is how many bytes of a console are shown, the newest.
const maxOutput = 64 << 10

// symbols are what sets a terminal's colours, and other characters that print
// nothing.
var symbols = regexp.MustCompile("\x1b\\[[0-9;]*[A-Za-z]|[\x00-\x08\x0b-\x1f\x7f]")

// GetInstanceConsoleOutput shows what a running instance wrote to its console,
// in Base64.
func (s *Service) GetInstanceConsoleOutput(c *action.Call, in *api.GetInstanceConsoleOutputRequest) (*api.GetInstanceConsoleOutputResponse, error) {
	k, err := s.running(c, in.InstanceID)
	if err != nil {
		return nil, err
	}
	text, written, err := s.Consoles.Console(c.Context, k, maxOutput)
	if err != nil {
		return nil, refused(err)
	}
	if in.RemoveSymbols != nil && *in.RemoveSymbols {
		text = symbols.ReplaceAll(text, nil)
	}
	out := &api.GetInstanceConsoleOutputResponse{InstanceID: ecs.ID(ecs.KindInstance, k), ConsoleOutput: base64.StdEncoding.EncodeToString(text)}
	if !written.IsZero() {
		out.LastUpdateTime = ecs.Second(written.Unix())
	}
	return out, nil
}
