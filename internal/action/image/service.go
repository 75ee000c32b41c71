// Package image is the actions on images: those of the catalogue, and the
// custom images that accounts make of instances and snapshots, copy, import and
// share.
//
// An action checks on a snapshot and submits one closure that checks again what
// can race; making, copying, importing and removing an image takes time and is
// an ecs.Work, which the reconciler carries out. Package service binds the
// package; it imports no other group.
package image

import (
	"sync"

	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/state"
)

// Service is what the actions work on. It must not be copied after first use.
type Service struct {
	DB      *state.DB
	Catalog *catalog.Catalog
	Pager   *action.Pager
	Objects bool // there is an object store to import from and export to

	system sync.Map // region id to []api.DescribeImagesImage, never changed once there
}

var actions = action.Set[Service]{Version: "2014-05-26"}

// Actions are the group's actions, bound to a service.
func (s *Service) Actions() action.Group { return actions.Bind(s) }
