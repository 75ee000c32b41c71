package assistant

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
)

var _ = action.Handle(&actions, "DescribeCloudAssistantSettings", (*Service).DescribeCloudAssistantSettings)

// DescribeCloudAssistantSettings shows the settings of the kinds that are asked
// for. Nothing is delivered anywhere.
func (s *Service) DescribeCloudAssistantSettings(c *action.Call, in *api.DescribeCloudAssistantSettingsRequest) (*api.DescribeCloudAssistantSettingsResponse, error) {
	_, r := settings(c, s.DB.Snapshot())
	out := &api.DescribeCloudAssistantSettingsResponse{}
	deliver := func(what string) {
		out.OssDeliveryConfigs.OssDeliveryConfig = append(out.OssDeliveryConfigs.OssDeliveryConfig, api.DescribeCloudAssistantSettingsOssDeliveryConfig{DeliveryType: what})
		out.SlsDeliveryConfigs.SlsDeliveryConfig = append(out.SlsDeliveryConfigs.SlsDeliveryConfig, api.DescribeCloudAssistantSettingsSlsDeliveryConfig{DeliveryType: what})
	}
	for _, t := range in.SettingType {
		switch t {
		case "SessionManagerDelivery":
			deliver("SessionManager")
		case "InvocationDelivery":
			deliver("Invocation")
		case "AgentUpgradeConfig":
			out.AgentUpgradeConfig.Enabled, out.AgentUpgradeConfig.TimeZone = r.UpgradeOn, r.TimeZone
			out.AgentUpgradeConfig.AllowedUpgradeWindows.AllowedUpgradeWindow = r.Windows
		case "SessionManagerConfig":
			out.SessionManagerConfig.SessionManagerEnabled = r.SessionManager
		default:
			return nil, badSetting()
		}
	}
	return out, nil
}
