// Package image is the actions on images. There are the system images of the
// catalogue; an account has none of its own yet, and none is shared with it.
//
// It is bound by package service and imports no other group.
package image

import (
	"sync"

	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/catalog"
)

// Service is what the actions work on. It must not be copied after first use.
type Service struct {
	Catalog *catalog.Catalog

	system sync.Map // region id to []image, never changed once there
}

var actions = action.Set[Service]{Version: "2014-05-26"}

// Actions are the group's actions, bound to a service.
func (s *Service) Actions() action.Group { return actions.Bind(s) }
