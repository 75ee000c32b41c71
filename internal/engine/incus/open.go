package incus

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"

	incus "github.com/lxc/incus/v6/client"
	"github.com/lxc/incus/v6/shared/api"

	"github.com/openecs/openecs/internal/engine"
)

// oldest is the oldest release that is known to do what is asked of it.
const oldest = 6

// Open connects to a host and checks that it can do what instances need. An error is a
// sentence that says what to do.
func Open(ctx context.Context, o Options) (*Host, error) {
	o = o.withDefaults()
	h := &Host{
		opts: o, log: o.Log, nics: o.NICs,
		moves: map[engine.ID]*move{}, failed: map[engine.ID]failure{}, last: map[engine.ID]engine.Gen{},
		subs: map[*subscriber]struct{}{}, execs: map[engine.ID]map[*execution]struct{}{}, tasks: map[uint64]*task{},
	}
	h.live, h.end = context.WithCancel(context.Background())
	if h.nics == nil {
		h.nics = &bridges{h: h, uses: map[string]map[engine.ID]bool{}}
	}
	if err := h.connect(ctx); err != nil {
		return nil, err
	}
	if err := h.check(ctx); err != nil {
		h.Close()
		return nil, err
	}
	if err := h.survey(ctx); err != nil {
		h.Close()
		return nil, fmt.Errorf("Incus does not tell what it has: %w", err)
	}
	return h, nil
}

func (h *Host) connect(ctx context.Context) (err error) {
	o := h.opts
	args := &incus.ConnectionArgs{UserAgent: "openecs", SkipGetServer: true}
	if o.URL == "" {
		if err := reachable(o.Socket); err != nil {
			return err
		}
		h.server, err = incus.ConnectIncusUnixWithContext(h.live, o.Socket, args)
		return err
	}
	for _, f := range []struct {
		file, what string
		into       *string
	}{{o.Certificate, "certificate", &args.TLSClientCert}, {o.Key, "key", &args.TLSClientKey}, {o.ServerPEM, "certificate of the server", &args.TLSServerCert}} {
		if f.file == "" && f.into == &args.TLSServerCert {
			continue
		}
		b, err := os.ReadFile(f.file)
		if err != nil {
			return fmt.Errorf("the %s for %s cannot be read: %w", f.what, o.URL, err)
		}
		*f.into = string(b)
	}
	h.server, err = incus.ConnectIncusWithContext(h.live, o.URL, args)
	if err != nil {
		return fmt.Errorf("the certificates for %s are no good: %w", o.URL, err)
	}
	return nil
}

// reachable checks a socket before the client does, whose errors do not say what to do.
func reachable(socket string) error {
	i, err := os.Stat(socket)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("there is no Incus at %s: install it (openecs host check says how), start it, or name its socket with --incus-socket", socket)
	case errors.Is(err, fs.ErrPermission):
		return noRights(socket)
	case err != nil:
		return fmt.Errorf("the socket of Incus cannot be used: %w", err)
	case i.Mode()&fs.ModeSocket == 0:
		return fmt.Errorf("%s is not a socket: --incus-socket names the one that incusd listens on, by default /var/lib/incus/unix.socket", socket)
	}
	return nil
}

func noRights(socket string) error {
	return fmt.Errorf("no right to use %s: run openecs as root, or as a user of the group incus-admin", socket)
}

// check asks the host what it is.
func (h *Host) check(ctx context.Context) error {
	where := h.opts.Socket
	if h.opts.URL != "" {
		where = h.opts.URL
	}
	var s api.Server
	if err := h.get(ctx, "/1.0", &s); err != nil {
		var unknown x509.UnknownAuthorityError
		var wrongName x509.HostnameError
		switch {
		case errors.Is(err, fs.ErrPermission):
			return noRights(where)
		case errors.Is(err, syscall.ECONNREFUSED):
			return fmt.Errorf("nothing answers on %s: start incusd", where)
		case errors.As(err, &unknown), errors.As(err, &wrongName), strings.Contains(err.Error(), "x509:"), strings.Contains(err.Error(), "tls:"):
			return fmt.Errorf("the server at %s does not show the certificate that was given: --incus-server-cert names the file with its own (incus info shows it): %w", where, err)
		case strings.Contains(err.Error(), "invalid character"), strings.Contains(err.Error(), "Failed to fetch"):
			return fmt.Errorf("what answers on %s is not Incus", where)
		}
		return fmt.Errorf("Incus at %s does not answer: %w", where, err)
	}
	if s.Auth != "trusted" {
		return fmt.Errorf("the server at %s does not trust this certificate: on the server, incus config trust add-certificate FILE", where)
	}
	major, _, _ := strings.Cut(s.Environment.ServerVersion, ".")
	if n, err := strconv.Atoi(major); err != nil || n < oldest {
		return fmt.Errorf("%s is version %q of %q: Incus %d.0 or newer is needed", where, s.Environment.ServerVersion, s.Environment.Server, oldest)
	}
	arch := map[string]string{"amd64": "x86_64", "arm64": "aarch64"}[runtime.GOARCH]
	if h.opts.URL == "" && !slices.Contains(s.Environment.Architectures, arch) {
		return fmt.Errorf("the host at %s runs %s and not %s", where, strings.Join(s.Environment.Architectures, ", "), arch)
	}
	h.vms = strings.Contains(s.Environment.Driver, "qemu")
	if h.opts.Kind == VM && !h.vms {
		return fmt.Errorf("the host at %s cannot run virtual machines: it needs KVM (/dev/kvm), the kernel module vhost_vsock and qemu; without them use --instance-kind container", where)
	}
	return h.checkPool(ctx)
}

// quotas are the drivers that hold the size of a volume.
var quotas = []string{"btrfs", "zfs", "lvm", "lvmcluster", "ceph", "linstor", "truenas"}

func (h *Host) checkPool(ctx context.Context) error {
	var p api.StoragePool
	err := h.get(ctx, "/1.0/storage-pools/"+escape(h.opts.Pool), &p)
	switch {
	case isNotFound(err):
		return fmt.Errorf("the host has no storage pool %q: incus storage create %s btrfs; --incus-pool names another", h.opts.Pool, h.opts.Pool)
	case err != nil:
		return fmt.Errorf("the storage pool cannot be looked at: %w", err)
	case !slices.Contains(quotas, p.Driver):
		return fmt.Errorf("the storage pool %q (%s) does not hold the size of a disk: make one of btrfs, zfs or lvm, such as incus storage create openecs btrfs", p.Name, p.Driver)
	}
	return nil
}
