package action

import (
	"slices"

	"github.com/openecs/openecs/api"
)

// DryRun is how a request that would have worked is answered when it asked for
// a dry run: 400 DryRunOperation.
func DryRun() error {
	return api.Errorf(api.CodeDryRunOperation, "Request validation has been passed with DryRun flag set.").WithStatus(400)
}

// Invalid is the refusal of a parameter that has no code of its own: 400
// InvalidParameter.
func Invalid(name string) error {
	return api.Errorf(api.CodeInvalidParameter, "The specified parameter %q is not valid.", name)
}

// Check is what makes a request bad, and how it is refused then.
type Check = struct { // an alias, so that a list of them may leave the names of its fields out
	Bad           bool
	Code, Message string
}

// FirstOf is the refusal of the first check that is bad, with the status of its
// code; nil when none is.
func FirstOf(checks []Check) error {
	for _, c := range checks {
		if c.Bad {
			return api.Errorf(c.Code, "%s", c.Message)
		}
	}
	return nil
}

// OneOf reports whether an optional value is absent or one of those allowed.
func OneOf(v string, allowed ...string) bool { return v == "" || slices.Contains(allowed, v) }
