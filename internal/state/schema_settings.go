package state

import "github.com/openecs/openecs/internal/ecs"

// Settings are what accounts have set for themselves, under ecs.SettingsKey.
var Settings = Define[ecs.Settings](schema, 'A', "settings")
