package vpc

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "CreateDefaultVpc", (*Service).CreateDefaultVpc)

// defaultVPCPrefix is the network of a default VPC.
var defaultVPCPrefix = ecs.Prefix{Addr: 172<<24 | 31<<16, Bits: 16}

// CreateDefaultVpc makes the default VPC of a region, of which there is one,
// and on request default vSwitches in zones of the region.
func (s *Service) CreateDefaultVpc(c *action.Call, in *api.CreateDefaultVpcRequest) (*api.CreateDefaultVpcResponse, error) {
	once, err := c.Once(in.ClientToken, nil)
	if err != nil {
		return nil, err
	}
	snap := s.DB.Snapshot()
	made, found, err := once.Earlier(snap, c.Now)
	if err != nil {
		return nil, err
	}
	if found {
		return s.createdDefault(made), nil
	}
	r := &ecs.VPC{Account: c.Caller.Account, Prefix: defaultVPCPrefix, Default: true}
	if r.Prefix6, err = prefix6(in.IPv6CidrBlock, "", action.Flag(in.EnableIPv6)); err != nil {
		return nil, err
	}
	for _, z := range in.ZoneID {
		if zone, ok := s.Catalog.Zone(z); !ok || zone.Region.Code != c.Region.Code {
			return nil, api.Errorf(api.CodeInvalidZoneIdNotFound, "Specified zone does not exist.").WithStatus(404)
		}
	}
	if !resource.HasGroup(snap, r.Account, in.ResourceGroupID) {
		return nil, noGroup()
	}
	err = s.DB.Update(c.Context, func(tx *state.Tx) error {
		made, err = once.Do(tx, func() ([]ecs.Key, error) {
			if state.DefaultVPCs.Count(tx, state.Scope(r.Account, c.Region.Code)) > 0 {
				return nil, api.Errorf(api.CodeOperationDenied, "The region has a default VPC already.").WithStatus(400)
			}
			if err := fits(tx, c, r); err != nil {
				return nil, err
			}
			row := *r
			var ok bool
			if row.ResourceGroup, ok = resource.Group(tx, r.Account, in.ResourceGroupID); !ok {
				return nil, noGroup()
			}
			keys := []ecs.Key{put(tx, c, &row, action.Flag(in.EnableIPv6))}
			if !action.Flag(in.EnableDefaultVSwitch) {
				return keys, nil
			}
			for _, z := range in.ZoneID {
				w, err := network.DefaultVSwitch(tx, keys[0], z)
				if err != nil {
					return nil, err
				}
				keys = append(keys, w)
			}
			return keys, nil
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	return s.createdDefault(made), nil
}

func (s *Service) createdDefault(made []ecs.Key) *api.CreateDefaultVpcResponse {
	snap := s.DB.Snapshot()
	vpc := created(made[0])
	out := &api.CreateDefaultVpcResponse{VPCID: vpc.VPCID, VRouterID: vpc.VRouterID, RouteTableID: vpc.RouteTableID}
	for _, k := range made[1:] {
		if w, ok := state.VSwitches.Get(snap, k); ok {
			out.DefaultVSwitchs = append(out.DefaultVSwitchs, api.CreateDefaultVpcDefaultVSwitchs{VSwitchID: ecs.ID(ecs.KindVSwitch, k), ZoneID: snap.Str(w.Zone)})
		}
	}
	return out
}
