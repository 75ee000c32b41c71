package durability

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/client"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
	"github.com/openecs/openecs/internal/store"
	"github.com/openecs/openecs/internal/store/pebble"
)

// deliveryEnv says when a child dies of a delivery to an auto provisioning group:
// "before" it is in the store, or "after", when nobody has been told.
const deliveryEnv = "OPENECS_DURABILITY_DELIVERY"

// deadly is a store that ends the process in the middle of the first batch that
// writes an auto provisioning group while the file arm exists.
type deadly struct {
	store.Store
	arm, when string
}

type deadlyTerm struct {
	store.Term
	s deadly
}

func openDeadly(dir, when string) (store.Store, error) {
	st, err := pebble.Open(filepath.Join(dir, "store"), pebble.Options{})
	if err != nil {
		return nil, err
	}
	return deadly{st, armOf(dir), when}, nil
}

func armOf(dir string) string { return filepath.Join(dir, "armed") }

func (s deadly) Campaign(ctx context.Context, addr string) (store.Term, error) {
	t, err := s.Store.Campaign(ctx, addr)
	if err != nil {
		return nil, err
	}
	return deadlyTerm{t, s}, nil
}

func (t deadlyTerm) Commit(ctx context.Context, b store.Batch) error {
	if !t.s.fatal(b) {
		return t.Term.Commit(ctx, b)
	}
	if t.s.when == "after" {
		if err := t.Term.Commit(ctx, b); err != nil {
			panic(err)
		}
	}
	p, err := os.FindProcess(os.Getpid())
	if err == nil {
		err = p.Kill()
	}
	panic(err) // not reached: nothing outlives the kill
}

func (s deadly) fatal(b store.Batch) bool {
	if _, err := os.Stat(s.arm); err != nil {
		return false
	}
	for _, c := range b.Changes {
		if len(c.Key) > 0 && c.Key[0] == byte(ecs.KindProvisioning) {
			return true
		}
	}
	return false
}

// TestKillInDelivery kills a server in the middle of the delivery to a group that
// keeps its capacity: after the restart the group has it, and every instance was
// made once.
func TestKillInDelivery(t *testing.T) {
	for _, when := range []string{"before", "after"} {
		t.Run(when, func(t *testing.T) {
			t.Parallel() // a group waits 10 s between two deliveries
			killInDelivery(t, when)
		})
	}
}

func killInDelivery(t *testing.T, when string) {
	const capacity = 40
	dir, ctx := t.TempDir(), context.Background()
	s := startServer(t, dir, deliveryEnv+"="+when)
	group, vswitch := makeNetwork(t, s.client)
	in := &api.CreateAutoProvisioningGroupRequest{
		RegionID: "cn-hangzhou", AutoProvisioningGroupType: "maintain", TotalTargetCapacity: strconv.Itoa(capacity), PayAsYouGoTargetCapacity: strconv.Itoa(capacity),
		LaunchTemplateConfig: []api.CreateAutoProvisioningGroupRequestLaunchTemplateConfig{{InstanceType: "ecs.g7.large", VSwitchID: vswitch}},
	}
	in.LaunchConfiguration.ImageID, in.LaunchConfiguration.SecurityGroupID = "aliyun_3_x64_20G_alibase_20240819.vhd", group
	in.LaunchConfiguration.SystemDiskCategory = "cloud_essd"
	made, err := s.client.CreateAutoProvisioningGroup(ctx, in)
	if err != nil {
		t.Fatal(err)
	}
	id := made.AutoProvisioningGroupID
	members := func(c *client.Client) []api.DescribeAutoProvisioningGroupInstancesInstance {
		out, err := c.DescribeAutoProvisioningGroupInstances(ctx, &api.DescribeAutoProvisioningGroupInstancesRequest{
			RegionID: "cn-hangzhou", AutoProvisioningGroupID: id, PageSize: new(100),
		})
		if err != nil {
			return nil
		}
		return out.Instances.Instance
	}
	first := members(s.client)
	if len(first) != capacity {
		t.Fatalf("%d members at first", len(first))
	}
	for _, m := range first {
		for began := time.Now(); time.Since(began) < 10*time.Second; time.Sleep(5 * time.Millisecond) {
			_, err = s.client.DeleteInstance(ctx, &api.DeleteInstanceRequest{InstanceID: m.InstanceID, Force: new(true)})
			if e, ok := errors.AsType[*api.Error](err); !ok || e.Status != 403 { // 403: it is still being made or started
				break
			}
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(armOf(dir), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	dead := make(chan error, 1)
	go func() { dead <- s.cmd.Wait() }()
	select {
	case <-dead:
		s.stdin.Close()
		s.client.CloseIdle()
	case <-time.After(time.Minute):
		s.kill()
		t.Fatal("nothing was delivered")
	}
	present, err := membersStored(t, dir, id)
	if want := map[string]int{"before": 0, "after": capacity}[when]; err != nil || len(present) != want {
		t.Fatalf("%d members after the kill, want %d; %v", len(present), want, err)
	}

	s = startServer(t, dir)
	for began := time.Now(); len(members(s.client)) < capacity && time.Since(began) < time.Minute; {
		time.Sleep(20 * time.Millisecond)
	}
	time.Sleep(200 * time.Millisecond) // for what would come twice
	s.kill()
	if present, err = membersStored(t, dir, id); err != nil || len(present) != capacity {
		t.Fatalf("%d members in the end, want %d; %v", len(present), capacity, err)
	}
}

// membersStored are the instances of a group in a store that no server has open.
// An error says that a record is not whole, or that the group's history and its
// instances disagree.
func membersStored(t *testing.T, dir, id string) (present []ecs.Key, err error) {
	t.Helper()
	st, err := pebble.Open(filepath.Join(dir, "store"), pebble.Options{})
	if err != nil {
		return nil, err
	}
	defer st.Close()
	db := openState(t, st)
	defer db.Close(context.Background())
	v := db.Snapshot()
	if err := checkWhole(v); err != nil {
		return nil, err
	}
	k, _ := ecs.ParseID(ecs.KindProvisioning, id)
	for i, r := range state.InstancesByProvisioning.Ascend(v, uint64(k), 0) {
		if !r.Want.Deleted {
			present = append(present, i)
		}
	}
	g, ok := state.ProvisioningGroups.Get(v, k)
	if !ok {
		return nil, errors.New("the group is gone")
	}
	told := map[ecs.Key]bool{}
	for _, h := range g.History {
		for _, l := range h.Launches {
			for _, i := range l.Instances {
				if told[i] {
					return nil, errors.New("the history tells of an instance twice")
				}
				told[i] = true
			}
		}
	}
	if len(told) != len(present) {
		return nil, errors.New("the history tells of other instances than there are")
	}
	for _, i := range present {
		if !told[i] {
			return nil, errors.New("the history does not tell of " + ecs.ID(ecs.KindInstance, i))
		}
	}
	return present, nil
}
