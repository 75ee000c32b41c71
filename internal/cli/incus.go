package cli

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path"
	"strings"
	"sync/atomic"

	"github.com/spf13/cobra"

	"github.com/openecs/openecs/internal/agent"
	"github.com/openecs/openecs/internal/agent/nics"
	"github.com/openecs/openecs/internal/agent/plan"
	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/clock"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/engine/incus"
	"github.com/openecs/openecs/internal/engine/incus/image"
	"github.com/openecs/openecs/internal/metadata"
	"github.com/openecs/openecs/internal/node"
	"github.com/openecs/openecs/internal/service"
)

// hostFlags say which Incus host is meant.
type hostFlags struct {
	socket, url, cert, key, serverCert, pool string
}

func (f *hostFlags) add(cmd *cobra.Command) {
	p := cmd.Flags()
	p.StringVar(&f.socket, "incus-socket", "", "socket of Incus on this machine (default "+incus.DefaultSocket()+")")
	p.StringVar(&f.url, "incus-url", "", "Incus elsewhere, as https://host:8443")
	p.StringVar(&f.cert, "incus-cert", "", "with --incus-url: certificate (PEM) that it trusts")
	p.StringVar(&f.key, "incus-key", "", "its key (PEM)")
	p.StringVar(&f.serverCert, "incus-server-cert", "", "the server's own certificate (PEM), where no public authority signed it")
	p.StringVar(&f.pool, "incus-pool", "openecs", "storage pool for the disks")
}

func (f *hostFlags) options() (incus.Options, error) {
	o := incus.Options{Socket: f.socket, URL: f.url, Certificate: f.cert, Key: f.key, ServerPEM: f.serverCert, Pool: f.pool}
	switch {
	case f.socket != "" && f.url != "":
		return o, usagef("--incus-socket and --incus-url exclude each other")
	case f.url == "" && (f.cert != "" || f.key != "" || f.serverCert != ""):
		return o, usagef("--incus-cert, --incus-key and --incus-server-cert are for --incus-url")
	case f.url != "" && (f.cert == "" || f.key == ""):
		return o, usagef("--incus-url needs --incus-cert and --incus-key: openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-384 -nodes -subj /CN=openecs -keyout client.key -out client.crt makes them")
	case f.url != "" && !strings.HasPrefix(f.url, "https://"):
		return o, usagef("--incus-url %s: it begins with https://", f.url)
	}
	return o, nil
}

// engineFlags say what runs the instances.
type engineFlags struct {
	hostFlags
	engine, kind string
	zones        []string
	images       []string
	cpu, memory  float64

	network, netns string
}

func (f *engineFlags) add(cmd *cobra.Command) {
	p := cmd.Flags()
	p.StringVar(&f.engine, "engine", "sim", "what runs the instances: sim (they are simulated) or incus (they are real)")
	choices(cmd, "engine", "sim", "incus")
	f.hostFlags.add(cmd)
	p.StringVar(&f.kind, "instance-kind", string(incus.Container), "with --engine incus: container, vm, or auto (as the image is)")
	choices(cmd, "instance-kind", "container", "vm", "auto")
	p.StringArrayVar(&f.zones, "incus-zone", nil, "a zone whose instances run there; repeatable (default: all zones of --region)")
	p.StringArrayVar(&f.images, "incus-image", nil, "image ids of the catalogue and the image of the host that stands for them, as 'ubuntu_*=NAME'; repeatable, the first that fits counts")
	p.StringVar(&f.network, "incus-network", "bridges", "how instances are connected: bridges (a stop-gap that enforces nothing) or agent (VPCs are apart, security groups hold, public addresses are reachable; needs root and Incus on this machine)")
	choices(cmd, "incus-network", "bridges", "agent")
	p.StringVar(&f.netns, "incus-netns", "", "network namespace that Incus runs in, as a path, where it is not ours")
	p.Float64Var(&f.cpu, "overcommit-cpu", 4, "how many times the host's processors may be promised")
	p.Float64Var(&f.memory, "overcommit-memory", 1, "how many times the host's memory may be promised")
}

// into makes a node's options of the flags.
func (f *engineFlags) into(a *app, o *node.Options, log *slog.Logger) error {
	switch f.engine {
	case "sim":
		return nil
	case "incus":
	default:
		return usagef("--engine %s: it is sim or incus", f.engine)
	}
	host, err := f.options()
	if err != nil {
		return err
	}
	host.Log = log
	switch host.Kind = incus.Kind(f.kind); host.Kind {
	case incus.Container, incus.VM, incus.Auto:
	default:
		return usagef("--instance-kind %s: it is container, vm or auto", f.kind)
	}
	if !(f.cpu > 0 && f.cpu <= 1000 && f.memory > 0 && f.memory <= 1000) {
		return usagef("--overcommit-cpu and --overcommit-memory are above 0 and at most 1000")
	}
	host.CPUOvercommit, host.MemoryOvercommit = f.cpu, f.memory
	for _, i := range f.images {
		pattern, name, ok := strings.Cut(i, "=")
		if _, err := path.Match(pattern, ""); !ok || err != nil || pattern == "" || name == "" {
			return usagef("--incus-image %s: it is PATTERN=NAME, such as 'ubuntu_*=ubuntu'", i)
		}
		host.Images = append(host.Images, incus.Mapped{Pattern: pattern, Alias: name})
	}
	cat, err := catalog.LoadFrom(o.Catalog)
	if err != nil {
		return err
	}
	if host.Zones, err = f.itsZones(a, cat); err != nil {
		return err
	}
	o.EngineName = "incus"
	connect := func() error { return nil }
	switch f.network {
	case "bridges":
	case "agent":
		connect = f.connect(cat, &host, o, log)
	default:
		return usagef("--incus-network %s: it is agent or bridges", f.network)
	}
	o.OpenEngine = func(ctx context.Context, cell string) (node.Engine, error) {
		host.Cell = cell
		if err := connect(); err != nil {
			return nil, err
		}
		h, err := incus.Open(ctx, host)
		if err != nil {
			return nil, usagef("%v", err)
		}
		return h, nil
	}
	return nil
}

