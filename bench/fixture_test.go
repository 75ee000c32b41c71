package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/openecs/openecs/internal/node"
	"github.com/openecs/openecs/internal/state"
)

// network is where instances go. A security group holds 2,000 members and a
// vSwitch of 2^12 4,092 addresses, so there are many of both.
type network struct{ VSwitches, Groups []string }

const perNetwork = 2000

// place is the parameters of a create request for the i-th instance.
func (w *network) place(i int) []string {
	g := i / perNetwork % len(w.Groups)
	return []string{
		"InstanceType", "ecs.g7.large", "ImageId", "aliyun_3_x64_20G_alibase_20240819.vhd", "SystemDisk.Category", "cloud_essd",
		"SecurityGroupId", w.Groups[g], "VSwitchId", w.VSwitches[g],
	}
}

func makeNetwork(tb testing.TB, n target, instances int) *network {
	tb.Helper()
	id := func(body []byte, name string) string {
		var m map[string]any
		must(tb, json.Unmarshal(body, &m))
		s, ok := m[name].(string)
		if !ok {
			tb.Fatalf("no %s in %s", name, body)
		}
		return s
	}
	w := new(network)
	vpc := id(call(tb, n, "CreateVpc", "CidrBlock", "10.0.0.0/8"), "VpcId")
	for i := range (instances + perNetwork - 1) / perNetwork {
		cidr := fmt.Sprintf("10.%d.%d.0/20", i/16, i%16*16)
		w.VSwitches = append(w.VSwitches, id(call(tb, n, "CreateVSwitch", "VpcId", vpc, "ZoneId", "cn-hangzhou-h", "CidrBlock", cidr), "VSwitchId"))
		w.Groups = append(w.Groups, id(call(tb, n, "CreateSecurityGroup", "VpcId", vpc), "SecurityGroupId"))
	}
	return w
}

// fixture is a data directory with instances, all settled, and no process in it.
type fixture struct {
	dir       string
	n         int
	instances []string
}

var fixtures = &fixtureSet{made: map[int]*fixture{}}

type fixtureSet struct {
	mu   sync.Mutex
	dirs []string
	made map[int]*fixture
}

func (s *fixtureSet) temp(tb testing.TB) string {
	tb.Helper()
	dir, err := os.MkdirTemp("", "openecs-bench-")
	must(tb, err)
	s.dirs = append(s.dirs, dir)
	return dir
}

func (s *fixtureSet) remove() {
	for _, d := range s.dirs {
		os.RemoveAll(d)
	}
}

// get makes a fixture, or returns the one made before. Every instance is made
// by a CreateInstance of its own, with a token.
func (s *fixtureSet) get(tb testing.TB, n int) *fixture {
	tb.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if f := s.made[n]; f != nil {
		return f
	}
	f := &fixture{dir: s.temp(tb), n: n}
	node, err := node.Open(context.Background(), node.Options{DataDir: f.dir})
	must(tb, err)
	net := makeNetwork(tb, targetOf(node), max(n, 1))
	create(tb, targetOf(node), net, n)
	settle(tb, node.Service.DB)
	for k := range state.Instances.Ascend(node.Service.DB.Snapshot(), 0, 0) {
		f.instances = append(f.instances, instanceID(k))
	}
	must(tb, node.Close())
	s.made[n] = f
	return f
}

// create makes n instances in process.
func create(tb testing.TB, n target, w *network, count int) {
	tb.Helper()
	var next atomic.Int64
	var wg sync.WaitGroup
	for range 64 {
		wg.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= count || tb.Failed() {
					return
				}
				call(tb, n, "CreateInstance", append(w.place(i), "ClientToken", fmt.Sprintf("fixture-%028d", i))...)
			}
		})
	}
	wg.Wait()
}

func settle(tb testing.TB, db *state.DB) {
	tb.Helper()
	for end := time.Now().Add(time.Minute); unsettled(db) > 0; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			tb.Fatal("instances are still changing")
		}
	}
}

// copied is a copy of the fixture that may be written to.
func (f *fixture) copied(tb testing.TB) string {
	tb.Helper()
	dir := filepath.Join(fixtures.temp(tb), "data")
	if out, err := exec.Command("cp", "-r", f.dir, dir).CombinedOutput(); err != nil {
		tb.Fatalf("%v: %s", err, out)
	}
	return dir
}
