package action

import (
	"errors"
	"slices"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/price"
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

// NoPrice is the refusal of what the price list has no price of, which only the
// administrator of the service can change: 400 PriceNotFound. Other errors, and
// none, stay what they are.
func NoPrice(err error) error {
	if missing, ok := errors.AsType[*price.Missing](err); ok {
		return api.Errorf(api.CodePriceNotFound, "The price of the specified resource is not found: %v. The administrator of the service adds it there.", missing)
	}
	return err
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
