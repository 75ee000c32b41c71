package incus_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/engine"
	"github.com/openecs/openecs/internal/engine/enginetest"
	"github.com/openecs/openecs/internal/engine/incus"
	"github.com/openecs/openecs/internal/engine/incus/image"
	"github.com/openecs/openecs/internal/engine/incus/incustest"
)

// One daemon serves the tests of this package, which run one after the other.
var daemon struct {
	once sync.Once
	d    *incustest.Daemon
	err  error
}

func TestMain(m *testing.M) {
	code := m.Run()
	if daemon.d != nil {
		if err := daemon.d.Down(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

// host is the daemon's machine as an engine, with the small image.
func host(t *testing.T, change ...func(*incus.Options)) (*incus.Host, *incustest.Daemon) {
	t.Helper()
	incustest.Need(t)
	daemon.once.Do(func() {
		if daemon.d, daemon.err = incustest.Up(); daemon.err != nil {
			return
		}
		var b bytes.Buffer
		if daemon.err = image.Build(&b); daemon.err != nil {
			return
		}
		file := filepath.Join(t.TempDir(), "small.tar.gz")
		if daemon.err = os.WriteFile(file, b.Bytes(), 0o600); daemon.err != nil {
			return
		}
		out, err := daemon.d.Client(t.Context(), "image", "import", file, "--alias", "small").CombinedOutput()
		if err != nil {
			daemon.err = fmt.Errorf("%w: %s", err, out)
		}
	})
	if daemon.err != nil {
		t.Fatal(daemon.err)
	}
	o := incus.Options{Socket: daemon.d.Socket, Cell: "c1", Images: []incus.Mapped{{Pattern: "aliyun*", Alias: "small"}}, Zones: []string{"cn-hangzhou-i"},
		Log: slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelDebug}))}
	for _, c := range change {
		c(&o)
	}
	h, err := incus.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.Close() })
	return h, daemon.d
}

func machine(id engine.ID) *engine.Machine {
	n := uint64(id)
	return &engine.Machine{
		ID: id, Name: ecs.ID(ecs.KindInstance, ecs.Key(id)), Cell: "c1", Region: "cn-hangzhou", Zone: "cn-hangzhou-i", Gen: 1, Image: "aliyun_3_x64",
		Disks: []engine.Disk{{ID: 1000 + n, Name: ecs.ID(ecs.KindDisk, ecs.Key(1000+n)), SizeGiB: 20, Device: "/dev/xvda"}},
		NICs: []engine.NIC{{
			ID: 2000 + n, Name: "eni", VPC: 1, VSwitch: 1, MAC: fmt.Sprintf("00:16:3e:00:00:%02x", byte(n)),
			Address: netip.PrefixFrom(netip.AddrFrom4([4]byte{10, 20, 0, byte(n%200 + 1)}), 24), Gateway: netip.MustParseAddr("10.20.0.253"),
		}},
		Boot: engine.Boot{SpecGen: 1, Hostname: fmt.Sprintf("host-%d", id), Size: engine.Size{Type: "ecs.t1.small", VCPUs: 1, MemoryMiB: 256}},
	}
}

func TestContract(t *testing.T) {
	incustest.Need(t)
	enginetest.Run(t, func(t *testing.T) *enginetest.Subject {
		h, d := host(t)
		return &enginetest.Subject{
			Engine: h, Machine: machine,
			Pass: func(ctx context.Context) error {
				select {
				case <-time.After(100 * time.Millisecond):
					return nil
				case <-ctx.Done():
					return ctx.Err()
				}
			},
			PowerOff: func(ctx context.Context, id engine.ID) error {
				_ = d.Client(ctx, "exec", machine(id).Name, "--", "poweroff", "-f").Run() // it does not outlive that
				return nil
			},
			Impossible: func(m *engine.Machine) { m.Image = "no-such-image" },
		}
	})
}
