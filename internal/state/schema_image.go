package state

import "github.com/openecs/openecs/internal/ecs"

// More indexes of images. Names and families are told apart within an account
// and a region.
var (
	ImagesByName = Images.Index("name", func(k ecs.Key, r *ecs.Image, add func(uint64)) {
		if r.Name != "" {
			add(Within(r.Account, k.Region(), Hash(r.Name)))
		}
	})
	ImagesByFamily = Images.Index("family", func(k ecs.Key, r *ecs.Image, add func(uint64)) {
		if r.Family != 0 {
			add(Within(r.Account, k.Region(), uint64(r.Family)))
		}
	})
	// ImagesByCopying finds the copies under way of an image.
	ImagesByCopying = Images.Index("copying", func(_ ecs.Key, r *ecs.Image, add func(uint64)) {
		if r.CopyOf != 0 && r.Work.Doing(ecs.WorkCreate) {
			add(uint64(r.CopyOf))
		}
	})
	ImagesByStatus = Images.Index("status", func(k ecs.Key, r *ecs.Image, add func(uint64)) {
		add(Within(r.Account, k.Region(), uint64(r.Status())))
	})
)
