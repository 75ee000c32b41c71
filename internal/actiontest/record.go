package actiontest

import (
	"context"
	"iter"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
	"github.com/openecs/openecs/internal/store"
)

// Stored is all that the service has in its store.
func (s *Service) Stored() iter.Seq2[store.Change, error] {
	_, rows := s.store.Load(context.Background())
	return rows
}

// See is an instance as DescribeInstances shows it to Client, in the instance's own region; nil when it is gone.
func (s *Service) See(id string) *api.DescribeInstancesInstance {
	s.T.Helper()
	i, err := s.Client.FindInstance(context.Background(), s.Region(id), id)
	s.must(err)
	return i
}

// Region is where an instance is.
func (s *Service) Region(id string) string {
	s.T.Helper()
	region, ok := s.Catalog.RegionByCode(s.Key(ecs.KindInstance, id).Region())
	if !ok {
		s.T.Fatalf("%s is in no region", id)
	}
	return region.ID
}

// Status is the state that See shows an instance in, "gone" for none.
func (s *Service) Status(id string) string {
	s.T.Helper()
	if i := s.See(id); i != nil {
		return i.Status
	}
	return "gone"
}

// Want ends the test unless an instance is in that state; "gone" is that it is not there any more.
func (s *Service) Want(id, status string) {
	s.T.Helper()
	if got := s.Status(id); got != status {
		s.T.Fatalf("%s is %s, want %s", id, got, status)
	}
}

// Key is the key of the row that an identifier names.
func (s *Service) Key(kind ecs.Kind, id string) ecs.Key {
	s.T.Helper()
	k, ok := ecs.ParseID(kind, id)
	if !ok {
		s.T.Fatalf("%q is no identifier of kind %q", id, kind)
	}
	return k
}

// anyKey is the key of the row that an identifier of whatever the engine works on names.
func (s *Service) anyKey(id string) ecs.Key {
	s.T.Helper()
	for _, kind := range []ecs.Kind{ecs.KindInstance, ecs.KindDisk, ecs.KindSnapshot, ecs.KindImage, ecs.KindNetworkInterface,
		ecs.KindEIP, ecs.KindNATGateway, ecs.KindSNATEntry, ecs.KindForwardEntry} {
		if k, ok := ecs.ParseID(kind, id); ok {
			return k
		}
	}
	s.T.Fatalf("%q is no identifier of what an engine works on", id)
	return 0
}

// Record is a copy of the row of a table that an identifier names: Record(s, state.Instances, id).
func Record[R any](s *Service, table *state.Table[R], id string) R {
	s.T.Helper()
	r, ok := table.Get(s.DB().Snapshot(), s.Key(ecs.Kind(table.Code()), id))
	if !ok {
		s.T.Fatalf("%s has no record", id)
	}
	return *r
}

// Edit changes such a row behind the actions' back, for what no action can bring about.
func Edit[R any](s *Service, table *state.Table[R], id string, change func(*R)) {
	s.T.Helper()
	k := s.Key(ecs.Kind(table.Code()), id)
	s.Update(func(tx *state.Tx) {
		r, ok := table.Get(tx, k)
		if !ok {
			s.T.Errorf("%s has no record", id)
			return
		}
		next := *r
		change(&next)
		table.Put(tx, k, &next)
	})
}

// Update is Edit for several rows, or for new ones.
func (s *Service) Update(change func(tx *state.Tx)) {
	s.T.Helper()
	s.must(s.DB().Update(context.Background(), func(tx *state.Tx) error {
		change(tx)
		return nil
	}))
}

// NothingLeft fails the test when a machine, or a row that instances are made of, is still there: a scenario that takes
// snapshots or makes images deletes them before.
func (s *Service) NothingLeft() {
	s.T.Helper()
	if n := s.Sim.Len(); n != 0 {
		s.T.Errorf("%d machines are left", n)
	}
	v := s.DB().Snapshot()
	for name, n := range map[string]int{
		"instances": state.Instances.Len(v), "disks": state.Disks.Len(v), "interfaces": state.Interfaces.Len(v), "secrets": state.Secrets.Len(v),
		"instance options": state.InstanceOptions.Len(v), "spots": state.Spots.Len(v), "snapshots": state.Snapshots.Len(v), "images": state.Images.Len(v),
	} {
		if n != 0 {
			s.T.Errorf("%d %s are left", n, name)
		}
	}
}

// PayOrder pays an order of Client's account that was left unpaid, as the operator does.
func (s *Service) PayOrder(number string) error {
	return s.svc.PayOrder(context.Background(), Account, number)
}
