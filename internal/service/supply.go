package service

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/billing"
	"github.com/openecs/openecs/internal/model/compute"
	"github.com/openecs/openecs/internal/model/supply"
	"github.com/openecs/openecs/internal/state"
)

// Stock is how many instances of a type a zone has room for, and how many there
// are.
type Stock struct {
	Zone, Type string
	Stock      int64
	Held       int64
}

// Stocks are all that are bounded, by zone and type.
func (s *Service) Stocks() []Stock {
	v := s.DB.Snapshot()
	list := []Stock{}
	for _, r := range state.Stocks.Ascend(v, 0, 0) {
		list = append(list, Stock{v.Str(r.Zone), v.Str(r.Type), r.N, state.Held.Of(v, state.StockUse(r.Zone, r.Type))})
	}
	slices.SortFunc(list, func(a, b Stock) int { return cmp.Or(cmp.Compare(a.Zone, b.Zone), cmp.Compare(a.Type, b.Type)) })
	return list
}

// SetStocks bounds zones, all or none: of each entry Zone, Type and Stock count, and
// a Stock below 0 takes the bound away. What is no good is a Refusal.
func (s *Service) SetStocks(ctx context.Context, list []Stock) error {
	if err := CheckStocks(s.catalog, list); err != nil {
		return err
	}
	return s.DB.Update(ctx, func(tx *state.Tx) error {
		for _, e := range list {
			supply.SetStock(tx, strings.Clone(e.Zone), strings.Clone(e.Type), e.Stock)
		}
		return nil
	})
}

// CheckStocks checks that the zones and types are in the catalogue: a Refusal.
func CheckStocks(cat *catalog.Catalog, list []Stock) error {
	for _, e := range list {
		if _, ok := cat.Zone(e.Zone); !ok {
			return Refusal("There is no zone " + strconv.Quote(e.Zone) + ".")
		}
		if _, ok := cat.Type(e.Type); !ok {
			return Refusal("There is no instance type " + strconv.Quote(e.Type) + ".")
		}
		if !cat.TypeInZone(e.Type, e.Zone) {
			return Refusal("The zone " + e.Zone + " does not sell the instance type " + e.Type + ".")
		}
	}
	return nil
}

// Quota is how much of something an account may have in a place, and has. Limit
// is of each region where Place is empty, and nothing is said of Used then.
type Quota struct {
	Quota string
	Place string
	Limit int64
	Used  *int64 `json:",omitempty"`
}

// Quotas are the limits of an account: those of each region, and then those of
// places that have their own, with what is used there.
func (s *Service) Quotas(account uint64) ([]Quota, error) {
	v := s.DB.Snapshot()
	if _, ok := billing.Find(v, account); !ok {
		return nil, noAccount(account)
	}
	var list []Quota
	for i := range ecs.QuotaNames {
		q := ecs.Quota(i)
		list = append(list, Quota{Quota: q.String(), Limit: supply.Limit(v, supply.Place{Account: account}, q)})
	}
	if r, ok := state.Quotas.Get(v, ecs.AccountKey(account)); ok {
		for _, l := range r.Limits {
			if l.Place == 0 {
				continue
			}
			place, zone := v.Str(l.Place), ecs.Sym(0)
			region, ok := s.catalog.Region(place)
			if !ok {
				z, ok := s.catalog.Zone(place)
				if !ok {
					continue // of an earlier catalogue
				}
				region, zone = z.Region, l.Place
			}
			used := supply.Used(v, account, region.Code, zone, l.Quota)
			list = append(list, Quota{l.Quota.String(), place, l.Limit, &used})
		}
	}
	return list, nil
}

// SetQuota sets a limit of an account, in each region, in one or in a zone; below 0
// it is as if it had not been set. What is no good is a Refusal.
func (s *Service) SetQuota(ctx context.Context, account uint64, name, place string, limit int64) error {
	q, ok := ecs.ParseQuota(name)
	if !ok {
		return Refusal("There is no quota " + strconv.Quote(name) + "; there are " + strings.Join(ecs.QuotaNames[:], ", ") + ".")
	}
	_, region := s.catalog.Region(place)
	_, zone := s.catalog.Zone(place)
	if place != "" && !region && !zone {
		return Refusal(strconv.Quote(place) + " is neither a region nor a zone.")
	}
	place = strings.Clone(place)
	return s.DB.Update(ctx, func(tx *state.Tx) error {
		if _, ok := billing.Find(tx, account); !ok {
			return noAccount(account)
		}
		supply.SetLimit(tx, account, q, place, limit)
		return nil
	})
}

func noAccount(account uint64) error {
	return Refusal("There is no account " + strconv.FormatUint(account, 10) + " here.")
}

// InterruptSpot has a spot instance interrupted, in whatever account, and tells
// when it will be locked: at once, or when its protection ends. What is no spot
// instance that runs is a Refusal.
func (s *Service) InterruptSpot(ctx context.Context, id string) (at time.Time, err error) {
	k, ok := ecs.ParseID(ecs.KindInstance, id)
	if ok {
		market := compute.Spot{Prices: s.prices, Catalog: s.catalog}
		err = s.DB.Update(ctx, func(tx *state.Tx) error {
			at, ok = market.InterruptSpot(tx, k)
			return nil
		})
	}
	if err == nil && !ok {
		err = Refusal(strconv.Quote(id) + " is no spot instance that can be interrupted.")
	}
	return at, err
}
