package durability

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/client"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/node"
	"github.com/openecs/openecs/internal/state"
	"github.com/openecs/openecs/internal/store"
	"github.com/openecs/openecs/internal/store/pebble"
)

var (
	kills = flag.Int("kills", 5, "how many times TestKill kills the server")
	long  = flag.Bool("long", false, "a thousand kills")
)

const childEnv = "OPENECS_DURABILITY_CHILD"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childEnv); dir != "" {
		if err := child(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// child is the server that is killed: a node on a data directory, with the key
// of this test. It ends with its standard input at the latest.
func child(dir string) error {
	o := node.Options{
		DataDir: dir, AccessKeyID: "kill", AccessKeySecret: "kill-secret", Log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})),
	}
	if when := os.Getenv(deliveryEnv); when != "" {
		o.OpenStore = func() (store.Store, error) { return openDeadly(dir, when) }
	}
	n, err := node.Open(context.Background(), o)
	if err != nil {
		return err
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	go func() {
		io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	json.NewEncoder(os.Stdout).Encode(n.Announcement(ln.Addr()))
	return n.Serve(ln)
}

// server is a running child.
type server struct {
	cmd      *exec.Cmd
	client   *client.Client
	endpoint string
	stdin    io.Closer
}

func startServer(t *testing.T, dir string, env ...string) *server {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(append(os.Environ(), childEnv+"="+dir), env...)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err != nil {
		cmd.Process.Kill()
		cmd.Wait()
		t.Fatalf("the server did not start: %v", err)
	}
	var at node.Announcement
	if err := json.Unmarshal(line, &at); err != nil {
		t.Fatal(err)
	}
	c, err := client.New(client.Config{
		Endpoint: at.Endpoint, Region: "cn-hangzhou", AccessKeyID: "kill", AccessKeySecret: "kill-secret", Retry: client.Retry{Attempts: 1},
	})
	if err != nil {
		t.Fatal(err)
	}
	return &server{cmd, c, at.Endpoint, in}
}

// kill ends the server as a power cut would end its process.
func (s *server) kill() {
	s.cmd.Process.Kill()
	s.cmd.Wait()
	s.stdin.Close()
	s.client.CloseIdle()
}

// journal is what the server has acknowledged.
type journal struct {
	mu      sync.Mutex
	created []string
	started map[string]bool
	deleted map[string]bool
	asked   map[string]bool // to be deleted; whether it was is known only if it is in deleted
}

func (j *journal) do(f func()) {
	j.mu.Lock()
	defer j.mu.Unlock()
	f()
}

// TestKill kills a server again and again while eight clients write, and finds
// everything that was acknowledged after each restart.
func TestKill(t *testing.T) {
	rounds := *kills
	if *long {
		rounds = 1000
	}
	dir := t.TempDir()
	j := &journal{started: map[string]bool{}, deleted: map[string]bool{}, asked: map[string]bool{}}
	var group, vswitch string
	acknowledged := 0
	for round := range rounds {
		s := startServer(t, dir)
		if round == 0 {
			group, vswitch = makeNetwork(t, s.client)
		}
		ctx, cancel := context.WithCancel(context.Background())
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() { write(ctx, s.client, j, group, vswitch) })
		}
		time.Sleep(time.Duration(5+rand.IntN(60)) * time.Millisecond)
		s.kill()
		cancel()
		wg.Wait()
		acknowledged = j.check(t, dir, round)
		if t.Failed() {
			return
		}
	}
	t.Logf("%d kills, %d acknowledged creations, all there", rounds, acknowledged)
	if acknowledged < rounds/4 {
		t.Errorf("only %d creations were acknowledged in %d rounds: the test shows too little", acknowledged, rounds)
	}
}

func makeNetwork(t *testing.T, c *client.Client) (group, vswitch string) {
	t.Helper()
	ctx := context.Background()
	vpc, err := c.CreateVpc(ctx, &api.CreateVpcRequest{RegionID: "cn-hangzhou", CidrBlock: "10.0.0.0/8"})
	if err != nil {
		t.Fatal(err)
	}
	w, err := c.CreateVSwitch(ctx, &api.CreateVSwitchRequest{RegionID: "cn-hangzhou", VPCID: vpc.VPCID, ZoneID: "cn-hangzhou-h", CidrBlock: "10.0.0.0/16"})
	if err != nil {
		t.Fatal(err)
	}
	g, err := c.CreateSecurityGroup(ctx, &api.CreateSecurityGroupRequest{RegionID: "cn-hangzhou", VPCID: vpc.VPCID, SecurityGroupType: "enterprise"})
	if err != nil {
		t.Fatal(err)
	}
	return g.SecurityGroupID, w.VSwitchID
}

// write creates, starts and deletes instances until the server is gone.
func write(ctx context.Context, c *client.Client, j *journal, group, vswitch string) {
	for ctx.Err() == nil {
		made, err := c.CreateInstance(ctx, &api.CreateInstanceRequest{
			RegionID: "cn-hangzhou", InstanceType: "ecs.g7.large", ImageID: "aliyun_3_x64_20G_alibase_20240819.vhd",
			SecurityGroupID: group, VSwitchID: vswitch, SystemDisk: api.CreateInstanceRequestSystemDisk{Category: "cloud_essd"},
		})
		if err != nil {
			if e, ok := errors.AsType[*api.Error](err); ok && e.Code == api.CodeQuotaExceededPrivateIpAddress {
				return // a long run fills the vSwitch
			}
			if e, ok := errors.AsType[*api.Error](err); ok && e.Status < 500 {
				panic(fmt.Sprintf("refused: %v", e)) // a mistake of the test
			}
			return
		}
		j.do(func() { j.created = append(j.created, made.InstanceID) })
		old := ""
		j.do(func() { old = j.created[rand.IntN(len(j.created))] })
		switch rand.IntN(4) {
		case 0:
			if _, err := c.StartInstance(ctx, &api.StartInstanceRequest{InstanceID: old}); err == nil {
				j.do(func() { j.started[old] = true })
			}
		case 1, 2:
			j.do(func() { j.asked[old] = true })
			if _, err := c.DeleteInstance(ctx, &api.DeleteInstanceRequest{InstanceID: old, Force: new(true)}); err == nil {
				j.do(func() { j.deleted[old] = true })
			}
		}
	}
}

// check opens the data directory as the next start would.
func (j *journal) check(t *testing.T, dir string, round int) int {
	t.Helper()
	st, err := pebble.Open(filepath.Join(dir, "store"), pebble.Options{})
	if err != nil {
		t.Fatalf("round %d: %v", round, err)
	}
	defer st.Close()
	db := openState(t, st)
	defer db.Close(context.Background())
	v := db.Snapshot()
	if err := checkWhole(v); err != nil {
		t.Errorf("round %d: %v", round, err)
	}
	for _, id := range j.created {
		k, _ := ecs.ParseID(ecs.KindInstance, id)
		r, ok := state.Instances.Get(v, k)
		switch {
		case j.deleted[id]:
			if ok && !r.Want.Deleted {
				t.Errorf("round %d: %s was deleted, and is back", round, id)
			}
		case !ok && j.asked[id]:
		case !ok:
			t.Errorf("round %d: %s was acknowledged, and is gone", round, id)
		case j.started[id] && r.Want.Gen == 0:
			t.Errorf("round %d: %s was started, and is as if not", round, id)
		}
	}
	return len(j.created)
}
