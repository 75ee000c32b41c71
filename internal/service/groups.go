package service

import (
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/action/instance"
	"github.com/openecs/openecs/internal/action/securitygroup"
	"github.com/openecs/openecs/internal/action/vpc"
	"github.com/openecs/openecs/internal/action/vswitch"
	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/state"
)

// groups are all actions that work. A new group is a line here.
func groups(db *state.DB, cat *catalog.Catalog, pager *action.Pager) []action.Group {
	return []action.Group{
		(&instance.Service{DB: db, Catalog: cat, Pager: pager}).Actions(),
		(&securitygroup.Service{DB: db, Catalog: cat, Pager: pager}).Actions(),
		(&vpc.Service{DB: db, Pager: pager}).Actions(),
		(&vswitch.Service{DB: db, Catalog: cat, Pager: pager}).Actions(),
	}
}
