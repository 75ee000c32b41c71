package agent

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"github.com/vishvananda/netns"
	"golang.org/x/sys/unix"
)

// within runs f in a network namespace, on a thread of its own that ends with it:
// nothing else ever runs there.
func within(ns netns.NsHandle, f func() error) error {
	done := make(chan error)
	go func() {
		runtime.LockOSThread() // never unlocked: the thread ends with the goroutine
		if err := netns.Set(ns); err != nil {
			done <- fmt.Errorf("entering a network namespace: %w", err)
			return
		}
		done <- f()
	}()
	return <-done
}

// namespaces is where named network namespaces are, as iproute2 has them.
const namespaces = "/run/netns"

// openNamespace opens a named namespace; os.ErrNotExist if there is none. What
// a crash left half made is none.
func openNamespace(name string) (netns.NsHandle, error) {
	var fs unix.Statfs_t
	path := filepath.Join(namespaces, name)
	if err := unix.Statfs(path, &fs); err != nil || fs.Type != unix.NSFS_MAGIC {
		return netns.None(), os.ErrNotExist
	}
	return netns.GetFromPath(path)
}

// makeNamespace opens a named namespace, and makes it if there is none.
func makeNamespace(name string) (netns.NsHandle, error) {
	ns, err := openNamespace(name)
	if !errors.Is(err, os.ErrNotExist) {
		return ns, err
	}
	if err := removeNamespace(name); err != nil {
		return netns.None(), err
	}
	if err := shareNamespaces(); err != nil {
		return netns.None(), fmt.Errorf("preparing %s: %w", namespaces, err)
	}
	done := make(chan error)
	go func() {
		runtime.LockOSThread()
		made, err := netns.NewNamed(name)
		if err == nil {
			err = made.Close()
		}
		done <- err
	}()
	if err := <-done; err != nil {
		return netns.None(), fmt.Errorf("making the network namespace %s: %w", name, err)
	}
	return openNamespace(name)
}

// shareNamespaces makes the folder of names a mount of its own, as iproute2 does
// before its first name. If it came to do so after us, our names would lie
// beneath its mount, where they cannot be removed.
func shareNamespaces() error {
	if err := os.MkdirAll(namespaces, 0o755); err != nil {
		return err
	}
	err := unix.Mount("", namespaces, "none", unix.MS_SHARED|unix.MS_REC, "")
	if !errors.Is(err, unix.EINVAL) {
		return err
	}
	if err := unix.Mount(namespaces, namespaces, "none", unix.MS_BIND|unix.MS_REC, ""); err != nil {
		return err
	}
	return unix.Mount("", namespaces, "none", unix.MS_SHARED|unix.MS_REC, "")
}

// removeNamespace removes the name of a namespace, which ends with its last
// user. There may be none.
func removeNamespace(name string) error {
	path := filepath.Join(namespaces, name)
	for unix.Unmount(path, unix.MNT_DETACH) == nil {
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// set writes sysctls of the namespace that the calling thread is in.
func set(values [][2]string) error {
	for _, v := range values {
		if err := os.WriteFile("/proc/sys/net/"+v[0], []byte(v[1]), 0); err != nil {
			return fmt.Errorf("setting net/%s: %w", v[0], err)
		}
	}
	return nil
}

// IdleTimeout is how long an idle connection is remembered, in seconds, as the
// service documents it. After that it is a new one, and the rules are asked.
const IdleTimeout = "910"

// settings are the sysctls of a VPC's namespace. Interfaces that are moved in
// take on what is said under default.
var settings = [][2]string{
	{"ipv4/ip_forward", "1"},
	{"ipv4/conf/all/proxy_arp", "0"}, {"ipv4/conf/default/proxy_arp", "1"},
	{"ipv4/conf/all/rp_filter", "1"}, {"ipv4/conf/default/rp_filter", "1"},
	{"ipv4/conf/all/send_redirects", "0"}, {"ipv4/conf/default/send_redirects", "0"},
	{"ipv4/conf/all/accept_redirects", "0"}, {"ipv4/conf/default/accept_redirects", "0"},
	{"ipv4/conf/all/accept_source_route", "0"}, {"ipv4/conf/default/accept_source_route", "0"},
	{"ipv4/conf/all/arp_ignore", "0"}, {"ipv4/conf/default/arp_ignore", "0"},
	{"netfilter/nf_conntrack_tcp_timeout_established", IdleTimeout},
	{"netfilter/nf_conntrack_tcp_loose", "0"}, // what is not known from its beginning is no connection
}

// noIPv6 keeps IPv6 out. A kernel without it has no such files.
var noIPv6 = [][2]string{{"ipv6/conf/all/disable_ipv6", "1"}, {"ipv6/conf/default/disable_ipv6", "1"}}

// prepare sets a VPC's namespace up before anything is in it.
func prepare() error {
	if err := set(settings); err != nil {
		return err
	}
	if err := set(noIPv6); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}
