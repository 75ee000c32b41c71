// Package identity is the STS actions: who is calling, and temporary keys.
//
// It is bound by package service and imports no other group.
package identity

import (
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/auth"
)

// Service is what the actions work on.
type Service struct{ Sessions *auth.Sessions }

var actions = action.Set[Service]{Version: "2015-04-01"}

// Actions are the group's actions, bound to a service.
func (s *Service) Actions() action.Group { return actions.Bind(s) }
