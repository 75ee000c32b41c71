package havip

import (
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/model/tag"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "CreateHaVip", (*Service).CreateHaVip)

// CreateHaVip takes an address of a vSwitch: the one asked for, or a free one.
func (s *Service) CreateHaVip(c *action.Call, in *api.CreateHaVipRequest) (*api.CreateHaVipResponse, error) {
	once, err := c.Once(in.ClientToken, nil)
	if err != nil {
		return nil, err
	}
	if err := checkText(in.Name, in.Description); err != nil {
		return nil, err
	}
	if err := network.CheckTags(in.Tag); err != nil {
		return nil, err
	}
	var want ecs.IPv4
	if in.IPAddress != "" {
		var ok bool
		if want, ok = ecs.ParseIPv4(in.IPAddress); !ok {
			return nil, api.Errorf(api.CodeInvalidIPAddressMalformed, "The specified IpAddress is no IPv4 address.")
		}
	}
	var made ecs.Key
	err = s.DB.Update(c.Context, func(tx *state.Tx) error {
		made, err = once.DoOne(tx, func() (ecs.Key, error) { return write(c, tx, in, want) })
		return err
	})
	if err != nil {
		return nil, err
	}
	out := &api.CreateHaVipResponse{HaVipID: ecs.ID(ecs.KindHaVip, made)}
	if h, ok := state.HaVips.Get(s.DB.Snapshot(), made); ok {
		out.IPAddress = h.IP.String()
	}
	return out, nil
}

func write(c *action.Call, tx *state.Tx, in *api.CreateHaVipRequest, want ecs.IPv4) (ecs.Key, error) {
	w, vswitch, err := action.VSwitch(c, tx, in.VSwitchID)
	if err != nil {
		return 0, api.Errorf(api.CodeInvalidVSwitchNotFound, "The specified VSwitch does not exist in the specified region.").WithStatus(404)
	}
	h := &ecs.HaVip{
		Account: c.Caller.Account, VPC: vswitch.VPC, VSwitch: w, Name: strings.Clone(in.Name), Description: strings.Clone(in.Description),
		Created: tx.Now().Unix(), Phase: ecs.PhaseCreating,
	}
	var ok bool
	if h.ResourceGroup, ok = resource.Group(tx, h.Account, in.ResourceGroupID); !ok {
		return 0, api.Errorf(api.CodeInvalidResourceGroupId, "The specified ResourceGroupId does not exist.").WithStatus(400)
	}
	if state.HaVipsByAccount.Count(tx, state.Scope(h.Account, w.Region())) >= ecs.MaxHaVips {
		return 0, api.Errorf(api.CodeQuotaExceededHaVip, "The account has as many HaVips as it can have in the region.")
	}
	switch h.IP, err = network.TakeAddress(tx, w, vswitch.Prefix, want); {
	case err == nil:
	case want == 0:
		return 0, err
	case !vswitch.Prefix.Contains(want):
		return 0, api.Errorf(api.CodeInvalidIPAddressOutOfRange, "The specified IpAddress is outside of the vSwitch's CIDR block.")
	case !vswitch.Prefix.Usable(want):
		return 0, api.Errorf(api.CodeInvalidIPAddressNotAvailable, "The specified IpAddress is reserved by the system.")
	default:
		return 0, api.Errorf(api.CodeInvalidIPAddressAlreadyUsed, "The specified IpAddress is used by another resource.")
	}
	h.Tags = tag.Store(tx, in.Tag)
	k := tx.NewKey(w.Region())
	state.HaVips.Put(tx, k, h)
	network.Pass(tx, k)
	return k, nil
}
