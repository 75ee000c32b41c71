// Package dedicatedhost is the actions on dedicated hosts and their clusters. A
// host is Available as soon as it is allocated. Instances are placed on hosts by
// the actions on instances.
//
// Package service binds the package; it imports no other group.
package dedicatedhost

import (
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/price"
	"github.com/openecs/openecs/internal/state"
)

// Service is what the actions work on.
type Service struct {
	DB      *state.DB
	Catalog *catalog.Catalog
	Prices  *price.List
	Pager   *action.Pager
}

var actions = action.Set[Service]{Version: "2014-05-26"}

// Actions are the group's actions, bound to a service.
func (s *Service) Actions() action.Group { return actions.Bind(s) }

// maxIDs is how many hosts, or clusters, a request may name.
const maxIDs = 100

func account(r *ecs.DedicatedHost) uint64      { return r.Account }
func clusterAccount(r *ecs.HostCluster) uint64 { return r.Account }

// find finds a host of the caller's, or answers 404 InvalidDedicatedHostId.NotFound.
func find(c *action.Call, v state.View, id string) (ecs.Key, *ecs.DedicatedHost, error) {
	k, r, ok := action.Find(c, v, state.DedicatedHosts, ecs.KindDedicatedHost, account, id)
	if !ok {
		return 0, nil, api.Errorf(api.CodeInvalidDedicatedHostIdNotFound, "The specified DedicatedHostId does not exist.").WithStatus(404)
	}
	return k, r, nil
}

// findCluster finds a cluster of the caller's, or answers 404
// InvalidDedicatedHostClusterId.NotFound.
func findCluster(c *action.Call, v state.View, id string) (ecs.Key, *ecs.HostCluster, error) {
	k, r, ok := action.Find(c, v, state.HostClusters, ecs.KindHostCluster, clusterAccount, id)
	if !ok {
		return 0, nil, api.Errorf(api.CodeInvalidDedicatedHostClusterIdNotFound, "The specified DedicatedHostClusterId does not exist.").WithStatus(404)
	}
	return k, r, nil
}

// list reads identifiers that are separated by commas.
func list(value string) []string {
	ids := strings.Split(value, ",")
	for i := range ids {
		ids[i] = strings.TrimSpace(ids[i])
	}
	return ids
}

func badDescription() error {
	return api.Errorf(api.CodeInvalidDescriptionMalformed, `The specified parameter "Description" is not valid.`)
}

func noResourceGroup() error {
	return api.Errorf(api.CodeInvalidResourceGroupNotFound, "The ResourceGroup provided does not exist in our records.").WithStatus(404)
}
