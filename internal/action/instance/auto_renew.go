package instance

import (
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// maxRenewIDs is how many instances the actions on automatic renewal take.
const maxRenewIDs = 100

// renewalStatus is how a subscription is renewed, as the actions on automatic
// renewal name it.
func renewalStatus(r *ecs.Instance) string {
	switch {
	case r.AutoRenew > 0:
		return "AutoRenewal"
	case r.Flags.Has(ecs.NotRenewed):
		return "NotRenewal"
	}
	return "Normal"
}

func badRenewalStatus() error {
	return api.Errorf(api.CodeInvalidParameterRenewalStatus, "The specified RenewalStatus is not valid.")
}

// subscriptions finds the instances of a list with commas, without repeats, all of
// which must be the caller's and paid in advance.
func subscriptions(c *action.Call, v state.View, list string) ([]action.Row[ecs.Instance], error) {
	ids := distinct(strings.Split(list, ","))
	if len(ids) > maxRenewIDs {
		return nil, api.Errorf(api.CodeInvalidParameterToManyInstanceIds, "InstanceId should be less than 100.")
	}
	rows := make([]action.Row[ecs.Instance], 0, len(ids))
	for _, id := range ids {
		k, r, err := action.Instance(c, v, strings.TrimSpace(id))
		switch {
		case err != nil:
			return nil, api.Errorf(api.CodeInvalidParameterInvalidInstanceId, "The specified InstanceId is not valid.")
		case r.ChargeType != ecs.PrePaid:
			return nil, api.Errorf(api.CodeChargeTypeViolation, "The operation is not permitted due to charge type of the instance.").WithStatus(403)
		}
		rows = append(rows, action.Row[ecs.Instance]{Key: k, Record: r})
	}
	return rows, nil
}
