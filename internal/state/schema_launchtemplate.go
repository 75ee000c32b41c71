package state

import "github.com/openecs/openecs/internal/ecs"

// Launch templates and their versions.
var (
	LaunchTemplates          = Define[ecs.LaunchTemplate](schema, byte(ecs.KindLaunchTemplate), "launch-template")
	LaunchTemplatesByAccount = LaunchTemplates.Index("account", func(k ecs.Key, r *ecs.LaunchTemplate, add func(uint64)) {
		add(Scope(r.Account, k.Region()))
	})
	LaunchTemplatesByName = LaunchTemplates.Index("name", func(k ecs.Key, r *ecs.LaunchTemplate, add func(uint64)) {
		add(Within(r.Account, k.Region(), Hash(r.Name)))
	})
	LaunchTemplatesByTag = LaunchTemplates.Index("tag", func(k ecs.Key, r *ecs.LaunchTemplate, add func(uint64)) {
		addTags(r.Account, k, r.Tags, add)
	})

	LaunchTemplateVersions           = Define[ecs.LaunchTemplateVersion](schema, 'L', "launch-template-version")
	LaunchTemplateVersionsByTemplate = LaunchTemplateVersions.Index("template", func(_ ecs.Key, r *ecs.LaunchTemplateVersion, add func(uint64)) {
		add(uint64(r.Template))
	})
)
