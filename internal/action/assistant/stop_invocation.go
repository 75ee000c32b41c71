package assistant

import (
	"slices"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/command"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "StopInvocation", (*Service).StopInvocation)

// StopInvocation ends an invocation, on all its instances or those named: what
// has not begun is cancelled, what runs is ended. What has ended stays so.
func (s *Service) StopInvocation(c *action.Call, in *api.StopInvocationRequest) (*api.StopInvocationResponse, error) {
	snap := s.DB.Snapshot()
	k, _, ok := action.Find(c, snap, state.Invocations, ecs.KindInvocation, func(r *ecs.Invocation) uint64 { return r.Account }, in.InvokeID)
	if !ok {
		return nil, api.Errorf(api.CodeInvalidInvokeIdNotFound, "The specified invoke ID does not exist.").WithStatus(404)
	}
	if len(in.InstanceID) > 50 {
		return nil, api.Errorf(api.CodeInstanceIdsExceedLimit, "The number of instance IDs exceeds the upper limit.")
	}
	var only []ecs.Key
	for _, id := range in.InstanceID {
		i, ok := ecs.ParseID(ecs.KindInstance, id)
		if !ok || !slices.ContainsFunc(results(snap, k), func(r *ecs.InvocationResult) bool { return r.Instance == i }) {
			return nil, api.Errorf(api.CodeInvalidInstanceIdNotFound, "The specified parameter InstanceId does not exist.").WithStatus(404)
		}
		only = append(only, i)
	}
	return &api.StopInvocationResponse{}, s.DB.Update(c.Context, func(tx *state.Tx) error {
		for rk, r := range state.ResultsByInvocation.Ascend(tx, uint64(k), 0) {
			if only == nil || slices.Contains(only, r.Instance) {
				command.Stop(tx, rk, r)
			}
		}
		return nil
	})
}
