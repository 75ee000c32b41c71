package natgateway

import (
	"iter"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

type seq[R any] = iter.Seq2[ecs.Key, *R]

// listed is the gateway whose entries a listing asks for, by its table or by its
// own identifier; 0 is a gateway that does not exist, which has none.
func listed(c *action.Call, v state.View, kind ecs.Kind, tableID, gatewayID string) (ecs.Key, error) {
	if tableID == "" && gatewayID == "" {
		return 0, api.Errorf(api.CodeMissingParameter, "The table or the NAT gateway is to be named.")
	}
	var k ecs.Key
	if tableID != "" {
		var err error
		if kind == ecs.KindSNATTable {
			k, _, err = snatTable(c, v, tableID)
		} else {
			k, _, err = forwardTable(c, v, tableID)
		}
		if err != nil {
			return 0, err
		}
	}
	if gatewayID != "" {
		g, _, ok := table(c, v, ecs.KindNATGateway, gatewayID)
		if !ok || k != 0 && g != k {
			return 0, nil
		}
		k = g
	}
	return k, nil
}
