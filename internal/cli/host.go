package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/spf13/cobra"
)

// A check is one thing that a host of real instances needs.
type check struct {
	Name string
	OK   bool
	Says string // what was found, or what is missing and how to get it
}

func (a *app) hostCommand() *cobra.Command {
	return parent("host", "Look at a host of real instances", a.hostCheck())
}

func (a *app) hostCheck() *cobra.Command {
	f := &hostFlags{}
	cmd := &cobra.Command{
		Use: "check", Short: "Say whether this machine can run real instances, and what is missing",
		Long: `check looks at what openecs serve --engine incus needs of this machine: the kernel,
programs, user ids for containers, and Incus with its storage pool. For what is
missing it names the command that gets it. It changes nothing, and exits with 1 when
something is missing.`,
		Example: "  openecs host check\n  openecs host check --incus-socket /var/lib/incus/unix.socket -o json",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			checks := f.checks(cmd.Context())
			err := a.print(checks, func(w io.Writer) {
				for _, c := range checks {
					state := "ok"
					if !c.OK {
						state = "missing"
					}
					row(w, c.Name, state, c.Says)
				}
			})
			for _, c := range checks {
				if err == nil && !c.OK {
					err = exitError(1)
				}
			}
			return err
		},
	}
	f.add(cmd)
	return cmd
}

func (f *hostFlags) checks(ctx context.Context) (all []check) {
	if f.url == "" {
		all = localChecks()
	}
	c := check{Name: "Incus", OK: true, Says: "it answers, and its pool " + f.pool + " holds the size of disks"}
	if h, err := f.open(ctx); err != nil {
		c.OK, c.Says = false, err.Error()
	} else {
		h.Close()
	}
	return append(all, c)
}

// localChecks are of this machine.
func localChecks() (all []check) {
	add := func(name string, ok bool, good, bad string) {
		if !ok {
			good = bad
		}
		all = append(all, check{name, ok, good})
	}
	add("system", runtime.GOOS == "linux", "Linux", "real instances need Linux")
	for _, p := range []struct{ program, pkg, why string }{
		{"incusd", "incus-base", "runs the instances"}, {"dnsmasq", "dnsmasq-base", "networks of Incus"},
		{"mkfs.btrfs", "btrfs-progs", "a pool that holds the size of disks"}, {"nft", "nftables", "anti-spoofing"},
	} {
		add(p.program, installed(p.program), p.why, fmt.Sprintf("%s: apt-get install %s", p.why, p.pkg))
	}
	for _, file := range []string{"/etc/subuid", "/etc/subgid"} {
		add(file, grants(file), "root has ids for containers", "containers run under ids of their own: echo root:1000000:1000000000 >> "+file)
	}
	btrfs, _ := os.ReadFile("/proc/filesystems")
	add("btrfs", strings.Contains(string(btrfs), "\tbtrfs\n"), "the kernel has it", "the kernel does not have it: modprobe btrfs, or a pool of zfs or lvm")
	for _, dir := range []string{"cpu", "memory", "pids"} {
		_, one := os.Stat("/sys/fs/cgroup/" + dir)
		two, _ := os.ReadFile("/sys/fs/cgroup/cgroup.controllers")
		add("cgroup "+dir, one == nil || strings.Contains(" "+string(two)+" ", dir), "limits hold", "the kernel does not limit it: start it with the cgroup controller "+dir)
	}
	vms := "possible"
	for _, dev := range []string{"/dev/kvm", "/dev/vhost-vsock"} {
		if _, err := os.Stat(dev); err != nil {
			vms = dev + " is not there: containers only"
		}
	}
	add("virtual machines", true, vms, "")
	return all
}

func installed(program string) bool {
	if _, err := exec.LookPath(program); err == nil {
		return true
	}
	for _, dir := range []string{"/usr/libexec/incus", "/usr/lib/incus", "/opt/incus/bin", "/usr/sbin", "/sbin"} {
		if _, err := os.Stat(filepath.Join(dir, program)); err == nil {
			return true
		}
	}
	return false
}

// grants tells that a file such as /etc/subuid gives root ids.
func grants(file string) bool {
	b, _ := os.ReadFile(file)
	for line := range strings.Lines(string(b)) {
		if strings.HasPrefix(line, "root:") || strings.HasPrefix(line, "0:") {
			return true
		}
	}
	return false
}
