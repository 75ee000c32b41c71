package bench

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"testing"
	"time"

	"github.com/openecs/openecs/bench/floor"
	"github.com/openecs/openecs/internal/node"
	"github.com/openecs/openecs/internal/state"
)

// The servers run in a process of their own: this test binary, started again.
// Product and floor share that process, so that they meet the same heap, the
// same collector and the same neighbours; the client is in this one.
const childEnv = "OPENECS_BENCH_DATA"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childEnv); dir != "" {
		if err := serveChild(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	code := m.Run()
	fixtures.remove()
	os.Exit(code)
}

// hello is the child's first line.
type hello struct{ Product, Floor, Control, KeyID, Secret string }

// status is what the child says of itself.
type status struct {
	Stats     state.Stats
	Unsettled int
	Syncs     float64
	CPU       float64 // seconds the process has used
	Mallocs   uint64  // since it started
	Allocated uint64  // bytes, since it started
	Heap      uint64  // after forced collections, when asked for
	Objects   uint64
}

func serveChild(dir string) error {
	n, err := node.Open(context.Background(), node.Options{DataDir: dir})
	if err != nil {
		return err
	}
	defer n.Close()
	var lns [3]net.Listener
	for i := range lns {
		if lns[i], err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
			return err
		}
	}
	f := floor.New(n.Keys.AccessKeyID, n.Keys.AccessKeySecret, nil)
	go n.Serve(lns[0])
	go http.Serve(lns[1], f)
	go http.Serve(lns[2], control(n, f))
	h := hello{lns[0].Addr().String(), lns[1].Addr().String(), lns[2].Addr().String(), n.Keys.AccessKeyID, n.Keys.AccessKeySecret}
	if err := json.NewEncoder(os.Stdout).Encode(h); err != nil {
		return err
	}
	io.Copy(io.Discard, os.Stdin) // until the parent closes it or is gone
	return nil
}

// control lets the parent set the floor's answer and read the child's counters.
func control(n *node.Node, f *floor.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /body", func(w http.ResponseWriter, r *http.Request) { f.Body, _ = io.ReadAll(r.Body) })
	mux.HandleFunc("POST /profile", profile)
	mux.HandleFunc("GET /status", func(w http.ResponseWriter, r *http.Request) {
		json.NewEncoder(w).Encode(statusOf(n, r.URL.Query().Has("gc")))
	})
	return mux
}

func statusOf(n *node.Node, gc bool) (s status) {
	s.Stats = n.Service.DB.Stats()
	s.Unsettled = unsettled(n.Service.DB)
	s.Syncs = metric(n, "openecs_store_syncs_total")
	s.CPU = cpuSeconds()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	s.Mallocs, s.Allocated = m.Mallocs, m.TotalAlloc
	if gc {
		s.Heap, s.Objects = live()
	}
	return s
}

// unsettled counts the instances that are changing.
func unsettled(db *state.DB) (n int) {
	for range state.InstancesUnsettled.Keys(db.Snapshot(), 0, 0) {
		n++
	}
	return n
}

// live is what is reachable.
func live() (bytes, objects uint64) {
	for range 3 { // pools need two to empty
		runtime.GC()
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc, m.HeapObjects
}

// child is a server process under way.
type child struct {
	hello
	cmd   *exec.Cmd
	stdin io.Closer
	tb    testing.TB
}

func startChild(tb testing.TB, dir string) *child {
	tb.Helper()
	c := &child{cmd: exec.Command(os.Args[0]), tb: tb}
	c.cmd.Env = append(os.Environ(), childEnv+"="+dir)
	c.cmd.Stderr = os.Stderr
	in, err := c.cmd.StdinPipe()
	must(tb, err)
	out, err := c.cmd.StdoutPipe()
	must(tb, err)
	must(tb, c.cmd.Start())
	c.stdin = in
	tb.Cleanup(c.stop)
	line, err := bufio.NewReader(out).ReadBytes('\n')
	must(tb, err)
	must(tb, json.Unmarshal(line, &c.hello))
	return c
}

func (c *child) stop() {
	if c.stdin != nil {
		c.stdin.Close()
		c.cmd.Wait()
		c.stdin = nil
	}
}

func (c *child) status(gc bool) (s status) {
	c.tb.Helper()
	url := "http://" + c.Control + "/status"
	if gc {
		url += "?gc"
	}
	resp, err := http.Get(url)
	must(c.tb, err)
	defer resp.Body.Close()
	must(c.tb, json.NewDecoder(resp.Body).Decode(&s))
	return s
}

// settle waits until no instance is changing.
func (c *child) settle() status {
	c.tb.Helper()
	for end := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		s := c.status(false)
		if s.Unsettled == 0 {
			return s
		}
		if time.Now().After(end) {
			c.tb.Fatalf("%d instances are still changing", s.Unsettled)
		}
	}
}

func must(tb testing.TB, err error) {
	if err != nil {
		tb.Helper()
		tb.Fatal(err)
	}
}
