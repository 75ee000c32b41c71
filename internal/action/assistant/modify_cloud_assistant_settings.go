package assistant

import (
	"strconv"
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "ModifyCloudAssistantSettings", (*Service).ModifyCloudAssistantSettings)

// ModifyCloudAssistantSettings changes an account's settings in a region. Records
// are delivered nowhere, so a delivery can be turned off but not on.
func (s *Service) ModifyCloudAssistantSettings(c *action.Call, in *api.ModifyCloudAssistantSettingsRequest) (*api.ModifyCloudAssistantSettingsResponse, error) {
	if in.ResourceUsageConfig != "" {
		return nil, notBuilt("the limits of ResourceUsageConfig")
	}
	var change func(n *ecs.AssistantSettings)
	switch in.SettingType {
	case "SessionManagerDelivery", "InvocationDelivery":
		if action.Flag(in.OssDeliveryConfig.Enabled) || action.Flag(in.SlsDeliveryConfig.Enabled) {
			return nil, notBuilt("the delivery of records to OSS or Simple Log Service")
		}
		return &api.ModifyCloudAssistantSettingsResponse{}, nil
	case "AgentUpgradeConfig":
		u := in.AgentUpgradeConfig
		if err := checkWindows(u.AllowedUpgradeWindow, action.Flag(u.Enabled)); err != nil {
			return nil, err
		}
		if u.TimeZone != "" && !ecs.ValidTimeZone(u.TimeZone) {
			return nil, api.Errorf(api.CodeInvalidParameterTimeZone, "The specified parameter AgentUpgradeConfig.TimeZone is not valid.")
		}
		change = func(n *ecs.AssistantSettings) {
			if u.Enabled != nil {
				n.UpgradeOn = *u.Enabled
			}
			if len(u.AllowedUpgradeWindow) > 0 {
				n.Windows = nil
				for _, w := range u.AllowedUpgradeWindow {
					n.Windows = append(n.Windows, strings.Clone(w))
				}
			}
			if u.TimeZone != "" {
				n.TimeZone = strings.Clone(u.TimeZone)
			}
		}
	case "SessionManagerConfig":
		change = func(n *ecs.AssistantSettings) {
			if on := in.SessionManagerConfig.SessionManagerEnabled; on != nil {
				n.SessionManager = *on
			}
		}
	default:
		return nil, badSetting()
	}
	return &api.ModifyCloudAssistantSettingsResponse{}, s.DB.Update(c.Context, func(tx *state.Tx) error {
		k, r := settings(c, tx)
		if k == 0 {
			k = tx.NewKey(c.RegionCode())
		}
		n := *r
		change(&n)
		state.AssistantSettings.Put(tx, k, &n)
		return nil
	})
}

func badSetting() error {
	return api.Errorf(api.CodeInvalidParameterSettingType, "The specified parameter SettingType is not valid.")
}

// settings are the account's settings in the region; the key is 0 before any
// were made.
func settings(c *action.Call, v state.View) (ecs.Key, *ecs.AssistantSettings) {
	k, r, ok := state.AssistantSettingsByOwner.First(v, state.Scope(c.Caller.Account, c.RegionCode()))
	if !ok {
		return 0, &ecs.AssistantSettings{Account: c.Caller.Account, TimeZone: "UTC"}
	}
	return k, r
}

// checkWindows checks upgrade windows: 02:00-03:00, at least an hour each.
func checkWindows(list []string, needed bool) error {
	if needed && len(list) == 0 {
		return api.Errorf(api.CodeInvalidAllowedUpgradeWindowRequired, "The specified parameter AgentUpgradeConfig.AllowedUpgradeWindow is required.")
	}
	if len(list) > 5 {
		return api.Errorf(api.CodeInvalidAllowedUpgradeWindowCountLimitExceeded, "The count of the parameter AgentUpgradeConfig.AllowedUpgradeWindow exceeds the limit of 5.")
	}
	for _, w := range list {
		from, to, ok := strings.Cut(w, "-")
		a, ok1 := minuteOfDay(from)
		b, ok2 := minuteOfDay(to)
		if !ok || !ok1 || !ok2 {
			return api.Errorf(api.CodeInvalidParameterAllowedUpgradeWindow, "The specified parameter AgentUpgradeConfig.AllowedUpgradeWindow is not valid.")
		}
		if (b-a+24*60)%(24*60) < 60 {
			return api.Errorf(api.CodeInvalidAllowedUpgradeWindowDurationTooShort, "The duration of the specified parameter AgentUpgradeConfig.AllowedUpgradeWindow cannot be less than one hour.")
		}
	}
	return nil
}

func minuteOfDay(text string) (int, bool) {
	h, m, ok := strings.Cut(text, ":")
	hour, err1 := strconv.Atoi(h)
	minute, err2 := strconv.Atoi(m)
	return hour*60 + minute, ok && err1 == nil && err2 == nil && len(h) == 2 && len(m) == 2 && hour >= 0 && hour < 24 && minute >= 0 && minute < 60
}
