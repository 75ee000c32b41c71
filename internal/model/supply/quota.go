// Package supply is how much there is and how much of it an account may have: the
// stock of the zones and the quotas of the accounts. What is taken is summed by the
// tables themselves (state.Held, state.Used), so that nothing here is to be told of
// an instance that comes, stops or goes.
package supply

import (
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// Place is whose quota is meant, and where.
type Place struct {
	Account uint64
	Code    uint8   // of the region
	Region  ecs.Sym // its name; 0: no limit names it
	Zone    ecs.Sym
}

// At is a place by its names.
func At(v state.View, account uint64, code uint8, region, zone string) Place {
	p := Place{Account: account, Code: code}
	p.Region, _ = state.LookupSym(v, region)
	p.Zone, _ = state.LookupSym(v, zone)
	return p
}

// Exceeds reports whether n more of a quota is more than the account may have, in
// the region or in the zone.
func Exceeds(v state.View, p Place, q ecs.Quota, n int64) bool {
	if n <= 0 {
		return false
	}
	if n > Limit(v, p, q)-Used(v, p.Account, p.Code, 0, q) {
		return true
	}
	limit, ok := ZoneLimit(v, p, q)
	return ok && n > limit-Used(v, p.Account, p.Code, p.Zone, q)
}

// Limit is how much an account may have in a region.
func Limit(v state.View, p Place, q ecs.Quota) int64 {
	if n, ok := limit(v, p.Account, q, p.Region); ok && p.Region != 0 {
		return n
	}
	if n, ok := limit(v, p.Account, q, 0); ok {
		return n
	}
	return q.DefaultLimit()
}

// ZoneLimit is how much an account may have in a zone, if that has a limit.
func ZoneLimit(v state.View, p Place, q ecs.Quota) (int64, bool) {
	if p.Zone == 0 {
		return 0, false
	}
	return limit(v, p.Account, q, p.Zone)
}

func limit(v state.View, account uint64, q ecs.Quota, place ecs.Sym) (int64, bool) {
	r, ok := state.Quotas.Get(v, ecs.AccountKey(account))
	if !ok {
		return 0, false
	}
	for _, l := range r.Limits {
		if l.Quota == q && l.Place == place {
			return l.Limit, true
		}
	}
	return 0, false
}

// Used is how much an account has in a region, or with a zone in that.
func Used(v state.View, account uint64, region uint8, zone ecs.Sym, q ecs.Quota) int64 {
	key := state.QuotaUse(account, region, zone, q)
	if q == ecs.QuotaDisks {
		return state.UsedDisks.Of(v, key)
	}
	return state.Used.Of(v, key)
}

// SetLimit sets a limit of an account; below 0 it is the default again. place is a
// region, a zone, or "" for each region that has no limit of its own. What the
// account has beyond it stays.
func SetLimit(tx *state.Tx, account uint64, q ecs.Quota, place string, n int64) {
	k := ecs.AccountKey(account)
	next := ecs.Quotas{}
	sym := tx.Sym(place)
	if r, ok := state.Quotas.Get(tx, k); ok {
		for _, l := range r.Limits {
			if l.Quota != q || l.Place != sym {
				next.Limits = append(next.Limits, l)
			}
		}
	}
	if n >= 0 {
		next.Limits = append(next.Limits, ecs.QuotaLimit{Quota: q, Place: sym, Limit: n})
	}
	if len(next.Limits) == 0 {
		state.Quotas.Delete(tx, k)
		return
	}
	state.Quotas.Put(tx, k, &next)
}
