package intercept

import (
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
)

// IsolateMain must be the first call in main of a program that uses
// RunIsolated. In the copy of the program that RunIsolated starts it prepares
// the namespaces, becomes the command, and does not return; elsewhere it
// returns at once.
func IsolateMain() {
	if len(os.Args) < 5 || os.Args[0] != isolateArg0 {
		return
	}
	const channel = 3
	unix.CloseOnExec(channel)
	// Capabilities are a thread's, and exec takes those of the thread that calls.
	runtime.LockOSThread()
	code, err := isolateAndExec(channel, os.Args[1], os.Args[2], os.Args[3], os.Args[4:])
	msg, _ := json.Marshal(hello{Error: err.Error(), Code: code})
	unix.Write(channel, msg) // if nobody listens, nobody is left to tell
	os.Exit(code)
}

// isolateAndExec returns only when something failed.
func isolateAndExec(channel int, dir, port, path string, args []string) (int, error) {
	if err := loopbackUp(); err != nil {
		return ExitNotExecutable, fmt.Errorf("bringing loopback up: %w", explain(err))
	}
	if err := mountResolver(dir); err != nil {
		return ExitNotExecutable, fmt.Errorf("mounting the resolver's files: %w", explain(err))
	}
	fds, err := openSockets(port)
	if err != nil {
		return ExitNotExecutable, err
	}
	msg, _ := json.Marshal(hello{})
	if err := unix.Sendmsg(channel, msg, unix.UnixRights(fds...), nil, 0); err != nil {
		return ExitNotExecutable, err
	}
	var answer [8]byte
	if n, err := unix.Read(channel, answer[:]); n == 0 || err != nil {
		os.Exit(ExitNotExecutable) // the server is gone
	}
	// What was needed above is not the command's.
	if err := unix.Prctl(unix.PR_CAP_AMBIENT, unix.PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0); err != nil {
		return ExitNotExecutable, err
	}
	err = syscall.Exec(path, args, os.Environ())
	return ExitNotExecutable, fmt.Errorf("%s cannot be executed: %w", path, err)
}

func loopbackUp() error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	req, err := unix.NewIfreq("lo")
	if err != nil {
		return err
	}
	req.SetUint16(unix.IFF_UP | unix.IFF_RUNNING)
	return unix.IoctlIfreq(fd, unix.SIOCSIFFLAGS, req)
}

// openSockets returns the name server's socket, then the listeners.
func openSockets(port string) ([]int, error) {
	packets, err := net.ListenPacket("udp4", "127.0.0.1:53")
	if err != nil {
		return nil, err
	}
	open := []interface{ File() (*os.File, error) }{packets.(*net.UDPConn)}
	ports := []string{"80", "443"}
	if n, _ := strconv.Atoi(port); n != 0 && n != 80 && n != 443 {
		ports = append(ports, port)
	}
	for _, p := range ports {
		ln, err := net.Listen("tcp4", "127.0.0.1:"+p)
		if err != nil {
			return nil, err
		}
		open = append(open, ln.(*net.TCPListener))
	}
	var fds []int
	for _, o := range open {
		f, err := o.File()
		if err != nil {
			return nil, err
		}
		fds = append(fds, int(f.Fd()))
		runtime.KeepAlive(f)
		kept = append(kept, f)
	}
	return fds, nil
}

// kept keeps the files alive, or a collection would close their descriptors
// before they are sent.
var kept []*os.File

// resolverFiles are those that name resolution reads, by their name in /etc.
var resolverFiles = []string{"resolv.conf", "hosts", "nsswitch.conf"}

// caches is where the C library asks for names before it reads any of these
// files; what answers there stands in the network outside.
var caches = []string{"/run/nscd", "/var/run/nscd"}

// mountResolver lays the files of dir over those in /etc. One that /etc does not
// have needs none: the resolver's defaults are a server on 127.0.0.1 and DNS.
func mountResolver(dir string) error {
	if err := unix.Mount("none", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return err
	}
	for _, f := range resolverFiles {
		target, err := filepath.EvalSymlinks("/etc/" + f)
		if err != nil {
			continue
		}
		if err := unix.Mount(filepath.Join(dir, f), target, "", unix.MS_BIND, ""); err != nil {
			return fmt.Errorf("%s: %w", target, err)
		}
	}
	empty := filepath.Join(dir, "empty")
	for _, c := range caches {
		target, err := filepath.EvalSymlinks(c)
		if err != nil {
			continue
		}
		if err := unix.Mount(empty, target, "", unix.MS_BIND, ""); err != nil {
			return fmt.Errorf("%s: %w", target, err)
		}
	}
	return nil
}
