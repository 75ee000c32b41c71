// Package incustest runs throwaway Incus daemons for tests: in namespaces of
// their own, without an uplink, with nothing left of them afterwards. The work
// is done by the script testenv beside this file, which can be used by hand.
//
// Layer 9, for tests only.
package incustest

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

//go:embed testenv
var script []byte

// Daemon is a running throwaway daemon with a pool Pool and nothing else.
type Daemon struct {
	Dir    string // its INCUS_DIR
	Socket string

	script string
}

// Pool is the storage pool of every Daemon: btrfs, in a file.
const Pool = "openecs"

// Lacks is why no daemon can run here; "" if one can.
func Lacks() string {
	if runtime.GOOS != "linux" {
		return "Incus is for Linux"
	}
	if os.Getuid() != 0 {
		return "a throwaway Incus daemon needs root"
	}
	path := os.Getenv("PATH") + ":/usr/libexec/incus:/usr/lib/incus:/opt/incus/bin:/usr/sbin:/sbin"
	for _, program := range []string{"incusd", "incus", "mkfs.btrfs", "dnsmasq", "busybox", "dropbear", "nft"} {
		if !slices.ContainsFunc(filepath.SplitList(path), func(dir string) bool {
			_, err := os.Stat(filepath.Join(dir, program))
			return err == nil
		}) {
			return program + " is not installed; .ci/run installs what is needed"
		}
	}
	return ""
}

// Asked skips a test unless OPENECS_INCUS=1 asks for it: it mounts file systems, or
// makes namespaces, cgroups and rules on this machine.
func Asked(tb testing.TB) {
	tb.Helper()
	if os.Getenv("OPENECS_INCUS") != "1" {
		tb.Skip("it changes this machine's mounts or networks: OPENECS_INCUS=1 asks for it")
	}
}

// Need is Asked for a test with a daemon. Where it was asked for and none can
// run, the test fails.
func Need(tb testing.TB) {
	tb.Helper()
	Asked(tb)
	if why := Lacks(); why != "" {
		tb.Fatal(why)
	}
}

// Start starts a daemon for one test and takes it down at its end. What is
// left of it then fails the test.
func Start(tb testing.TB) *Daemon {
	tb.Helper()
	Need(tb)
	d, err := Up()
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if tb.Failed() {
			if log, err := os.ReadFile(filepath.Join(d.Dir, "incusd.log")); err == nil {
				tb.Logf("the daemon's log:\n%s", log[max(0, len(log)-4000):])
			}
		}
		if err := d.Down(); err != nil {
			tb.Error(err)
		}
	})
	return d
}

// Up starts a daemon; Down must follow.
func Up() (*Daemon, error) {
	home, err := os.MkdirTemp("", "openecs-incus-")
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(home, 0o711); err != nil { // the instances' users go through it
		return nil, err
	}
	d := &Daemon{Dir: filepath.Join(home, "d"+strconv.Itoa(os.Getpid())), script: filepath.Join(home, "testenv")}
	d.Socket = filepath.Join(d.Dir, "unix.socket")
	err = os.WriteFile(d.script, script, 0o755)
	if err == nil {
		err = d.run("up")
	}
	if err != nil {
		return nil, errors.Join(err, d.Down())
	}
	return d, nil
}

// Down ends the daemon and all it runs. An error tells what is left.
func (d *Daemon) Down() error {
	if _, err := os.Stat(d.script); errors.Is(err, os.ErrNotExist) {
		return nil // it is down
	}
	return errors.Join(d.run("down"), os.RemoveAll(filepath.Dir(d.script)))
}

// Kill ends the daemon as a crash does; its instances go on. Again starts it.
func (d *Daemon) Kill() error { return d.signal(os.Kill) }

// Freeze stops the daemon without ending it, or lets it go on.
func (d *Daemon) Freeze(stop bool) error {
	if stop {
		return d.signal(syscall.SIGSTOP)
	}
	return d.signal(syscall.SIGCONT)
}

func (d *Daemon) signal(s os.Signal) error {
	out, err := exec.Command("pgrep", "-f", "incusd .*--logfile "+d.Dir+"/incusd.log").Output()
	if err != nil {
		return fmt.Errorf("incustest: no daemon runs: %w", err)
	}
	for pid := range strings.FieldsSeq(string(out)) {
		n, err := strconv.Atoi(pid)
		if err != nil {
			return err
		}
		p, err := os.FindProcess(n)
		if err != nil {
			return err
		}
		if err := p.Signal(s); err != nil && !errors.Is(err, os.ErrProcessDone) {
			return err
		}
	}
	return nil
}

// Again starts the daemon after Kill.
func (d *Daemon) Again() error { return d.run("daemon") }

// In is a command that runs where the instances' network is.
func (d *Daemon) In(ctx context.Context, name string, args ...string) *exec.Cmd {
	return exec.CommandContext(ctx, d.script, append([]string{"in", d.Dir, name}, args...)...)
}

// Client is the incus command, talking to this daemon.
func (d *Daemon) Client(ctx context.Context, args ...string) *exec.Cmd {
	c := exec.CommandContext(ctx, "incus", args...)
	c.Env = append(os.Environ(), "INCUS_DIR="+d.Dir, "INCUS_CONF="+filepath.Dir(d.script))
	return c
}

func (d *Daemon) run(verb string) error {
	c := exec.Command(d.script, verb, d.Dir)
	c.Env = append(os.Environ(), "OPENECS_INCUS_OWNER="+strconv.Itoa(os.Getpid()))
	out, err := c.CombinedOutput()
	if err != nil {
		return fmt.Errorf("incustest: %s: %w: %s", verb, err, out)
	}
	return nil
}
