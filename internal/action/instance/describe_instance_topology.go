package instance

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
)

var _ = action.Handle(&actions, "DescribeInstanceTopology", (*Service).DescribeInstanceTopology)

// DescribeInstanceTopology names the host of each of up to 100 instances: the
// dedicated host that one is on, else the host that runs all of its zone. What
// does not exist is left out.
func (s *Service) DescribeInstanceTopology(c *action.Call, req *api.DescribeInstanceTopologyRequest) (*api.DescribeInstanceTopologyResponse, error) {
	if req.InstanceIDs == "" {
		return nil, api.Errorf(api.CodeMissingParameter, `The input parameter "InstanceIds" that is mandatory for processing this request is not supplied.`)
	}
	ids, err := action.Strings("InstanceIds", req.InstanceIDs, maxBatch)
	if err != nil {
		return nil, err
	}
	snap := s.DB.Snapshot()
	out := &api.DescribeInstanceTopologyResponse{}
	for _, id := range distinct(ids) {
		_, r, err := action.Instance(c, snap, id)
		if err != nil {
			continue
		}
		host := ecs.ID(ecs.KindDedicatedHost, r.Placement.Host)
		if host == "" {
			host = ecs.UUID("host of " + snap.Str(r.Zone))
		}
		out.Topologys.Topology = append(out.Topologys.Topology, api.DescribeInstanceTopologyTopology{InstanceID: id, HostID: host})
	}
	return out, nil
}
