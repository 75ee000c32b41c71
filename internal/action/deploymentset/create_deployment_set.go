package deploymentset

import (
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "CreateDeploymentSet", (*Service).CreateDeploymentSet)

// defaultGroups is how many groups an AvailabilityGroup set has unless it is said.
const defaultGroups = 3

// CreateDeploymentSet makes an empty deployment set.
func (s *Service) CreateDeploymentSet(c *action.Call, in *api.CreateDeploymentSetRequest) (*api.CreateDeploymentSetResponse, error) {
	once, err := c.Once(in.ClientToken, nil)
	if err != nil {
		return nil, err
	}
	set, err := newSet(c, in)
	if err != nil {
		return nil, err
	}
	var made []ecs.Key
	err = s.DB.Update(c.Context, func(tx *state.Tx) error {
		made, err = once.Do(tx, func() ([]ecs.Key, error) {
			if state.DeploymentSetsByAccount.Count(tx, state.Scope(set.Account, c.RegionCode())) >= ecs.MaxDeploymentSets {
				return nil, api.Errorf(api.CodeDEPLOYMENTSETQUOTA_FULL, "The deploymentSet quota is full")
			}
			k := tx.NewKey(c.RegionCode())
			state.DeploymentSets.Put(tx, k, set)
			return []ecs.Key{k}, nil
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	return &api.CreateDeploymentSetResponse{DeploymentSetID: ecs.ID(ecs.KindDeploymentSet, made[0])}, nil
}

func newSet(c *action.Call, in *api.CreateDeploymentSetRequest) (*ecs.DeploymentSet, error) {
	if err := texts(in.DeploymentSetName, in.Description); err != nil {
		return nil, err
	}
	strategy, ok := ecs.ParseDeploymentStrategy(in.Strategy)
	if !ok {
		return nil, api.Errorf(api.CodeInvalidParameterStrategy, "The specified parameter Strategy is not valid")
	}
	if in.Domain != "" && !strings.EqualFold(in.Domain, domain) {
		return nil, api.Errorf(api.CodeInvalidParameterDomain, "The specified parameter Domain is not valid.")
	}
	switch strings.ToLower(in.Granularity) {
	case "", granularity:
	case "rack", "switch": // once known; the one domain that is left has hosts only
		return nil, api.Errorf(api.CodeDependencyViolationdomaingranularity, "The DeploymentSet domain and granularity is violation.")
	default:
		return nil, api.Errorf(api.CodeInvalidParametergranularity, "The specified parameter Granularity is not valid.")
	}
	set := &ecs.DeploymentSet{
		Account: c.Caller.Account, Name: strings.Clone(in.DeploymentSetName), Description: strings.Clone(in.Description),
		Strategy: strategy, Created: c.Now.Unix(),
	}
	switch in.OnUnableToRedeployFailedInstance {
	case "", "CancelMembershipAndStart":
	case "KeepStopped":
		set.KeepStopped = true
	default:
		return nil, action.Invalid("OnUnableToRedeployFailedInstance")
	}
	groups := int64(defaultGroups)
	if in.GroupCount != nil {
		groups = *in.GroupCount
	}
	if groups < 1 || groups > ecs.MaxDeploymentGroups {
		return nil, action.Invalid("GroupCount")
	}
	if strategy == ecs.AvailabilityGroup { // documented: of no effect otherwise
		set.Groups = uint8(groups)
	}
	if in.Type != "" {
		return nil, api.Errorf(api.CodeUnsupportedOperationNotImplemented, "OpenECS does not support the Type of deployment sets, whose values are not published.")
	}
	return set, nil
}
