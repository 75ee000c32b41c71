package networkinterface

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "EnableNetworkInterfaceQoS", (*Service).EnableNetworkInterfaceQoS)

// Limits of bandwidth, kbit/s.
const (
	minBandwidth  = 50_000
	stepBandwidth = 1_000
)

// EnableNetworkInterfaceQoS limits an interface, or changes its limits. What is
// not named is not limited.
func (s *Service) EnableNetworkInterfaceQoS(c *action.Call, in *api.EnableNetworkInterfaceQoSRequest) (*api.EnableNetworkInterfaceQoSResponse, error) {
	q := in.QoS
	bandwidth := func(n *int64) bool { return n != nil && (*n < minBandwidth || *n%stepBandwidth != 0) }
	count := func(n *int64) bool { return n != nil && *n < 1 }
	err := action.FirstOf([]action.Check{
		{q == (api.EnableNetworkInterfaceQoSRequestQoS{}), api.CodeMissingParameter, `The input parameter "QoS" that is mandatory for processing this request is not supplied.`},
		{bandwidth(q.BandwidthTx), api.CodeInvalidParameter, `The specified parameter "QoS.BandwidthTx" is not valid: from 50000 on in steps of 1000.`},
		{bandwidth(q.BandwidthRx), api.CodeInvalidParameter, `The specified parameter "QoS.BandwidthRx" is not valid: from 50000 on in steps of 1000.`},
		{count(q.PpsTx) || count(q.PpsRx), api.CodeInvalidParameter, `The specified parameter "QoS.PpsTx" or "QoS.PpsRx" is not valid.`},
		{count(q.ConcurrentConnections), api.CodeInvalidParameter, `The specified parameter "QoS.ConcurrentConnections" is not valid.`},
	})
	if err != nil {
		return nil, err
	}
	value := func(n *int64) int64 {
		if n == nil {
			return 0
		}
		return *n
	}
	limits := ecs.InterfaceQoS{
		BandwidthTx: value(q.BandwidthTx), BandwidthRx: value(q.BandwidthRx), PPSTx: value(q.PpsTx), PPSRx: value(q.PpsRx), Connections: value(q.ConcurrentConnections),
	}
	return &api.EnableNetworkInterfaceQoSResponse{}, s.limit(c, in.NetworkInterfaceID, limits, true)
}

// limit gives an interface limits, or takes them away.
func (s *Service) limit(c *action.Call, id string, limits ecs.InterfaceQoS, on bool) error {
	return s.DB.Update(c.Context, func(tx *state.Tx) error {
		k, n, err := find(c, tx, id)
		if err == nil {
			err = changeable(tx, n)
		}
		if err != nil {
			return err
		}
		network.Changed(tx, k, n.Change(func(m *ecs.InterfaceMore) { m.QoS, m.Flags = limits, m.Flags.Set(ecs.QoSOn, on) }))
		return nil
	})
}
