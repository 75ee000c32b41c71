package assistant

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
)

var _ = action.Handle(&actions, "InstallCloudAssistant", (*Service).InstallCloudAssistant)

// InstallCloudAssistant finds everything installed: every image here has what
// runs commands.
func (s *Service) InstallCloudAssistant(c *action.Call, in *api.InstallCloudAssistantRequest) (*api.InstallCloudAssistantResponse, error) {
	if len(in.InstanceID) == 0 {
		return nil, api.Errorf(api.CodeMissingParamInstanceId, "The parameter instanceId is missing or empty.")
	}
	_, _, err := instances(c, s.DB.Snapshot(), in.InstanceID, 50)
	return &api.InstallCloudAssistantResponse{}, err
}