// connect has an agent make the networks of the host, which is this machine. What
// it returns is called before the host is opened.
func (f *engineFlags) connect(cat *catalog.Catalog, host *incus.Options, o *node.Options, log *slog.Logger) func() error {
	var a *agent.Agent
	var told atomic.Pointer[metadata.Service]
	o.Beside = func(ctx context.Context, s *service.Service) error {
		defer a.Close()
		told.Store(metadata.New(s.DB, cat, clock.Real()))
		return a.Run(ctx, s.DB)
	}
	return func() (err error) {
		if f.url != "" {
			return usagef("--incus-network agent makes the networks of this machine, and --incus-url names another: the agents of other hosts are not there yet, so give --incus-network bridges, with which nothing keeps VPCs apart and no security group holds")
		}
		if err := agent.Check(); err != nil {
			return usagef("%v; --incus-network bridges does without, but then nothing keeps VPCs apart and no security group holds", err)
		}
		a, err = agent.New(agent.Options{
			Options:  plan.Options{Here: func(ecs.Key, *ecs.Instance) bool { return true }},
			NetNS:    f.netns,
			Metadata: func(nic ecs.Key) http.Handler { return told.Load().For(nic) },
			Clock:    clock.Real(), Log: log,
		})
		if err != nil {
			return err
		}
		host.NICs = nics.New(a)
		return nil
	}
}

// itsZones are the zones that the host serves.
func (f *engineFlags) itsZones(a *app, cat *catalog.Catalog) ([]string, error) {
	var zones []string
	for _, z := range cat.Zones(a.region) {
		zones = append(zones, z.ID)
	}
	if len(f.zones) == 0 {
		if len(zones) == 0 {
			return nil, usagef("--region %s: there is none of that name; openecs region list shows them", a.region)
		}
		return zones, nil
	}
	for _, z := range f.zones {
		if _, ok := cat.Zone(z); !ok {
			return nil, usagef("--incus-zone %s: there is none of that name; openecs zone list shows those of a region", z)
		}
	}
	return f.zones, nil
}

// openHost opens the host for a command of the operator's.
func (f *hostFlags) open(ctx context.Context) (*incus.Host, error) {
	o, err := f.options()
	if err != nil {
		return nil, err
	}
	o.Kind = incus.Auto
	h, err := incus.Open(ctx, o)
	if err != nil {
		return nil, usagef("%v", err)
	}
	return h, nil
}

func (a *app) imageBuild() *cobra.Command {
	f := &hostFlags{}
	var file, name string
	cmd := &cobra.Command{
		Use: "build", Short: "Make the small test image for real instances and put it on the host",
		Long: `build makes an image of a few megabytes from this machine's busybox and dropbear,
in seconds: instances of it answer on port 22 half a second after they were asked
for. It goes to the Incus host under the name small, or to a file with --file.`,
		Example: "  openecs image build\n  openecs image build --file small.tar.gz",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if file != "" {
				w, err := os.Create(file)
				if err != nil {
					return usagef("--file: %v", err)
				}
				if err := image.Build(w); err != nil {
					w.Close()
					os.Remove(file)
					return err
				}
				return w.Close()
			}
			h, err := f.open(cmd.Context())
			if err != nil {
				return err
			}
			defer h.Close()
			r, w := io.Pipe()
			go func() { w.CloseWithError(image.Build(w)) }()
			if err := h.Import(cmd.Context(), r, nil, name); err != nil {
				return err
			}
			fmt.Fprintf(a.Out, "the host has the image %s; openecs serve --engine incus --incus-image '*=%s' uses it for every image of the catalogue\n", name, name)
			return nil
		},
	}
	f.add(cmd)
	cmd.Flags().StringVar(&file, "file", "", "write the image to this file instead")
	cmd.Flags().StringVar(&name, "name", "small", "what the host calls it")
	return cmd
}

func (a *app) imageImport() *cobra.Command {
	f := &hostFlags{}
	var name string
	cmd := &cobra.Command{
		Use: "import FILE [ROOTFS]", Short: "Put an Incus or cloud image on the host for real instances",
		Long: `import takes an image of Incus: one file with everything, or a file with the
metadata and one with the file system (squashfs for containers, qcow2 for virtual
machines). --for names it on the host: the id of an image of the catalogue, which it
then stands for, or a name for --incus-image of openecs serve.`,
		Example: "  openecs image import small.tar.gz --for aliyun_3_x64_20G_alibase_20250629.vhd\n  openecs image import incus.tar.xz rootfs.squashfs --for debian",
		Args:    cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			if name == "" {
				return usagef("--for says what the image is for: the id of an image of the catalogue, or a name")
			}
			var files [2]io.Reader
			for i, arg := range args {
				r, err := os.Open(arg)
				if err != nil {
					return usagef("%v", err)
				}
				defer r.Close()
				files[i] = r
			}
			h, err := f.open(cmd.Context())
			if err != nil {
				return err
			}
			defer h.Close()
			if err := h.Import(cmd.Context(), files[0], files[1], name); err != nil {
				return err
			}
			fmt.Fprintf(a.Out, "the host has the image %s\n", name)
			return nil
		},
	}
	f.add(cmd)
	cmd.Flags().StringVar(&name, "for", "", "id of an image of the catalogue, or a name")
	return cmd
}
