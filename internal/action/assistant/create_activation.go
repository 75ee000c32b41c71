package assistant

import (
	"crypto/rand"
	"net/netip"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/model/tag"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "CreateActivation", (*Service).CreateActivation)

// CreateActivation makes an activation. Its code is shown here and nowhere else.
// Nothing can register with it: the agent of managed instances speaks to the real
// service only.
func (s *Service) CreateActivation(c *action.Call, in *api.CreateActivationRequest) (*api.CreateActivationResponse, error) {
	rec, err := newActivation(in)
	if err != nil {
		return nil, err
	}
	rec.Account = c.Caller.Account
	if !resource.HasGroup(s.DB.Snapshot(), c.Caller.Account, in.ResourceGroupID) {
		return nil, noGroup()
	}
	once := once(c, in.ClientToken)
	out := &api.CreateActivationResponse{}
	return out, s.DB.Update(c.Context, func(tx *state.Tx) error {
		k, err := once.DoOne(tx, func() (ecs.Key, error) {
			if state.ActivationsByAccount.Count(tx, state.Scope(c.Caller.Account, c.RegionCode())) >= maxActivations {
				return 0, api.Errorf(api.CodeActivationCountExceedLimit, "The count of activation in current region exceeds the limit of %d.", maxActivations)
			}
			group, ok := resource.Group(tx, c.Caller.Account, in.ResourceGroupID)
			if !ok {
				return 0, noGroup()
			}
			k, rec := tx.NewKey(c.RegionCode()), *rec
			rec.Created, rec.ResourceGroup, rec.Tags = tx.Now().Unix(), group, tag.Store(tx, in.Tag)
			state.Activations.Put(tx, k, &rec)
			return k, nil
		})
		if err != nil {
			return err
		}
		out.ActivationID = ecs.ActivationID(k)
		if made, ok := state.Activations.Get(tx, k); ok {
			out.ActivationCode = made.Code
		}
		return nil
	})
}

var activationName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9._:-]*$`)

// newActivation checks a request and makes the record, as far as the request
// tells it.
func newActivation(in *api.CreateActivationRequest) (*ecs.Activation, error) {
	r := &ecs.Activation{
		Name: strings.Clone(in.InstanceName), Description: strings.Clone(in.Description), Range: strings.Clone(in.IPAddressRange),
		Instances: 10, Hours: 4, Code: "a-" + rand.Text(),
	}
	if in.InstanceCount != nil {
		if *in.InstanceCount < 1 || *in.InstanceCount > maxRegistered {
			return nil, api.Errorf(api.CodeActivationLimitationInvalid, "The specified parameter InstanceCount exceeds the limit of %d.", maxRegistered)
		}
		r.Instances = int32(*in.InstanceCount)
	}
	if in.TimeToLiveInHours != nil {
		if *in.TimeToLiveInHours < 1 || *in.TimeToLiveInHours > maxHours {
			return nil, api.Errorf(api.CodeActivationTTLExceedLimit, "The specified parameter TimeToLiveInHours exceeds the limit of %d.", maxHours)
		}
		r.Hours = *in.TimeToLiveInHours
	}
	switch n := utf8.RuneCountInString(in.InstanceName); {
	case in.InstanceName == "":
	case n < 2 || n > 50:
		return nil, api.Errorf(api.CodeInstanceNameExceedLimit, "Default instance name prefix length exceeds.")
	case !activationName.MatchString(in.InstanceName):
		return nil, api.Errorf(api.CodeInstanceNameInvalidPattern, "Default instance name prefix pattern invalid.")
	}
	if utf8.RuneCountInString(in.Description) > 100 {
		return nil, api.Errorf(api.CodeActivationDescExceedLimit, "Activation description length exceeds.")
	}
	if in.IPAddressRange != "" {
		_, notAddress := netip.ParseAddr(in.IPAddressRange)
		_, notPrefix := netip.ParsePrefix(in.IPAddressRange)
		if notAddress != nil && notPrefix != nil {
			return nil, api.Errorf(api.CodeAddressRangeInvalidPattern, "Address range should be ipv4 address or cidr.")
		}
	}
	if err := checkToken(in.ClientToken); err != nil {
		return nil, err
	}
	return r, checkTags(in.Tag)
}
