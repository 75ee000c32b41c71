package snapshot

import (
	"encoding/json"
	"slices"
	"strconv"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// maxPolicies is how many policies an account may have in a region.
const maxPolicies = 100

// maxPolicyRetention is how many days a policy may keep snapshots.
const maxPolicyRetention = 65536

func badPolicy(name string) error {
	return api.Errorf(api.CodeParameterInvalid, "The specified parameter %q is not valid.", name)
}

// findPolicy finds a policy of the caller's, or answers 404 ParameterInvalid, as
// documented for every action that names one.
func findPolicy(c *action.Call, v state.View, id string) (ecs.Key, *ecs.SnapshotPolicy, error) {
	k, p, ok := action.Find(c, v, state.SnapshotPolicies, ecs.KindSnapshotPolicy, policyAccount, id)
	if !ok {
		return 0, nil, badPolicy("AutoSnapshotPolicyId")
	}
	return k, p, nil
}

func policyAccount(p *ecs.SnapshotPolicy) uint64 { return p.Account }

// policyForm is what creating and changing a policy have in common.
type policyForm struct {
	name, hours, weekdays    string
	retention, copyRetention *int
	enableCopy               *bool
	regions                  string
	encrypted                *bool
	kmsKey                   string
	roles                    bool
}

// apply checks what is given and puts it into a record; what is not given stays.
// The zone of the copies is returned, for a symbol is made in a transaction.
func (s *Service) apply(c *action.Call, f *policyForm, p *ecs.SnapshotPolicy) (zone string, err error) {
	switch {
	case f.name != "" && !ecs.ValidName(f.name):
		return "", badPolicy("autoSnapshotPolicyName")
	case f.kmsKey != "":
		return "", api.Errorf(api.CodeInvalidParameterKMSKeyIdNotFound, "The specified KMSKeyId does not exist.").WithStatus(404)
	case f.roles:
		return "", api.Errorf(api.CodeUnsupportedOperationNotImplemented, "OpenECS does not support Arn of snapshots.")
	}
	if f.name != "" {
		p.Name = f.name
	}
	if f.hours != "" {
		bits, ok := set(f.hours, 0, 23)
		if !ok {
			return "", badPolicy("timePoints")
		}
		p.Hours = bits
	}
	if f.weekdays != "" {
		bits, ok := set(f.weekdays, 1, 7)
		if !ok {
			return "", badPolicy("repeatWeekdays")
		}
		p.Weekdays = uint8(bits)
	}
	if f.encrypted != nil {
		p.CopyEncrypted = *f.encrypted
	}
	for _, r := range [...]struct {
		name string
		in   *int
		out  *int32
	}{{"retentionDays", f.retention, &p.Retention}, {"CopiedSnapshotsRetentionDays", f.copyRetention, &p.CopyRetention}} {
		switch {
		case r.in == nil:
		case *r.in == -1:
			*r.out = 0
		case *r.in < 1 || *r.in > maxPolicyRetention:
			return "", badPolicy(r.name)
		default:
			*r.out = int32(*r.in)
		}
	}
	return s.copies(c, f, p)
}

// copies checks where a policy copies its snapshots to: one other region.
func (s *Service) copies(c *action.Call, f *policyForm, p *ecs.SnapshotPolicy) (zone string, err error) {
	if f.regions != "" {
		names, err := action.Strings("TargetCopyRegions", f.regions, 1)
		if err != nil || len(names) != 1 {
			return "", badPolicy("TargetCopyRegions")
		}
		to, ok := s.Catalog.Region(names[0])
		if !ok || to.Code == c.RegionCode() {
			return "", badPolicy("TargetCopyRegions")
		}
		z, ok := s.Catalog.DefaultZone(to.ID)
		if !ok {
			return "", badPolicy("TargetCopyRegions")
		}
		p.CopyRegion, zone = to.Code, z.ID
	}
	if f.enableCopy != nil {
		p.Copy = *f.enableCopy
	}
	if p.Copy && p.CopyRegion == 0 {
		return "", badPolicy("TargetCopyRegions")
	}
	return zone, nil
}

// set reads a JSON array of numbers, written as strings, from low to high: at
// least one, none twice.
func set(value string, low, high int) (bits uint32, ok bool) {
	names, err := action.Strings("", value, high-low+1)
	if err != nil || len(names) == 0 {
		return 0, false
	}
	for _, name := range names {
		n, err := strconv.Atoi(name)
		if err != nil || n < low || n > high || bits&(1<<n) != 0 {
			return 0, false
		}
		bits |= 1 << n
	}
	return bits, true
}

// showSet is a set as set reads it.
func showSet(bits uint32) string {
	names := []string{}
	for n := range 32 {
		if bits&(1<<n) != 0 {
			names = append(names, strconv.Itoa(n))
		}
	}
	b, _ := json.Marshal(names) // strings can always be encoded
	return string(b)
}

// showDays is a retention as policies show it: -1 is for ever.
func showDays(days int32) int {
	if days == 0 {
		return -1
	}
	return int(days)
}

// diskKeys finds the disks that a JSON array names: each must exist.
func diskKeys(c *action.Call, v state.View, list string) ([]ecs.Key, error) {
	names, err := action.Strings("diskIds", list, maxIDs)
	if err != nil || len(names) == 0 {
		return nil, badPolicy("diskIds")
	}
	var keys []ecs.Key
	for _, name := range names {
		k, _, err := findDisk(c, v, name)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(keys, k) {
			keys = append(keys, k)
		}
	}
	return keys, nil
}
